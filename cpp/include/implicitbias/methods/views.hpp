// What some methods are besides rules for one step: straight, where a step goes along a ray whatever its
// size; flowing, where the iterates follow a differential equation, and recalling, where they do so as soon
// as averages of the past have forgotten how it began. Who needs a view asks the method for it, and gets null
// where it has none.
#pragma once

#include "implicitbias/methods/state.hpp"
#include "implicitbias/numerics/recent_curve.hpp"

namespace implicitbias {

/// A method whose every step is w + exp(log_eta + log_scale) dw, with a dw that does not depend on the size:
/// steps can be searched for along it.
class Straight {
 public:
  virtual ~Straight() = default;
  virtual void direction(const State& now, const Vector& gradient, Vector& dw) const = 0;
};

/// A method whose iterates follow a smooth curve in coordinates q of the state.
class Charted {
 public:
  virtual ~Charted() = default;
  virtual Vector coordinates(const State& state) const = 0;
  /// Makes the state one that has these coordinates.
  virtual void place(const Vector& q, State& state) const = 0;
};

/// One whose steps depend on the coordinates alone: the curve solves a differential equation.
class Flowing : public Charted {
 public:
  /// Writes exp(log_unit) times what a step adds to the coordinates, without cancellation.
  virtual void increment(const State& now, const Vector& gradient, double log_scale, double log_eta,
                         double log_unit, Vector& dq) const = 0;
};

/// What a run saw at some times of late, a column or an entry each, on a curve that its iterates follow.
struct Recent {
  RecentCurve curve;
  Vector log_eta;
  Eigen::MatrixXd w;
  Eigen::MatrixXd gradients;   // in units of exp(log_scale)
  double log_scale, log_unit;  // and increments in units of exp(-log_unit)
  Eigen::MatrixXd increments;  // of the coordinates, by a step
};

/// One whose steps depend on averages of the past, with weights that fall geometrically: the curve is what is
/// left once these have forgotten how the run began.
class Recalling : public Charted {
 public:
  /// beta / (1 - beta) for the slowest average: so many iterations it lags behind.
  virtual double lag() const = 0;
  /// Gradients are taken at w(t) + ahead (w(t) - w(t - 1)).
  virtual double ahead() const { return 0; }
  /// Writes the increments.
  virtual void increments(Recent& recent) const = 0;
  /// Makes the memory that of a run that came along this curve to the coordinates q, of the first column.
  virtual void recall(const Recent& recent, const Vector& q, State& state) const = 0;
};

}  // namespace implicitbias
