// Averages of gradients in the log domain.
//
// A run goes on where its gradients are exp(-1e6) in size, and what a method remembers of them must do so,
// too. The vectors that it remembers are kept as exp(log_scale) times each, under one scale for all. The
// scale follows the gradients down, but no faster than the memory itself decays: so nothing overflows, and an
// entry underflows only where it is 1e-308 of the largest.
#pragma once

#include <algorithm>
#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/types.hpp"

namespace implicitbias {

/// The scale before the first gradient: its exponential is 0, and a checkpoint holds finite numbers.
inline Vector no_scale() { return Vector::Constant(1, std::numeric_limits<double>::lowest()); }

/// For constructors: returns the rate of an exponential average if it is one.
inline double averaging_rate(double value, const char* argument) {
  if (!(value >= 0 && value < 1))
    throw InvalidValueError(message(argument, ": expected a number in [0, 1), got ", value));
  return value;
}

/// How a memory exp(former) m and a gradient exp(log_gradient) g come under the scale of the next step.
class CommonScale {
 public:
  /// `slowest` is the largest factor by which a part of the memory is multiplied in a step.
  CommonScale(double former, double slowest, double log_gradient)
      : former_(former),
        log_gradient_(log_gradient),
        log_(std::max(former + std::log(slowest), log_gradient)) {}

  double log() const { return log_; }

  /// Where the memory is to be multiplied by this factor: what m is multiplied by.
  double kept(double factor) const { return std::exp(former_ + std::log(factor) - log_); }
  /// Where this multiple of the gradient is to be added: what g is multiplied by.
  double added(double factor) const { return factor * std::exp(log_gradient_ - log_); }

 private:
  double former_, log_gradient_, log_;
};

}  // namespace implicitbias
