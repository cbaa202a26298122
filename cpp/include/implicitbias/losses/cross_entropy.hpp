// Cross-entropy, l = log(1 + sum_c exp(-m_c)) of the margins m_c of a sample's class over the others: the
// logistic loss of their soft minimum M = -log sum_c exp(-m_c). So slopes are those of the logistic loss at
// M, shared out by the soft-max weights exp(M - m_c), and nothing underflows.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/losses/logistic.hpp"
#include "implicitbias/losses/loss.hpp"

namespace implicitbias {

class CrossEntropy final : public Loss {
 public:
  static constexpr const char* name = "CrossEntropy";
  static constexpr const char* doc =
      R"(Cross-entropy of the soft-max, sum_n -log p(y_n | W x_n): multiclass logistic regression.

      On parameters W of shape (k, d) it is log(1 + sum_{c != y} exp(-m_c)) of the margins
      m_c = <W_y - W_c, x>: monotone with an exponential tail. Problems take class labels of any kind.

      Notes
      -----
      Its curvature along V is at most B^2 L |V|^2, with B = max |(e_y - e_c) x'|_* over the samples and the
      classes other than theirs, as 1 - p_y <= -log p_y: what LossNormalized needs.

      References
      ----------
      Fan, Schmidt and Thrampoulidis (2025), "Implicit bias of spectral descent and Muon on multiclass
      separable data", arXiv:2502.04664.

      Examples
      --------
      >>> X, y = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], ["ant", "bee", "cat"]
      >>> problem = ib.Problem(X, y, ib.CrossEntropy())
      >>> run = ib.Run(problem, ib.GradientDescent()).advance(1000)
      >>> problem.shape, run.margin > 0
      ((3, 2), True)
      )";
  using fields = Fields<>;

  CrossEntropy() = default;
  explicit CrossEntropy(Index group) : group_(group) {}

  bool monotone() const override { return true; }
  bool bounds_curvature() const override { return true; }
  bool convex() const override { return true; }
  bool strictly_convex() const override { return true; }
  bool exponential_tail() const override { return true; }
  bool multiclass() const override { return true; }
  std::shared_ptr<const Loss> grouped(Index group) const override {
    return std::make_shared<CrossEntropy>(group);
  }
  std::optional<kernels::LossRecipe> recipe() const override {
    return kernels::LossRecipe{kernels::LossRecipe::Kind::cross_entropy, static_cast<double>(group_) + 1};
  }

  LossValue evaluate(VectorView z, VectorSlot slopes) const override {
    const Vector soft = soft_minima(z, slopes);
    Vector weights(soft.size());
    const LossValue value = logistic_.evaluate(soft, weights);
    for (Index n = 0; n < soft.size(); ++n) slopes.segment(n * group_, group_) *= weights[n];
    return value;
  }

  void slopes(VectorView z, VectorSlot out) const override {
    const Vector soft = soft_minima(z, out);
    for (Index n = 0; n < soft.size(); ++n)
      out.segment(n * group_, group_) =
          logistic_.log_slope(soft[n]) + soft[n] - z.segment(n * group_, group_).array();
  }

  double balance(VectorView z, VectorView v) const override {
    Vector log_slopes(z.size());
    slopes(z, log_slopes);
    return log_balance([&](Index i) { return log_slopes[i]; }, v);
  }

 private:
  /// Returns M of each sample, and writes the weights exp(M - m_c), which sum to 1 over each.
  Vector soft_minima(VectorView z, VectorSlot weights) const {
    Vector soft(z.size() / group_);
    for (Index n = 0; n < soft.size(); ++n) {
      const auto margins = z.segment(n * group_, group_);
      soft[n] = margins.minCoeff();
      weights.segment(n * group_, group_) = soft[n] - margins.array();
    }
    kernels::exponentials(weights, 0.0);
    for (Index n = 0; n < soft.size(); ++n) {
      auto of_sample = weights.segment(n * group_, group_);
      const double total = of_sample.sum();
      soft[n] -= std::log(total);
      of_sample *= 1 / total;
    }
    return soft;
  }

  Index group_ = 1;  // margins a sample
  Logistic logistic_;
};

}  // namespace implicitbias
