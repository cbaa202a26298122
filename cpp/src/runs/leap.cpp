// Where iterates follow a differential equation, a run goes on from a later time.
#include "implicitbias/runs/run_loop.hpp"

#include <cmath>
#include <utility>

#include "implicitbias/kernels/flush_subnormals.hpp"

namespace implicitbias {

std::unique_ptr<ModifiedEquation> RunLoop::equation() const {
  if (parts_.batch)
    throw InvalidValueError("batch: expected none, gradients are to be those of the whole loss");
  if (!linear())
    throw InvalidTypeError(message("problem: expected Linear(), got ", parts_.problem->model().text()));
  const double log_radius = std::log(radius_);
  const auto& rule = parts_.step_size;
  if (method_->flow())
    return std::make_unique<ModifiedEquation>(parts_.problem, method_, rule, log_radius, state_);
  if (method_->recalling())
    return std::make_unique<RecallingEquation>(parts_.problem, method_, rule, log_radius, state_);
  throw InvalidTypeError("method: its iterates follow no differential equation");
}

void RunLoop::leap(double t, double log10_t, const Vector& q, double error) {
  const kernels::FlushSubnormals flush;
  State state = state_;
  const Charted* chart = method_->chart();
  const bool rests = !chart && method_->weight_decay() > 0;  // and what it remembers, too
  const Index size = chart ? chart->coordinates(state_).size() : rests ? state_.w.size() : -1;
  if (q.size() != size || !q.allFinite())
    throw InvalidValueError("q: expected finite coordinates of the method");
  state.t = t <= 0x1p53 ? static_cast<std::int64_t>(t) : uncounted;
  state.log10_t = log10_t;
  if (!(t > 0) || !std::isfinite(log10_t) || !later(state_.t, state_.log10_t, state.t, state.log10_t))
    throw InvalidValueError(message("t: expected a later time than ", state_.t, ", got ", t));
  if (chart)
    chart->place(q, state);
  else
    state.w = q;
  if (method_->recalling() &&
      !RecallingEquation(parts_.problem, method_, parts_.step_size, std::log(radius_), state)
           .recall(log10_t * std::log(10.0), q, state))
    throw DomainError(message("w: the run has no smooth past at t = 10^", log10_t));
  state.error = error;
  if (!state.w.allFinite() || !evaluate_query(state, beyond_))
    throw DomainError(message("w: the loss or its gradient is not finite at t = 10^", log10_t));
  state.kept.resize(0);
  next_ = state;
  std::swap(state_, state);
  std::swap(at_, beyond_);
  record(true);
}

}  // namespace implicitbias
