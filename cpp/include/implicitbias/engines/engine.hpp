// Engines iterate as the plain loop does, for the problems, methods and step sizes that have one: the same
// trajectory up to rounding, faster.
#pragma once

#include <cstdint>
#include <memory>

#include "implicitbias/methods/method.hpp"
#include "implicitbias/problems/mini_batch.hpp"
#include "implicitbias/problems/problem.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

class Engine {
 public:
  virtual ~Engine() = default;

  virtual const char* name() const = 0;

  /// The iteration from which on it pays: before, the plain loop iterates.
  virtual std::int64_t begin() const { return 0; }

  /// Whether it can go on from a state, all of which is up to date.
  virtual bool takes(const State& /*state*/) const { return true; }

  /// What later iterations depend on besides the state of the plain loop is kept in state.kept, so that a
  /// checkpoint has it. Takes up a state; makes state.kept where that is empty.
  virtual void enter(State& state) = 0;

  /// Iterates to `until`; of the state only t and `kept` need be up to date then. Where something is not
  /// finite it stays so.
  virtual void advance(State& state, std::int64_t until) = 0;

  /// Brings the rest of the state up to date, and changes nothing that later iterations depend on.
  virtual void settle(State& state) = 0;
};

/// The best engine, by measured thresholds (engines/choose.cpp); null where the plain loop is, which several
/// threads may share.
std::unique_ptr<Engine> best_engine(std::shared_ptr<const Problem> problem,
                                    std::shared_ptr<const Method> method, const StepSize& step_size,
                                    std::shared_ptr<const MiniBatch> batch, double log_radius, bool threaded);

}  // namespace implicitbias
