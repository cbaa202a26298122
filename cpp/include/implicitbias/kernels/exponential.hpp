// exp, in a form that compilers vectorize.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>

#include "implicitbias/kernels/always_inline.hpp"

namespace implicitbias::kernels {

/// (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2, as its Taylor polynomial, summed by halves so that the terms
/// do not wait for one another.
IMPLICITBIAS_INLINE double exponential_tail(double r) {
  const double r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
  return ((1. / 2 + 1. / 6 * r) + (1. / 24 + 1. / 120 * r) * r2) +
         ((1. / 720 + 1. / 5040 * r) + (1. / 40320 + 1. / 362880 * r) * r2) * r4 +
         ((1. / 3628800 + 1. / 39916800 * r) + (1. / 479001600 + 1. / 6227020800 * r) * r2) * r8;
}

/// exp(x) for x <= 690 to within one unit in the last place; below -690 it stays at 2e-300, so that what is
/// made of it does not become subnormal, which would cost a hundred cycles an operation. NaN is not
/// handled: Problem::evaluate lets none through.
inline double exponential(double x) {
  constexpr double log2_e = 1.4426950408889634;
  constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  constexpr double to_integer = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer

  x = std::max(x, -690.0);
  const double shifted = x * log2_e + to_integer;
  const double k = shifted - to_integer;
  const double r = (x - k * ln2_high) - k * ln2_low;  // |r| <= log(2) / 2

  const double two_to_k = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) + 1023) << 52);
  return two_to_k + two_to_k * (r + exponential_tail(r) * (r * r));
}

/// exp(x) - 1 for -690 <= x <= 0 to within two units in the last place: 2^k (1 + p) - 1 = 2^k p + (2^k - 1),
/// with the polynomial p of `exponential`.
inline double exponential_minus_one(double x) {
  constexpr double log2_e = 1.4426950408889634;
  constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  constexpr double to_integer = 6755399441055744.0;

  const double shifted = x * log2_e + to_integer;
  const double k = shifted - to_integer;
  const double r = (x - k * ln2_high) - k * ln2_low;
  const double two_to_k = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) + 1023) << 52);
  return two_to_k * (r + exponential_tail(r) * r * r) + (two_to_k - 1);
}

}  // namespace implicitbias::kernels
