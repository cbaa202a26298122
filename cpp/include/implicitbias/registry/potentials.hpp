// The potentials a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from this list.
#pragma once

#include "../fields.hpp"
#include "../potentials/entropy.hpp"
#include "../potentials/euclidean.hpp"
#include "../potentials/quadratic_potential.hpp"
#include "../potentials/spectral_entropy.hpp"
#include "../potentials/squared_lp.hpp"

namespace implicitbias {

using Potentials = TypeList<Euclidean, Entropy, QuadraticPotential, SquaredLp, SpectralEntropy>;

}  // namespace implicitbias
