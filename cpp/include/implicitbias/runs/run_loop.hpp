// The one loop: evaluate the loss and its gradient, record and certify where t is on the schedule, ask the
// rule for the step size, take the method's step. It knows no Python and no concrete loss, norm or method.
// An engine may take over for iterations that it does faster, and must agree with the plain loop up to
// rounding. Where a step throws, the state before it stays.
#pragma once

#include <memory>
#include <optional>

#include "implicitbias/base/threads.hpp"
#include "implicitbias/engines/engine.hpp"
#include "implicitbias/methods/method.hpp"
#include "implicitbias/problems/cancellation.hpp"
#include "implicitbias/problems/mini_batch.hpp"
#include "implicitbias/problems/problem.hpp"
#include "implicitbias/runs/certificate.hpp"
#include "implicitbias/runs/local_radius.hpp"
#include "implicitbias/runs/recalling_equation.hpp"
#include "implicitbias/runs/recording.hpp"
#include "implicitbias/runs/trajectory.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

/// What a run is made of, as the user gave it.
struct Parts {
  std::shared_ptr<const Problem> problem;
  std::shared_ptr<const Method> method;
  std::shared_ptr<const StepSize> step_size;
  std::shared_ptr<const MiniBatch> batch;  // may be null
  std::shared_ptr<const Recording> recording;
  bool plain = false;  // iterate in the plain loop, even where there is a faster one
  int threads = 1;     // how many share the passes over the data
};

class RunLoop {
 public:
  /// Starts at w0, or where the method starts by default if that is empty.
  RunLoop(Parts parts, Vector w0);

  /// Goes on from a saved state as if never interrupted.
  RunLoop(Parts parts, State state, Trajectory trajectory);

  /// Iterates until t = `until` or `seconds` have passed, whichever comes first. Where it throws, the
  /// state is the last valid one.
  void advance(std::int64_t until, double seconds);

  /// The differential equation that the iterates follow from here on.
  std::unique_ptr<ModifiedEquation> equation() const;

  /// Goes on from a later time and the coordinates that the modified equation gives there, as a recorded row;
  /// `error` is that of w. Up to 2^53 t is an integer, beyond log10_t alone counts. Where it throws, the
  /// state is the last valid one.
  void leap(double t, double log10_t, const Vector& q, double error);

  const State& state() const { return state_; }
  const Trajectory& trajectory() const { return trajectory_; }
  double log_loss() const { return current().log_loss; }

  /// The name of the engine that iterates from here on (engines/choose.cpp), or "plain".
  const char* form() const;

  /// |Xw - y|, for losses with a finite root.
  double residual() const { return residual(current()); }

  /// The distance of grad psi(w) - grad psi(w0) from the rows of X and the constraints; NaN where the method
  /// has no potential.
  double off_manifold() const;

  /// The certificate of the current iterate, recorded or not; for monotone losses only.
  Certificate certificate() const;

  /// The residual of the Karush-Kuhn-Tucker conditions (certificate.hpp); for monotone losses only.
  double kkt_residual() const {
    return implicitbias::kkt_residual(current(), state_.w, *geometry_, degree());
  }

  /// The gauge that brackets are in; null where a model has none.
  const std::shared_ptr<const Gauge>& induced() const { return induced_; }

 private:
  friend class Columns;
  explicit RunLoop(Parts parts);
  bool linear() const { return parts_.problem->model().identity(); }
  int degree() const { return parts_.problem->model().degree(); }
  void enter(State state);
  [[nodiscard]] bool evaluate_query(const State& state, Evaluation& result);
  /// The loss and its gradient over all samples, at w. A run whose gradients are taken on batches, or
  /// elsewhere than at w, may go on while these are not finite: then log_loss is infinite, and the rest does
  /// not count.
  Evaluation current() const;
  static double residual(const Evaluation& at) {
    return at.log_loss < infinity ? at.z.stableNorm() : infinity;
  }
  Certificate certificate(const Evaluation& at) const;
  void record(bool integrated = false);
  const Vector& downhill();
  double step_ahead(const Vector& gradient, double log_smoothness);
  double log_step(const Vector& gradient, double log_smoothness);
  const State& decayed(double log_eta);
  void iterate();
  void take_step();
  bool engaged() const {
    return engine_ && state_.t >= engine_->begin() && (!settled_ || engine_->takes(state_));
  }
  void enter_form();
  void advance_form(std::int64_t until);
  /// Whether the state is one that the engine may go on from; then it is safe.
  bool settles();
  void settle_form();
  void go_back();

  Parts parts_;
  std::shared_ptr<const Method> method_;   // on the problem's parameter shape
  std::shared_ptr<const Gauge> geometry_;  // of the parameters
  std::shared_ptr<const Gauge> induced_;   // of the predictor, or null
  double radius_;  // B = max_n |x_n|_* there; the reach of the model where there is no gauge
  LocalRadius local_radius_;
  bool plain_;                                     // the gradient is taken at w, over all samples
  bool needs_heading_;                             // the step size looks at the ray of the step
  bool weighs_;                                    // the step size looks at the norm of the gradient
  std::unique_ptr<Engine> engine_;                 // faster than `iterate`, or null
  std::optional<kernels::StepRecipe> lane_steps_;  // of a run that may be one of several columns

  State state_, next_;
  State decayed_;               // state_ with the w that a step is taken from, under weight decay
  State safe_;                  // where an engine was last known to be finite
  bool settled_ = true;         // whether at_ and all of state_ are those of state_.t
  Threads* threads_ = nullptr;  // set while the run advances
  Trajectory trajectory_;
  Evaluation at_, beyond_;  // where the gradients of state_ and next_ are taken
  Vector query_;
  std::vector<Index> order_, drawn_;
  Cancellation cancellation_;  // clears rounding from the gradients that the method follows
  std::int64_t next_record_ = 0;

  // For losses with a finite root and methods with a potential: where the dual variables began, and the
  // directions in which they may move.
  Vector start_dual_;
  Eigen::MatrixXd manifold_;
};

}  // namespace implicitbias
