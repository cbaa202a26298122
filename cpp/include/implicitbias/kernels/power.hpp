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

  /// Writes a^r for a = factor |v|, all in [0, 1], and returns the sum of a^(r+1).
  double raise(VectorView v, double factor, VectorSlot out) const {
    if (roots_ == 0 && integer_ == 3) return raise_each(v, factor, out, [](double a) { return a * a * a; });
    if (roots_ == 0 && integer_ == 2) return raise_each(v, factor, out, [](double a) { return a * a; });
    if (integer_ != 0)
      return raise_each(v, factor, out, [this](double a) {
        for (int root = 0; root < roots_; ++root) a = std::sqrt(a);
        return by_squaring(a, integer_);
      });
    out = v.cwiseAbs() * factor;
    // Eigen's packet exp stops at the smallest normal number, so an exact zero is restored.
    out = (out.array() > 0).select((out.array().log() * exponent_).exp(), 0.0);
    return out.dot(v.cwiseAbs()) * factor;
  }

 private:
  template <class One>
  static double raise_each(VectorView v, double factor, VectorSlot out, One one) {
    double sum = 0;
    for (Index i = 0; i < v.size(); ++i) {
      const double a = std::abs(v[i]) * factor;
      out[i] = one(a);
      sum += a * out[i];
    }
    return sum;
  }

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
