// The loss along a ray, s -> L(w + s dw): margins and residuals are linear in s, z(s) = z + s v. For a
// convex loss this is convex, and its minimum is where sum_n l'(z_n + s v_n) v_n changes its sign: exact
// line search finds it.
#pragma once

#include <cmath>

#include "implicitbias/losses/loss.hpp"
#include "implicitbias/numerics/increasing_root.hpp"

namespace implicitbias {

class Ray {
 public:
  /// s -> sum_n l(z_n + s v_n), for a convex loss. Both vectors must outlive the ray.
  Ray(const Loss& loss, const Vector& z, const Vector& v) : loss_(loss), z_(z), v_(v) {}

  /// The logarithm of the s >= 0 that minimizes it: -inf where it does not fall from 0 on, +inf where it
  /// falls for ever.
  double log_minimizer() const {
    const double size = v_.lpNorm<Eigen::Infinity>();
    if (size == 0) return -infinity;
    const Vector u = v_ / size;
    const auto slope = [&](double s) { return loss_.balance(z_ + s * u, u); };
    const double start = slope(0);
    if (start == -infinity) return infinity;   // monotone, and no margin falls
    if (!(start < -1e-290)) return -infinity;  // at the minimum, to rounding or underflow
    // Where the slope is linear this is its zero: for squared loss, and for exponential loss if v is +-1, as
    // in AdaBoost. Other losses but Probit are flatter, and their zeros lie beyond it.
    double near = 0, near_slope = start;
    double far = -start / (loss_.monotone() ? 2 : 2 * u.squaredNorm()), far_slope = slope(far);
    while (!(far_slope >= 0)) {
      if (!std::isfinite(far)) return infinity;
      near = far, near_slope = far_slope;
      far *= 2, far_slope = slope(far);
    }
    return std::log(kernels::increasing_root(slope, near, near_slope, far, far_slope)) - std::log(size);
  }

 private:
  const Loss& loss_;
  const Vector &z_, &v_;
};

}  // namespace implicitbias
