// Truncated squared loss, l(r) = min(r^2, cap) of the residual r. Its root is finite (Property 1), but
// samples on the flat part have slope 0: a run whose samples all lie there does not move.
#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

class TruncatedSquaredKernel {
 public:
  static constexpr const char* name = "TruncatedSquared";
  static constexpr const char* doc = R"(Truncated squared loss, min((u - y)^2, cap).

      Samples on the flat part have no gradient: a run whose samples all lie there is stuck, and `compare`
      says so.

      Parameters
      ----------
      cap : float
          Positive.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Property 1.

      Examples
      --------
      >>> log_loss, log_scale, slopes = ib.TruncatedSquared(4.0).evaluate([1.0, 3.0])
      >>> print(f"{math.exp(log_loss):.6g}", slopes)
      5 [2. 0.]
      )";

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
