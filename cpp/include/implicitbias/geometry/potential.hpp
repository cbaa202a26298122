// A strictly convex potential psi (section 2.2), with its link function grad psi from w to the dual
// variables z, the inverse link, and the Bregman divergence
//
//     D(w, v) = psi(w) - psi(v) - <grad psi(v), w - v> >= 0.
//
// Mirror descent adds gradients to z. The Hessian of psi is a metric, so that a potential serves natural
// gradient descent, too.
#pragma once

#include <cmath>

#include "implicitbias/geometry/metric.hpp"
#include "implicitbias/geometry/norm.hpp"

namespace implicitbias {

class Potential : public Metric {
 public:
  virtual double value(VectorView w) const = 0;

  /// Writes z = grad psi(w).
  virtual void link(VectorView w, VectorSlot z) const = 0;

  /// Writes w = (grad psi)^-1(z). Where w underflows it lies on the boundary of the domain; z tells on.
  virtual void inverse_link(VectorView z, VectorSlot w) const = 0;

  /// Writes H(w)^-1 g for w = (grad psi)^-1(z), from z itself: w may have underflowed.
  virtual void solve_dual(VectorView z, VectorView g, VectorSlot out) const = 0;

  /// Says what keeps w out of the domain of psi; empty inside.
  virtual std::string outside_domain(VectorView) const { return {}; }
  std::string outside(VectorView w) const override { return outside_domain(w); }

  /// Says which dual variable of w, inside the domain, is beyond the range of doubles; empty where none is.
  virtual std::string beyond_range(VectorView) const { return {}; }

  /// D(w, v) = psi(w) - psi(v) - <grad psi(v), w - v> >= 0, for w in the closed domain. It does not
  /// cancel where w and v are close.
  virtual double divergence(VectorView w, VectorView v) const = 0;

  /// The norm in which psi is strongly convex (on bounded sets) or uniformly convex, and in which margins are
  /// normalized.
  virtual std::shared_ptr<const Norm> geometry() const = 0;

  /// The strong convexity modulus in that norm; 0 where there is none.
  virtual double modulus() const = 0;

  /// log beta(w): along a mirror step of eta <= 1 / beta(w) the loss does not increase, if l'' <= l.
  /// `log_radius` is log B for B = max_n |x_n|_* in the dual of `geometry`. NaN where the potential has no
  /// such bound.
  virtual double log_smoothness(VectorView, double log_loss, double log_radius) const {
    return modulus() > 0 ? 2 * log_radius + log_loss - std::log(modulus())
                         : std::numeric_limits<double>::quiet_NaN();
  }

  /// A potential of a vector space: no domain to leave, and a constant metric iff quadratic.
  virtual bool quadratic() const { return false; }

  /// Whether it is |w|_2^2 / 2, in which the Bregman projection is the nearest point.
  virtual bool euclidean() const { return false; }

  /// Whether psi is a sum of functions of one coordinate each: then a Bregman projection on a box clips.
  virtual bool separable() const { return false; }

  // Leaps integrate coordinates q: the dual variables, unless these grow like powers of t.

  virtual void coordinates(VectorView /*w*/, VectorView z, VectorSlot q) const { q = z; }

  /// Writes the parameters with these coordinates, and their dual variables, at the end of the range of
  /// doubles where they are beyond it.
  virtual void place(VectorView q, VectorSlot w, VectorSlot z) const {
    z = q;
    inverse_link(q, w);
  }

  /// Writes exp(log_unit) times how the coordinates of w change by exp(log_scale) dz, without cancellation.
  virtual void increment(VectorView, VectorView dz, double log_scale, double log_unit, VectorSlot dq) const {
    dq = std::exp(log_scale + log_unit) * dz;
  }

  /// A step of mirror descent, where the inverse link is one of those that the compiled loop knows.
  virtual std::optional<kernels::MoveRecipe> recipe() const { return std::nullopt; }

  std::shared_ptr<const Potential> on_shape(const Shape& shape) const {
    return std::static_pointer_cast<const Potential>(on(shape));
  }
};

}  // namespace implicitbias
