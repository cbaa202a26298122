// What some methods are besides rules for one step: straight, where a step goes along a ray whatever its
// size; flowing, where the iterates follow a differential equation. Who needs a view asks the method for it,
// and gets null where it has none.
#pragma once

#include "implicitbias/methods/state.hpp"

namespace implicitbias {

/// A method whose every step is w + exp(log_eta + log_scale) dw, with a dw that does not depend on the size:
/// steps can be searched for along it.
class Straight {
 public:
  virtual ~Straight() = default;
  virtual void direction(const State& now, const Vector& gradient, Vector& dw) const = 0;
};

/// A method whose iterates follow a differential equation in coordinates q of the state.
class Flowing {
 public:
  virtual ~Flowing() = default;
  virtual Vector coordinates(const State& state) const = 0;
  /// Makes the state one that has these coordinates.
  virtual void place(const Vector& q, State& state) const = 0;
  /// Writes exp(log_unit) times what a step adds to the coordinates, without cancellation.
  virtual void increment(const State& now, const Vector& gradient, double log_scale, double log_eta,
                         double log_unit, Vector& dq) const = 0;
};

}  // namespace implicitbias
