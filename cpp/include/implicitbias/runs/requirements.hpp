// What a step rule asks of the problem, the method and the batch that it meets: said by the rule, checked
// here.
#pragma once

#include "implicitbias/methods/method.hpp"
#include "implicitbias/problems/mini_batch.hpp"
#include "implicitbias/problems/problem.hpp"
#include "implicitbias/runs/local_radius.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

/// Throws InvalidValueError where a rule misses something. `batch` may be null.
void check_requirements(const StepSize& rule, const Problem& problem, const Method& method,
                        const LocalRadius& radius, const MiniBatch* batch);

}  // namespace implicitbias
