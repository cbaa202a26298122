// The squared loss on a few coordinates through X'X, constant steps: sizes known at compile time, no virtual
// call, everything in registers.
#pragma once

#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

/// Null where the problem is not tiny, or steps or move are not among those that are listed.
std::unique_ptr<InnerLoop> tiny_loop(const InnerProblem& problem, const MoveRecipe& move,
                                     const StepRecipe& steps);

}  // namespace implicitbias::kernels::level
