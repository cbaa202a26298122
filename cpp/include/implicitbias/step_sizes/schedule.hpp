#pragma once

#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

class Schedule final : public StepSize {
 public:
  static constexpr const char* name = "Schedule";
  static constexpr const char* doc =
      R"(eta_t = etas[t]: the user's own steps. A run goes no further than its schedule.

      Parameters
      ----------
      etas : array_like of shape (T,)
          Finite and not negative.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> print(ib.Run(problem, ib.GradientDescent(), ib.Schedule([0.05, 0.1])).advance(2).w.round(6))
      [0.2 0.4]
      )";

  explicit Schedule(Vector etas) : etas_(std::move(etas)), logs_(etas_.array().log()) {
    if (etas_.size() == 0) throw InvalidValueError("etas: expected at least one step, got none");
    for (Index t = 0; t < etas_.size(); ++t)
      if (!(etas_[t] >= 0) || !std::isfinite(etas_[t]))
        throw InvalidValueError(message("etas: expected finite steps >= 0, got etas[", t, "] = ", etas_[t]));
  }

  const Vector& etas() const { return etas_; }
  using fields = Fields<Field<"etas", &Schedule::etas>>;

  double log_step(const StepContext& context) const override { return logs_[context.t]; }
  std::optional<kernels::StepRecipe> recipe() const override {
    return kernels::StepRecipe{.eta = etas_.maxCoeff(), .etas = etas_.data()};
  }
  std::int64_t length() const override { return etas_.size(); }

 private:
  Vector etas_, logs_;
};

}  // namespace implicitbias
