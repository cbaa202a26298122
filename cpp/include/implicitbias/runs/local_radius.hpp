// B(theta), for which the second derivative of the loss is at most B^2 L along directions of the geometry's
// norm 1, if |l'| and l'' are at most l: max_n |x_n|_* everywhere on the linear model, and on another what
// its curvature makes of it at theta.
#pragma once

#include <cmath>

#include "implicitbias/problems/problem.hpp"

namespace implicitbias {

class LocalRadius {
 public:
  /// `radius` is that of the linear model.
  LocalRadius(const Problem& problem, const Gauge& geometry, double radius) {
    if (problem.model().identity()) {
      log_radius_ = std::log(radius);
    } else {
      degree_ = problem.model().degree();
      log_reach_ = std::log(problem.reach());
      log_longest_ = problem.model().bounded() ? std::log(geometry.longest(problem.dimension()))
                                               : std::numeric_limits<double>::quiet_NaN();
    }
  }

  /// NaN where the model and the geometry give no bound.
  double log_at(const Vector& theta) const {
    if (degree_ == 0) return log_radius_;
    return log_longest_ + log_curvature(degree_, log_reach_, std::log(theta.stableNorm())) / 2;
  }
  bool known() const { return !std::isnan(log_longest_); }

 private:
  int degree_ = 0;  // 0 where the model is linear
  double log_radius_ = 0, log_reach_ = 0, log_longest_ = 0;
};

}  // namespace implicitbias
