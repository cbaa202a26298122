#pragma once

#include <vector>

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/fourier_l1.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/models/model.hpp"

namespace implicitbias {

class Convolution final : public Model {
 public:
  static constexpr const char* name = "Convolution";
  static constexpr const char* doc = R"(A linear convolutional network of full width: w = u_1 * ... * u_depth.

      Convolutions are circular, (u * v)_i = sum_j u_j v_(i - j mod d). theta has shape (depth, d), a row for each
      filter. From depth 2 on theta = 0 is a saddle point, which needs another ``w0``.

      Parameters
      ----------
      depth : int, default 2
          From 1 to 100.

      Notes
      -----
      In the Euclidean norm of theta at depth 2 the least |theta|^2 for a w is 2 |F w|_1 / sqrt(d), with the
      unitary discrete Fourier transform F; deeper it is no norm. ``LossNormalized`` takes scale / (L K(theta)),
      at depth D with D^2 B^2 r^(2 D - 2) + D (D - 1) B r^(D - 2) for K, r = |theta|_2 and B = max_n |F x_n|_inf d^((D
      - 1) / 2) / D^(D / 2), at depth 1 max_n |x_n|_2.

      References
      ----------
      Gunasekar, Lee, Soudry and Srebro (2018), "Implicit Bias of Gradient Descent on Linear Convolutional
      Networks", arXiv:1806.00468, Theorem 2.

      Examples
      --------
      >>> X = [[1.0, 0.5, 0.0], [0.5, 2.0, -1.0]]
      >>> problem = ib.Problem(X, [1, 1], ib.Exponential(), model=ib.Convolution())
      >>> problem.shape
      (2, 3)
      >>> run = ib.Run(problem, ib.GradientDescent(), w0=[[0.5, 0.1, 0.0], [0.2, 0.3, 0.1]]).advance(20_000)
      >>> run.induced_norm, run.bracket.gap < 0.02
      (FourierL1, True)
      )";

  explicit Convolution(std::int64_t depth) : depth_(checked_depth(depth)) {}

  std::int64_t depth() const { return depth_; }
  using fields = Fields<Field<"depth", &Convolution::depth, [] { return std::int64_t{2}; }>>;

  std::shared_ptr<const Model> on(const Shape& predictor) const override {
    if (predictor.sizes.size() != 1)
      throw InvalidValueError(
          message("X: expected vectors for Convolution, and one score a sample, got w of ", "shape ",
                  predictor.text(), "; write X.reshape(len(X), -1)"));
    auto model = std::make_shared<Convolution>(depth_);
    model->size_ = predictor.size();
    model->fourier_ = FourierL1().gauge_on(predictor);
    return model;
  }
  std::string text() const override { return message("Convolution(depth=", depth_, ")"); }
  Shape parameters() const override { return {{depth_, size_}}; }
  int degree() const override { return depth_; }

  void predict(const Vector& theta, Vector& w) const override { w = products(theta).back(); }

  // The gradient in u_l is the correlation of g with the convolution of the other filters.
  void pull_back(const Vector& theta, const Vector& g, Vector& out) const override {
    const std::vector<Vector> below = products(theta);
    out.resize(theta.size());
    Vector behind = g;
    for (Index l = depth_ - 1; l > 0; --l) {
      out.segment(l * size_, size_) = correlated(behind, below[static_cast<std::size_t>(l - 1)]);
      behind = correlated(behind, theta.segment(l * size_, size_));
    }
    out.head(size_) = behind;
  }

  double reach(VectorView x) const override {
    if (depth_ == 1) return x.stableNorm();
    return fourier_->dual(x) * std::pow(static_cast<double>(size_), (depth_ - 1) / 2.0) /
           std::pow(depth_, depth_ / 2.0);
  }

  std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>& gauge) const override {
    if (depth_ == 1 && dynamic_cast<const Lp*>(gauge.get())) return gauge;
    return depth_ == 2 && gauge->euclidean() ? fourier_ : nullptr;
  }

 private:
  /// u_1, u_1 * u_2, ..., u_1 * ... * u_depth.
  std::vector<Vector> products(const Vector& theta) const {
    std::vector<Vector> all = {theta.head(size_)};
    for (Index l = 1; l < depth_; ++l) all.push_back(convolved(all.back(), theta.segment(l * size_, size_)));
    return all;
  }

  /// u * v.
  static Vector convolved(VectorView u, VectorView v) {
    const Index d = u.size();
    Vector result = Vector::Zero(d);
    for (Index j = 0; j < d; ++j) {
      result.tail(d - j) += u[j] * v.head(d - j);
      result.head(j) += u[j] * v.tail(j);
    }
    return result;
  }

  /// The gradient of v -> <g, u * v>: sum_j u_j g_(i + j mod d).
  static Vector correlated(VectorView g, VectorView u) {
    const Index d = u.size();
    Vector result = Vector::Zero(d);
    for (Index j = 0; j < d; ++j) {
      result.head(d - j) += u[j] * g.tail(d - j);
      result.tail(j) += u[j] * g.head(j);
    }
    return result;
  }

  int depth_;
  Index size_ = 0;
  std::shared_ptr<const Gauge> fourier_;
};

}  // namespace implicitbias
