// The probit loss on vectors: phi(z) / Phi(z) by Mills's ratio M(x) = Phi(-x) / phi(x).
#pragma once

#include "formulas.hpp"

namespace implicitbias::kernels::level {

/// (1 + x) M(x) for x >= 0 is smooth in t = (x - 5) / (x + 5), also where x tends to infinity: the
/// coefficients of its interpolation in 27 Chebyshev points, by powers of t, computed in 60 digits. The error
/// is one unit in the last place.
inline constexpr double mills_even[] = {
    1.1568486282918946,    0.07778159886873558,    -0.06617760077899622,   -0.03802659218770015,
    -0.004201290311374602, 0.0004570438230350707,  -2.480547954535769e-05, -1.7717271036053674e-07,
    3.218479730994642e-07, -6.721394035045607e-08, 9.926075661884747e-09,  -9.910078628955561e-10,
    3.029780777567433e-11, 5.013226273740375e-12};
inline constexpr double mills_odd[] = {-0.2294875382521129,    0.025072179301611947,   0.061505045841013566,
                                       0.0163482312692141,     1.953073289303005e-05,  -0.0001343747460125513,
                                       2.271112294988288e-05,  -3.280567012895583e-06, 4.968188503341836e-07,
                                       -8.232321223515427e-08, 1.4010248782442869e-08, -2.039456977423449e-09,
                                       1.7327578943235103e-10};

template <class T>
IMPLICITBIAS_INLINE T mills(T x) {
  const T t = (x - 5.0) / (x + 5.0), square = t * t;
  T even = T{} + mills_even[13], odd = T{} + mills_odd[12];
  for (int k = 12; k >= 0; --k) {
    even = even * square + mills_even[k];
    if (k < 12) odd = odd * square + mills_odd[k];
  }
  return (even + odd * t) / (1.0 + x);
}

/// Beyond margins of 30, Phi is 1: s = exp(shift) phi(z), with the logarithm of 1 / phi(smallest) as the
/// shift.
struct ProbitTail {
  static constexpr bool monotone = true;
  explicit ProbitTail(double shift) : shift(shift), smallest(std::sqrt(2 * (shift - log_root_two_pi))) {}

  double shift, smallest;
  static constexpr double log_root_two_pi = 0.9189385332046727;

  template <class T>
  using Sums = ExponentialFormula::Sums<T>;
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T z, Sums<T>& sums) const {
    const T limit = T{} + 1e150, near = z < limit ? z : limit;  // squares stay in range
    const T s = exponential(0.5 * ((smallest - near) * (smallest + near)));
    sums.total += s;
    return s;
  }
  static LossSums sums(const Sums<Wide>& sums) { return ExponentialFormula::sums(sums); }
};

struct ProbitFormula {
  static constexpr bool monotone = true;
  static constexpr bool needs_near = true;
  static bool near(double smallest) { return smallest <= 30; }
  static double above(double, double) { return infinity; }
  static double shift_at(double smallest) { return 0.5 * smallest * smallest + ProbitTail::log_root_two_pi; }
  static ProbitTail tail(double shift) { return ProbitTail(shift); }

  /// No multiple of the loss bounds the curvature, so that no step of a given size asks for the loss: its
  /// place has the total.
  template <class T>
  using Sums = ExponentialFormula::Sums<T>;
  template <class T>
  IMPLICITBIAS_INLINE T weigh(T z, Sums<T>& sums) const {
    const T zero{}, most = zero + 1e150, size = absolute(z), x = size < most ? size : most;
    const T ratio = mills(x);
    // exp(-x^2 / 2), exact in the square of the leading bits.
    const T far = zero + 38.0, bounded = x < far ? x : far;
    const T leading = (bounded + 0x1p+31) - 0x1p+31, rest = (bounded - leading) * (bounded + leading);
    const T density =
        0.3989422804014327 * (exponential(-0.5 * (leading * leading)) * exponential(-0.5 * rest));
    const T s = z < zero ? 1.0 / ratio : density / (1.0 - density * ratio);
    sums.total += s;
    return s;
  }
  static LossSums sums(const Sums<Wide>& sums) { return ExponentialFormula::sums(sums); }
};

}  // namespace implicitbias::kernels::level
