// Numbers of several runs in a vector, one a lane: what vectors alone do not have.
#pragma once

#include <cmath>

#include "../losses/formulas.hpp"
#include "implicitbias/kernels/logarithm.hpp"

namespace implicitbias::kernels::level {

using Mask = decltype(Wide{} < Wide{});

IMPLICITBIAS_INLINE bool any(const Mask& mask) {
#if defined(__GNUC__) && defined(__AVX512F__)
  const auto bits = std::bit_cast<__m512i>(mask);
  return _mm512_test_epi64_mask(bits, bits) != 0;
#elif defined(__GNUC__) && defined(__AVX__)
  return _mm256_movemask_pd(std::bit_cast<__m256d>(mask)) != 0;
#elif defined(__GNUC__) && defined(__SSE2__)
  return _mm_movemask_pd(std::bit_cast<__m128d>(mask)) != 0;
#elif defined(__GNUC__)
  return mask[0] || mask[1];
#else
  return mask;
#endif
}

/// The smaller numbers; b where one is NaN.
IMPLICITBIAS_INLINE Wide smaller(const Wide& a, const Wide& b) {
#if defined(__GNUC__) && defined(__AVX512F__)
  return static_cast<Wide>(_mm512_min_pd(static_cast<__m512d>(a), static_cast<__m512d>(b)));
#elif defined(__GNUC__) && defined(__AVX__)
  return static_cast<Wide>(_mm256_min_pd(static_cast<__m256d>(a), static_cast<__m256d>(b)));
#else
  return a < b ? a : b;
#endif
}

/// As `exponential`, by two thirds of its operations where a table of 16 numbers is looked up in registers:
/// x = (k + i / 16) log 2 + r with |r| <= log(2) / 32, and exp(x) = 2^k 2^(i / 16) exp(r).
IMPLICITBIAS_INLINE Wide lane_exponential(const Wide& x) {
#if defined(__GNUC__) && defined(__AVX512F__)
  constexpr double ln2_high = 6.93147180369123816490e-01, ln2_low = 1.90821492927058770002e-10;
  constexpr double log2_e = 1.4426950408889634, to_integer = 6755399441055744.0;  // see exponential.hpp
  const __m512d below =
      _mm512_setr_pd(0x1p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
                     0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0);
  const __m512d above =
      _mm512_setr_pd(0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f09p+0,
                     0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0);
  const Wide y = -smaller(all(690.0), -x);
  const Wide shifted = y * (16 * log2_e) + to_integer, n = shifted - to_integer;
  const Wide r = (y - n * (ln2_high / 16)) - n * (ln2_low / 16), r2 = r * r;
  const auto bits = std::bit_cast<WideBits>(shifted);
  const auto root =
      std::bit_cast<WideBits>(_mm512_permutex2var_pd(below, std::bit_cast<__m512i>(bits), above));
  const Wide power = std::bit_cast<Wide>(root + ((bits >> 4) << 52));
  const Wide tail = (1. / 2 + 1. / 6 * r) + r2 * ((1. / 24 + 1. / 120 * r) + r2 * (1. / 720 + 1. / 5040 * r));
  return power + power * (r + r2 * tail);
#else
  return exponential(x);
#endif
}

/// op(v_i) for each lane, where the operation has no vector form.
template <class Op>
IMPLICITBIAS_INLINE Wide each(const Wide& v, const Op& op) {
  double lanes[width];
  store(v, lanes);
  for (Index i = 0; i < width; ++i) lanes[i] = op(lanes[i]);
  return load(lanes);
}

IMPLICITBIAS_INLINE Wide square_root(const Wide& v) {
  return each(v, [](double x) { return std::sqrt(x); });
}

/// exp(x), as exact as std::exp, and 0 where that underflows.
IMPLICITBIAS_INLINE Wide whole_exponential(const Wide& x) {
  const Wide end = all(690.0);
  const Wide result = exponential(x < end ? x : end);
  if (!any(!(absolute(x) < end))) [[likely]]
    return result;
  double from[width], to[width];
  store(x, from);
  store(result, to);
  for (Index i = 0; i < width; ++i)
    if (!(std::abs(from[i]) < 690)) to[i] = std::exp(from[i]);
  return load(to);
}

}  // namespace implicitbias::kernels::level
