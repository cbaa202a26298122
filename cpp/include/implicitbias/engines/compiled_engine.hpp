// Iterations on the state's own arrays, inside a level's module.
#pragma once

#include "implicitbias/engines/engine.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias {

class CompiledEngine final : public Engine {
 public:
  CompiledEngine(const char* name, std::unique_ptr<kernels::InnerLoop> loop)
      : name_(name), loop_(std::move(loop)) {}

  const char* name() const override { return name_; }
  bool takes(const State& state) const override;
  void enter(State& state) override;
  void advance(State& state, std::int64_t until) override;
  void settle(State&) override {}

 private:
  void keep(State& state) const;

  const char* name_;
  std::unique_ptr<kernels::InnerLoop> loop_;
};

}  // namespace implicitbias
