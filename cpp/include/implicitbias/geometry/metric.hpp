// A Riemannian metric w -> H(w), symmetric positive definite, for natural gradient descent (eq. 9). All that
// is asked of it is H(w)^-1 g, and where it is defined.
#pragma once

#include <memory>
#include <string>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/types.hpp"

namespace implicitbias {

class Metric : public std::enable_shared_from_this<Metric> {
 public:
  virtual ~Metric() = default;

  /// Writes H(w)^-1 g.
  virtual void solve(VectorView w, VectorView g, VectorSlot out) const = 0;

  /// Says what is wrong with w, for instance "w[3] = -0.1 is not positive"; empty inside the domain.
  virtual std::string outside(VectorView) const { return {}; }

  virtual Vector default_start(const Shape& shape) const { return Vector::Zero(shape.size()); }

  /// The metric as it acts on parameters of this shape; throws InvalidValueError where it cannot.
  virtual std::shared_ptr<const Metric> on(const Shape&) const { return shared_from_this(); }
};

}  // namespace implicitbias
