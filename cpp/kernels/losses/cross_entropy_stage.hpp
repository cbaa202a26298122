// Cross-entropy on vectors: from the margins m_nc of a sample's class over the others to weights.
//
// With M = min(0, min_c m_c), e_c = exp(M - m_c) and E = sum_c e_c the loss is log(exp(M) + E) - M, and the
// weights are e_c / (exp(M) + E). Where no margin is near 0 it is the exponential loss of all pairs, as any
// loss with an exponential tail.
#pragma once

#include <cmath>

#include "loss_stage.hpp"

namespace implicitbias::kernels::level {

/// The margins come one by one for all samples: those over the first of the other classes, over the second,
/// and so on.
class CrossEntropyStage final : public LossStage {
 public:
  explicit CrossEntropyStage(Index classes)
      : others_(classes - 1),
        // One more than the largest margin at which the sum over the classes is not lost beside 1.
        tail_(tail_begins + std::log(static_cast<double>(classes))),
        // Products of so many sums, each of `classes` at most, stay in range.
        piece_(std::max<Index>(
            1, static_cast<Index>(280 / (width * std::log10(static_cast<double>(classes) + 1))))) {}

  bool monotone() const override { return true; }

  Weights weigh(const double* z, Index n, double* s) override {
    const double shift = shift_for(smallest_of(z, n));
    LossSums sums = weigh_at(z, n, shift, s);
    if (underflows(sums.total)) s[0] = sums.total = std::numeric_limits<double>::quiet_NaN();
    return {shift, sums.total, sums.loss};
  }

  double shift_for(double smallest) const override { return smallest <= tail_ ? 0 : smallest; }
  bool outgrows(double shift, double smallest) const override {
    return shift_for(smallest) < shift - 300 || (shift != 0 && smallest <= tail_);
  }

  LossSums weigh_at(const double* z, Index n, double shift, double* s) const override {
    if (shift != 0) return weigh_all(TailFormula{shift}, z, n, s);
    const Index stride = n / others_;
    LossSums result;
    for (Index begin = 0; begin < stride;) {
      Wide total{}, excess{}, below{};
      const Index end = std::min(stride, begin + piece_ * width);
      for (; begin < end; begin += width) weigh_samples(z + begin, stride, s + begin, total, excess, below);
      result.total += sum_of(total);
      result.loss +=
          logarithm_of_one_plus(fold(excess, [](const auto& a, const auto& b) { return a + (a * b + b); })) +
          sum_of(below);
    }
    return result;
  }

  double negligible_from(double, double) const override { return infinity; }

 private:
  /// Of one vector of samples. `excess` is a product of sums, less 1, as that of the logistic loss.
  IMPLICITBIAS_INLINE void weigh_samples(const double* z, Index stride, double* __restrict s, Wide& total,
                                         Wide& excess, Wide& below) const {
    const Wide zero{};
    Wide smallest = zero;
    for (Index c = 0; c < others_; ++c) {
      const Wide m = load(z + c * stride);
      smallest = m < smallest ? m : smallest;
    }
    Wide sum{};
    for (Index c = 0; c < others_; ++c) {
      const Wide e = exponential(smallest - load(z + c * stride));
      sum += e;
      store(e, s + c * stride);
    }
    const Wide one = exponential(smallest), inverse = 1.0 / (one + sum);
    for (Index c = 0; c < others_; ++c) store(load(s + c * stride) * inverse, s + c * stride);
    total += sum * inverse;
    // exp(M) + E - 1, which is E where M = 0, and at least 0 below, where E >= 1.
    const Wide more = smallest < zero ? (sum - 1.0) + one : sum;
    excess += excess * more + more;
    below -= smallest;
  }

  Index others_;
  double tail_;
  Index piece_;  // vectors
};

}  // namespace implicitbias::kernels::level
