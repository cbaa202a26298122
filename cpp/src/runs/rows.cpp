// What a run says of an iterate: its certificate, and the rows that it records.
#include "implicitbias/runs/run_loop.hpp"

#include <utility>

namespace implicitbias {

Certificate RunLoop::certificate() const {
  if (!parts_.problem->loss()->monotone())
    throw InvalidValueError("loss: certificates are for monotone losses");
  return certificate(current());
}

Certificate RunLoop::certificate(const Evaluation& at) const {
  const auto last = [this](std::size_t column, double none) {
    const auto& values = trajectory_.columns[column].values;
    return values.empty() ? none : values.back();
  };
  Certificate now{-infinity, infinity, last(3, -infinity), last(4, infinity)};
  if (!(at.log_loss < infinity)) return now;
  if (induced_) now = certify(state_, at, *induced_, radius_, now);
  if (!linear()) now.margin = normalized_margin(at.z, geometry_->value(state_.w), degree());
  return now;
}

double RunLoop::off_manifold() const {
  Vector moved;
  if (start_dual_.size() == 0 || !method_->dual(state_, moved))
    return std::numeric_limits<double>::quiet_NaN();
  moved -= start_dual_;
  moved -= manifold_ * (manifold_.transpose() * moved);
  return moved.stableNorm();
}

void RunLoop::record(bool integrated) {
  const Evaluation at = current();
  std::vector<double> row;
  if (parts_.problem->loss()->monotone()) {
    const Certificate now = certificate(at);
    if (now.best_margin > now.best_bound)
      throw InvalidValueError(message("norm: its value and its dual contradict each other: the margin ",
                                      now.best_margin, " exceeds the upper bound ", now.best_bound));
    row = {at.log_loss, now.margin, now.bound, now.best_margin, now.best_bound};
  } else {
    row = {at.log_loss, residual(at), off_manifold()};
  }
  row.insert(row.end(), {state_.error, integrated ? 1.0 : 0.0});
  trajectory_.t.push_back(state_.t);
  trajectory_.log10_t.push_back(log10_time(state_));
  trajectory_.w.insert(trajectory_.w.end(), state_.w.begin(), state_.w.end());
  for (std::size_t i = 0; i < row.size(); ++i) trajectory_.columns[i].values.push_back(row[i]);
  next_record_ = parts_.recording->after(state_.t);
}

}  // namespace implicitbias
