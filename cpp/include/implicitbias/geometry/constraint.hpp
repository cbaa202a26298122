// A convex set W in which the iterates of mirror descent stay. Each step is followed by the Bregman
// projection argmin {D(v, w) : v in W}, in the Euclidean potential the nearest point. Where W is affine, {w :
// G w = h}, the projection moves the dual variables along the rows of G alone: thus the limit on a loss with
// a finite root is still a projection, with the rows of G beside those of X (Theorem 1a).
#pragma once

#include <memory>

#include "implicitbias/geometry/potential.hpp"

namespace implicitbias {

class Constraint : public std::enable_shared_from_this<Constraint> {
 public:
  virtual ~Constraint() = default;

  /// The set as it acts on parameters of this shape. Throws InvalidValueError where it does not go with the
  /// shape, or where the Bregman projection in this potential is not known.
  virtual std::shared_ptr<const Constraint> on(const Potential& potential, const Shape& shape) const = 0;

  /// Moves the dual point z to that of the Bregman projection of w = (grad psi)^-1(z) on W, and writes w.
  virtual void project(const Potential& potential, Vector& z, Vector& w) const = 0;

  /// Says what keeps a w0 out of W, and what to write; empty inside, and where the first step projects w0.
  virtual std::string outside(VectorView) const { return {}; }

  /// Whether W is an affine set, and the rows of its G: they span what `project` may add to z.
  virtual bool affine() const { return false; }
  virtual Matrix rows(const Shape& shape) const { return Matrix(0, shape.size()); }

  /// Makes the projection a part of a mirror step, where the compiled loop knows it: by default where it is
  /// on the nearest point.
  virtual bool compose(kernels::MoveRecipe& mirror) const {
    mirror.projection = dynamic_cast<const kernels::Projection*>(this);
    if (!mirror.projection || mirror.link != kernels::MoveRecipe::Link::identity) return false;
    mirror.link = kernels::MoveRecipe::Link::projected;
    return true;
  }

  /// argmin psi over W where that is known in closed form, else the potential's own start.
  virtual Vector default_start(const Potential& potential, const Shape& shape) const {
    return potential.default_start(shape);
  }
};

}  // namespace implicitbias
