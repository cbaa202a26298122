// The losses a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from this list.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/cross_entropy.hpp"
#include "implicitbias/losses/exponential.hpp"
#include "implicitbias/losses/huber.hpp"
#include "implicitbias/losses/log_cosh.hpp"
#include "implicitbias/losses/logistic.hpp"
#include "implicitbias/losses/multiclass_exponential.hpp"
#include "implicitbias/losses/pairwise_logistic.hpp"
#include "implicitbias/losses/polynomial_tail.hpp"
#include "implicitbias/losses/probit.hpp"
#include "implicitbias/losses/sigmoid.hpp"
#include "implicitbias/losses/squared.hpp"
#include "implicitbias/losses/truncated_squared.hpp"

namespace implicitbias {

using Losses = TypeList<Squared, Huber, TruncatedSquared, LogCosh, Exponential, Logistic, Probit, Sigmoid,
                        PolynomialTail, CrossEntropy, MulticlassExponential, PairwiseLogistic>;

}  // namespace implicitbias
