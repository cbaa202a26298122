// log, in a form that compilers vectorize.
#pragma once

#include <bit>
#include <cstdint>

namespace implicitbias::kernels {

/// log(x) for normal x > 0 to within one unit in the last place, after fdlibm: with x = 2^k (1 + f),
/// |f| <= sqrt(2) - 1 and s = f / (2 + f), it is k log 2 + 2 atanh(s). Anything else gives a number without
/// meaning.
inline double logarithm(double x) {
  constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  constexpr std::uint64_t sqrt_half = 0x3fe6a09e667f3bcd, one = std::uint64_t{1023} << 52;
  // The exponent k + 1023 of x / sqrt(1/2), as the low bits of a double: SSE and AVX2 cannot convert it.
  constexpr double two_to_52 = 4503599627370496.0;
  const auto bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t biased = (bits - sqrt_half + one) >> 52;
  const double k =
      std::bit_cast<double>(biased | std::bit_cast<std::uint64_t>(two_to_52)) - (two_to_52 + 1023);
  const double f = std::bit_cast<double>(bits - (biased << 52) + one) - 1;
  const double s = f / (2 + f), z = s * s, z2 = z * z;
  const double even =
      3.999999999940941908e-01 + z2 * (2.222219843214978396e-01 + z2 * 1.531383769920937332e-01);
  const double odd =
      6.666666666666735130e-01 +
      z2 * (2.857142874366239149e-01 + z2 * (1.818357216161805012e-01 + z2 * 1.479819860511658591e-01));
  const double rest = z2 * even + z * odd, half = 0.5 * f * f;
  return k * ln2_high - ((half - (s * (half + rest) + k * ln2_low)) - f);
}

/// log(1 + x) for x >= 0 that are not beyond 1e300, to within two units in the last place.
inline double logarithm_of_one_plus(double x) {
  const double sum = 1 + x;
  return logarithm(sum) + (x - (sum - 1)) / sum;
}

}  // namespace implicitbias::kernels
