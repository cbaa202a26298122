// Numbers of several runs in a vector, one a lane: what vectors alone do not have.
#pragma once

#include <cmath>
#include <vector>

#include "../losses/formulas.hpp"
#include "implicitbias/kernels/logarithm.hpp"

namespace implicitbias::kernels::level {

using Mask = decltype(Wide{} < Wide{});

/// Some vectors, on cache lines. (A template's argument has no vector's attributes: a struct of one does.)
class WideArray {
 public:
  explicit WideArray(Index size = 0) : cells_(static_cast<std::size_t>(size)) {}
  Wide* data() { return &cells_.data()->v; }

 private:
  struct Cell {
    Wide v{};
  };
  std::vector<Cell> cells_;
};

/// Copies d vectors, each as a whole: a compiler may copy an array by halves, and vectors of two that were
/// just stored are waited for.
template <class Count>
IMPLICITBIAS_INLINE void copy(const Wide* from, Count d, Wide* to) {
#pragma GCC unroll 8
  for (Index j = 0; j < d; ++j) to[j] = once(from[j]);
}

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

/// Whether all numbers are less; false where one is NaN.
IMPLICITBIAS_INLINE bool all_less(const Wide& a, const Wide& b) {
#if defined(__GNUC__) && defined(__AVX512F__)
  return _mm512_cmp_pd_mask(static_cast<__m512d>(a), static_cast<__m512d>(b), _CMP_LT_OQ) == 0xff;
#else
  return !any(!(a < b));
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

/// The larger numbers; b where one is NaN.
IMPLICITBIAS_INLINE Wide larger(const Wide& a, const Wide& b) {
#if defined(__GNUC__) && defined(__AVX512F__)
  return static_cast<Wide>(_mm512_max_pd(static_cast<__m512d>(a), static_cast<__m512d>(b)));
#elif defined(__GNUC__) && defined(__AVX__)
  return static_cast<Wide>(_mm256_max_pd(static_cast<__m256d>(a), static_cast<__m256d>(b)));
#else
  return a > b ? a : b;
#endif
}

/// 2^x for -1000 <= x <= 1000 to within two units in the last place; NaN stays NaN. x = n + r with an integer
/// n and |r| <= 1/2, and of (2^r - 1) / r there is a polynomial. Where a table of 16 numbers is looked up in
/// registers, n is a multiple of 1 / 16, and the polynomial half as long.
IMPLICITBIAS_INLINE Wide lane_power_of_two(const Wide& x) {
#if defined(__GNUC__) && defined(__AVX512F__)
  constexpr double to_sixteenth = 0x1.8p+48;  // adding it rounds to a multiple of 1 / 16
  const __m512d below =
      _mm512_setr_pd(0x1p+0, 0x1.0b5586cf9890fp+0, 0x1.172b83c7d517bp+0, 0x1.2387a6e756238p+0,
                     0x1.306fe0a31b715p+0, 0x1.3dea64c123422p+0, 0x1.4bfdad5362a27p+0, 0x1.5ab07dd485429p+0);
  const __m512d above =
      _mm512_setr_pd(0x1.6a09e667f3bcdp+0, 0x1.7a11473eb0187p+0, 0x1.8ace5422aa0dbp+0, 0x1.9c49182a3f090p+0,
                     0x1.ae89f995ad3adp+0, 0x1.c199bdd85529cp+0, 0x1.d5818dcfba487p+0, 0x1.ea4afa2a490dap+0);
  const Wide shifted = x + to_sixteenth, n = shifted - to_sixteenth, r = x - n;
  const auto root = _mm512_permutex2var_pd(below, std::bit_cast<__m512i>(shifted), above);
  const auto power = static_cast<Wide>(_mm512_scalef_pd(root, static_cast<__m512d>(n)));
  const Wide slope =
      0x1.62e42fefa39f3p-1 +
      r * (0x1.ebfbdff82c590p-3 +
           r * (0x1.c6b08d6f2a289p-5 +
                r * (0x1.3b2ab6fb41213p-7 + r * (0x1.5d897e525c216p-10 + r * 0x1.430a1d08ec681p-13))));
  return power + (power * r) * slope;
#else
  constexpr double to_integer = 0x1.8p+52;
  using Bits = BitsOf<Wide>::type;
  const Wide shifted = x + to_integer, r = x - (shifted - to_integer), r2 = r * r;
  const Wide low = 0x1.62e42fefa3a28p-1 + r * 0x1.ebfbdff82c61fp-3 +
                   r2 * (0x1.c6b08d7039559p-5 + r * 0x1.3b2ab6fb8208dp-7);
  const Wide high = 0x1.5d87fea4a7568p-10 + r * 0x1.43091387c7299p-13 +
                    r2 * (0x1.ffcb3f1b1b0fep-17 + r * 0x1.62be6863d5691p-20 +
                          r2 * (0x1.b689b4b02337cp-24 + r * 0x1.e8b7622f1726dp-28));
  const Wide root = 1.0 + r * (low + (r2 * r2) * high);
  return std::bit_cast<Wide>(std::bit_cast<Bits>(root) + (std::bit_cast<Bits>(shifted) << 52));
#endif
}

IMPLICITBIAS_INLINE Wide square_root(const Wide& v) {
#if defined(__GNUC__) && defined(__AVX512F__)
  return static_cast<Wide>(_mm512_sqrt_pd(static_cast<__m512d>(v)));
#elif defined(__GNUC__) && defined(__AVX__)
  return static_cast<Wide>(_mm256_sqrt_pd(static_cast<__m256d>(v)));
#else
  double lanes[width];
  store(v, lanes);
  for (Index i = 0; i < width; ++i) lanes[i] = std::sqrt(lanes[i]);
  return load(lanes);
#endif
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
