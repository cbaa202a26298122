// Weights and h block by block, before all margins are known.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

#include "../losses/loss_stage.hpp"

namespace implicitbias::kernels::level {

/// The sum h of all blocks so far, and the totals of their weights, relative to the smallest margin of the
/// first block as long as that does.
class BlockSum {
 public:
  BlockSum(const LossStage& loss, double* h, Index length) : loss_(loss), h_(h), length_(length) {
    std::fill_n(h, length, 0.0);
  }

  /// Writes the weights of the next block.
  void weigh(const double* z, Index n, double* s) {
    if (loss_.monotone()) {
      const double least = smallest_of(z, n);
      if (first_)
        sum_.shift = loss_.shift_for(least);
      else if (loss_.outgrows(sum_.shift, least))
        rescale(loss_.shift_for(least));
    }
    first_ = false;
    const LossSums part = loss_.weigh_at(z, n, sum_.shift, s);
    sum_.total += part.total;
    sum_.loss += part.loss;
  }

  Weights weights() const {
    if (loss_.monotone() && underflows(sum_.total)) h_[0] = std::numeric_limits<double>::quiet_NaN();
    return sum_;
  }

 private:
  void rescale(double shift) {
    const double factor = std::exp(shift - sum_.shift);
    for (Index j = 0; j < length_; ++j) h_[j] *= factor;
    sum_ = {shift, sum_.total * factor, sum_.loss * factor};
  }

  const LossStage& loss_;
  double* h_;
  Index length_;
  Weights sum_{0, 0, 0};
  bool first_ = true;
};

}  // namespace implicitbias::kernels::level
