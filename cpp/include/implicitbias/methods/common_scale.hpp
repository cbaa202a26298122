// Averages of gradients in the log domain.
//
// A run goes on where its gradients are exp(-1e6) in size, and so must what a method remembers of them. A
// vector v in its memory stands for exp(log_scale) v, with one scale for all of the memory. The scale follows
// the gradients down, but no faster than the memory itself decays: so nothing overflows, and an entry
// underflows only where it is 1e-308 of the largest.
#pragma once

#include <limits>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/common_scale.hpp"

namespace implicitbias {

/// The scale before the first gradient: its exponential is 0, and a checkpoint holds finite numbers.
inline Vector no_scale() { return Vector::Constant(1, std::numeric_limits<double>::lowest()); }

/// For constructors: returns the rate of an exponential average if it is one.
inline double averaging_rate(double value, const char* argument) {
  if (!(value >= 0 && value < 1))
    throw InvalidValueError(message(argument, ": expected a number in [0, 1), got ", value));
  return value;
}

using kernels::CommonScale;

}  // namespace implicitbias
