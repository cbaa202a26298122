// A model makes the predictor w, which meets the samples, of the parameters theta, which a method moves.
//
// Every model is homogeneous: w(c theta) = c^degree w(theta). So margins are normalized by |theta|^degree,
// and a run that grows looks for the least |theta| whose margins are 1. Where that is, up to a factor, a norm
// of w alone, the norm is the one that the geometry of theta induces, and margins over all w bound those of
// the run.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <string>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/types.hpp"
#include "implicitbias/geometry/gauge.hpp"

namespace implicitbias {

class Model {
 public:
  virtual ~Model() = default;

  /// The model as it makes predictors of this shape; throws InvalidValueError where it cannot. All that
  /// follows is of such a model.
  virtual std::shared_ptr<const Model> on(const Shape& predictor) const = 0;

  /// As it is called in messages.
  virtual std::string text() const = 0;

  /// Whether w is theta itself: then nobody calls `predict` and `pull_back`.
  virtual bool identity() const { return false; }

  virtual Shape parameters() const = 0;
  virtual int degree() const = 0;

  virtual void predict(const Vector& theta, Vector& w) const = 0;

  /// Writes the gradient of theta -> <g, w(theta)>, the chain rule for a loss whose gradient in w is g.
  virtual void pull_back(const Vector& theta, const Vector& g, Vector& out) const = 0;

  /// The largest |<x, w(theta)>| where the Euclidean norm of theta is at most 1, or a bound on it.
  virtual double reach(VectorView x) const = 0;
  /// Whether it is one.
  virtual bool bounded() const { return true; }

  /// A gauge of w that is proportional to the least |theta|^degree for this w, where `gauge` is that of
  /// theta; null where there is none that is convex, or none is known.
  virtual std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>& gauge) const = 0;
};

/// The logarithm of K(theta), for which the second derivative of the loss at theta, along directions of
/// Euclidean norm 1, is at most K L if |l'| and l'' are at most l. With M = max_n reach(x_n), r = |theta|_2
/// and the degree D it is D^2 M^2 r^(2 D - 2) + D (D - 1) M r^(D - 2): the derivatives of a form of degree D
/// are bounded by its values (Banach 1938).
inline double log_curvature(int degree, double log_reach, double log_size) {
  // 0 * log 0 is that of r^0 = 1.
  const auto power = [log_size](int n) { return n == 0 ? 0.0 : n * log_size; };
  const double slope = 2 * (std::log(degree) + log_reach + power(degree - 1));
  if (degree == 1) return slope;
  const double bend = std::log(degree * (degree - 1)) + log_reach + power(degree - 2);
  const double larger = std::max(slope, bend), less = std::min(slope, bend);
  return larger + std::log1p(std::exp(less - larger));
}

// For constructors of models: sizes of which no product overflows.

inline int checked_depth(std::int64_t depth) {
  if (depth < 1 || depth > 100)
    throw InvalidValueError(message("depth: expected an integer from 1 to 100, got ", depth));
  return static_cast<int>(depth);
}

inline std::optional<std::int64_t> checked_rank(std::optional<std::int64_t> rank) {
  if (rank && (*rank < 1 || *rank > largest_size))
    throw InvalidValueError(
        message("rank: expected None or an integer from 1 to ", largest_size, ", got ", *rank));
  return rank;
}

}  // namespace implicitbias
