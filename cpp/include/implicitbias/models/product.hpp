#pragma once

#include <algorithm>
#include <optional>

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/block.hpp"
#include "implicitbias/geometry/norms/schatten.hpp"
#include "implicitbias/models/model.hpp"

namespace implicitbias {

class Product final : public Model {
 public:
  static constexpr const char* name = "Product";
  static constexpr const char* doc = R"(A predictor that is a product of two factors: w = U V'.

      theta is U above V, of shape (r + c, rank), where w has shape (r, c): that of matrix samples, or (k, d) for k
      classes or targets. The least |theta|_F^2 for a w is twice its nuclear norm; where |theta| is
      the larger spectral norm of U and V, ``BlockNorm([(r, rank), (c, rank)], Schatten(inf))``, its square is
      least at the spectral norm. theta = 0 is a saddle point, which needs another ``w0``.

      Parameters
      ----------
      rank : int, optional
          Columns of U and V; by default min(r, c), which makes all matrices.

      Notes
      -----
      ``LossNormalized`` takes scale / (L (B^2 |theta|_F^2 + B)) with the largest spectral norm B of a sample.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 4.
      Lyu and Li (2020), arXiv:1906.05890.

      Examples
      --------
      >>> X = [[[1.0, 0.0, 0.0], [0.0, 0.5, 0.0]]]
      >>> problem = ib.Problem(X, [1], ib.Exponential(), model=ib.Product(rank=1))
      >>> problem.shape
      (5, 1)
      >>> run = ib.Run(problem, ib.GradientDescent(), w0=[[0.5], [0.1], [0.4], [0.2], [0.1]]).advance(5000)
      >>> print(run.induced_norm, f"{run.bracket.lower:.3f}")
      Schatten(p=1.0) 1.000
      )";

  explicit Product(std::optional<std::int64_t> rank) : rank_(checked_rank(rank)) {}

  const std::optional<std::int64_t>& rank() const { return rank_; }
  using fields = Fields<Field<"rank", &Product::rank, [] { return std::optional<std::int64_t>(); }>>;

  std::shared_ptr<const Model> on(const Shape& predictor) const override {
    if (predictor.sizes.size() != 2)
      throw InvalidValueError(message(
          "X: expected matrices for Product, of shape (n, r, c), or classes or several targets, got ",
          "parameters of shape ", predictor.text(), "; write Diagonal() or DeepLinear(...) for vectors"));
    auto model = std::make_shared<Product>(rank_);
    model->rows_ = predictor.sizes[0];
    model->columns_ = predictor.sizes[1];
    model->nuclear_ = Schatten(1).on(predictor);
    model->spectral_ = Schatten(infinity).on(predictor);
    return model;
  }
  std::string text() const override { return message("Product(rank=", width(), ")"); }
  Shape parameters() const override { return {{rows_ + columns_, width()}}; }
  int degree() const override { return 2; }

  void predict(const Vector& theta, Vector& w) const override {
    w.resize(rows_ * columns_);
    Eigen::Map<Matrix>(w.data(), rows_, columns_).noalias() = U(theta) * V(theta).transpose();
  }
  void pull_back(const Vector& theta, const Vector& g, Vector& out) const override {
    const Eigen::Map<const Matrix> G(g.data(), rows_, columns_);
    out.resize(theta.size());
    Eigen::Map<Matrix>(out.data(), rows_, width()).noalias() = G * V(theta);
    Eigen::Map<Matrix>(out.data() + rows_ * width(), columns_, width()).noalias() = G.transpose() * U(theta);
  }

  double reach(VectorView x) const override { return nuclear_->dual(x) / 2; }

  std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>& gauge) const override {
    if (gauge->euclidean()) return nuclear_;
    return BlockNorm::spectral(*gauge, {{rows_, width()}, {columns_, width()}}) ? spectral_ : nullptr;
  }

 private:
  Index width() const { return rank_.value_or(std::min(rows_, columns_)); }
  Eigen::Map<const Matrix> U(const Vector& theta) const { return {theta.data(), rows_, width()}; }
  Eigen::Map<const Matrix> V(const Vector& theta) const {
    return {theta.data() + rows_ * width(), columns_, width()};
  }

  std::optional<std::int64_t> rank_;
  Index rows_ = 0, columns_ = 0;
  std::shared_ptr<const Gauge> nuclear_, spectral_;
};

}  // namespace implicitbias
