#pragma once

#include <algorithm>
#include <cmath>

#include "implicitbias/base/types.hpp"

namespace implicitbias::kernels {

/// The zero of an increasing function that is negative at `low` and not at `high`, to rounding.
/// Chandrupatla's method (1997): inverse quadratic interpolation where three points allow it, otherwise
/// halving.
template <class F>
double increasing_root(const F& f, double low, double f_low, double high, double f_high) {
  // The zero lies between the newest point a and b; c is the one before.
  double a = high, fa = f_high, b = low, fb = f_low;
  double part = fa / (fa - fb);  // the first point is the secant's
  if (!(part < 1)) part = 0.5;   // an infinite slope
  while (true) {
    if (fa == 0) return a;
    const double best = std::abs(fa) < std::abs(fb) ? a : b;
    const double rounding = 2 * epsilon * std::abs(best) + std::numeric_limits<double>::min();
    const double least = rounding / std::abs(b - a);
    if (!(least < 0.5)) return best;
    const double x = a + std::clamp(part, least, 1 - least) * (b - a), fx = f(x);
    double c = a, fc = fa;
    if ((fx < 0) != (fa < 0)) {
      c = b, fc = fb;
      b = a, fb = fa;
    }
    a = x, fa = fx;
    const double xi = (a - b) / (c - b), phi = (fa - fb) / (fc - fb);
    part = 0.5;
    if (phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi)
      part = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb);
  }
}

}  // namespace implicitbias::kernels
