// log, in a form that compilers vectorize.
#pragma once

#include <bit>
#include <cstdint>

#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"

namespace implicitbias::kernels {

/// log(x) for normal x > 0 to within one unit in the last place, for T as in `BitsOf`, after fdlibm: with
/// x = 2^k (1 + f),
/// |f| <= sqrt(2) - 1 and s = f / (2 + f), it is k log 2 + 2 atanh(s). Anything else gives a number without
/// meaning.
template <class T>
IMPLICITBIAS_INLINE T logarithm(T x) {
  using Bits = typename BitsOf<T>::type;
  constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd, one = std::uint64_t{1023} << 52;
  // The exponent k + 1023 of x / sqrt(1/2), as the low bits of a double: SSE and AVX2 cannot convert it.
  constexpr double two_to_52 = 4503599627370496.0;
  const auto bits = std::bit_cast<Bits>(x);
  const Bits biased = (bits - sqrt_half + one) >> 52;
  const T k = std::bit_cast<T>(biased | std::bit_cast<std::uint64_t>(two_to_52)) - (two_to_52 + 1023);
  const T f = std::bit_cast<T>(bits - (biased << 52) + one) - 1.0;
  const T s = f / (2.0 + f), z = s * s, z2 = z * z;
  const T even = 3.999999999940941908e-01 + z2 * (2.222219843214978396e-01 + z2 * 1.531383769920937332e-01);
  const T odd =
      6.666666666666735130e-01 +
      z2 * (2.857142874366239149e-01 + z2 * (1.818357216161805012e-01 + z2 * 1.479819860511658591e-01));
  const T rest = z2 * even + z * odd, half = 0.5 * f * f;
  return k * ln2_high - ((half - (s * (half + rest) + k * ln2_low)) - f);
}

/// log(1 + x) for x >= 0 that are not beyond 1e300, to within two units in the last place.
template <class T>
IMPLICITBIAS_INLINE T logarithm_of_one_plus(T x) {
  const T sum = 1.0 + x;
  return logarithm(sum) + (x - (sum - 1.0)) / sum;
}

}  // namespace implicitbias::kernels
