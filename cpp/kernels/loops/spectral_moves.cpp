#include "spectral_moves.hpp"

#include <Eigen/Core>
#include <optional>

#include "orthogonal_rows.hpp"

namespace implicitbias::kernels::level {

namespace {

/// A matrix of parameters read so that it has no more rows than columns.
struct Wider {
  explicit Wider(const MatrixRecipe& shape)
      : rows(std::min(shape.rows, shape.columns)),
        columns(std::max(shape.rows, shape.columns)),
        row_stride(shape.rows > shape.columns ? 1 : shape.columns),
        column_stride(shape.rows > shape.columns ? shape.columns : 1) {}

  Index at(Index i, Index j) const { return i * row_stride + j * column_stride; }

  Index rows, columns, row_stride, column_stride;
};

/// w += f |h|_* U V' for h = U S V', on the numerical range: see Schatten.
class SpectralMove final : public Move {
 public:
  explicit SpectralMove(const MatrixRecipe& shape)
      : shape_(shape), svd_(shape_.rows, shape_.columns), values_(shape_.rows) {}

  void take(const double* h, Step& step, InnerState& state) override {
    constexpr double smallest = 1e-290, largest = 1e290;  // between them, numbers have inverses
    const double size = largest_size(h, shape_.rows * shape_.columns);
    if (size == 0) return;
    const double scale = std::clamp(size, smallest, largest);
    if (shape_.column_stride == 1)
      svd_.decompose([&](Index i, Index j) { return h[i * shape_.row_stride + j]; }, 1 / scale);
    else
      svd_.decompose([&](Index i, Index j) { return h[shape_.at(i, j)]; }, 1 / scale);
    for (Index r = 0; r < shape_.rows; ++r) values_[r] = svd_.value(r);
    const double threshold = numerical_range * values_.maxCoeff();
    double sum = 0;
    for (Index r = 0; r < shape_.rows; ++r) sum += values_[r] > threshold ? values_[r] : 0;
    for (Index r = 0; r < shape_.rows; ++r) {
      if (!(values_[r] > threshold)) continue;
      const double factor = step.f * (scale * sum) / values_[r];
      for (Index i = 0; i < shape_.rows; ++i) {
        const double share = factor * svd_.rotation(r)[i], *direction = svd_.direction(r);
        double* w = state.w + shape_.at(i, 0);
        if (shape_.column_stride == 1)
#pragma omp simd
          for (Index j = 0; j < shape_.columns; ++j) w[j] += share * direction[j];
        else
          for (Index j = 0; j < shape_.columns; ++j) w[j * shape_.column_stride] += share * direction[j];
      }
    }
  }

 private:
  static constexpr double numerical_range = 1e-9;

  Wider shape_;
  OrthogonalRows svd_;
  Vector values_;
};

/// The same with the core's decomposition.
class CoreSpectralMove final : public Move {
 public:
  explicit CoreSpectralMove(const MatrixRecipe& shape)
      : norm_(*shape.norm), dw_(shape.rows * shape.columns) {}

  void take(const double* h, Step& step, InnerState& state) override {
    norm_.descend(h, dw_.data());
    const double* dw = dw_.data();
    double* __restrict w = state.w;
#pragma omp simd
    for (Index i = 0; i < dw_.size(); ++i) w[i] += step.f * dw[i];
  }

 private:
  const MatrixNorm& norm_;
  Vector dw_;
};

/// w += f |h|_* X, with X from the iteration X <- a X + b (X X') X + c (X X')^2 X: see NewtonSchulzDescent.
class NewtonSchulzMove final : public Move {
 public:
  explicit NewtonSchulzMove(const MatrixRecipe& shape)
      : shape_(shape), norm_(shape.norm), X_(shape_.rows, shape_.columns), next_(X_) {
    if (!norm_) svd_.emplace(shape_.rows, shape_.columns);
  }

  void take(const double* h, Step& step, InnerState& state) override {
    constexpr double a = 3.4445, b = -4.7750, c = 2.0315;
    constexpr int iterations = 5;
    const double scale = largest_size(h, shape_.rows * shape_.columns);
    nuclear_ = 0;
    if (scale == 0) return;
    for (Index i = 0; i < shape_.rows; ++i)
      for (Index j = 0; j < shape_.columns; ++j) X_(i, j) = h[shape_.at(i, j)] / scale;
    nuclear_ = norm_ ? norm_->nuclear(h) : scale * sum_of_singular_values();
    X_ /= X_.norm();
    for (int k = 0; k < iterations; ++k) {
      A_.noalias() = X_ * X_.transpose();
      B_.noalias() = c * A_ * A_;
      B_ += b * A_;
      B_.diagonal().array() += a;
      next_.noalias() = B_ * X_;
      X_.swap(next_);
    }
    const double factor = step.f * nuclear_;
    for (Index i = 0; i < shape_.rows; ++i)
      for (Index j = 0; j < shape_.columns; ++j) state.w[shape_.at(i, j)] += factor * X_(i, j);
  }

  // Whatever X is.
  double length(const double*, const double*, Index) const override { return nuclear_; }

 private:
  double sum_of_singular_values() {
    svd_->decompose([&](Index i, Index j) { return X_(i, j); }, 1);
    double sum = 0;
    for (Index i = 0; i < shape_.rows; ++i) sum += svd_->value(i);
    return sum;
  }

  Wider shape_;
  const MatrixNorm* norm_;  // or
  std::optional<OrthogonalRows> svd_;
  Matrix X_, next_, A_, B_;
  double nuclear_ = 0;
};

}  // namespace

std::unique_ptr<Move> spectral_move(const MoveRecipe& move) {
  if (move.kind == MoveRecipe::Kind::spectral) {
    if (move.matrix.norm) return std::make_unique<CoreSpectralMove>(move.matrix);
    return std::make_unique<SpectralMove>(move.matrix);
  }
  return std::make_unique<NewtonSchulzMove>(move.matrix);
}

}  // namespace implicitbias::kernels::level
