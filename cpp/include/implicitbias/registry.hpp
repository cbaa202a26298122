// Everything a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from these lists.
#pragma once

#include "constraints/affine.hpp"
#include "constraints/simplex.hpp"
#include "losses/exponential.hpp"
#include "losses/huber.hpp"
#include "losses/log_cosh.hpp"
#include "losses/logistic.hpp"
#include "losses/squared.hpp"
#include "losses/truncated_squared.hpp"
#include "methods/mirror_descent.hpp"
#include "methods/natural_gradient.hpp"
#include "methods/steepest_descent.hpp"
#include "mini_batch.hpp"
#include "momentum.hpp"
#include "norms/lp.hpp"
#include "norms/quadratic.hpp"
#include "potentials/entropy.hpp"
#include "potentials/euclidean.hpp"
#include "potentials/quadratic_potential.hpp"
#include "potentials/spectral_entropy.hpp"
#include "potentials/squared_lp.hpp"
#include "recording.hpp"
#include "step_sizes/constant.hpp"
#include "step_sizes/loss_normalized.hpp"
#include "step_sizes/polynomial.hpp"
#include "step_sizes/schedule.hpp"

namespace implicitbias {

using Losses = TypeList<Squared, Huber, TruncatedSquared, LogCosh, Exponential, Logistic>;
using Norms = TypeList<Lp, QuadraticNorm>;
using Potentials = TypeList<Euclidean, Entropy, QuadraticPotential, SquaredLp, SpectralEntropy>;
using Momenta = TypeList<DualMomentum, PrimalMomentum>;
using Constraints = TypeList<Affine, Simplex>;
using Methods = TypeList<MirrorDescent, NaturalGradient, SteepestDescent>;
using StepSizes = TypeList<Constant, LossNormalized, Polynomial, Schedule>;
using Batches = TypeList<MiniBatch>;
using Recordings = TypeList<LogSpaced, Every>;

}  // namespace implicitbias
