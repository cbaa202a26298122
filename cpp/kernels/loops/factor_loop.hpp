#pragma once

#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

/// Gradient descent on a factor U of W = U U' for symmetric samples and squared loss. Of samples and W, one
/// triangle is kept: inner products with W, and the gradient, cost half as much. The state's memory is U.
std::unique_ptr<InnerLoop> factor_loop(const InnerProblem& problem, const InnerSteps& steps);

}  // namespace implicitbias::kernels::level
