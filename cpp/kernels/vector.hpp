// Vectors as wide as the level's registers, for loops whose intermediate results must not leave them.
// Arithmetic on them is written as on numbers; functions are templates of both.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#ifdef __SSE2__
#include <immintrin.h>
#endif

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"

namespace implicitbias::kernels {

#ifdef __GNUC__
#if defined(__AVX512F__)
inline constexpr std::size_t vector_bytes = 64;
#elif defined(__AVX__)
inline constexpr std::size_t vector_bytes = 32;
#else
inline constexpr std::size_t vector_bytes = 16;
#endif
using Wide = double __attribute__((vector_size(vector_bytes)));
using WideBits = std::uint64_t __attribute__((vector_size(vector_bytes)));

template <>
struct BitsOf<Wide> {
  using type = WideBits;
};
#else  // one number
using Wide = double;
#endif

namespace level {

inline constexpr Index width = sizeof(Wide) / sizeof(double);

/// The least number of whole vectors' numbers that hold n.
inline Index in_whole_vectors(Index n) { return (n + width - 1) / width * width; }

IMPLICITBIAS_INLINE Wide load(const double* from) {
  Wide result;
  std::memcpy(&result, from, sizeof result);
  return result;
}

IMPLICITBIAS_INLINE Wide load(const float* from) {
  // GCC's __builtin_convertvector goes through memory.
#if defined(__GNUC__) && defined(__AVX512F__)
  return static_cast<Wide>(_mm512_cvtps_pd(_mm256_loadu_ps(from)));
#elif defined(__GNUC__) && defined(__AVX__)
  return static_cast<Wide>(_mm256_cvtps_pd(_mm_loadu_ps(from)));
#elif defined(__GNUC__) && defined(__SSE2__)
  double both;  // _mm_load_sd would take the address for that of an aligned double
  std::memcpy(&both, from, sizeof both);
  return static_cast<Wide>(_mm_cvtps_pd(_mm_castpd_ps(_mm_set_sd(both))));
#else
  double lanes[width];
  std::copy_n(from, width, lanes);
  return load(lanes);
#endif
}

IMPLICITBIAS_INLINE void store(const Wide& v, double* to) { std::memcpy(to, &v, sizeof v); }

// Fewer numbers than a vector has lanes: the others are read as 0, and not written.
#if defined(__GNUC__) && defined(__AVX512F__)
IMPLICITBIAS_INLINE __mmask8 first(Index count) { return static_cast<__mmask8>((1u << count) - 1); }
IMPLICITBIAS_INLINE Wide load_some(const double* from, Index count) {
  return static_cast<Wide>(_mm512_maskz_loadu_pd(first(count), from));
}
IMPLICITBIAS_INLINE Wide load_some(const float* from, Index count) {
  return static_cast<Wide>(_mm512_cvtps_pd(_mm256_maskz_loadu_ps(first(count), from)));
}
IMPLICITBIAS_INLINE void store_some(const Wide& v, double* to, Index count) {
  _mm512_mask_storeu_pd(to, first(count), static_cast<__m512d>(v));
}
#else
template <class T>
IMPLICITBIAS_INLINE Wide load_some(const T* from, Index count) {
  double lanes[width] = {};
  for (Index i = 0; i < count; ++i) lanes[i] = from[i];
  return load(lanes);
}
IMPLICITBIAS_INLINE void store_some(const Wide& v, double* to, Index count) {
  double lanes[width];
  store(v, lanes);
  for (Index i = 0; i < count; ++i) to[i] = lanes[i];
}
#endif

IMPLICITBIAS_INLINE Wide all(double x) { return x - Wide{}; }

/// The same, once in a register: what is used more than once is otherwise loaded as often, as an operand.
IMPLICITBIAS_INLINE Wide once(Wide v) {
#if defined(__GNUC__) && defined(__SSE2__)
  asm("" : "+v"(v));
#endif
  return v;
}

IMPLICITBIAS_INLINE Wide size_of(const Wide& v) { return v < Wide{} ? -v : v; }
IMPLICITBIAS_INLINE double size_of(double x) { return std::abs(x); }

/// op(op(v_0, v_1), ...), by halves, for an op of numbers and of vectors: through memory the halves would
/// wait for what was stored.
template <class V, class Op>
IMPLICITBIAS_INLINE double fold(const V& v, const Op& op) {
#ifdef __GNUC__
  using Pair = double __attribute__((vector_size(16)));
  using Four = double __attribute__((vector_size(32)));
  if constexpr (sizeof(V) == 64) {
    const Four low = __builtin_shufflevector(v, v, 0, 1, 2, 3),
               high = __builtin_shufflevector(v, v, 4, 5, 6, 7);
    return fold(op(low, high), op);
  } else if constexpr (sizeof(V) == 32) {
    const Pair low = __builtin_shufflevector(v, v, 0, 1), high = __builtin_shufflevector(v, v, 2, 3);
    return fold(op(low, high), op);
  } else {
    return op(v[0], v[1]);
  }
#else
  return v;
#endif
}

IMPLICITBIAS_INLINE double sum_of(const Wide& v) {
  return fold(v, [](const auto& a, const auto& b) { return a + b; });
}

/// The sum of term(at) over all i < n, where at(x) is x_i, for a vector of them: four sums need not wait for
/// one another. A count that is a constant of the compiler is so small that it is one vector, of its own
/// width.
template <class Count, class Term>
IMPLICITBIAS_INLINE double sum_over(Count n, const Term& term) {
  if constexpr (!std::is_integral_v<Count>) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < n; ++i) sum += term([&](const double* x) { return x[i]; });
    return sum;
  } else {
    Wide sums[4] = {};
    Index i = 0;
    for (; i + 4 * width <= n; i += 4 * width)
#pragma GCC unroll 4
      for (int k = 0; k < 4; ++k) sums[k] += term([&](const double* x) { return load(x + i + k * width); });
    for (; i < n; i += width)
      sums[0] += term([&](const double* x) { return load_some(x + i, std::min(width, n - i)); });
    return sum_of((sums[0] + sums[1]) + (sums[2] + sums[3]));
  }
}

/// out_i = the sum of s_i, for four of them at once.
IMPLICITBIAS_INLINE void add_up(const Wide* s, double* out) {
#if defined(__GNUC__) && defined(__AVX__)
  using Four = double __attribute__((vector_size(32)));
#if defined(__AVX512F__)
  Four halves[4];
#pragma GCC unroll 4
  for (int i = 0; i < 4; ++i)
    halves[i] =
        __builtin_shufflevector(s[i], s[i], 0, 1, 2, 3) + __builtin_shufflevector(s[i], s[i], 4, 5, 6, 7);
  const Four* t = halves;
#else
  const Four* t = s;
#endif
  const Four a =
      __builtin_shufflevector(t[0], t[1], 0, 4, 2, 6) + __builtin_shufflevector(t[0], t[1], 1, 5, 3, 7);
  const Four b =
      __builtin_shufflevector(t[2], t[3], 0, 4, 2, 6) + __builtin_shufflevector(t[2], t[3], 1, 5, 3, 7);
  const Four sums = __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
  std::memcpy(out, &sums, sizeof sums);
#else
  for (int i = 0; i < 4; ++i) out[i] = sum_of(s[i]);
#endif
}

IMPLICITBIAS_INLINE double smallest_of(const Wide& v) {
  return fold(v, [](const auto& a, const auto& b) { return b < a ? b : a; });
}

}  // namespace level

}  // namespace implicitbias::kernels
