#include "implicitbias/engines/compiled_engine.hpp"

namespace implicitbias {

namespace {

kernels::InnerState view(State& state) {
  kernels::InnerState inner{.t = state.t,
                            .w = state.w.data(),
                            .memory = {},
                            .memory_size = {},
                            .gradient_sum = state.gradient_sum.size() ? state.gradient_sum.data() : nullptr,
                            .weight_sum = state.weight_sum,
                            .largest_step = state.largest_step,
                            .largest_step_t = state.largest_step_t,
                            .last_violation = state.last_violation};
  for (std::size_t i = 0; i < state.memory.size(); ++i) {
    inner.memory[i] = state.memory[i].data();
    inner.memory_size[i] = state.memory[i].size();
  }
  return inner;
}

}  // namespace

bool CompiledEngine::takes(const State& state) const {
  const double* memory[4] = {};
  for (std::size_t i = 0; i < state.memory.size(); ++i) memory[i] = state.memory[i].data();
  return loop().takes(memory);
}

void CompiledEngine::enter(State& state) {
  const bool kept = state.kept.size() == loop().kept_size();
  loop().enter(view(state), kept ? state.kept.data() : nullptr);
  keep(state);
}

void CompiledEngine::advance(State& state, std::int64_t until) {
  kernels::InnerState inner = view(state);
  loop().advance(inner, until);
  state.t = inner.t;
  state.weight_sum = inner.weight_sum;
  state.largest_step = inner.largest_step;
  state.largest_step_t = inner.largest_step_t;
  state.last_violation = inner.last_violation;
  keep(state);
}

void CompiledEngine::keep(State& state) const {
  state.kept = Eigen::Map<const Vector>(loop().kept(), loop().kept_size());
}

}  // namespace implicitbias
