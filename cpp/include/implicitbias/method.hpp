// A method is an immutable rule: where to start, how large a step the problem bears, and one step.
#pragma once

#include <memory>

#include "norm.hpp"
#include "types.hpp"

namespace implicitbias {

/// All that a run needs to go on: a checkpoint is exactly this and the recorded trajectory.
struct State {
  std::int64_t t = 0;
  Vector w;
  // Sum of the normalised gradients weighted by the steps taken, and of the weights: their quotient is
  // X'(alpha y) for a convex alpha, hence a certificate (see certificate.hpp).
  Vector gradient_sum;
  double weight_sum = 0;
};

class Method {
 public:
  virtual ~Method() = default;

  /// The method as it acts on parameters of this shape; throws InvalidValueError where it cannot.
  virtual std::shared_ptr<const Method> on(const Shape& shape) const = 0;

  /// The norm in which its margins are normalised.
  virtual std::shared_ptr<const Norm> geometry() const = 0;

  virtual Vector default_start(const Shape& shape) const = 0;

  /// log beta(w): the loss does not increase while eta <= 1 / beta(w). `radius` is B = max_n |x_n|_*.
  virtual double log_smoothness(const State& now, double log_loss, double radius) const = 0;

  /// Writes `next_w`, where grad L(w) = exp(log_scale) * gradient and `log_step` = log eta + log_scale.
  virtual void step(const State& now, VectorView gradient, double log_step, VectorSlot next_w) const = 0;
};

}  // namespace implicitbias
