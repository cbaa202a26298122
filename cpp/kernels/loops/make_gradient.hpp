#pragma once

#include <memory>

#include "gradient.hpp"

namespace implicitbias::kernels::level {

/// The gradient of a problem, in the way that pays.
std::unique_ptr<Gradient> make_gradient(const InnerProblem& problem, Variant variant);

}  // namespace implicitbias::kernels::level
