// A strictly convex potential psi (section 2.2), with its link function grad psi from w to the dual
// variables z, the inverse link, and the Bregman divergence
//
//     D(w, v) = psi(w) - psi(v) - <grad psi(v), w - v> >= 0.
//
// Mirror descent adds gradients to z. The Hessian of psi is a metric, so that a potential serves natural
// gradient descent, too.
#pragma once

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

  /// D(w, v) = psi(w) - psi(v) - <grad psi(v), w - v> >= 0, for w in the closed domain. It does not
  /// cancel where w and v are close.
  virtual double divergence(VectorView w, VectorView v) const = 0;

  /// The norm in which psi is strongly convex, and in which margins are normalized.
  virtual std::shared_ptr<const Norm> geometry() const = 0;

  /// The strong convexity modulus in that norm; 0 where there is none.
  virtual double modulus() const = 0;

  /// A potential of a vector space: no domain to leave, and a constant metric iff quadratic.
  virtual bool quadratic() const { return false; }

  /// Whether psi is a sum of functions of one coordinate each: then a Bregman projection on a box clips.
  virtual bool separable() const { return false; }

  /// A step of mirror descent, where the inverse link is one of those that the compiled loop knows.
  virtual std::optional<kernels::MoveRecipe> recipe() const { return std::nullopt; }

  std::shared_ptr<const Potential> on_shape(const Shape& shape) const {
    return std::static_pointer_cast<const Potential>(on(shape));
  }
};

}  // namespace implicitbias
