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
