// A few samples of a few coordinates, in one pass: vectors of samples, of which a whole iteration stays in
// registers.
#pragma once

#include <memory>

#include "gradient.hpp"

namespace implicitbias::kernels::level {

/// Null where there are more coordinates or samples, or they are sparse.
std::unique_ptr<Gradient> column_gradient(const InnerProblem& problem);

}  // namespace implicitbias::kernels::level
