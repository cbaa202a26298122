// Huber loss of the residual r: r^2 where |r| <= delta, 2 delta |r| - delta^2 outside. It is convex with a
// slope of at most 2 delta, continuous at |r| = delta as the value is. A finite root (Property 1).
#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

class HuberKernel {
 public:
  static constexpr const char* name = "Huber";
  static constexpr const char* doc =
      R"(Huber loss of the residual r = u - y: r^2 where |r| <= delta, 2 delta |r| - delta^2 outside.

      Parameters
      ----------
      delta : float
          Positive.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Property 1.

      Examples
      --------
      >>> log_loss, log_scale, slopes = ib.Huber(1.0).evaluate([0.5, 3.0])
      >>> print(f"{math.exp(log_loss):.6g}", slopes)
      5.25 [1. 2.]
      )";

  explicit HuberKernel(double delta) : delta_(positive(delta, "delta")) {}
  double delta() const { return delta_; }
  using fields = Fields<Field<"delta", &HuberKernel::delta>>;

  kernels::LossRecipe recipe() const { return {kernels::LossRecipe::Kind::huber, delta_}; }
  static constexpr bool convex = true;
  static constexpr double near_root = 1;
  double value(double residual) const {
    const double size = std::abs(residual);
    return size <= delta_ ? residual * residual : delta_ * (2 * size - delta_);
  }
  double slope(double residual) const {
    return std::abs(residual) <= delta_ ? 2 * residual : std::copysign(2 * delta_, residual);
  }

 private:
  double delta_;
};

using Huber = RootModel<HuberKernel>;

}  // namespace implicitbias
