// Iterations in an engine's form, and where the plain loop takes over.
#include "implicitbias/runs/run_loop.hpp"

namespace implicitbias {

const char* RunLoop::form() const { return engaged() ? engine_->name() : "plain"; }

void RunLoop::enter_form() {
  engine_->enter(state_);
  safe_ = state_;
  settled_ = true;
}

void RunLoop::advance_form(std::int64_t until) {
  if (safe_.t != state_.t && settled_) enter_form();
  settled_ = false;
  engine_->advance(state_, until);
  if (state_.t < next_record_) return;
  settle_form();
  if (state_.t >= next_record_) record();  // unless the plain loop has
}

bool RunLoop::settles() {
  engine_->settle(state_);
  settled_ = true;
  bool finite = averages(state_) && state_.kept.allFinite() && evaluate_query(state_, at_);
  for (const Vector& part : state_.memory) finite = finite && part.allFinite();
  if (!finite || !engine_->takes(state_)) return false;
  safe_ = state_;
  return true;
}

void RunLoop::settle_form() {
  if (settled_ || settles()) return;
  // Some step since the last safe state led beyond what the engine takes. The engine goes there again, step
  // by step, and the plain loop takes that one: it says why it cannot, or gets over it. So which steps are
  // its own depends on the run alone, and not on where the caller pauses.
  const std::int64_t until = state_.t;
  go_back();
  while (state_.t < until) {
    if (engaged()) {
      enter_form();
      engine_->advance(state_, state_.t + 1);
      if (settles()) continue;
      go_back();
    }
    iterate();
  }
  if (engaged()) enter_form();
}

void RunLoop::go_back() {
  state_ = safe_;
  if (!evaluate_query(state_, at_)) throw DomainError("w: the loss or its gradient is not finite");
}

}  // namespace implicitbias
