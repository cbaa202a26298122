// The box {w : lower <= w <= upper}, entry by entry.
#pragma once

#include "implicitbias/geometry/constraints/bounds.hpp"

namespace implicitbias {

class Box final : public Bounds {
 public:
  static constexpr const char* name = "Box";
  static constexpr const char* doc = R"(The box {w : lower <= w <= upper}, entry by entry.

      Each mirror step is followed by clipping, which is the Bregman projection on a box for potentials that are
      sums over the coordinates: Euclidean (projected gradient descent), Entropy, PowerPotential,
      HyperbolicEntropy, Cosh, SquaredLp(2) and QuadraticPotential with a diagonal matrix. Others are refused.

      Runs start at the point of the box where psi is least, the clipped minimum of psi; w0 must be inside.

      Parameters
      ----------
      lower, upper : float or array_like of the parameters' shape
          lower <= upper; a side may be infinite.

      Notes
      -----
      On strictly monotone losses a run's bracket is that of the maximum margin over all w, whatever the
      constraint: its upper side bounds the margin over any part of them, too. Where every side is 0 or
      infinite, so that the box is a cone, the bracket contains the maximum margin over this cone as well.

      Examples
      --------
      >>> method = ib.MirrorDescent(ib.Euclidean(), constraint=ib.Box(-1.0, [0.5, math.inf]))
      >>> problem = ib.Problem([[1.0, 2.0]], [3.0], ib.Squared())
      >>> print(ib.Run(problem, method, 0.1).advance(1000).w.round(6))
      [0.5  1.25]
      )";
  using fields = Fields<Field<"lower", &Bounds::lower>, Field<"upper", &Bounds::upper>>;

  using Bounds::Bounds;
};

}  // namespace implicitbias
