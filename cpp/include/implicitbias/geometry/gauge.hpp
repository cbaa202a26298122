// What a certificate asks of a geometry.
//
// For every w and every alpha in the simplex, min_n y_n <w, x_n> / |w| <= |sum_n alpha_n y_n x_n|_*. This
// needs no more than <w, z> <= |w| |z|_* for the w that a method can reach, and a w that attains it: a norm
// has that, and so has the trace of positive semidefinite matrices, which is none.
#pragma once

#include <cmath>
#include <limits>
#include <memory>

#include "implicitbias/base/types.hpp"

namespace implicitbias {

/// A size of v, which grows in proportion to v, as `size` gives it for v over its largest entry: squares and
/// products of entries then cannot overflow.
template <class Size>
double relative_to_largest(VectorView v, Size size) {
  const double largest = v.lpNorm<Eigen::Infinity>();
  if (largest == 0 || !std::isfinite(largest)) return largest;
  return largest * size(Vector(v / largest));
}

class Gauge {
 public:
  virtual ~Gauge() = default;

  virtual double value(VectorView w) const = 0;

  /// |g|_* = max { <g, v> : |v| <= 1 }.
  virtual double dual(VectorView g) const = 0;

  /// Whether this is a symmetric gauge function: signs, order and zeros among the entries do not matter.
  virtual bool symmetric() const { return false; }

  /// By how much rounding in `value` and `dual` may be magnified.
  virtual double condition() const { return 1; }

  /// Whether this is the Euclidean norm of the entries.
  virtual bool euclidean() const { return false; }

  /// The largest Euclidean norm of so many entries whose gauge is 1, or a bound on it; NaN where none is
  /// known.
  virtual double longest(Index /*size*/) const { return std::numeric_limits<double>::quiet_NaN(); }

  /// The gauge as it acts on parameters of this shape; throws InvalidValueError where it cannot.
  virtual std::shared_ptr<const Gauge> gauge_on(const Shape& shape) const = 0;
};

}  // namespace implicitbias
