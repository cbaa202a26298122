// Step sizes in the inner loops.
#pragma once

#include <cmath>

#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

class Steps {
 public:
  explicit Steps(const InnerSteps& steps)
      : cap_(steps.log_cap),
        bound_(steps.log_bound),
        beta_(steps.log_beta),
        largest_factor_(std::exp(bound_)) {}

  /// f = exp(log eta + log L), for a loss with log L = log_scale; remembers the largest eta beta.
  IMPLICITBIAS_INLINE double factor(double log_loss, InnerState& state) const {
    const double log_factor = std::min(cap_ + log_loss, bound_);
    if (log_factor + beta_ > state.largest_step) {
      state.largest_step = log_factor + beta_;
      state.largest_step_t = state.t;
    }
    if (log_factor + beta_ > log_rounding) state.last_violation = state.t;
    if (log_factor == bound_) return largest_factor_;
    // exponential() stays at 2e-300 below -690, and ends at 690.
    return log_factor > -690 && log_factor < 690 ? exponential(log_factor) : std::exp(log_factor);
  }

 private:
  double cap_, bound_, beta_;
  double largest_factor_;
};

}  // namespace implicitbias::kernels::level
