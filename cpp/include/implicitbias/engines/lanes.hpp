// Runs that may go together, one a SIMD lane: on one tiny problem, by one method, each with steps of its own
// (kernels/lane_loop.hpp).
#pragma once

#include <memory>
#include <optional>

#include "implicitbias/kernels/lane_loop.hpp"
#include "implicitbias/methods/method.hpp"
#include "implicitbias/problems/mini_batch.hpp"
#include "implicitbias/problems/problem.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

/// The steps of a run in a lane; nothing where it has to go alone.
std::optional<kernels::StepRecipe> lane_steps(const std::shared_ptr<const Problem>& problem,
                                              const Method& method, const StepSize& step_size,
                                              const MiniBatch* batch, double log_radius);

/// The lanes, for a problem and a method of which runs may go together.
std::unique_ptr<kernels::LaneLoop> lanes_for(const std::shared_ptr<const Problem>& problem,
                                             const Method& method);

}  // namespace implicitbias
