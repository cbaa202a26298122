// An affine constraint set W = {w : G w = h} for mirror descent (eq. 4, Theorem 1a). Each step is followed
// by the Bregman projection argmin {D(v, w) : v in W}, which moves the dual variables along the rows of G:
// thus the limit is still a projection, with the rows of G beside those of X.
#pragma once

#include "implicitbias/geometry/potential.hpp"

namespace implicitbias {

class Constraint {
 public:
  virtual ~Constraint() = default;

  /// Throws InvalidValueError where the set does not go with the potential or the shape.
  virtual void check(const Potential& potential, const Shape& shape) const = 0;

  /// Moves the dual point z along the rows of G so that w = (grad psi)^-1(z) lies in W, and writes w:
  /// the Bregman projection on W.
  virtual void project(const Potential& potential, Vector& z, Vector& w) const = 0;

  /// The rows of G, which span what `project` may add to z.
  virtual Matrix rows(const Shape& shape) const = 0;

  /// Makes the projection a part of a mirror step, where the compiled loop knows it.
  virtual bool compose(kernels::MoveRecipe&) const { return false; }

  /// argmin psi over W where that is known in closed form, else the potential's own start.
  virtual Vector default_start(const Potential& potential, const Shape& shape) const {
    return potential.default_start(shape);
  }
};

}  // namespace implicitbias
