// The rows e_c (x) x_n of losses with several targets a sample: residuals <W_c, x_n> - y_nc, those of a
// sample one after the other.
#pragma once

#include "implicitbias/numerics/decompositions.hpp"
#include "implicitbias/problems/samples/scored.hpp"

namespace implicitbias {

class Outputs final : public ScoredSamples {
 public:
  Outputs(std::shared_ptr<const Samples> samples, Index outputs)
      : ScoredSamples(std::move(samples), outputs, outputs) {}

  std::optional<kernels::ScoreRecipe> scores() const override {
    return kernels::ScoreRecipe{outputs(), nullptr};
  }

  // A basis of the span of the samples, once for each output.
  Matrix spanning() const override {
    const PivotedQr qr(samples().matrix().transpose());
    const Eigen::MatrixXd basis = qr.Q(qr.rank());
    const Index rank = basis.cols(), length = basis.rows();
    Matrix result = Matrix::Zero(rank * outputs(), length * outputs());
    for (Index c = 0; c < outputs(); ++c)
      result.block(c * rank, c * length, rank, length) = basis.transpose();
    return result;
  }

 protected:
  Blocks blocks(Index row) const override { return {1, {{{row % outputs(), 1.0}}}}; }

  void from_scores(const Matrix& scores, const std::vector<Index>*, Vector& z) const override {
    Eigen::Map<Matrix>(z.data(), scores.cols(), outputs()) = scores.transpose();
  }

  void to_scores(const Vector& s, const std::vector<Index>*, Matrix& weights) const override {
    weights = Eigen::Map<const Matrix>(s.data(), weights.cols(), outputs()).transpose();
  }
};

}  // namespace implicitbias
