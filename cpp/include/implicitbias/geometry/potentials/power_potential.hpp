// psi(w) = sum_i |w_i|^p / p for p > 1: link function sign(w) |w|^(p-1), conjugate sum_i |z_i|^q / q with 1/p
// + 1/q = 1. Powers are taken of each entry by itself, so that an entry that under- or overflows takes no
// other with it.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/separable_potential.hpp"
#include "implicitbias/numerics/gaps.hpp"

namespace implicitbias {

class PowerEntry {
 public:
  static constexpr const char* name = "PowerPotential";
  static constexpr const char* doc = R"(psi(w) = sum_i |w_i|^p / p for p > 1, with link sign(w_i) |w_i|^(p-1).

      Margins are normalized in l_p. A dual variable that underflows where w_i does not is refused at the start;
      a weight that underflows is 0 while its dual variable goes on.

      Parameters
      ----------
      p : float
          Greater than 1, and finite.

      Notes
      -----
      `LossNormalized` takes the largest step in which no weight moves by more than min(p - 1, 1) / B for
      gradients of size B L, B = max_n |x_n|_q: from |w|_p outwards where p <= 2, from the smallest |w_i|, and
      through 0, where p > 2. For p <= 2 the loss cannot increase. For p > 2 no step size guarantees that, as
      the curvature of psi vanishes at w_i = 0: a small weight may still overshoot, and one that stays 0, as that
      of a feature no sample has, keeps the steps small.

      References
      ----------
      Pesme, Dragomir and Flammarion (2024), "Implicit Bias of Mirror Flow on Separable Data",
      arXiv:2406.12763.
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.2 and Theorem 1.

      Examples
      --------
      >>> ib.PowerPotential(3).link([3.0, -4.0])
      array([  9., -16.])
      )";

  explicit PowerEntry(double p) : p_(p) {
    if (!(p > 1) || !std::isfinite(p))
      throw InvalidValueError(message("p: expected a finite number > 1, got ", p));
  }

  double p() const { return p_; }
  using fields = Fields<Field<"p", &PowerEntry::p>>;

  double value(double w) const { return std::pow(std::abs(w), p_) / p_; }
  double link(double w) const { return std::copysign(std::pow(std::abs(w), p_ - 1), w); }
  double inverse_link(double z) const { return std::copysign(std::pow(std::abs(z), 1 / (p_ - 1)), z); }
  double gap(double w, double v) const { return young_gap(w, v, p_); }

  double inverse_curvature(double w) const { return std::pow(std::abs(w), 2 - p_) / (p_ - 1); }
  double dual_curvature(double z) const {
    // Infinite at 0 where p > 2. A large number there serves Newton's method, which leaves 0 with it.
    return std::pow(std::max(std::abs(z), 1e-290), (2 - p_) / (p_ - 1)) / (p_ - 1);
  }

  Lp norm() const { return Lp(p_); }
  double modulus() const { return quadratic() ? 1 : 0; }
  bool quadratic() const { return p_ == 2; }
  bool euclidean() const { return p_ == 2; }

  // With g = grad L, |g|_q <= B L (see Loss::bounds_curvature), and dw, dz the changes in a step, dz = -eta
  // g: L(w + dw) - L(w) <= -<dz, dw> / eta + B^2 L |dw|_p^2 / 2.
  //
  // For p <= 2, Hoelder's inequality gives <dz, dw> >= (p - 1) R^(p-2) |dw|_p^2 where |w|_p, |w + dw|_p <= R.
  // As |z|_q = |w|_p^(p-1), R^(p-1) = |w|_p^(p-1) + u will do for u = eta B L. The right side is not positive
  // if B u R^(2-p) <= 2 (p - 1). Since u R^(2-p) = R - |w|_p^(p-1) R^(2-p) <= R - |w|_p, it is not if R <=
  // |w|_p + s for s = (p - 1) / B, half of what is allowed: u = (|w|_p + s)^(p-1) - |w|_p^(p-1).
  //
  // For p > 2, s = 1 / B and u is the least change of a dual variable that moves a weight r = min_i |w_i|,
  // and hence no larger one more, by s towards 0 or, where r < s / 2, from s / 2 to -s / 2.
  double log_smoothness(VectorView w, double log_loss, double log_radius) const {
    const double s = std::min(p_ - 1, 1.0) * std::exp(-log_radius), power = p_ - 1;
    double log_u;
    if (p_ <= 2) {
      const double size = norm().value(w);
      log_u =
          size > 0 ? power * std::log(size) + log_expm1(power * std::log1p(s / size)) : power * std::log(s);
    } else {
      const double r = std::max(w.cwiseAbs().minCoeff(), s / 2);
      log_u = power * std::log(r) + (r > s ? std::log(-std::expm1(power * std::log1p(-s / r)))
                                           : std::log1p(std::pow(s / r - 1, power)));
    }
    return log_radius + log_loss - log_u;
  }

 private:
  static double log_expm1(double x) {
    return x < 1 ? std::log(std::expm1(x)) : x + std::log1p(-std::exp(-x));
  }

  double p_;
};

using PowerPotential = SeparablePotential<PowerEntry>;

}  // namespace implicitbias
