// The losses a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from this list.
#pragma once

#include "../fields.hpp"
#include "../losses/exponential.hpp"
#include "../losses/huber.hpp"
#include "../losses/log_cosh.hpp"
#include "../losses/logistic.hpp"
#include "../losses/probit.hpp"
#include "../losses/sigmoid.hpp"
#include "../losses/squared.hpp"
#include "../losses/truncated_squared.hpp"

namespace implicitbias {

using Losses = TypeList<Squared, Huber, TruncatedSquared, LogCosh, Exponential, Logistic, Probit, Sigmoid>;

}  // namespace implicitbias
