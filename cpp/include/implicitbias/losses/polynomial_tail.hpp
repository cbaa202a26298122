// A loss with a polynomial tail, l(m) = (1 + m)^-b for margins m >= 0 and 1 - b m below: monotone (Property
// 2), convex, with a continuous slope. Logarithms are those of 1 + m, which no margin can overflow.
#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

class PolynomialTailKernel {
 public:
  static constexpr const char* name = "PolynomialTail";
  static constexpr const char* doc =
      R"(Polynomial tail, l(u, y) = (1 + u y)^-power for u y >= 0 and 1 - power u y below: monotone and convex.

      Parameters
      ----------
      power : float
          Positive.

      Notes
      -----
      The tail is no exponential: gradient descent follows the regularization path, whose direction minimizes
      sum_n <w, y_n x_n>^-power on the unit sphere, and whose margin need not be the largest. The curvature is
      bounded by the value, as LossNormalized asks, for power (power + 1) <= 1: up to (sqrt(5) - 1) / 2.

      References
      ----------
      Ji, Dudik, Schapire and Telgarsky (2020), "Gradient Descent Follows the Regularization Path for General
      Losses", arXiv:2006.11226.

      Examples
      --------
      >>> log_loss, log_scale, slopes = ib.PolynomialTail(2).evaluate([1.0, -1.0])
      >>> print(f"{math.exp(log_loss):.6g}", math.exp(log_scale) * slopes)
      3.25 [-0.25 -2.  ]
      )";

  explicit PolynomialTailKernel(double power) : power_(positive(power, "power")) {}

  double power() const { return power_; }
  using fields = Fields<Field<"power", &PolynomialTailKernel::power>>;

  static constexpr bool convex = true;
  static constexpr bool exponential_tail = false;  // -l' ~ b m^-(b + 1)
  // l'' / l = b (b + 1) / (1 + m)^2 for m > 0, which is largest as m -> 0; for m < 0, l'' = 0. The slope has
  // no jump at 0, so that its change is the integral of l''.
  bool bounds_curvature() const { return power_ * (power_ + 1) <= 1; }

  double log_value(double margin) const {
    if (margin >= 0) return -power_ * std::log1p(margin);
    const double rise = -power_ * margin;
    return std::isfinite(rise) ? std::log1p(rise) : std::log(power_) + std::log(-margin);
  }
  double log_slope(double margin) const {
    return std::log(power_) - (margin > 0 ? (power_ + 1) * std::log1p(margin) : 0.0);
  }

 private:
  double power_;
};

using PolynomialTail = TailModel<PolynomialTailKernel>;

}  // namespace implicitbias
