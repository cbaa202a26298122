#pragma once

#include <algorithm>
#include <optional>

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/psd_trace.hpp"
#include "implicitbias/models/model.hpp"

namespace implicitbias {

class Factor final : public Model {
 public:
  static constexpr const char* name = "Factor";
  static constexpr const char* doc = R"(A positive semidefinite predictor: w = U U' for a factor U.

      theta is U, of shape (d, rank), where samples are square matrices of shape (d, d); of these the symmetric
      part counts. |U|_F^2 is the trace of w: runs in the Frobenius norm are certified among the positive
      semidefinite matrices of trace 1. U = 0 is a saddle point, which needs another ``w0``.

      Parameters
      ----------
      rank : int, optional
          Columns of U; by default d, which makes all positive semidefinite matrices.

      Notes
      -----
      ``LossNormalized`` takes scale / (L (4 B^2 trace w + 2 B)) with the largest spectral norm B of a sample.
      Gradient descent on this model is `FactorizedGradientDescent`, which remembers U and iterates in a
      compiled loop.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 4 and Theorem 7.

      Examples
      --------
      >>> model = ib.Factor(rank=1)
      >>> problem = ib.Problem([[[1.0, 0.0], [0.0, -1.0]]], [1], ib.Exponential(), model=model)
      >>> run = ib.Run(problem, ib.GradientDescent(), w0=[[1.0], [0.5]]).advance(1000)
      >>> run.theta.shape, run.w.shape, f"{run.margin:.4f}"
      ((2, 1), (2, 2), '1.0000')
      )";

  explicit Factor(std::optional<std::int64_t> rank) : rank_(checked_rank(rank)) {}

  const std::optional<std::int64_t>& rank() const { return rank_; }
  using fields = Fields<Field<"rank", &Factor::rank, [] { return std::optional<std::int64_t>(); }>>;

  std::shared_ptr<const Model> on(const Shape& predictor) const override {
    auto model = std::make_shared<Factor>(rank_);
    model->side_ = PsdTrace::side(predictor);
    model->trace_ = PsdTrace().gauge_on(predictor);
    return model;
  }
  std::string text() const override { return message("Factor(rank=", columns(), ")"); }
  Shape parameters() const override { return {{side_, columns()}}; }
  int degree() const override { return 2; }

  void predict(const Vector& theta, Vector& w) const override {
    w.resize(side_ * side_);
    Eigen::Map<Matrix> W(w.data(), side_, side_);
    W.noalias() = factor(theta) * factor(theta).transpose();
    W.triangularView<Eigen::StrictlyUpper>() = W.transpose();
  }
  void pull_back(const Vector& theta, const Vector& g, Vector& out) const override {
    const Eigen::Map<const Matrix> G(g.data(), side_, side_);
    out.resize(theta.size());
    Eigen::Map<Matrix> result(out.data(), side_, columns());
    result.noalias() = G * factor(theta);
    result.noalias() += G.transpose() * factor(theta);
  }

  double reach(VectorView x) const override { return std::max(trace_->dual(x), trace_->dual(-x)); }

  std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>& gauge) const override {
    return gauge->euclidean() ? trace_ : nullptr;
  }

 private:
  Index columns() const { return rank_.value_or(side_); }
  Eigen::Map<const Matrix> factor(const Vector& theta) const { return {theta.data(), side_, columns()}; }

  std::optional<std::int64_t> rank_;
  Index side_ = 0;
  std::shared_ptr<const Gauge> trace_;
};

}  // namespace implicitbias
