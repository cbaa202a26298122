// exp, in a form that compilers vectorize.
#pragma once

#include <bit>
#include <cstdint>

#include "implicitbias/kernels/always_inline.hpp"

namespace implicitbias::kernels {

/// The integers of as many bits as the numbers of T, which is double or a vector of doubles.
template <class T>
struct BitsOf {
  using type = std::uint64_t;
};

/// x = k log 2 + r with |r| <= log(2) / 2.
template <class T>
struct ReducedExponent {
  T r, two_to_k;

  IMPLICITBIAS_INLINE explicit ReducedExponent(T x) {
    constexpr double log2_e = 1.4426950408889634;
    constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
    const T shifted = x * log2_e + to_integer;
    const T k = shifted - to_integer;
    r = (x - k * ln2_high) - k * ln2_low;
    two_to_k = power(shifted);
  }

  /// Of x log 2: the difference of x and the integer is exact.
  IMPLICITBIAS_INLINE static ReducedExponent of_binary(T x) {
    constexpr double ln2 = 0.6931471805599453;
    const T shifted = x + to_integer;
    return {(x - (shifted - to_integer)) * ln2, power(shifted)};
  }

  /// exp(r) - 1: its Taylor polynomial, summed by halves so that the terms do not wait for one another.
  IMPLICITBIAS_INLINE T minus_one() const {
    const T r2 = r * r, r4 = r2 * r2, r8 = r4 * r4;
    const T tail = ((1. / 2 + 1. / 6 * r) + (1. / 24 + 1. / 120 * r) * r2) +
                   ((1. / 720 + 1. / 5040 * r) + (1. / 40320 + 1. / 362880 * r) * r2) * r4 +
                   ((1. / 3628800 + 1. / 39916800 * r) + (1. / 479001600 + 1. / 6227020800 * r) * r2) * r8;
    return r + tail * r2;
  }

 private:
  static constexpr double to_integer = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer

  IMPLICITBIAS_INLINE ReducedExponent(T r, T two_to_k) : r(r), two_to_k(two_to_k) {}
  IMPLICITBIAS_INLINE static T power(T shifted) {
    using Bits = typename BitsOf<T>::type;
    return std::bit_cast<T>((std::bit_cast<Bits>(shifted) + 1023) << 52);
  }
};

/// exp(x) for x <= 690 to within one unit in the last place; below -690 it stays at 2e-300, so that what is
/// made of it does not become subnormal, which would cost a hundred cycles an operation. NaN stays NaN.
template <class T>
IMPLICITBIAS_INLINE T exponential(T x) {
  const T least = T{} - 690.0;
  const ReducedExponent<T> reduced(x < least ? least : x);
  return reduced.two_to_k + reduced.two_to_k * reduced.minus_one();
}

/// 2^x for x <= 996, likewise, and no less than about 2^-996.
template <class T>
IMPLICITBIAS_INLINE T power_of_two(T x) {
  const T least = T{} - 996.0;
  const auto reduced = ReducedExponent<T>::of_binary(x < least ? least : x);
  return reduced.two_to_k + reduced.two_to_k * reduced.minus_one();
}

/// exp(x) - 1 for -690 <= x <= 0 to within two units in the last place: 2^k (exp(r) - 1) + (2^k - 1).
template <class T>
IMPLICITBIAS_INLINE T exponential_minus_one(T x) {
  const ReducedExponent<T> reduced(x);
  return reduced.two_to_k * reduced.minus_one() + (reduced.two_to_k - 1.0);
}

}  // namespace implicitbias::kernels
