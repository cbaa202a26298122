// Iterations on a few coordinates: sizes known at compile time, no virtual call, everything in registers.
#pragma once

#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

/// Null where the problem is not tiny, or the move is not among those that are listed.
std::unique_ptr<InnerLoop> tiny_loop(const InnerProblem& problem, const InnerMove& move,
                                     const InnerSteps& steps, Variant variant);

}  // namespace implicitbias::kernels::level
