// Exponential loss, l(m) = exp(-m) of the margin m = y <w, x>: monotone (Property 2), with l = -l' = l''.
// Value and slopes come from one pass relative to the smallest margin, so that log L is exact where L
// underflows.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct ExponentialKernel {
  static constexpr const char* name = "Exponential";
  static constexpr const char* doc = R"(Exponential loss, l(u, y) = exp(-u y): the monotone loss of section 3.

      Evaluated through the smallest margin, so that log L is exact where L underflows.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Property 2.

      Examples
      --------
      >>> log_loss, log_scale, slopes = ib.Exponential().evaluate([1000.0, 1000.0])
      >>> print(f"{log_loss:.6f}", slopes)
      -999.306853 [-0.5 -0.5]
      )";
  using fields = Fields<>;
  static constexpr auto compiled = kernels::LossRecipe::Kind::exponential;
  static constexpr bool convex = true;
  static constexpr bool strictly_convex = true;
  static constexpr bool bounds_curvature = true;  // l'' = l
  static constexpr bool exponential_tail = true;

  double log_value(double margin) const { return -margin; }
  double log_slope(double margin) const { return -margin; }
};

using Exponential = TailModel<ExponentialKernel>;

}  // namespace implicitbias
