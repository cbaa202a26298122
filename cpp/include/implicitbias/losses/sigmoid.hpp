// Sigmoid loss, l(m) = 1 / (1 + exp(m)) of the margin m = y <w, x>: monotone (Property 2), between 0 and 1,
// with an exponential tail and not convex. Its slope is -l(m) l(-m).
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct SigmoidKernel {
  static constexpr const char* name = "Sigmoid";
  static constexpr const char* doc =
      R"(Sigmoid loss, l(u, y) = 1 / (1 + exp(u y)): monotone with an exponential tail, bounded, not convex.

      Notes
      -----
      l'' = l (1 - l) (1 - 2 l) <= l, which is all that descent under LossNormalized needs (bounded from
      above, the curvature may be negative). A sample far on the wrong side has no slope left: from a bad
      start a run may take exp(|margin|) steps to notice it.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Property 2.

      Examples
      --------
      >>> log_loss, log_scale, slopes = ib.Sigmoid().evaluate([0.0, 0.0])
      >>> print(f"{math.exp(log_loss):.6g}", slopes)
      1 [-0.5 -0.5]
      )";
  using fields = Fields<>;
  static constexpr auto compiled = kernels::LossRecipe::Kind::sigmoid;
  static constexpr bool convex = false;
  // For convex and other losses alike: as long as L(w + s dw) <= L(w), the curvature along dw is at most
  // sum l'' <x_n, dw>^2 <= B^2 |dw|^2 L(w), so that L(w + s dw) <= L(w) - (s - s^2 B^2 L(w) / 2) |g|_*^2. The
  // right side is below L(w) for 0 < s <= 1 / (B^2 L(w)), hence L cannot rise above L(w) in between.
  static constexpr bool bounds_curvature = true;
  static constexpr bool exponential_tail = true;

  double log_value(double margin) const {
    return margin <= 0 ? -std::log1p(std::exp(margin)) : -margin - std::log1p(std::exp(-margin));
  }
  double log_slope(double margin) const {  // log(l(m) l(-m))
    const double size = std::abs(margin);
    return -size - 2 * std::log1p(std::exp(-size));
  }
};

using Sigmoid = TailModel<SigmoidKernel>;

}  // namespace implicitbias
