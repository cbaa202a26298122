#pragma once

#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

class Constant final : public StepSize {
 public:
  static constexpr const char* name = "Constant";
  static constexpr const char* doc = R"(eta_t = eta.

      Parameters
      ----------
      eta : float
          Positive.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> print(ib.Run(problem, ib.GradientDescent(), ib.Constant(0.05)).advance(100).w.round(6))
      [0.2 0.4]
      )";

  explicit Constant(double eta) : eta_(positive(eta, "eta")) {}

  double eta() const { return eta_; }
  using fields = Fields<Field<"eta", &Constant::eta>>;

  double log_step(const StepContext&) const override { return log_eta_; }
  double late_log_step(double, double) const override { return log_eta_; }
  std::optional<kernels::StepRecipe> recipe() const override { return kernels::StepRecipe{.eta = eta_}; }

 private:
  double eta_;
  double log_eta_ = std::log(eta_);
};

}  // namespace implicitbias
