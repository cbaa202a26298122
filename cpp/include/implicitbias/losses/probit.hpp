#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct ProbitKernel {
  static constexpr const char* name = "Probit";
  static constexpr const char* doc =
      "Probit loss, l(u, y) = -log Phi(u y) with Phi the normal distribution function: monotone with a\n"
      "Gaussian tail.\n\n"
      "Notes\n-----\n"
      "Theorem 5 is about exponential tails, so it claims nothing here. The curvature is about m^2 l for "
      "large\n"
      "margins m: no multiple of the loss bounds it, and LossNormalized refuses this loss. Exact for |m| up "
      "to\n"
      "1e154, where m^2 overflows.";
  using fields = Fields<>;
  static constexpr bool convex = true;
  static constexpr bool bounds_curvature = false;
  static constexpr bool exponential_tail = false;

  double log_value(double margin) const {
    const double log_tail = log_density(margin) + log_mills(std::abs(margin));  // log Phi(-|m|)
    if (margin <= 0) return std::log(-log_tail);
    const double tail = std::exp(log_tail);
    return tail < epsilon ? log_tail : log_tail + std::log(-std::log1p(-tail) / tail);
  }

  double log_slope(double margin) const {  // of phi(m) / Phi(m)
    if (margin <= 0) return -log_mills(-margin);
    return log_density(margin) - std::log1p(-std::exp(log_density(margin) + log_mills(margin)));
  }

 private:
  static constexpr double log_sqrt_two_pi = 0.9189385332046727;
  static double log_density(double x) { return -0.5 * x * x - log_sqrt_two_pi; }

  /// log(Phi(-x) / phi(x)) for x >= 0: what is left of the tail when exp(-x^2 / 2), which would underflow,
  /// is taken out.
  static double log_mills(double x) {
    if (x < 5) return std::log(std::erfc(x * sqrt_half) / 2) - log_density(x);
    // Laplace's continued fraction, from the inside; so many terms make it exact to rounding from x = 5 on.
    double inverse = x;
    for (double k = std::floor(8 + 500 / (x * x)); k > 0; --k) inverse = x + k / inverse;
    return -std::log(inverse);
  }
  static constexpr double sqrt_half = 0.7071067811865476;
};

using Probit = TailModel<ProbitKernel>;

}  // namespace implicitbias
