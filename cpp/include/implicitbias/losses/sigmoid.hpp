#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct SigmoidKernel {
  static constexpr const char* name = "Sigmoid";
  static constexpr const char* doc =
      "Sigmoid loss, l(u, y) = 1 / (1 + exp(u y)): monotone with an exponential tail, bounded, not "
      "convex.\n\n"
      "Notes\n-----\n"
      "l'' = l (1 - l) (1 - 2 l) <= l, which is all that descent under LossNormalized needs (bounded from\n"
      "above, curvature may be negative). A sample far on the wrong side has no slope left: from a bad "
      "start\n"
      "a run may take exp(|margin|) steps to notice it.";
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
  double log_slope(double margin) const {  // of l(m) l(-m)
    const double size = std::abs(margin);
    return -size - 2 * std::log1p(std::exp(-size));
  }
};

using Sigmoid = TailModel<SigmoidKernel>;

}  // namespace implicitbias
