// Probit loss, l(m) = -log Phi(m) of the margin m = y <w, x>, with Phi the normal distribution function:
// monotone (Property 2), convex, with a Gaussian tail. Its slope is -phi(m) / Phi(m). Tails are computed
// through Mills's ratio Phi(-x) / phi(x), which does not underflow.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

struct ProbitKernel {
  static constexpr const char* name = "Probit";
  static constexpr const char* doc =
      R"(Probit loss, l(u, y) = -log Phi(u y) with Phi the normal distribution function: monotone, Gaussian tail.

      Notes
      -----
      Theorem 5 is about exponential tails, so it claims nothing here. The curvature is about m^2 l for large
      margins m: no multiple of the loss bounds it, and LossNormalized refuses this loss. Exact for |m| up to
      1e154, where m^2 overflows.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Property 2.

      Examples
      --------
      >>> log_loss, log_scale, slopes = ib.Probit().evaluate([0.0])
      >>> print(f"{math.exp(log_loss):.6f}")
      0.693147
      )";
  using fields = Fields<>;
  kernels::LossRecipe recipe() const { return {kernels::LossRecipe::Kind::probit}; }
  static constexpr bool convex = true;
  static constexpr bool strictly_convex = true;
  static constexpr bool bounds_curvature = false;
  static constexpr bool exponential_tail = false;

  double log_value(double margin) const {
    const double log_tail = log_density(margin) + log_mills(std::abs(margin));  // log Phi(-|m|)
    if (margin <= 0) return std::log(-log_tail);
    const double tail = std::exp(log_tail);
    return tail < epsilon ? log_tail : log_tail + std::log(-std::log1p(-tail) / tail);
  }

  double log_slope(double margin) const {  // log(phi(m) / Phi(m))
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
