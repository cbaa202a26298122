// The scale under which averages of gradients are kept (see methods/common_scale.hpp).
#pragma once

#include <algorithm>
#include <cmath>

namespace implicitbias::kernels {

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

}  // namespace implicitbias::kernels
