// Gradients of losses of several scores a sample.
#pragma once

#include <memory>

#include "gradient.hpp"

namespace implicitbias::kernels::level {

std::unique_ptr<Gradient> scored_gradient(const InnerProblem& problem, Variant variant);

}  // namespace implicitbias::kernels::level
