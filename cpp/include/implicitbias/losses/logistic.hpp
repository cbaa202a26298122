// Logistic loss, l(m) = log(1 + exp(-m)) of the margin m = y <w, x>: monotone (Property 2), convex, with the
// tail exp(-m) that Theorem 5 asks for. Logarithms of l and of -l' = 1 / (1 + exp(m)) are exact where both
// underflow.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct LogisticKernel {
  static constexpr const char* name = "Logistic";
  static constexpr const char* doc =
      R"(Logistic loss, l(u, y) = log(1 + exp(-u y)): monotone with an exponential tail.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Property 2.

      Examples
      --------
      >>> log_loss, log_scale, slopes = ib.Logistic().evaluate([0.0])
      >>> print(f"{math.exp(log_loss):.6f} {math.exp(log_scale):.6f}", slopes)
      0.693147 0.500000 [-1.]
      )";
  using fields = Fields<>;
  static constexpr auto compiled = kernels::LossRecipe::Kind::logistic;
  static constexpr bool convex = true;
  static constexpr bool strictly_convex = true;
  static constexpr bool bounds_curvature = true;  // l'' = s (1 - s) <= s <= -log(1 - s) = l
  static constexpr bool exponential_tail = true;

  double log_value(double margin) const {
    if (margin <= 0) return std::log(std::log1p(std::exp(margin)) - margin);
    const double tail = std::exp(-margin);
    // log(log1p(tail)) = -margin + log(log1p(tail) / tail); below rounding the second term is -tail/2.
    return tail < epsilon ? -margin : -margin + std::log(std::log1p(tail) / tail);
  }

  double log_slope(double margin) const {  // log(1 / (1 + exp(margin)))
    return margin <= 0 ? -std::log1p(std::exp(margin)) : -margin - std::log1p(std::exp(-margin));
  }
};

using Logistic = TailModel<LogisticKernel>;

}  // namespace implicitbias
