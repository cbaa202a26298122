#include "implicitbias/forms/inner_form.hpp"

namespace implicitbias {

void InnerForm::enter(State& state) {
  if (!loop_->reference()) return;
  if (state.form.size() != state.w.size()) state.form = state.w;
  loop_->set_reference(state.form.data());
}

void InnerForm::advance(State& state, std::int64_t until) {
  kernels::InnerState inner{.t = state.t,
                            .w = state.w.data(),
                            .memory = {},
                            .gradient_sum = state.gradient_sum.size() ? state.gradient_sum.data() : nullptr,
                            .weight_sum = state.weight_sum,
                            .largest_step = state.largest_step,
                            .largest_step_t = state.largest_step_t};
  for (std::size_t i = 0; i < state.memory.size(); ++i) inner.memory[i] = state.memory[i].data();
  loop_->advance(inner, until);
  state.t = inner.t;
  state.weight_sum = inner.weight_sum;
  state.largest_step = inner.largest_step;
  state.largest_step_t = inner.largest_step_t;
  if (loop_->reference()) state.form = Eigen::Map<const Vector>(loop_->reference(), state.w.size());
}

}  // namespace implicitbias
