// Powers a -> a^r of the absolute values of an array, without pow.
#pragma once

#include <cmath>

#include "implicitbias/base/types.hpp"

namespace implicitbias::kernels {

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

  double exponent() const { return exponent_; }
  /// The exponent is integer / 2^roots and takes square roots and products; integer = 0 stands for any other.
  int roots() const { return roots_; }
  unsigned integer() const { return integer_; }

  /// Writes -sign(v_i) a_i^r for a = |v| / size, with no a_i^r above 1e100, and returns the sum of
  /// a_i^(r+1). What lies below 1e-300 may become 0.
  double descend(VectorView v, double size, VectorSlot out) const;

 private:
  double exponent_;
  int roots_ = 0;
  unsigned integer_ = 0;
};

}  // namespace implicitbias::kernels
