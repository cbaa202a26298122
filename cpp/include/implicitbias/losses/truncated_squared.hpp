#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

class TruncatedSquaredKernel {
 public:
  static constexpr const char* name = "TruncatedSquared";
  static constexpr const char* doc =
      "Truncated squared loss, min((u - y)^2, cap).\n\n"
      "Samples on the flat part have no gradient: a run whose samples all lie there is stuck, and\n"
      "`compare` says so.\n\n"
      "Parameters\n----------\ncap : float\n    Positive.";

  explicit TruncatedSquaredKernel(double cap) : cap_(positive(cap, "cap")) {}
  double cap() const { return cap_; }
  using fields = Fields<Field<"cap", &TruncatedSquaredKernel::cap>>;

  kernels::LossRecipe recipe() const { return {kernels::LossRecipe::Kind::truncated_squared, cap_}; }
  static constexpr bool convex = false;
  static constexpr double near_root = 1;
  double value(double residual) const { return std::min(residual * residual, cap_); }
  double slope(double residual) const { return residual * residual < cap_ ? 2 * residual : 0.0; }

 private:
  double cap_;
};

using TruncatedSquared = RootModel<TruncatedSquaredKernel>;

}  // namespace implicitbias
