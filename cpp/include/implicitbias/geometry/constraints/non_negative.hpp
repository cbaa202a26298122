// The cone {w : w >= 0}.
#pragma once

#include "implicitbias/geometry/constraints/bounds.hpp"

namespace implicitbias {

class NonNegative final : public Bounds {
 public:
  static constexpr const char* name = "NonNegative";
  static constexpr const char* doc = R"(The cone {w : w >= 0}, entry by entry: Box(0, inf).

      With Euclidean it makes mirror descent projected gradient descent. The potentials that it goes with, the
      start, and what a run's bracket says are those of Box.

      Examples
      --------
      >>> problem = ib.Problem([[2.0, -1.0], [1.0, 1.0]], [1, 1], ib.Exponential())
      >>> method = ib.MirrorDescent(ib.Euclidean(), constraint=ib.NonNegative())
      >>> run = ib.Run(problem, method, ib.LossNormalized(0.5)).advance(10_000)
      >>> bool((run.w >= 0).all()), run.margin > 0.99 * run.bracket.upper
      (True, True)
      )";
  using fields = Fields<>;

  NonNegative() : Bounds(Entrywise(), Entrywise(Vector::Constant(1, infinity), {})) {}
};

}  // namespace implicitbias
