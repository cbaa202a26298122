// Squared loss, l(r) = r^2 of the residual r = <w, x> - y, with slope 2 r: a finite root (Property 1). Sums
// of squares may under- or overflow where r does not; their logarithm is then taken from |r|_2.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct SquaredKernel {
  static constexpr const char* name = "Squared";
  static constexpr const char* doc = R"(Squared loss, l(u, y) = (u - y)^2: the finite-root loss of section 2.

      The empirical loss is the sum over samples, without a factor 1/2.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Property 1.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> run = ib.Run(problem, ib.GradientDescent(), 0.05).advance(100)
      >>> print(run.w.round(6))
      [0.2 0.4]
      )";
  using fields = Fields<>;

  static constexpr auto compiled = kernels::LossRecipe::Kind::squared;
  static constexpr bool convex = true;
  static constexpr bool strictly_convex = true;
  static constexpr double near_root = 1;
  double value(double residual) const { return residual * residual; }
  double slope(double residual) const { return 2 * residual; }

  // In the log domain, where squares may under- or overflow.
  static LossValue evaluate(VectorView residuals, VectorSlot slopes) {
    slopes = 2 * residuals;
    const double total = residuals.squaredNorm();
    const bool safe = total > 1e-280 && total < 1e280;
    return {safe ? std::log(total) : 2 * std::log(residuals.stableNorm()), 0.0};
  }
};

using Squared = RootModel<SquaredKernel>;

}  // namespace implicitbias
