// Log-cosh loss, l(r) = log cosh r of the residual r, with slope tanh r: like r^2 / 2 near the root, like
// |r| - log 2 far from it. Both branches of the value are free of cancellation. A finite root (Property 1).
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct LogCoshKernel {
  static constexpr const char* name = "LogCosh";
  static constexpr const char* doc =
      R"(Log-cosh loss, log cosh(u - y): like r^2 / 2 near the root, like |r| far from it.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Property 1.

      Examples
      --------
      >>> log_loss, log_scale, slopes = ib.LogCosh().evaluate([0.0, 30.0])
      >>> print(slopes)
      [0. 1.]
      )";
  using fields = Fields<>;

  static constexpr auto compiled = kernels::LossRecipe::Kind::log_cosh;
  static constexpr bool convex = true;
  static constexpr bool strictly_convex = true;
  static constexpr double near_root = 0.5;
  double value(double residual) const {
    const double size = std::abs(residual);
    if (size < 1) {  // cosh r - 1 = 2 sinh^2(r / 2), without cancellation
      const double half = std::sinh(size / 2);
      return std::log1p(2 * half * half);
    }
    return size + std::log1p(std::exp(-2 * size)) - std::log(2.0);
  }
  double slope(double residual) const { return std::tanh(residual); }
};

using LogCosh = RootModel<LogCoshKernel>;

}  // namespace implicitbias
