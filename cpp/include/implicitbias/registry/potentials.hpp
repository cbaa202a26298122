// The potentials a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from this list.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/potentials/cosh.hpp"
#include "implicitbias/geometry/potentials/entropy.hpp"
#include "implicitbias/geometry/potentials/euclidean.hpp"
#include "implicitbias/geometry/potentials/hyperbolic_entropy.hpp"
#include "implicitbias/geometry/potentials/power_potential.hpp"
#include "implicitbias/geometry/potentials/quadratic_potential.hpp"
#include "implicitbias/geometry/potentials/spectral_entropy.hpp"
#include "implicitbias/geometry/potentials/squared_lp.hpp"

namespace implicitbias {

using Potentials = TypeList<Euclidean, Entropy, QuadraticPotential, SquaredLp, SpectralEntropy,
                            PowerPotential, HyperbolicEntropy, Cosh>;

}  // namespace implicitbias
