// The one loop. It knows no Python, no concrete loss, norm or method.
#pragma once

#include <memory>

#include "certificate.hpp"
#include "method.hpp"
#include "problem.hpp"
#include "recording.hpp"
#include "step_size.hpp"
#include "trajectory.hpp"

namespace implicitbias {

class RunLoop {
 public:
  RunLoop(std::shared_ptr<const Problem> problem, const Method& method,
          std::shared_ptr<const StepSize> step_size, std::shared_ptr<const Recording> recording, Vector w0);

  /// Goes on from a saved state as if never interrupted.
  RunLoop(std::shared_ptr<const Problem> problem, const Method& method,
          std::shared_ptr<const StepSize> step_size, std::shared_ptr<const Recording> recording, State state,
          Trajectory trajectory);

  /// Iterates until t = `until` or `seconds` have passed, whichever comes first. Where it throws, the
  /// state is the last valid one.
  void advance(std::int64_t until, double seconds);

  const State& state() const { return state_; }
  const Trajectory& trajectory() const { return trajectory_; }
  double log_loss() const { return at_.log_loss; }

  /// Of the current iterate, recorded or not; for monotone losses only.
  Certificate certificate() const;

 private:
  double log_step() const;
  void evaluate_state();
  void record();
  void iterate();

  std::shared_ptr<const Problem> problem_;
  std::shared_ptr<const Method> method_;
  std::shared_ptr<const StepSize> step_size_;
  std::shared_ptr<const Recording> recording_;
  double radius_;  // B = max_n |x_n|_*

  State state_;
  Trajectory trajectory_;
  Evaluation at_;      // of state_.w
  Evaluation beyond_;  // of the candidate next_w_
  Vector next_w_;
  std::int64_t next_record_;
};

}  // namespace implicitbias
