// Vectors as wide as the level's registers, for loops whose intermediate results must not leave them.
// Arithmetic on them is written as on numbers; functions are templates of both.
#pragma once

#include <cstdint>
#include <cstring>

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

IMPLICITBIAS_INLINE void store(const Wide& v, double* to) { std::memcpy(to, &v, sizeof v); }

IMPLICITBIAS_INLINE Wide all(double x) { return x - Wide{}; }

/// op(op(v_0, v_1), ...), by halves.
template <class Op>
IMPLICITBIAS_INLINE double fold(const Wide& v, const Op& op) {
  double lanes[width];
  store(v, lanes);
  for (Index half = width / 2; half > 0; half /= 2)
    for (Index i = 0; i < half; ++i) lanes[i] = op(lanes[i], lanes[i + half]);
  return lanes[0];
}

IMPLICITBIAS_INLINE double sum_of(const Wide& v) {
  return fold(v, [](double a, double b) { return a + b; });
}

IMPLICITBIAS_INLINE double smallest_of(const Wide& v) {
  return fold(v, [](double a, double b) { return b < a ? b : a; });
}

}  // namespace level

}  // namespace implicitbias::kernels
