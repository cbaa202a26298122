// The methods, momenta and constraints a user can name. The bindings, and through them constructors, reprs,
// equality, pickling, checkpoints and the contract tests, are generated from these lists.
#pragma once

#include "../constraints/affine.hpp"
#include "../constraints/simplex.hpp"
#include "../fields.hpp"
#include "../methods/adagrad.hpp"
#include "../methods/factorized_gradient_descent.hpp"
#include "../methods/mirror_descent.hpp"
#include "../methods/natural_gradient.hpp"
#include "../methods/steepest_descent.hpp"
#include "../momentum.hpp"

namespace implicitbias {

using Momenta = TypeList<DualMomentum, PrimalMomentum>;
using Constraints = TypeList<Affine, Simplex>;
using Methods = TypeList<AdaGrad, FactorizedGradientDescent, MirrorDescent, NaturalGradient, SteepestDescent>;

}  // namespace implicitbias
