// What a rule may ask of the way on which a straight method is about to step, w + s dw. All numbers are in
// units of the gradient as it is kept, grad L = exp(log_scale) g: beside an L of size exp(-1e9) logarithms in
// other units would have no digits left.
#pragma once

#include "implicitbias/base/types.hpp"

namespace implicitbias {

class Heading {
 public:
  virtual ~Heading() = default;

  /// log |dw| in the norm in which the method's margins are normalized.
  virtual double log_length() const = 0;

  /// log <-g, dw>, the rate at which the loss falls at s = 0; -inf where it does not.
  virtual double log_descent() const = 0;

  /// log (L / exp(log_scale)), of the batch where there is one.
  virtual double log_loss() const = 0;

  /// log of the s >= 0 that minimizes a convex loss on the ray. Throws DomainError where it falls for ever.
  virtual double log_minimizer() const = 0;
};

}  // namespace implicitbias
