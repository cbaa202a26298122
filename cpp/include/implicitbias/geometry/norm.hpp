// A norm, its dual, and its steepest descent step.
#pragma once

#include <memory>

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias {

/// Which steepest descent step to take where several minimize eq. (11).
enum class Ties { first, average };

class Norm : public std::enable_shared_from_this<Norm> {
 public:
  virtual ~Norm() = default;

  virtual double value(VectorView w) const = 0;

  /// |g|_* = max { <g, v> : |v| <= 1 }.
  virtual double dual(VectorView g) const = 0;

  /// Writes dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11), so that <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
  virtual void steepest(VectorView g, Ties ties, VectorSlot dw) const = 0;

  /// Whether derivatives that are small beside others make about as much of the step: then those that are
  /// nothing but rounding count as 0 (see kernels/cancellation.hpp).
  virtual bool forgets_scale() const { return true; }

  /// Whether |w|^2 is a quadratic form: the steepest descent step is linear in g.
  virtual bool quadratic() const { return false; }

  /// Writes the gradient of |w|^2 / 2 if that is linear: then steepest descent is mirror descent.
  virtual bool link(VectorView, VectorSlot) const { return false; }

  /// The steepest descent step, where it is one of those that the inner loops know.
  virtual std::optional<kernels::InnerMove> inner_move(Ties) const { return std::nullopt; }

  /// By how much rounding in `value` and `dual` may be magnified.
  virtual double condition() const { return 1; }

  /// The norm as it acts on parameters of this shape; throws InvalidValueError where it cannot.
  virtual std::shared_ptr<const Norm> on(const Shape&) const { return shared_from_this(); }
};

}  // namespace implicitbias
