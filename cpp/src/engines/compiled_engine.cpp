#include "implicitbias/engines/compiled_engine.hpp"

#include "implicitbias/engines/inner_state.hpp"

namespace implicitbias {

namespace {

kernels::InnerState view(State& state) {
  kernels::InnerState inner = inner_state(state, state.w.data());
  if (state.gradient_sum.size()) inner.gradient_sum = state.gradient_sum.data();
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
  take_numbers(inner, state);
  keep(state);
}

void CompiledEngine::keep(State& state) const {
  state.kept = Eigen::Map<const Vector>(loop().kept(), loop().kept_size());
}

}  // namespace implicitbias
