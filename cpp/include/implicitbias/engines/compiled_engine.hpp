// Iterations on the state's own arrays, inside a level's module.
#pragma once

#include <functional>

#include "implicitbias/engines/engine.hpp"
#include "implicitbias/engines/loop_host.hpp"

namespace implicitbias {

class CompiledEngine final : public Engine {
 public:
  using MakeLoop = std::function<std::unique_ptr<kernels::InnerLoop>()>;

  /// The loop is made when it is first needed.
  CompiledEngine(const char* name, std::int64_t begin, std::shared_ptr<LoopHost> host, MakeLoop make_loop)
      : name_(name), begin_(begin), host_(std::move(host)), make_loop_(std::move(make_loop)) {}

  const char* name() const override { return name_; }
  std::int64_t begin() const override { return begin_; }
  bool takes(const State& state) const override;
  void enter(State& state) override;
  void advance(State& state, std::int64_t until) override;
  void settle(State&) override {}

 private:
  kernels::InnerLoop& loop() const {
    if (!loop_) loop_ = make_loop_();
    return *loop_;
  }
  void keep(State& state) const;

  const char* name_;
  std::int64_t begin_;
  std::shared_ptr<LoopHost> host_;
  MakeLoop make_loop_;
  mutable std::unique_ptr<kernels::InnerLoop> loop_;
};

}  // namespace implicitbias
