#pragma once

#include "implicitbias/step_sizes/constant.hpp"

namespace implicitbias {

class Polynomial final : public StepSize {
 public:
  static constexpr const char* name = "Polynomial";
  static constexpr const char* doc = R"(eta_t = eta / (t + 1)^power.

      Parameters
      ----------
      eta : float
          Positive; the first step.
      power : float
          Not negative. The steps have an infinite sum, which Theorem 5 needs, iff power <= 1.

      Examples
      --------
      >>> print(f"{math.exp(ib.Polynomial(1.0, 0.5).log_step(3, 0.0)):.6g}")
      0.5
      )";

  explicit Polynomial(double eta, double power) : eta_(positive(eta, "eta")), power_(power) {
    if (!(power >= 0) || !std::isfinite(power))
      throw InvalidValueError(message("power: expected a finite number >= 0, got ", power));
  }

  double eta() const { return eta_; }
  double power() const { return power_; }
  using fields = Fields<Field<"eta", &Polynomial::eta>, Field<"power", &Polynomial::power>>;

  double log_step(const StepContext& context) const override {
    return log_eta_ - power_ * std::log1p(static_cast<double>(context.t));
  }
  double late_log_step(double log_t, double) const override {
    return log_eta_ - power_ * (log_t + std::log1p(std::exp(-log_t)));
  }

  bool summable() const override { return power_ > 1; }

  std::optional<kernels::StepRecipe> recipe() const override {
    return kernels::StepRecipe{.eta = eta_, .power = power_};
  }

 private:
  double eta_, power_;
  double log_eta_ = std::log(eta_);
};

}  // namespace implicitbias
