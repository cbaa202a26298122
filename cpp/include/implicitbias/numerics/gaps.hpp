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

/// |w|^p / p + |v|^p / q - w sign(v) |v|^(p-1) >= 0, the gap in Young's inequality between w and the gradient
/// of |v|^p / p, for p > 1 and 1/p + 1/q = 1.
inline double young_gap(double w, double v, double p) {
  const double a = std::abs(w), b = std::abs(v), slope = std::pow(b, p - 1);
  const double apart = std::signbit(w) == std::signbit(v) ? 0 : 2 * a * slope;
  if (a == b) return apart;
  if (a == 0) return std::pow(b, p) * (p - 1) / p;
  // The logarithm of a quotient near 1 would lose the digits of the difference.
  const double log_ratio = std::abs(a - b) < b / 2 ? std::log1p((a - b) / b) : std::log(a) - std::log(b);
  const double growth = (p - 1) * log_ratio;
  // Here |w|^p is larger than all else by exp(40) / p: nothing cancels, and |v|^(p-1) may underflow.
  if (growth > 40) return std::pow(a, p) / p - a * slope + std::pow(b, p) * (p - 1) / p + apart;
  return slope / p * ((p - 1) * entropy_gap(a, b) + a * expm1_gap(growth)) + apart;
}

/// f (cosh(x + h) - cosh(x) - h sinh(x)) >= 0 with f = exp(log_factor), where cosh alone may overflow: it is
/// f (e^x expm1_gap(h) + e^-x expm1_gap(-h)) / 2.
inline double cosh_gap(double x, double h, double log_factor) {
  const auto half = [log_factor](double x, double h) {
    const double size = std::exp(x + log_factor);
    return h > 1 ? std::exp(x + h + log_factor) - size * (1 + h) : size * expm1_gap(h);
  };
  return (half(x, h) + half(-x, -h)) / 2;
}

}  // namespace implicitbias
