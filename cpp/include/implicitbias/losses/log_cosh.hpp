#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct LogCoshKernel {
  static constexpr const char* name = "LogCosh";
  static constexpr const char* doc =
      "Log-cosh loss, log cosh(u - y): like r^2 / 2 near the root, like |r| far from it.";
  using fields = Fields<>;

  static constexpr auto compiled = kernels::LossRecipe::Kind::log_cosh;
  static constexpr bool convex = true;
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
