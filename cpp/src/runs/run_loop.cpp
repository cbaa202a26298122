#include "implicitbias/runs/run_loop.hpp"

#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

#include "implicitbias/engines/lanes.hpp"
#include "implicitbias/kernels/flush_subnormals.hpp"
#include "implicitbias/runs/ray_ahead.hpp"
#include "implicitbias/runs/requirements.hpp"
#include "implicitbias/runs/saddle.hpp"

namespace implicitbias {

namespace {

/// How many rows a gradient sees.
Index gradient_rows(const Parts& parts) {
  const Samples& rows = parts.problem->rows();
  if (!parts.batch) return rows.count();
  parts.batch->check(parts.problem->samples());
  return parts.batch->size() * rows.each();
}

}  // namespace

RunLoop::RunLoop(Parts parts)
    : parts_(std::move(parts)),
      method_(parts_.method->on(*parts_.problem)),
      geometry_(method_->geometry()->gauge_on(parts_.problem->shape())),
      induced_(parts_.problem->model().induced(geometry_)),
      radius_(induced_ ? parts_.problem->radius(*induced_) : parts_.problem->reach()),
      local_radius_(*parts_.problem, *geometry_, radius_),
      plain_(!parts_.batch && !method_->looks_ahead()),
      needs_heading_(parts_.step_size->needs_heading()),
      weighs_(parts_.step_size->needs(Need::gradient_norm)),
      trajectory_(parts_.problem->loss()->monotone()),
      at_(gradient_rows(parts_), parts_.problem->dimension()),
      beyond_(at_),
      query_(parts_.problem->dimension()),
      cancellation_(*parts_.problem, method_->forgets_scale(), at_.z.size()) {
  if (radius_ == 0)
    throw InvalidValueError("X: expected at least one sample that is not zero, got zeros only");
  if (!std::isfinite(radius_))
    throw InvalidValueError("X: the dual norm of a sample overflows; rescale the data");
  if (parts_.batch) {
    order_.resize(static_cast<std::size_t>(parts_.problem->samples()));
    std::iota(order_.begin(), order_.end(), Index{0});
  }
  check_requirements(*parts_.step_size, *parts_.problem, *method_, local_radius_, parts_.batch.get());
  if (!parts_.plain)
    engine_ = best_engine(parts_.problem, method_, *parts_.step_size, parts_.batch, std::log(radius_),
                          parts_.threads > 1);
  if (engine_)
    lane_steps_ =
        lane_steps(parts_.problem, *method_, *parts_.step_size, parts_.batch.get(), std::log(radius_));
}

RunLoop::RunLoop(Parts parts, Vector w0) : RunLoop(std::move(parts)) {
  const kernels::FlushSubnormals flush;
  const Problem& problem = *parts_.problem;
  State state;
  const bool given = w0.size() > 0;
  state.gradient_sum = Vector::Zero(problem.loss()->monotone() ? problem.rows().dimension() : 0);
  method_->begin(std::move(w0), problem.shape(), state);
  enter(std::move(state));
  const Evaluation at = current();
  if (!(at.log_loss < infinity)) throw DomainError("w: the loss or its gradient is not finite at t = 0");
  refuse_saddle(problem, state_.w, at, given);
  record();
}

RunLoop::RunLoop(Parts parts, State state, Trajectory trajectory) : RunLoop(std::move(parts)) {
  const kernels::FlushSubnormals flush;
  trajectory_ = std::move(trajectory);
  next_record_ = parts_.recording->after(trajectory_.t.back());
  enter(std::move(state));
}

void RunLoop::enter(State state) {
  const Crew crew(threads_, parts_.threads);
  state_ = std::move(state);
  next_ = state_;
  if (!state_.w.allFinite() || !evaluate_query(state_, at_))
    throw DomainError(message("w: the loss or its gradient is not finite at t = ", state_.t));
  if (parts_.problem->loss()->monotone() || !linear()) return;
  if (!method_->dual(state_, start_dual_)) {
    start_dual_.resize(0);
    return;
  }
  if (!trajectory_.t.empty()) {
    State start = state_;
    start.w = Eigen::Map<const Vector>(trajectory_.w.data(), start.w.size());
    method_->remember(start);
    method_->dual(start, start_dual_);
  }
  manifold_ = parts_.problem->span(method_->extra_rows(parts_.problem->shape()));
}

bool RunLoop::evaluate_query(const State& state, Evaluation& result) {
  if (plain_) return parts_.problem->evaluate(state.w, result, threads_);
  // The schedules of a method may end with the run.
  if (state.t >= method_->length())
    query_ = state.w;
  else
    method_->query(state, query_);
  if (!parts_.batch) return parts_.problem->evaluate(query_, result, threads_);
  parts_.batch->draw(state.t, order_, drawn_);
  return state.w.allFinite() && parts_.problem->evaluate(query_, drawn_, result);
}

Evaluation RunLoop::current() const {
  if (plain_) return at_;
  Evaluation at(parts_.problem->rows().count(), parts_.problem->dimension());
  if (!parts_.problem->evaluate(state_.w, at)) at.log_loss = infinity;
  return at;
}

/// The gradient that the method follows: certificates are those of `at_.gradient` itself.
const Vector& RunLoop::downhill() {
  if (!cancellation_.suspects(state_.w, at_)) return at_.gradient;
  if (parts_.batch) parts_.batch->draw(state_.t, order_, drawn_);
  return cancellation_.cleared(state_.w, at_, parts_.batch ? &drawn_ : nullptr);
}

double RunLoop::step_ahead(const Vector& gradient, double log_smoothness) {
  Vector dw(state_.w.size());
  method_->straight()->direction(state_, gradient, dw);
  const RayAhead heading(*parts_.problem->loss(), *geometry_, at_, gradient, std::move(dw),
                         [this](const Vector& along, Vector& v) {
                           if (!parts_.batch) return parts_.problem->along(along, v);
                           parts_.batch->draw(state_.t, order_, drawn_);
                           parts_.problem->along(along, drawn_, v);
                         });
  try {
    return parts_.step_size->log_step({state_.t, log_smoothness, &heading});
  } catch (const DomainError& error) {
    throw DomainError(message("step t = ", state_.t, ": ", error.what(), "; the run stays at t = ", state_.t,
                              ". Use Constant or LossNormalized"));
  }
}

double RunLoop::log_step(const Vector& gradient, double log_smoothness) {
  StepContext context{.t = state_.t, .log_smoothness = log_smoothness, .log_loss = at_.log_loss};
  if (weighs_) context.log_gradient = std::log(geometry_->dual(-gradient)) + at_.log_scale;
  if (!needs_heading_) return parts_.step_size->log_step(context);
  const LengthAhead heading(method_->log_length(state_, gradient, at_.log_scale));
  context.heading = &heading;
  return parts_.step_size->log_step(context);
}

/// The state that a step is taken from: weight decay shrinks w first, by what the rule says of eta_t.
const State& RunLoop::decayed(double log_eta) {
  if (method_->weight_decay() == 0) return state_;
  const double shrinkage = std::exp(log_eta) * method_->weight_decay();
  if (shrinkage > 1 + kernels::log_rounding)
    throw DomainError(message("eta_t times weight_decay is ", shrinkage, ", and more than 1 turns w around"));
  decayed_ = state_;
  decayed_.w *= std::max(0.0, 1 - shrinkage);
  return decayed_;
}

/// One iteration. What a noun of the user's does wrong is told with the step at which it did.
void RunLoop::iterate() {
  const auto told = [this](const std::exception& error) {
    return message(error.what(), "; the run stays at t = ", state_.t);
  };
  try {
    take_step();
  } catch (const InvalidValueError& error) {
    throw InvalidValueError(told(error));
  } catch (const InvalidTypeError& error) {
    throw InvalidTypeError(told(error));
  }
}

void RunLoop::take_step() {
  const double log_smoothness =
      parts_.problem->loss()->bounds_curvature()
          ? method_->log_smoothness(state_.w, at_.log_loss, local_radius_.log_at(state_.w))
          : std::numeric_limits<double>::quiet_NaN();
  // A heading's unit is the gradient as it is kept, without its scale.
  const bool ray = needs_heading_ && method_->straight();
  const double log_unit = ray ? at_.log_scale : 0;
  const Vector& gradient = downhill();
  const double log_s = ray ? step_ahead(gradient, log_smoothness) : log_step(gradient, log_smoothness);
  const double log_eta = log_s - log_unit, log_scale = at_.log_scale - log_unit;
  const auto fail = [&](const std::string& complaint) {
    throw DomainError(message("step t = ", state_.t, ", of size ", std::exp(log_eta), ": ", complaint,
                              "; the run stays at t = ", state_.t, ". Take smaller steps"));
  };
  try {
    const double log_rate =
        parts_.step_size->log_rate({.t = state_.t, .log_smoothness = log_smoothness}, log_eta);
    method_->step(decayed(log_rate), gradient, log_scale, log_s, next_);
  } catch (const DomainError& error) {
    fail(error.what());
  }
  next_.t = state_.t + 1;
  next_.largest_step = state_.largest_step;
  next_.largest_step_t = state_.largest_step_t;
  next_.last_violation = log_eta + log_smoothness > kernels::log_rounding ? state_.t : state_.last_violation;
  next_.kept.resize(0);
  next_.error = state_.error;
  if (log_eta + log_smoothness > state_.largest_step + kernels::log_rounding) {
    next_.largest_step = log_eta + log_smoothness;
    next_.largest_step_t = state_.t;
  }
  if (!evaluate_query(next_, beyond_)) fail("the loss or its gradient is not finite after it");
  if (state_.gradient_sum.size()) {
    const double weight = std::exp(method_->log_weight(state_.t, log_s, log_scale));
    next_.gradient_sum = state_.gradient_sum + weight * at_.in_w();
    next_.weight_sum = state_.weight_sum + weight;
    if (!averages(next_)) {
      next_.gradient_sum.setZero();
      next_.weight_sum = 0;
    }
  }
  std::swap(state_, next_);
  std::swap(at_, beyond_);
  if (state_.t >= next_record_) record();
}

void RunLoop::advance(std::int64_t until, double seconds) {
  const kernels::FlushSubnormals flush;
  if (state_.t == uncounted)
    throw InvalidValueError(message(
        "steps: at t = 10^", state_.log10_t,
        " there is no iteration to go on from: beyond 2^53 t is not counted, and an increment is lost "
        "in the rounding of w; fast_forward goes on"));
  const std::int64_t end = std::min(parts_.step_size->length(), method_->length());
  if (until > end)
    throw InvalidValueError(
        message("steps: the schedule ends at t = ", end, ", the run was to go on to t = ", until));
  // A norm of the user's may have thrown where this row was due.
  if (state_.t >= next_record_) record();
  const Crew crew(threads_, parts_.threads);
  if (engaged()) enter_form();
  // From here on: hundreds of threads may take longer to start than a caller gives, who would call for ever.
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
  // Reading the clock costs as much as a tiny iteration: look at it less often while iterations are short.
  std::int64_t stride = 1;
  while (state_.t < until) {
    const auto begin = Clock::now();
    if (begin >= deadline) break;
    const std::int64_t pause = std::min(until, state_.t + stride);
    while (state_.t < pause) {
      if (engaged())
        advance_form(std::min(pause, next_record_));
      else
        iterate();
    }
    if (Clock::now() - begin < std::chrono::microseconds(engaged() ? 5000 : 200)) stride *= 2;
  }
  settle_form();
}

}  // namespace implicitbias
