// Gaps between convex functions and their tangents, without cancellation where the two touch.
#pragma once

#include <cmath>

#include "implicitbias/base/types.hpp"

namespace implicitbias {

/// expm1(x) - x >= 0.
inline double expm1_gap(double x) {
  if (std::abs(x) > 1) return std::expm1(x) - x;
  double sum = 0, term = x * x / 2;
  for (int n = 3; std::abs(term) > epsilon / 4 * sum; ++n, term *= x / (n - 1)) sum += term;
  return sum;
}

/// w log(w / v) - w + v >= 0, for w >= 0 and v > 0.
inline double entropy_gap(double w, double v) {
  if (w == 0) return v;
  const double difference = v - w;
  if (std::abs(difference) > w / 2) {
    const double ratio = w / v;
    // Quotients that over- or underflow have logarithms so large that their difference is exact enough.
    const double log_ratio = ratio > 1e-300 && ratio < 1e300 ? std::log(ratio) : std::log(w) - std::log(v);
    return w * log_ratio + difference;
  }
  // With x = difference / w and s = x / (2 + x): x - log1p(x) = x - 2 atanh(s) = s (x - 2 (s^2/3 + s^4/5 +
  // ...)).
  const double x = difference / w, s = difference / (v + w), square = s * s;
  double sum = 0, power = square;
  for (int n = 3; power > epsilon / 4 * sum; n += 2, power *= square) sum += power / n;
  return w * (s * (x - 2 * sum));
}

}  // namespace implicitbias
