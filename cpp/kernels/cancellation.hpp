// Derivatives that are nothing but rounding, in the inner loops: see implicitbias/kernels/cancellation.hpp.
#pragma once

#include <cmath>
#include <vector>

#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/cancellation.hpp"
#include "loops/gradients.hpp"

namespace implicitbias::kernels::level {

class Cancellation {
 public:
  explicit Cancellation(const InnerProblem& problem)
      : problem_(problem),
        bound_(problem.samples, problem.dimension, problem.loss == InnerLoss::exponential),
        largest_(static_cast<std::size_t>(std::max(problem.dimension, tiny_dimension))),
        least_(largest_.size()),
        reaches_(static_cast<std::size_t>(problem.samples)),
        weights_(problem) {
    for (Index n = 0; n < problem.samples; ++n) {
      largest_y_ = std::max(largest_y_, std::abs(target(n)));
      for (Index j = 0; j < problem.dimension; ++j) {
        const double size = std::abs(problem.entry(n, j));
        const auto column = static_cast<std::size_t>(j);
        largest_[column] = std::max(largest_[column], size);
        least_[column] += size * bound_.of_sample(0, target(n), 0);
      }
    }
  }

  /// Whether `clear` may change h, minus the gradient at w. Both have at least d entries, those beyond the
  /// dimension being 0. What is sure to be below its bound becomes 0 here.
  IMPLICITBIAS_INLINE bool suspects(const double* w, double* h, Index d) const {
    double reach = 0;
    if (!bound_.monotone) {
      // Most of what is left of a gradient where it is 0 is below the bound at w = 0 already.
      const double *largest = largest_.data(), *least = least_.data();
#pragma omp simd reduction(+ : reach)
      for (Index j = 0; j < d; ++j) {
        reach += largest[j] * std::abs(w[j]);
        h[j] = std::abs(h[j]) <= least[j] ? 0.0 : h[j];
      }
    }
    return may_cancel(h, largest_.data(), bound_.of_all(largest_y_, reach), d);
  }

  /// Sets to 0 what is below its bound in h.
  void clear(const double* w, double* h) {
    if (bound_.monotone) {
      weights_.predict(w);
      softmin(weights_.z.data(), weights_.z);
    }
    find_reaches(w);
    for (std::size_t n = 0; n < reaches_.size(); ++n)
      reaches_[n] = bound_.of_sample(weights_.z[n], target(static_cast<Index>(n)), reaches_[n]);
    for (Index j = 0; j < problem_.dimension; ++j) {
      if (h[j] == 0) continue;
      double error = 0;
      for (Index n = 0; n < problem_.samples; ++n)
        error += std::abs(problem_.entry(n, j)) * reaches_[static_cast<std::size_t>(n)];
      if (std::abs(h[j]) <= error) h[j] = 0;
    }
  }

 private:
  double target(Index n) const { return bound_.monotone ? 0 : problem_.y[n]; }

  void find_reaches(const double* w) {
    const Rows& rows = problem_.rows;
    double* __restrict reaches = reaches_.data();
    std::fill(reaches_.begin(), reaches_.end(), 0.0);
    for (Index i = 0; i < rows.count; ++i) {
      const double* row = rows.data + i * rows.stride;
      if (problem_.tall) {
#pragma omp simd
        for (Index n = 0; n < rows.length; ++n) reaches[n] += std::abs(row[n] * w[i]);
      } else {
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (Index j = 0; j < rows.length; ++j) sum += std::abs(row[j] * w[j]);
        reaches[i] = sum;
      }
    }
  }

  InnerProblem problem_;
  CancellationBound bound_;
  double largest_y_ = 0;
  std::vector<double> largest_, least_;  // entry of each column; error of its sum, for residuals at w = 0
  std::vector<double> reaches_;          // of each sample, then its error
  Passes weights_;
};

}  // namespace implicitbias::kernels::level
