// psi(w) = sum_i w_i arsinh(w_i / beta) - sqrt(w_i^2 + beta^2): link function arsinh(w / beta), inverse link
// beta sinh(z), taken through its logarithm where sinh alone would overflow. The potential lies between the
// entropy of signed weights (beta -> 0) and a quadratic one (beta -> inf).
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/separable_potential.hpp"
#include "implicitbias/numerics/gaps.hpp"

namespace implicitbias {

class HyperbolicEntropyEntry {
 public:
  static constexpr const char* name = "HyperbolicEntropy";
  static constexpr const char* doc = R"(psi(w) = sum_i w_i arsinh(w_i / beta) - sqrt(w_i^2 + beta^2).

      Its mirror descent adds gradients to arsinh(w / beta): a multiplicative rule for weights of either sign, as
      gradient descent on w = u^2 - v^2 is, from u^2 = v^2 = beta / 2. Margins are normalized in l1.

      Parameters
      ----------
      beta : float
          Positive: towards 0 the potential acts as the l1 norm, for large beta as the l2 norm.

      Notes
      -----
      Under `LossNormalized` the smoothness bound is B L(w) (B M + 1) with M = sum_i sqrt(w_i^2 + beta^2) and
      B = max_n |x_n|_inf; with scale <= 1 the loss does not increase.

      References
      ----------
      Ghai, Hazan and Singer (2020), "Exponentiated Gradient Meets Gradient Descent", arXiv:1902.01903.
      Woodworth et al. (2020), "Kernel and Rich Regimes in Overparametrized Models", arXiv:2002.09277.

      Examples
      --------
      >>> ib.HyperbolicEntropy(0.1).inverse_link([0.0, 2.0]).round(6)
      array([0.      , 0.362686])
      )";

  explicit HyperbolicEntropyEntry(double beta) : beta_(positive(beta, "beta")) {}

  double beta() const { return beta_; }
  using fields = Fields<Field<"beta", &HyperbolicEntropyEntry::beta>>;

  double value(double w) const { return w * link(w) - std::hypot(w, beta_); }

  double link(double w) const {
    const double ratio = std::abs(w) / beta_;
    // Beyond, arsinh(x) = log(2 x) to rounding, and the quotient may overflow.
    return std::copysign(ratio < 1e100 ? std::asinh(ratio) : std::log(std::abs(w)) - log_half_, w);
  }
  double inverse_link(double z) const {
    return std::abs(z) < far ? beta_ * std::sinh(z) : std::copysign(std::exp(std::abs(z) + log_half_), z);
  }

  double inverse_curvature(double w) const { return std::hypot(w, beta_); }
  double dual_curvature(double z) const {
    return std::abs(z) < far ? beta_ * std::cosh(z) : std::exp(std::abs(z) + log_half_);
  }

  /// The gap of the conjugate beta cosh between the dual variables, in the opposite order.
  double gap(double w, double v) const { return cosh_gap(link(w), apart(w, v), std::log(beta_)); }

  Lp norm() const { return Lp(1); }
  double modulus() const { return 0; }  // strongly convex on bounded sets only
  bool quadratic() const { return false; }

  // With g = grad L, |g|_inf <= B L, and dw, dz the changes in a step, dz = -eta g: L(w + dw) - L(w) <=
  // -<dz, dw> / eta + B^2 L |dw|_1^2 / 2, and by Cauchy and Schwarz <dz, dw> >= |dw|_1^2 / M' where
  // sum_i beta cosh(z_i) <= M' on the way. There cosh(z_i) grows by exp(u) at most, u = eta B L. Thus the
  // right side is not positive if B M u exp(u) <= 2, and for u = 1 / (B M + 1) the left side is (1 - u)
  // exp(u) <= 1.
  double log_smoothness(VectorView w, double log_loss, double log_radius) const {
    double M = 0;
    for (Index i = 0; i < w.size(); ++i) M += std::hypot(w[i], beta_);
    return log_radius + log_loss + std::log1p(std::exp(log_radius) * M);
  }

 private:
  static constexpr double far = 700;  // where sinh is near its overflow

  /// link(v) - link(w), without cancellation.
  double apart(double w, double v) const {
    if (std::signbit(w) == std::signbit(v)) {
      const double a = std::abs(w), b = std::abs(v), A = std::hypot(a, beta_), B = std::hypot(b, beta_);
      const double ratio = (b - a) / (a + A) * (1 + (a / 2 + b / 2) / (A / 2 + B / 2));
      if (std::abs(ratio) < 0.5) return std::copysign(std::log1p(ratio), std::signbit(w) ? -ratio : ratio);
    }
    return link(v) - link(w);
  }

  double beta_;
  double log_half_ = std::log(beta_) - std::log(2.0);  // of beta / 2, which may underflow
};

using HyperbolicEntropy = SeparablePotential<HyperbolicEntropyEntry>;

}  // namespace implicitbias
