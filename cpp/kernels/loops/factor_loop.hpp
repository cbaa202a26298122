#pragma once

#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

/// Gradient descent on a factor U of W = U U' for symmetric samples. Of samples and W, one
/// triangle is kept: inner products with W, and the gradient, cost half as much. The state's memory
/// is U, and steps.log_beta is log B.
std::unique_ptr<InnerLoop> factor_loop(const InnerProblem& problem, const StepRecipe& steps);

}  // namespace implicitbias::kernels::level
