// psi(w) = sum_i cosh(w_i) - 1: link function sinh(w), inverse link arsinh(z), which never overflows. The 1
// makes psi(0) = 0, without cancellation: cosh(w) - 1 = 2 sinh(w / 2)^2.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/separable_potential.hpp"
#include "implicitbias/numerics/gaps.hpp"

namespace implicitbias {

struct CoshEntry {
  static constexpr const char* name = "Cosh";
  static constexpr const char* doc = R"(psi(w) = sum_i cosh(w_i) - 1, with link function sinh(w_i).

      Margins are normalized in linf, in which it is strongly convex with modulus 1, as in l2. A start whose dual
      variable sinh(w_i) overflows, |w_i| > 710, is refused.

      References
      ----------
      Pesme, Dragomir and Flammarion (2024), "Implicit Bias of Mirror Flow on Separable Data",
      arXiv:2406.12763.

      Examples
      --------
      >>> ib.Cosh().inverse_link([0.0, 1e300]).round(4)
      array([  0.    , 691.4687])
      )";
  using fields = Fields<>;

  double value(double w) const {
    const double root = std::sinh(w / 2);
    return 2 * root * root;
  }
  double link(double w) const { return std::sinh(w); }
  double inverse_link(double z) const { return std::asinh(z); }
  double inverse_curvature(double w) const { return 1 / std::cosh(w); }
  double dual_curvature(double z) const { return 1 / std::hypot(1.0, z); }
  double gap(double w, double v) const { return cosh_gap(v, w - v, 0); }

  /// exp(log_unit) (arsinh(z + s) - arsinh(z)) for z = sinh(w) and s = exp(log_scale) dz, without
  /// cancellation. The difference is log1p(r) with r = s exp(-w) (1 + (2 z + s) / (cosh(w) + sqrt(1 + (z +
  /// s)^2))), if w >= 0.
  double weight_increment(double w, double dz, double log_scale, double log_unit) const {
    if (w < 0) return -weight_increment(-w, -dz, log_scale, log_unit);
    const double z = std::sinh(w), s = std::exp(log_scale) * dz;
    const double bracket = w < 300 ? 1 + (2 * z + s) / (std::cosh(w) + std::hypot(1.0, z + s)) : 2;
    const double r = std::exp(log_scale - w) * dz * bracket;
    if (std::abs(r) > 0.5) return std::exp(log_unit) * (std::asinh(z + s) - w);
    return std::exp(log_scale + log_unit - w) * dz * bracket * (r == 0 ? 1 : std::log1p(r) / r);
  }

  Lp norm() const { return Lp(infinity); }
  double modulus() const { return 1; }
  bool quadratic() const { return false; }
};

using Cosh = SeparablePotential<CoshEntry>;

}  // namespace implicitbias
