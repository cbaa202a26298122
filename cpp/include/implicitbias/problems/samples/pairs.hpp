// The rows (e_y - e_c) (x) x_n of multiclass losses, for every class c other than the class y of sample n, in
// the order of the classes: margins <W_y - W_c, x_n>, k - 1 of them a sample.
#pragma once

#include "implicitbias/problems/samples/scored.hpp"

namespace implicitbias {

class Pairs final : public ScoredSamples {
 public:
  /// `classes` are those of the samples, from 0 to count - 1.
  Pairs(std::shared_ptr<const Samples> samples, std::vector<Index> classes, Index count)
      : ScoredSamples(std::move(samples), count, count - 1), classes_(std::move(classes)) {}

  std::optional<kernels::ScoreRecipe> scores() const override {
    return kernels::ScoreRecipe{outputs(), classes_.data()};
  }

 protected:
  Blocks blocks(Index row) const override {
    const Index own = of_sample(row / each());
    return {2, {{{own, 1.0}, {other(row % each(), own), -1.0}}}};
  }

  void from_scores(const Matrix& scores, const std::vector<Index>* batch, Vector& z) const override {
    for (Index i = 0; i < scores.cols(); ++i) {
      const Index own = of_sample(batch, i);
      double* margins = z.data() + i * each();
      for (Index j = 0; j < each(); ++j) margins[j] = scores(own, i) - scores(other(j, own), i);
    }
  }

  void to_scores(const Vector& s, const std::vector<Index>* batch, Matrix& weights) const override {
    for (Index i = 0; i < weights.cols(); ++i) {
      const Index own = of_sample(batch, i);
      const double* slopes = s.data() + i * each();
      double total = 0;
      for (Index j = 0; j < each(); ++j) {
        weights(other(j, own), i) = -slopes[j];
        total += slopes[j];
      }
      weights(own, i) = total;
    }
  }

 private:
  /// The j-th of the classes other than this.
  static Index other(Index j, Index own) { return j < own ? j : j + 1; }

  Index of_sample(Index n) const { return classes_[static_cast<std::size_t>(n)]; }
  Index of_sample(const std::vector<Index>* batch, Index i) const {
    return of_sample(batch ? (*batch)[static_cast<std::size_t>(i)] : i);
  }

  std::vector<Index> classes_;
};

}  // namespace implicitbias
