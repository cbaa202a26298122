// The ball {w : |w| <= radius} of a norm that knows the nearest point of its balls, in the Euclidean
// potential.
#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/constraint.hpp"
#include "implicitbias/geometry/norm.hpp"

namespace implicitbias {

class Ball final : public Constraint, public kernels::Projection {
 public:
  static constexpr const char* name = "Ball";
  static constexpr const char* doc = R"(The ball {w : |w| <= radius} of a norm, with the Euclidean potential.

      Each gradient step is followed by the Euclidean projection, in closed form for Lp(p) and Schatten(p) with
      p = 1, 2 or inf, and for GroupNorm with these p outside and q = 2 inside, or p = inf and these q. Other
      norms are refused.

      Runs start at 0; w0 must be inside.

      Parameters
      ----------
      norm : Norm
          One of those above.
      radius : float
          Positive.

      Notes
      -----
      On strictly monotone losses a run's bracket is that of the maximum margin in l2 over all w: a ball
      limits their size, not their direction.

      References
      ----------
      Duchi et al. (2008), "Efficient projections onto the l1-ball for learning in high dimensions", Figure 1.

      Examples
      --------
      >>> method = ib.MirrorDescent(ib.Euclidean(), constraint=ib.Ball(ib.Lp(1), 1.0))
      >>> problem = ib.Problem([[1.0, 2.0]], [3.0], ib.Squared())
      >>> print(ib.Run(problem, method, 0.1).advance(1000).w.round(6))
      [0. 1.]
      )";

  Ball(std::shared_ptr<const Norm> norm, double radius)
      : norm_(std::move(norm)), radius_(positive(radius, "radius")) {
    if (!norm_->ball_projection())
      throw InvalidValueError(
          "norm: expected one whose balls have a projection in closed form (Lp(p) or Schatten(p) with p = 1, "
          "2 or inf, GroupNorm(groups, p, 2) with these p, or GroupNorm(groups, inf, q) with these q), got "
          "another norm; write Ball(Lp(2), radius)");
  }

  const std::shared_ptr<const Norm>& norm() const { return norm_; }
  double radius() const { return radius_; }
  using fields = Fields<Field<"norm", &Ball::norm>, Field<"radius", &Ball::radius>>;

  std::shared_ptr<const Constraint> on(const Potential& potential, const Shape& shape) const override {
    if (!potential.euclidean())
      throw InvalidValueError(
          "constraint: Ball goes with Euclidean, in which the Bregman projection is the nearest point; write "
          "MirrorDescent(Euclidean(), constraint=Ball(...))");
    auto ball = std::make_shared<Ball>(norm_->on(shape), radius_);
    ball->nearest_ = ball->norm_->ball_projection();
    return ball;
  }

  void project(const Potential&, Vector& z, Vector& w) const override {
    nearest(z.data(), z.size());
    w = z;
  }

  void nearest(double* w, Index d) const override { nearest_(Eigen::Map<Vector>(w, d), radius_); }

  // A start that somebody has projected is inside but for rounding.
  std::string outside(VectorView w) const override {
    const double size = norm_->value(w);
    if (size <= radius_ * (1 + 1e-12)) return {};
    return message("its norm is ", size, ", above the radius ", radius_,
                   " of the constraint; start within the ball, at radius / norm.value(w0) * w0");
  }

 private:
  std::shared_ptr<const Norm> norm_;
  double radius_;
  BallProjection nearest_;  // once the ball is on parameters of one shape
};

}  // namespace implicitbias
