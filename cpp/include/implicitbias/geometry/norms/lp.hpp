// The norm |w|_p = (sum_i |w_i|^p)^(1/p) for 1 <= p <= inf. Its dual is |g|_q with 1/p + 1/q = 1, and its
// steepest descent step (eq. 11) is
//
//     dw_i = -|g|_q sign(g_i) (|g_i| / |g|_q)^(q-1) :
//
// -g for p = 2; -|g|_1 sign(g) for p = inf; for p = 1, where q is infinite, all of the step falls on a
// coordinate whose derivative is largest.
#pragma once

#include <algorithm>
#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norm.hpp"
#include "implicitbias/kernels/power.hpp"

namespace implicitbias {

/// For constructors: returns the exponent of a norm if it is one.
inline double exponent(double value, const char* argument) {
  if (!(value >= 1))
    throw InvalidValueError(message(argument, ": expected a number in [1, inf], got ", value));
  return value;
}

class Lp final : public Norm {
 public:
  static constexpr const char* name = "Lp";
  static constexpr const char* doc =
      R"(The norm |w|_p = (sum_i |w_i|^p)^(1/p), 1 <= p <= inf; on matrices, of their entries.

      Parameters
      ----------
      p : float
          1 (steepest descent is coordinate descent), 2 (gradient descent), ``math.inf`` (sign descent) or any
          number between.

      Notes
      -----
      Steepest descent steps are unnormalized: ``dw_i = -|g|_q sign(g_i) (|g_i| / |g|_q)^(q-1)`` with 1/p +
      1/q = 1.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12), section 2.4.

      Examples
      --------
      >>> norm = ib.Lp(1)
      >>> norm.value([3.0, -4.0]), norm.dual([3.0, -4.0])
      (7.0, 4.0)
      >>> norm.steepest([3.0, -4.0])
      array([0., 4.])
      )";

  explicit Lp(double p)
      : p_(exponent(p, "p")), balance_(2 / (1 + dual_power(p)) - 1), power_(dual_power(p)) {}

  double p() const { return p_; }
  using fields = Fields<Field<"p", &Lp::p>>;

  double value(VectorView w) const override { return lp_norm(w, p_); }
  double dual(VectorView g) const override {
    return lp_norm(g, p_ == 1 ? infinity : p_ == infinity ? 1 : p_ / (p_ - 1));
  }

  void steepest(VectorView g, Ties ties, VectorSlot dw) const override {
    if (p_ == 2) {
      dw = -g;
    } else if (p_ == infinity) {
      const double sum = g.lpNorm<1>();
      dw = g.unaryExpr([sum](double entry) { return entry == 0 ? 0.0 : std::copysign(sum, -entry); });
    } else if (p_ == 1) {
      coordinate_step(g, ties, dw);
    } else {
      power_step(g, dw);
    }
  }

  bool forgets_scale() const override { return p_ > 2; }
  bool symmetric() const override { return true; }
  bool euclidean() const override { return p_ == 2; }
  double longest(Index size) const override {
    return std::pow(static_cast<double>(size), std::max(0.0, 0.5 - 1 / p_));
  }
  bool quadratic() const override { return p_ == 2; }
  bool strictly_convex() const override { return p_ > 1 && p_ < infinity; }
  std::optional<kernels::MoveRecipe> recipe(Ties ties) const override {
    using Kind = kernels::MoveRecipe::Kind;
    if (p_ == 2) return kernels::MoveRecipe{Kind::identity};
    if (p_ == infinity) return kernels::MoveRecipe{Kind::sign};
    if (p_ > 1) return power_.exponent() <= 8 ? std::optional(power_move()) : std::nullopt;
    if (ties == Ties::average) return std::nullopt;
    return kernels::MoveRecipe{Kind::coordinate};
  }

  bool link(VectorView w, VectorSlot z) const override {
    z = w;
    return p_ == 2;
  }
  BallProjection ball_projection() const override {
    if (p_ == 1) return shrink;
    if (p_ == 2) return shorten;
    if (p_ == infinity) return [](VectorSlot w, double radius) { w = w.cwiseMax(-radius).cwiseMin(radius); };
    return {};
  }

 private:
  /// The exponent q - 1 = 1 / (p - 1). A p that is the double nearest to 1 + 1/k or 1 + 4/k means that
  /// fraction, and gets its exact exponent: 4/3 has q - 1 = 3.
  static double dual_power(double p) {
    const double power = 1 / (p - 1);
    const double fraction = std::round(4 * power) / 4;
    return fraction > 0 && 1 + 1 / fraction == p ? fraction : power;
  }

  static double lp_norm(VectorView w, double p) {
    const double largest = w.size() ? w.lpNorm<Eigen::Infinity>() : 0.0;
    if (largest == 0 || p == infinity || !std::isfinite(largest)) return largest;
    if (p == 1) return w.lpNorm<1>();
    // Relative to the largest entry: neither |w_i|^p nor their sum can over- or underflow.
    const auto relative = w.array().abs() / largest;
    if (p == 2) return largest * std::sqrt(relative.square().sum());
    double sum = 0;
    for (Index i = 0; i < w.size(); ++i) sum += std::pow(relative[i], p);
    return largest * std::pow(sum, 1 / p);
  }

  static void shorten(VectorSlot w, double radius) {
    if (const double size = lp_norm(w, 2); size > radius) w *= radius / size;
  }

  /// Every |w_i| loses the same, down to 0. What is left of the largest is `left`, and of another that is
  /// `below` it left - below: of sizes in descending order the first k stay, for the last k whose `below` is
  /// less than left = (radius + the sum of the first k of these) / k. Nothing cancels, however far w is from
  /// the ball.
  static void shrink(VectorSlot w, double radius) {
    if (w.lpNorm<1>() <= radius) return;
    const double largest = w.lpNorm<Eigen::Infinity>();
    Vector below = largest - w.array().abs();
    std::sort(below.begin(), below.end());
    double sum = radius, left = radius;
    for (Index k = 0; k < below.size() && below[k] < left; ++k) {
      sum += below[k];
      left = sum / static_cast<double>(k + 1);
    }
    w = w.unaryExpr([largest, left](double entry) {
      const double size = left - (largest - std::abs(entry));
      return size > 0 ? std::copysign(size, entry) : 0.0;
    });
  }

  static void coordinate_step(VectorView g, Ties ties, VectorSlot dw) {
    const double largest = g.lpNorm<Eigen::Infinity>();
    dw.setZero();
    if (largest == 0) return;
    if (ties == Ties::first) {
      Index i = 0;
      while (i + 1 < g.size() && std::abs(g[i]) != largest) ++i;
      dw[i] = -g[i];
      return;
    }
    // Partial derivatives that are equal in exact arithmetic differ by rounding here.
    const double threshold = largest * (1 - 1e-12);
    const auto tied = (g.array().abs() >= threshold).cast<double>();
    const double share = 1 / tied.sum();
    dw = tied * (g.array() * -share);
  }

  void power_step(VectorView g, VectorSlot dw) const {
    // With S = sum |g|^q: |g|_q (|g_i| / |g|_q)^(q-1) = |g_i|^(q-1) S^(1/q - 1/p).
    if (power_.exponent() <= 8) {
      const double sum = power_.descend(g, 1, dw);
      if (sum > 1e-100 && sum < 1e100) {
        dw *= balance(sum);
        return;
      }
    }
    // High powers, and powers far from 1, are taken relative to the largest entry: small ones would
    // underflow.
    const double largest = g.lpNorm<Eigen::Infinity>();
    if (largest == 0) {
      dw.setZero();
      return;
    }
    dw *= largest * balance(power_.descend(g, largest, dw));
  }

  kernels::MoveRecipe power_move() const { return {kernels::MoveRecipe::Kind::power, {&power_, balance_}}; }

  /// S^(1/q - 1/p).
  double balance(double sum) const { return balance_ == -0.5 ? 1 / std::sqrt(sum) : std::pow(sum, balance_); }

  double p_;
  double balance_;  // 1/q - 1/p
  kernels::Power power_;
};

}  // namespace implicitbias
