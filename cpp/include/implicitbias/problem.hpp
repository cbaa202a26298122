// Data and loss: L(w) = sum_n l(<w, x_n>, y_n).
#pragma once

#include <Eigen/QR>
#include <cmath>
#include <memory>
#include <vector>

#include "errors.hpp"
#include "kernels/samples.hpp"
#include "kernels/softmax.hpp"
#include "loss.hpp"
#include "norm.hpp"

namespace implicitbias {

/// L and its gradient at one w, in the log domain: grad L = exp(log_scale) * gradient.
struct Evaluation {
  double log_loss = 0, log_scale = 0;
  Vector z;         // margins y <w, x>, or residuals <w, x> - y
  Vector slopes;    // l'(z) / exp(log_scale)
  Vector gradient;  // of length d

  Evaluation(Index samples, Index dimension) : z(samples), slopes(samples), gradient(dimension) {}
};

class Problem {
 public:
  Problem(Matrix X, Shape parameter_shape, Vector y, std::shared_ptr<const Loss> loss)
      : A_(checked(std::move(X), y, *loss, parameter_shape)),
        y_(std::move(y)),
        shape_(std::move(parameter_shape)),
        loss_(std::move(loss)) {}

  Index samples() const { return A_.count(); }
  Index dimension() const { return A_.dimension(); }
  const Shape& shape() const { return shape_; }
  const std::shared_ptr<const Loss>& loss() const { return loss_; }
  const Vector& y() const { return y_; }

  /// The rows y_n x_n of a monotone loss, x_n otherwise.
  const Samples& rows() const { return A_; }

  /// The samples as they were given: multiplying by a label of +-1 twice is exact.
  Matrix X() const { return loss_->monotone() ? Matrix(y_.asDiagonal() * A_.matrix()) : A_.matrix(); }

  /// B = max_n |x_n|_*, of either sign where the two differ.
  double radius(const Norm& norm) const {
    double largest = 0;
    for (Index n = 0; n < samples(); ++n) {
      const Vector x = A_.sample(n);
      largest = std::max({largest, norm.dual(x), norm.dual(-x)});
    }
    return largest;
  }

  /// Returns false, with `result` unspecified, where the loss or its gradient is not finite.
  [[nodiscard]] bool evaluate(const Vector& w, Evaluation& result) const {
    if (A_.streamed()) {
      stream(w, result);
      if (!apply_loss(result)) return false;
    } else {
      predict(w, result.z);
      if (!apply_loss(result)) return false;
      A_.accumulate(result.slopes, result.gradient);
    }
    return std::isfinite(result.gradient.sum());
  }

  /// The same for the sum over a batch of samples.
  [[nodiscard]] bool evaluate(const Vector& w, const std::vector<Index>& batch, Evaluation& result) const {
    A_.predict(w, batch, result.z);
    if (!loss_->monotone())
      for (std::size_t i = 0; i < batch.size(); ++i) result.z[static_cast<Index>(i)] -= y_[batch[i]];
    if (!apply_loss(result)) return false;
    A_.accumulate(result.slopes, batch, result.gradient);
    return std::isfinite(result.gradient.sum());
  }

  /// Writes the margins, or the residuals.
  void predict(const Vector& w, Vector& z) const {
    A_.predict(w, z);
    if (!loss_->monotone()) z -= y_;
  }

  /// Writes how margins or residuals change along dw, of all samples or of a batch.
  void along(const Vector& dw, Vector& v) const { A_.predict(dw, v); }
  void along(const Vector& dw, const std::vector<Index>& batch, Vector& v) const { A_.predict(dw, batch, v); }

  /// An orthonormal basis, in its columns, of the span of the samples and some more rows.
  Eigen::MatrixXd span(const Matrix& more) const {
    Matrix rows(samples() + more.rows(), dimension());
    rows << A_.matrix(), more;
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(rows.transpose());
    return qr.householderQ() * Eigen::MatrixXd::Identity(dimension(), qr.rank());
  }

 private:
  /// Writes z and the gradient in one pass over the data.
  void stream(const Vector& w, Evaluation& result) const {
    Vector& gradient = result.gradient;
    if (!loss_->monotone()) {
      A_.stream(w, result.z, result.slopes, gradient, [&](Index begin, Index count) {
        result.z.segment(begin, count) -= y_.segment(begin, count);
        loss_->slopes(result.z.segment(begin, count), result.slopes.segment(begin, count));
      });
      return;
    }
    // The soft-max before all margins are known: relative to the largest weight of the first block, as long
    // as no later one exceeds it by exp(300), and then to that one. So it depends on w alone.
    double shift = std::numeric_limits<double>::lowest(), total = 0;
    A_.stream(w, result.z, result.slopes, gradient, [&](Index begin, Index count) {
      auto weights = result.slopes.segment(begin, count);
      loss_->slopes(result.z.segment(begin, count), weights);
      const double largest = weights.maxCoeff();
      if (largest > shift + 300) {
        const double factor = std::exp(shift - largest);
        gradient *= factor;
        total *= factor;
        shift = largest;
      }
      kernels::exponentials(weights, shift);
      total += weights.sum();
    });
    gradient *= -1 / total;
  }

  bool apply_loss(Evaluation& result) const {
    if (!std::isfinite(result.z.sum())) return false;
    const LossValue value = loss_->evaluate(result.z, result.slopes);
    result.log_loss = value.log_loss;
    result.log_scale = value.log_scale;
    // log 0 is the loss at an exact fit; at +inf the loss has overflowed.
    return value.log_loss < infinity;
  }

  /// The rows y_n x_n of a monotone loss, x_n otherwise.
  static Samples checked(Matrix X, const Vector& y, const Loss& loss, const Shape& shape) {
    if (X.size() == 0)
      throw InvalidValueError(message("X: expected at least one sample and one feature, got ", X.rows(),
                                      " samples of shape ", shape.text()));
    if (y.size() != X.rows())
      throw InvalidValueError(
          message("y: expected shape (", X.rows(), ",), one label a row of X, got (", y.size(), ",)"));
    for (Index n = 0; n < X.rows(); ++n) {
      if (!X.row(n).allFinite())
        throw InvalidValueError(message("X: expected finite numbers, got NaN or infinity in sample ", n));
      if (!std::isfinite(y[n]))
        throw InvalidValueError(message("y: expected finite numbers, got y[", n, "] = ", y[n]));
      if (loss.monotone() && std::abs(y[n]) != 1)
        throw InvalidValueError(
            message("y: expected labels -1 or +1 for a monotone loss, got y[", n, "] = ", y[n]));
    }
    if (loss.monotone()) X = y.asDiagonal() * X;
    return Samples(X);
  }

  Samples A_;
  Vector y_;
  Shape shape_;
  std::shared_ptr<const Loss> loss_;
};

}  // namespace implicitbias
