// Everything a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from these lists.
#pragma once

#include "losses/exponential.hpp"
#include "losses/logistic.hpp"
#include "losses/squared.hpp"
#include "methods/steepest_descent.hpp"
#include "norms/lp.hpp"
#include "norms/quadratic.hpp"
#include "recording.hpp"
#include "step_sizes/constant.hpp"
#include "step_sizes/loss_normalized.hpp"
#include "step_sizes/polynomial.hpp"
#include "step_sizes/schedule.hpp"

namespace implicitbias {

using Losses = TypeList<Squared, Exponential, Logistic>;
using Norms = TypeList<Lp, QuadraticNorm>;
using Methods = TypeList<SteepestDescent>;
using StepSizes = TypeList<Constant, LossNormalized, Polynomial, Schedule>;
using Recordings = TypeList<LogSpaced, Every>;

}  // namespace implicitbias
