#include <algorithm>
#include <cmath>

#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "implicitbias/kernels/logarithm.hpp"
#include "level.hpp"
#include "with_count.hpp"

namespace implicitbias::kernels::level {

namespace {

/// a -> a / size, as a product: a power of two keeps the reciprocal among the normal numbers, as others are 0
/// while subnormals are flushed.
class Reciprocal {
 public:
  explicit Reciprocal(double size)
      : shift_(size < 0x1p-900   ? 0x1p+120
               : size > 0x1p+900 ? 0x1p-120
                                 : 1.0),
        factor_(1 / (size * shift_)) {}
  IMPLICITBIAS_INLINE double operator()(double a) const { return a * shift_ * factor_; }

 private:
  double shift_, factor_;
};

template <class One>  // one(a) = a^r, without branches
IMPLICITBIAS_INLINE double descend_each(const double* v, Index n, Reciprocal over, double* __restrict out,
                                        const One& one) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (Index i = 0; i < n; ++i) {
    const double a = over(std::abs(v[i])), power = one(a);
    out[i] = std::copysign(power, -v[i]);
    sum += a * power;
  }
  return sum;
}

double descend_squares(const double* v, Index n, Reciprocal over, double* out) {
  return with_padded(
      n, [&](const auto d) { return descend_each(v, d, over, out, [](double a) { return a * a; }); });
}

double descend_cubes(const double* v, Index n, Reciprocal over, double* out) {
  return with_padded(
      n, [&](const auto d) { return descend_each(v, d, over, out, [](double a) { return a * a * a; }); });
}

double descend_fraction(const double* v, Index n, Reciprocal over, double* out, int roots, unsigned integer) {
  // The branches of binary powering stand outside the loops over a piece.
  constexpr Index piece = 64;
  double sum = 0, base[piece], power[piece];
  for (Index begin = 0; begin < n; begin += piece) {
    const Index size = std::min(piece, n - begin);
    const double* part = v + begin;
    for (Index i = 0; i < size; ++i) base[i] = over(std::abs(part[i])), power[i] = 1;
    for (int root = 0; root < roots; ++root)
      for (Index i = 0; i < size; ++i) base[i] = std::sqrt(base[i]);
    for (unsigned bits = integer; bits; bits >>= 1) {
      if (bits & 1)
        for (Index i = 0; i < size; ++i) power[i] *= base[i];
      for (Index i = 0; i < size; ++i) base[i] *= base[i];
    }
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < size; ++i) {
      out[begin + i] = std::copysign(power[i], -part[i]);
      sum += over(std::abs(part[i])) * power[i];
    }
  }
  return sum;
}

double descend_real(const double* v, Index n, Reciprocal over, double* out, double exponent) {
  constexpr double smallest = std::numeric_limits<double>::min();
  return descend_each(v, n, over, out, [exponent](double a) {
    const double log_power = exponent * logarithm(a > smallest ? a : smallest);
    const double power = exponential(log_power);
    return a > smallest && log_power > -690 ? power : 0.0;
  });
}

}  // namespace

double descend(const Power& power, const double* v, Index n, double size, double* out) {
  const Reciprocal over(size);
  // 3/2 and 4/3 are the exponents of the paper.
  if (power.exponent() == 2) return descend_squares(v, n, over, out);
  if (power.exponent() == 3) return descend_cubes(v, n, over, out);
  if (power.integer()) return descend_fraction(v, n, over, out, power.roots(), power.integer());
  return descend_real(v, n, over, out, power.exponent());
}

}  // namespace implicitbias::kernels::level
