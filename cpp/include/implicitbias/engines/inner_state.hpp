// The numbers of a run's state that the compiled loop goes on from: every engine hands them in and takes them
// back, whatever it makes of w and the memory.
#pragma once

#include "implicitbias/kernels/inner_loop.hpp"
#include "implicitbias/methods/state.hpp"

namespace implicitbias {

/// What the loop gets for parameters at `w`: the numbers of the state, without memory and sum of gradients.
inline kernels::InnerState inner_state(const State& state, double* w) {
  return {.t = state.t,
          .w = w,
          .memory = {},
          .memory_size = {},
          .gradient_sum = nullptr,
          .weight_sum = state.weight_sum,
          .largest_step = state.largest_step,
          .largest_step_t = state.largest_step_t,
          .last_violation = state.last_violation};
}

/// Writes what they have become.
inline void take_numbers(const kernels::InnerState& inner, State& state) {
  state.t = inner.t;
  state.weight_sum = inner.weight_sum;
  state.largest_step = inner.largest_step;
  state.largest_step_t = inner.largest_step_t;
  state.last_violation = inner.last_violation;
}

}  // namespace implicitbias
