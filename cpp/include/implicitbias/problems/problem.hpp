// Data and loss: L(w) = sum_n l(<w, x_n>, y_n) (eq. 1), a sum and never a mean.
//
// A problem sees w through one number a sample, z_n: the margin y_n <w, x_n> for a monotone loss, the
// residual <w, x_n> - y_n otherwise. Monotone losses keep the rows y_n x_n, so that z = A w and grad L = A'
// l'(z) in both cases. Where a sample has several scores W x_n, z has several numbers a sample: the margins
// <W_y - W_c, x_n> of its class y over the others, or the residuals of its targets. Values come in the log
// domain: log L, and the gradient as exp(log_scale) g, because L underflows while its direction and size
// still matter.
//
// What a method moves are the parameters theta of the problem's model, of which it makes w: `shape` and
// `dimension` are theirs, and gradients are in them. The rows are about w. Of the linear model both are one.
#pragma once

#include <memory>
#include <vector>

#include "implicitbias/geometry/gauge.hpp"
#include "implicitbias/losses/loss.hpp"
#include "implicitbias/models/model.hpp"
#include "implicitbias/problems/samples.hpp"
#include "implicitbias/problems/targets.hpp"

namespace implicitbias {

class Threads;

/// L and its gradient at one theta, in the log domain: grad L = exp(log_scale) * gradient.
struct Evaluation {
  double log_loss = 0, log_scale = 0;
  Vector z;         // margins y <w, x>, or residuals <w, x> - y
  Vector slopes;    // l'(z) / exp(log_scale)
  Vector gradient;  // in the parameters

  // Where the parameters are not the predictor itself; else empty.
  Vector predictor;
  Vector predictor_gradient;

  Evaluation(Index rows, Index dimension) : z(rows), slopes(rows), gradient(dimension) {}

  /// The predictor, which the parameters may be, and the gradient in it.
  const Vector& w(const Vector& theta) const { return predictor.size() ? predictor : theta; }
  const Vector& in_w() const { return predictor.size() ? predictor_gradient : gradient; }
};

class Problem {
 public:
  /// Samples of this shape, one label or target each, or several targets.
  Problem(Data X, Shape sample_shape, Targets y, std::shared_ptr<const Loss> loss,
          const std::shared_ptr<const Model>& model);

  Index samples() const { return rows_->count() / rows_->each(); }

  /// Of the parameters.
  const Shape& shape() const { return shape_; }
  Index dimension() const { return shape_.size(); }

  /// Of the predictor: that of a sample, or (k, d) for k classes or targets.
  const Shape& predictor_shape() const { return predictor_shape_; }
  const Shape& sample_shape() const { return sample_shape_; }

  /// On the predictor's shape.
  const Model& model() const { return *model_; }
  const std::shared_ptr<const Model>& given_model() const { return given_model_; }
  const std::shared_ptr<const Loss>& loss() const { return loss_; }
  /// The loss as it was given: one of the user's is kept fitted, one of groups of rows with their size.
  const std::shared_ptr<const Loss>& given_loss() const { return given_loss_; }

  /// As they were given, and one number a row: the labels +-1 (1 for pairs of classes), or targets.
  const Targets& targets() const { return targets_; }
  const Vector& y() const { return y_; }

  /// The predictor that these parameters make.
  Vector predictor(const Vector& theta) const;

  /// The matrix A of z = A w: rows y_n x_n of a monotone loss, x_n otherwise, or several a sample.
  const Samples& rows() const { return *rows_; }

  /// The rows without labels, as numbers: multiplying by a label of +-1 twice is exact.
  Matrix X() const;

  /// The samples as they were given: sparse, in single precision, in a mapped file.
  Data given() const { return rows_->given(signs()); }

  /// B = max_n |x_n|_*, over the rows, of either sign where the two differ.
  double radius(const Gauge& gauge) const;

  /// The largest of the model's reaches over the rows.
  double reach() const;

  /// Returns false, with `result` unspecified, where the loss or its gradient is not finite. The result
  /// depends on the number of threads, at most, not on their order.
  [[nodiscard]] bool evaluate(const Vector& theta, Evaluation& result, Threads* threads = nullptr) const;

  /// The same for the sum over a batch of samples.
  [[nodiscard]] bool evaluate(const Vector& theta, const std::vector<Index>& batch, Evaluation& result) const;

  /// Writes how margins or residuals change along a direction of w, of all samples or of a batch.
  void along(const Vector& dw, Vector& v) const { rows_->predict(dw, v, nullptr); }
  void along(const Vector& dw, const std::vector<Index>& batch, Vector& v) const {
    rows_->predict(dw, batch, v);
  }

  /// An orthonormal basis, in its columns, of the span of the samples and some more rows; one column of NaN
  /// where finding it would take minutes.
  Eigen::MatrixXd span(const Matrix& more) const;

 private:
  /// Makes w, leaves z and the gradient in w to `at_predictor(w, result, gradient)`, and applies the chain
  /// rule.
  template <class AtPredictor>
  bool through_model(const Vector& theta, Evaluation& result, AtPredictor at_predictor) const;
  void stream(const Vector& w, Evaluation& result, Vector& gradient, Threads* threads) const;
  bool apply_loss(Evaluation& result) const;
  Vector signs() const { return loss_->monotone() ? y_ : Vector(); }

  Targets targets_;
  Vector y_;
  Shape sample_shape_, predictor_shape_, shape_;
  std::shared_ptr<const Model> given_model_, model_;
  std::shared_ptr<const Loss> given_loss_, loss_;
  std::shared_ptr<const Samples> rows_;
};

}  // namespace implicitbias
