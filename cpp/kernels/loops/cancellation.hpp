// Derivatives that are nothing but rounding, in the compiled loop: see implicitbias/kernels/cancellation.hpp.
#pragma once

#include <cmath>

#include "../vector.hpp"
#include "../with_count.hpp"
#include "gradient.hpp"
#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/cancellation.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

class Cancellation {
 public:
  explicit Cancellation(const InnerProblem& problem)
      : forgetful_(*problem.forgetful),
        d_(problem.dimension),
        bound_(problem.numbers(), d_, problem.loss.monotone()) {}

  /// Sets to 0 what is below its bound in h, minus the gradient at w, on weights with this sum.
  IMPLICITBIAS_INLINE void clear(std::int64_t t, const double* w, double total, const Gradient& gradient,
                                 double* h) const {
    with_padded(d_, [&](const auto d) { clear(t, w, total, gradient, h, d); });
  }

 private:
  template <class Count>
  IMPLICITBIAS_INLINE void clear(std::int64_t t, const double* w, double total, const Gradient& gradient,
                                 double* h, const Count d) const {
    const double* largest = forgetful_.largest;
    if (bound_.monotone) {
      // What is above any bound needs no reach.
      if (!may_cancel(h, largest, bound_.of_all(0, infinity) * total, d)) [[likely]]
        return;
    } else {
      // Most of what is left of a gradient where it is 0 is below the bound at w = 0 already.
      if (const double* least = forgetful_.least) {
#pragma omp simd
        for (Index j = 0; j < d; ++j) h[j] = std::abs(h[j]) <= least[j] ? 0.0 : h[j];
      }
    }
    const double reach = sum_over(d, [&](const auto& at) { return at(largest) * size_of(at(w)); });
    const double error = bound_.of_all(forgetful_.largest_y, reach) * (bound_.monotone ? total : 1.0);
    if (may_cancel(h, largest, error, d) && (!bound_.monotone || suspects(h, error, reach, total, gradient)))
        [[unlikely]]
      forgetful_.host->clear(t, w, h);
  }

  /// Whether an entry may be below its bound, by the sizes of its own terms: a few samples with little weight
  /// are no rounding of the many others.
  bool suspects(const double* h, double error, double reach, double total, const Gradient& gradient) const {
    const double rate = bound_.of_sample(1, 0, reach), rest = bound_.of_sample(0, 0, 0) * bound_.samples;
    for (Index j = 0; j < d_; ++j) {
      const double size = std::abs(h[j]), largest = forgetful_.largest[j];
      if (size > 0 && size <= error * largest && size <= rate * gradient.size(j) + rest * total * largest)
        return true;
    }
    return false;
  }

  Forgetful forgetful_;
  Index d_;
  CancellationBound bound_;
};

}  // namespace implicitbias::kernels::level
