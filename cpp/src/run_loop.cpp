#include "implicitbias/run_loop.hpp"

#include <chrono>
#include <cmath>
#include <utility>

namespace implicitbias {

namespace {

State initial_state(Vector w0, bool monotone) {
  State state;
  state.gradient_sum = Vector::Zero(monotone ? w0.size() : 0);
  state.w = std::move(w0);
  return state;
}

}  // namespace

RunLoop::RunLoop(std::shared_ptr<const Problem> problem, const Method& method,
                 std::shared_ptr<const StepSize> step_size, std::shared_ptr<const Recording> recording,
                 Vector w0)
    : RunLoop(problem, method, std::move(step_size), std::move(recording),
              initial_state(w0.size() ? std::move(w0) : method.default_start(problem->shape()),
                            problem->loss()->monotone()),
              Trajectory(problem->loss()->monotone())) {}

RunLoop::RunLoop(std::shared_ptr<const Problem> problem, const Method& method,
                 std::shared_ptr<const StepSize> step_size, std::shared_ptr<const Recording> recording,
                 State state, Trajectory trajectory)
    : problem_(std::move(problem)),
      method_(method.on(problem_->shape())),
      step_size_(std::move(step_size)),
      recording_(std::move(recording)),
      radius_(problem_->radius(*method_->geometry())),
      state_(std::move(state)),
      trajectory_(std::move(trajectory)),
      at_(problem_->samples(), problem_->dimension()),
      beyond_(at_),
      next_w_(problem_->dimension()),
      next_record_(trajectory_.t.empty() ? 0 : recording_->after(trajectory_.t.back())) {
  step_size_->check(*problem_->loss());
  if (radius_ == 0)
    throw InvalidValueError("X: expected at least one sample that is not zero, got zeros only");
  if (!std::isfinite(radius_))
    throw InvalidValueError("X: the dual norm of a sample overflows; rescale the data");
  evaluate_state();
  if (state_.t >= next_record_) record();
}

void RunLoop::evaluate_state() {
  if (!problem_->evaluate(state_.w, at_))
    throw DomainError(message("w: the loss is not finite at t = ", state_.t));
}

double RunLoop::log_step() const {
  return step_size_->log_step({state_.t, method_->log_smoothness(state_, at_.log_loss, radius_)});
}

Certificate RunLoop::certificate() const {
  if (!problem_->loss()->monotone()) throw InvalidValueError("loss: certificates are for monotone losses");
  const auto last = [this](std::size_t column, double none) {
    const auto& values = trajectory_.columns[column].values;
    return values.empty() ? none : values.back();
  };
  return certify(state_, at_, *method_->geometry(), radius_,
                 {-infinity, infinity, last(3, -infinity), last(4, infinity)});
}

void RunLoop::record() {
  std::vector<double> row;
  if (problem_->loss()->monotone()) {
    const Certificate now = certificate();
    row = {at_.log_loss, now.margin, now.bound, now.best_margin, now.best_bound};
  } else {
    row = {at_.log_loss, at_.z.stableNorm()};
  }
  trajectory_.t.push_back(state_.t);
  trajectory_.w.insert(trajectory_.w.end(), state_.w.begin(), state_.w.end());
  for (std::size_t i = 0; i < row.size(); ++i) trajectory_.columns[i].values.push_back(row[i]);
  next_record_ = recording_->after(state_.t);
}

void RunLoop::iterate() {
  const double log_step = this->log_step() + at_.log_scale;
  method_->step(state_, at_.gradient, log_step, next_w_);
  if (!problem_->evaluate(next_w_, beyond_))
    throw DomainError(message("step t = ", state_.t, ": the loss is not finite after a step of size ",
                              std::exp(log_step - at_.log_scale), " from log L = ", at_.log_loss,
                              "; the run stays at t = ", state_.t, ". Take smaller steps"));
  if (state_.gradient_sum.size()) {
    const double weight = std::exp(log_step);
    state_.gradient_sum += weight * at_.gradient;
    state_.weight_sum += weight;
  }
  std::swap(state_.w, next_w_);
  std::swap(at_, beyond_);
  ++state_.t;
  if (state_.t >= next_record_) record();
}

void RunLoop::advance(std::int64_t until, double seconds) {
  if (until > step_size_->length())
    throw InvalidValueError(message("steps: the schedule ends at t = ", step_size_->length(),
                                    ", the run was to go on to t = ", until));
  using Clock = std::chrono::steady_clock;
  const auto deadline = Clock::now() + std::chrono::duration<double>(seconds);
  // A norm of the user's may have thrown where this row was due.
  if (state_.t >= next_record_) record();
  // Reading the clock costs as much as a tiny iteration: look at it less often while iterations are short.
  std::int64_t stride = 1;
  while (state_.t < until) {
    const auto begin = Clock::now();
    if (begin >= deadline) return;
    for (const std::int64_t pause = std::min(until, state_.t + stride); state_.t < pause;) iterate();
    if (Clock::now() - begin < std::chrono::microseconds(200)) stride *= 2;
  }
}

}  // namespace implicitbias
