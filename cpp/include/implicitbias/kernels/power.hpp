// Powers a -> a^r of the absolute values of an array, without pow.
#pragma once

#include "../types.hpp"

namespace implicitbias::kernels {

class Power {
 public:
  explicit Power(double exponent);

  double exponent() const { return exponent_; }

  /// Writes -sign(v_i) a_i^r for a = factor |v|, with no a_i^r above 1e100, and returns the sum of
  /// a_i^(r+1). What lies below 1e-300 may become 0.
  double descend(VectorView v, double factor, VectorSlot out) const;

 private:
  double exponent_;
  // r = integer / 2^roots takes square roots and products; integer = 0 stands for any other r.
  int roots_ = 0;
  unsigned integer_ = 0;
};

}  // namespace implicitbias::kernels
