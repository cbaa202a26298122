// Partial derivatives that are 0 in exact arithmetic.
//
// A derivative is a sum over the samples, g_j = sum_n s_n x_nj, and where its terms cancel rounding leaves
// some 1e-17 of them. A method that forgets the scale of a derivative would take a full step for it: AdaGrad
// divides it by its own size, sign descent keeps its sign. There, whatever is below the bound on its own
// rounding counts as 0. All other derivatives stay as they are, however small they are beside others.
//
// With k = n + d + 8, the reach r_n = sum_i |x_ni w_i|, and eps twice the unit of rounding:
// - the weight p_n of a monotone loss is off by k eps (1 + r_n) of itself, as its margin is by k eps r_n, and
//   the sum by k eps sum_n p_n |x_nj|; below exp(-650) it is any number up to that (see exponential.hpp);
// - a residual is off by k eps (|y_n| + r_n), its slope by twice that.
// Where margins round by more than `most`, only that much counts: a sum that keeps half of its digits is no
// rounding, and a run that is so far out still moves.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/always_inline.hpp"

namespace implicitbias::kernels {

struct CancellationBound {
  static constexpr double most = 0x1p-26, least_weight = 4e-284;

  CancellationBound(Index samples, Index dimension, bool monotone)
      : samples(static_cast<double>(samples)),
        unit(epsilon * static_cast<double>(samples + dimension + 8)),
        monotone(monotone) {}

  /// The error of g_j that sample n brings, over |x_nj|.
  double of_sample(double slope, double y, double reach) const {
    return monotone ? std::abs(slope) * std::min(unit * (1 + reach), most) + least_weight
                    : unit * finite(std::abs(y) + reach);
  }

  /// A bound on the error of g_j over max_n |x_nj|, where no |y_n| and no reach exceeds these.
  double of_all(double largest_y, double largest_reach) const {
    return monotone ? std::min(unit * (1 + largest_reach), most) + samples * least_weight
                    : samples * unit * finite(largest_y + largest_reach);
  }

  double samples, unit;
  bool monotone;

 private:
  /// Caps a sum of sizes at the largest double: an infinite bound would say that every derivative is
  /// rounding.
  static double finite(double sum) { return std::min(sum, std::numeric_limits<double>::max()); }
};

/// Whether some entry g_j other than 0 may be below the bound on its rounding, error * largest_j, where
/// largest_j is the largest |x_nj|.
IMPLICITBIAS_INLINE bool may_cancel(const double* g, const double* largest, double error, Index d) {
  std::int64_t suspects = 0;
#pragma omp simd reduction(| : suspects)
  for (Index j = 0; j < d; ++j) {
    const double size = std::abs(g[j]), bound = error * largest[j];
    suspects |= ((size > 0) & (size <= bound)) ? 1 : 0;
  }
  return suspects != 0;
}

}  // namespace implicitbias::kernels
