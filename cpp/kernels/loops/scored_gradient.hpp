// Gradients where a sample has several scores: classes, or several targets.
#pragma once

#include <memory>

#include "gradient.hpp"

namespace implicitbias::kernels::level {

/// Makes the gradient of a problem that has `scores`.
std::unique_ptr<Gradient> scored_gradient(const InnerProblem& problem, Variant variant);

}  // namespace implicitbias::kernels::level
