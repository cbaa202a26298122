// A norm |w|, its dual |g|_* = max {<g, v> : |v| <= 1}, and its steepest descent step
//
//     dw = argmin_v <g, v> + |v|^2 / 2  (eq. 11),
//
// for which <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12). Facts about a norm (whether it is quadratic, or strictly
// convex) are its own members: who needs one asks the norm, and no list of norms is kept elsewhere.
#pragma once

#include <functional>
#include <memory>

#include "implicitbias/base/types.hpp"
#include "implicitbias/geometry/gauge.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias {

/// The move w_i += f c_i h_i of a diagonal quadratic norm, whose c must live as long as the norm.
inline kernels::MoveRecipe diagonal_move(const Vector& c) {
  if ((c.array() == 1).all()) return {kernels::MoveRecipe::Kind::identity};
  return {.kind = kernels::MoveRecipe::Kind::scaled, .scales = c.data()};
}

/// Moves w to the nearest point, in l2, of the ball {v : |v| <= radius}.
using BallProjection = std::function<void(VectorSlot w, double radius)>;

/// Which steepest descent step to take where several minimize eq. (11).
enum class Ties { first, average };

class Norm : public Gauge, public std::enable_shared_from_this<Norm> {
 public:
  /// Writes dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11), so that <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).
  virtual void steepest(VectorView g, Ties ties, VectorSlot dw) const = 0;

  /// Whether derivatives that are small beside others make about as much of the step: then those that are
  /// nothing but rounding count as 0 (see kernels/cancellation.hpp).
  virtual bool forgets_scale() const { return true; }

  /// Whether |w|^2 is a quadratic form: the steepest descent step is linear in g.
  virtual bool quadratic() const { return false; }

  /// Whether the unit sphere holds no segment: then maximum margin directions are unique. Where the dual norm
  /// is, too, as in every norm here, the steepest step depends continuously on g.
  virtual bool strictly_convex() const { return quadratic(); }

  /// Writes the gradient of |w|^2 / 2 if that is linear: then steepest descent is mirror descent.
  virtual bool link(VectorView, VectorSlot) const { return false; }

  /// The steepest descent step, where it is one of those that the compiled loop knows.
  virtual std::optional<kernels::MoveRecipe> recipe(Ties) const { return std::nullopt; }

  /// How to find the nearest point of a ball, where that is a closed form; of a norm on a shape, which must
  /// outlive it. Else empty.
  virtual BallProjection ball_projection() const { return {}; }

  /// The norm as it acts on parameters of this shape; throws InvalidValueError where it cannot.
  virtual std::shared_ptr<const Norm> on(const Shape&) const { return shared_from_this(); }
  std::shared_ptr<const Gauge> gauge_on(const Shape& shape) const final { return on(shape); }
};

}  // namespace implicitbias
