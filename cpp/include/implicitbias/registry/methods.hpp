// The methods, momenta, averages and constraints a user can name. The bindings, and through them
// constructors, reprs, equality, pickling, checkpoints and the contract tests, are generated from these
// lists.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/constraints/affine.hpp"
#include "implicitbias/geometry/constraints/ball.hpp"
#include "implicitbias/geometry/constraints/box.hpp"
#include "implicitbias/geometry/constraints/non_negative.hpp"
#include "implicitbias/geometry/constraints/simplex.hpp"
#include "implicitbias/methods/adagrad.hpp"
#include "implicitbias/methods/adam.hpp"
#include "implicitbias/methods/dual_acceleration.hpp"
#include "implicitbias/methods/ema.hpp"
#include "implicitbias/methods/factorized_gradient_descent.hpp"
#include "implicitbias/methods/lion.hpp"
#include "implicitbias/methods/mirror_descent.hpp"
#include "implicitbias/methods/momentum.hpp"
#include "implicitbias/methods/natural_gradient.hpp"
#include "implicitbias/methods/newton_schulz_descent.hpp"
#include "implicitbias/methods/rmsprop.hpp"
#include "implicitbias/methods/steepest_descent.hpp"

namespace implicitbias {

using Momenta = TypeList<DualMomentum, PrimalMomentum>;
using Averages = TypeList<EMA>;
using Constraints = TypeList<Affine, Ball, Box, NonNegative, Simplex>;
using Methods = TypeList<AdaGrad, Adam, DualAcceleration, FactorizedGradientDescent, Lion, MirrorDescent,
                         NaturalGradient, NewtonSchulzDescent, RMSProp, SteepestDescent>;

}  // namespace implicitbias
