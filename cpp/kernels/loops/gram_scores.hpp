// Scores through the Gram matrix K of the samples. A vector v of parameters that is a sum of some references
// and of samples is kept as its scores, its weights on the samples and those on the references, in this
// order: so a method whose steps are linear in all that it remembers iterates as it would on v itself. The
// gradient's scores are K s for its weights s.
#pragma once

#include <algorithm>

#include "panels.hpp"
#include "score_products.hpp"

namespace implicitbias::kernels::level {

class GramScores final : public ScoreProducts {
 public:
  explicit GramScores(const InnerProblem& problem)
      : gram_(std::get<DenseRowsOf<double>>(problem.rows)),
        count_(problem.samples),
        outputs_(problem.scores->outputs),
        inside_(in_whole_vectors(count_)),
        outside_(gram_.rows.stride),
        panels_(count_, inside_, outputs_) {
    for (Index i = 0; i < count_; ++i)
      panels_.set(i, [&](Index j) { return j < count_ ? gram_.entry(i, j) : 0; });
  }

  Index count() const override { return count_; }
  Index block() const override { return count_; }
  const Index* begin(std::int64_t, const double* v) override {
    scores_ = v;
    return nullptr;
  }
  void predict(Index, Index, double* z) override {
    for (Index c = 0; c < outputs_; ++c) std::copy_n(scores_ + c * outside_, inside_, z + c * inside_);
  }
  Index sum_size() const override { return outputs_ * inside_; }
  void accumulate(Index, const double* s, Index, double* __restrict sum) override {
#pragma omp simd
    for (Index i = 0; i < outputs_ * inside_; ++i) sum[i] += s[i];
  }
  /// What belongs to no sample, and the weights on the references, stay 0.
  void write(const double* sum, double sign, double* h) const override {
    panels_.take(sum);
    panels_.multiply(0, inside_ / width, h, outside_);
    for (Index c = 0; c < outputs_; ++c) {
      double* __restrict scores = h + c * outside_;
      double* __restrict weights = h + (outputs_ + c) * outside_;
      const double* s = sum + c * inside_;
#pragma omp simd
      for (Index i = 0; i < inside_; ++i) {
        scores[i] *= sign;
        weights[i] = sign * s[i];
      }
    }
  }

 private:
  DenseRowsOf<double> gram_;
  Index count_, outputs_;
  Index inside_, outside_;  // from one score of a sample to the next, here and in v
  mutable Panels<double> panels_;
  const double* scores_ = nullptr;
};

}  // namespace implicitbias::kernels::level
