#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct ExponentialKernel {
  static constexpr const char* name = "Exponential";
  static constexpr const char* doc =
      "Exponential loss, l(u, y) = exp(-u y): the monotone loss of section 3.\n\n"
      "Evaluated through the smallest margin, so that log L is exact where L underflows.";
  using fields = Fields<>;
  static constexpr auto compiled = kernels::LossRecipe::Kind::exponential;
  static constexpr bool convex = true;
  static constexpr bool bounds_curvature = true;  // l'' = l
  static constexpr bool exponential_tail = true;

  double log_value(double margin) const { return -margin; }
  double log_slope(double margin) const { return -margin; }
};

using Exponential = TailModel<ExponentialKernel>;

}  // namespace implicitbias
