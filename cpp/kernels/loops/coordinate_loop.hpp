#pragma once

#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

/// Steepest descent in l1 (coordinate descent) on a monotone loss. One coordinate moves, so margins
/// change by one column of the data, and few columns can have the largest derivative:
///     |h_j(p)| <= |h_j(p_ref)| + |p - p_ref|_2 |column j|_2
/// for the soft-max weights p. Derivatives are always inner products of whole columns, so that the iterates
/// do not depend on which were left out. The state's memory is z, the margins; `gradient_sum` sums the
/// weights.
std::unique_ptr<InnerLoop> coordinate_loop(const InnerProblem& problem, const StepRecipe& steps);

}  // namespace implicitbias::kernels::level
