// Powers a -> a^r of non-negative arrays, without pow where r is a small multiple of 1/4.
#pragma once

#include <cmath>

#include "../types.hpp"

namespace implicitbias {

class Power {
 public:
  explicit Power(double exponent) : exponent_(exponent) {
    for (int roots = 0; roots <= 2; ++roots) {
      const double scaled = std::ldexp(exponent, roots);
      if (scaled >= 1 && scaled <= 64 && scaled == std::floor(scaled)) {
        roots_ = roots;
        integer_ = static_cast<unsigned>(scaled);
        return;
      }
    }
  }

  /// Replaces every entry of `a` (all in [0, 1]) by its power.
  void apply(VectorSlot a) const {
    if (integer_ == 0) {
      // Eigen's packet exp stops at the smallest normal number, so an exact zero is restored.
      a = (a.array() > 0).select((a.array().log() * exponent_).exp(), 0.0);
      return;
    }
    for (int root = 0; root < roots_; ++root) a = a.array().sqrt();
    switch (integer_) {
      case 1:
        return;
      case 2:
        a = a.array().square();
        return;
      case 3:
        a = a.array().cube();
        return;
      default:
        a = a.unaryExpr([n = integer_](double base) { return by_squaring(base, n); });
    }
  }

 private:
  static double by_squaring(double base, unsigned n) {
    double result = 1;
    for (; n; n >>= 1, base *= base)
      if (n & 1) result *= base;
    return result;
  }

  double exponent_;
  int roots_ = 0;
  unsigned integer_ = 0;  // 0: no shortcut
};

}  // namespace implicitbias
