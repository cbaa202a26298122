#include "implicitbias/problems/problem.hpp"

#include <algorithm>
#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/threads.hpp"
#include "implicitbias/kernels/losses.hpp"
#include "implicitbias/numerics/decompositions.hpp"
#include "implicitbias/problems/samples/outputs.hpp"
#include "implicitbias/problems/samples/pairs.hpp"

namespace implicitbias {

namespace {

/// How labels that are not -1 and +1 become such.
std::string instead_of(const Vector& y) {
  const double low = y.minCoeff(), high = y.maxCoeff();
  const bool whole = (y.array() == y.array().round()).all();
  if (low == high || !((y.array() == low) || (y.array() == high)).all())
    return message(whole && low < high ? "Problem(X, y, CrossEntropy()) if y holds classes, and " : "",
                   "Problem(X, y, Squared()) if y holds numbers to be fitted");
  if (low == 0 && high == 1) return "2 * y - 1 for y";
  return message("numpy.where(y == ", high, ", 1, -1) for y");
}

/// Throws unless all samples are finite, and there are as many targets.
template <class Array>
void check(const Array& X, const Shape& shape, const Shape& targets) {
  if (X.count == 0 || X.dimension == 0)
    throw InvalidValueError(message("X: expected at least one sample and one feature, got ", X.count,
                                    " samples of shape ", shape.text()));
  if (targets.sizes.front() != X.count) {
    Shape expected = targets;
    expected.sizes.front() = X.count;
    throw InvalidValueError(
        message("y: expected shape ", expected.text(), ", one label a row of X, got ", targets.text()));
  }
  for (Index n = 0; n < X.count; ++n)
    if (!X.finite_row(n))
      throw InvalidValueError(message("X: expected finite numbers, got NaN or infinity in sample ", n));
}

/// Throws unless a sample is a vector: parameters have a row for each class or target.
void check_vectors(const Shape& sample, Index outputs, const char* what) {
  if (sample.sizes.size() == 1) return;
  throw InvalidValueError(
      message("X: expected samples of shape (d,) for parameters of shape (k, d), with k = ", outputs, " ",
              what, ", got samples of shape ", sample.text(), "; write X.reshape(len(X), -1)"));
}

/// Throws where margins of all pairs would take tens of gigabytes: then labels are no classes.
void check_pairs(Index samples, Index classes) {
  constexpr Index most = Index{1} << 32;
  if (samples > most / (classes - 1))
    throw InvalidValueError(
        message("y: expected classes of which there are few, got ", classes, " different labels of ", samples,
                " samples; write Problem(X, y, Squared()) if y holds numbers to be fitted"));
}

/// Throws unless the targets are what the loss takes.
void check(const Vector& y, const Loss& loss) {
  for (Index n = 0; n < y.size(); ++n) {
    if (!std::isfinite(y[n]))
      throw InvalidValueError(message("y: expected finite numbers, got y[", n, "] = ", y[n]));
    if (loss.monotone() && std::abs(y[n]) != 1)
      throw InvalidValueError(message("y: expected labels -1 or +1 for a monotone loss, got y[", n,
                                      "] = ", y[n], "; write ", instead_of(y)));
  }
}

void check(const Matrix& y) {
  if (y.cols() == 0) throw InvalidValueError("y: expected at least one target a sample, got shape (n, 0)");
  for (Index n = 0; n < y.rows(); ++n)
    for (Index c = 0; c < y.cols(); ++c)
      if (!std::isfinite(y(n, c)))
        throw InvalidValueError(message("y: expected finite numbers, got y[", n, ", ", c, "] = ", y(n, c)));
}

Shape shape_of(const Vector& y) { return {{y.size()}}; }
Shape shape_of(const Matrix& y) { return {{y.rows(), y.cols()}}; }
Shape shape_of(const Classes& y) { return {{static_cast<Index>(y.of_samples.size())}}; }

}  // namespace

Problem::Problem(Data X, Shape sample_shape, Targets y, std::shared_ptr<const Loss> loss,
                 const std::shared_ptr<const Model>& model)
    : targets_(std::move(y)),
      sample_shape_(std::move(sample_shape)),
      given_model_(model),
      given_loss_(std::move(loss)),
      loss_(given_loss_->fitted()) {
  if (!loss_) loss_ = given_loss_;
  const Shape given = std::visit([](const auto& targets) { return shape_of(targets); }, targets_);
  std::visit([&](const auto& array) { check(array, sample_shape_, given); }, X);
  if (const auto* numbers = std::get_if<Vector>(&targets_)) {
    check(*numbers, *loss_);
    y_ = *numbers;
    predictor_shape_ = sample_shape_;
    rows_ = Samples::of(std::move(X), signs());
  } else if (const auto* several = std::get_if<Matrix>(&targets_)) {
    check(*several);
    check_vectors(sample_shape_, several->cols(), "targets");
    y_ = Eigen::Map<const Vector>(several->data(), several->size());
    rows_ = std::make_shared<Outputs>(Samples::for_scores(std::move(X)), several->cols());
  } else {
    const auto& [of_samples, count, names] = std::get<Classes>(targets_);
    check_vectors(sample_shape_, count, "classes");
    check_pairs(shape_of(std::get<Classes>(targets_)).size(), count);
    rows_ = std::make_shared<Pairs>(Samples::for_scores(std::move(X)), of_samples, count);
    y_ = Vector::Ones(rows_->count());
  }
  if (predictor_shape_.sizes.empty())
    predictor_shape_ = {{rows_->dimension() / sample_shape_.size(), sample_shape_.size()}};
  model_ = given_model_->on(predictor_shape_);
  shape_ = model_->parameters();
  if (auto grouped = loss_->grouped(rows_->each())) loss_ = std::move(grouped);
}

Matrix Problem::X() const {
  Matrix X = rows_->matrix();
  if (loss_->monotone()) X.array().colwise() *= y_.array();
  return X;
}

double Problem::radius(const Gauge& gauge) const {
  // Where zeros do not count, sparse samples are short.
  const bool symmetric = gauge.symmetric();
  double largest = 0;
  for (Index n = 0; n < rows_->count(); ++n) {
    const Vector x = symmetric ? rows_->entries(n) : rows_->sample(n);
    if (x.size()) largest = std::max({largest, gauge.dual(x), gauge.dual(-x)});
  }
  return largest;
}

double Problem::reach() const {
  double largest = 0;
  for (Index n = 0; n < rows_->count(); ++n) largest = std::max(largest, model_->reach(rows_->sample(n)));
  return largest;
}

Vector Problem::predictor(const Vector& theta) const {
  if (model_->identity()) return theta;
  Vector w(rows_->dimension());
  model_->predict(theta, w);
  return w;
}

template <class AtPredictor>
bool Problem::through_model(const Vector& theta, Evaluation& result, AtPredictor at_predictor) const {
  if (model_->identity()) return at_predictor(theta, result.gradient) && std::isfinite(result.gradient.sum());
  result.predictor.resize(rows_->dimension());
  result.predictor_gradient.resize(rows_->dimension());
  model_->predict(theta, result.predictor);
  if (!at_predictor(result.predictor, result.predictor_gradient)) return false;
  model_->pull_back(theta, result.predictor_gradient, result.gradient);
  return std::isfinite(result.gradient.sum());
}

bool Problem::evaluate(const Vector& theta, Evaluation& result, Threads* threads) const {
  return through_model(theta, result, [&](const Vector& w, Vector& gradient) {
    if (rows_->streamed() && loss_->any_thread()) {
      stream(w, result, gradient, threads);
      return apply_loss(result);
    }
    rows_->predict(w, result.z, threads);
    if (!loss_->monotone()) result.z -= y_;
    if (!apply_loss(result)) return false;
    rows_->accumulate(result.slopes, gradient, threads);
    return true;
  });
}

bool Problem::evaluate(const Vector& theta, const std::vector<Index>& batch, Evaluation& result) const {
  return through_model(theta, result, [&](const Vector& w, Vector& gradient) {
    rows_->predict(w, batch, result.z);
    if (!loss_->monotone()) {
      const Index each = rows_->each();
      for (std::size_t i = 0; i < batch.size(); ++i)
        result.z.segment(static_cast<Index>(i) * each, each) -= y_.segment(batch[i] * each, each);
    }
    if (!apply_loss(result)) return false;
    rows_->accumulate(result.slopes, batch, gradient);
    return true;
  });
}

Eigen::MatrixXd Problem::span(const Matrix& more) const {
  const auto count = static_cast<double>(rows_->count() + more.rows());
  const auto length = static_cast<double>(rows_->dimension());
  constexpr double most = 5e10;  // some minutes of the factorization
  if (count * length * std::min(count, length) > most)
    return Eigen::MatrixXd::Constant(rows_->dimension(), 1, std::numeric_limits<double>::quiet_NaN());
  const Matrix spanning = rows_->spanning();
  Matrix rows(spanning.rows() + more.rows(), rows_->dimension());
  rows << spanning, more;
  const PivotedQr qr(rows.transpose());
  return qr.Q(qr.rank());
}

namespace {

/// A gradient before all margins are known: soft-max weights relative to exp(shift), and their total.
struct PartialGradient {
  Vector& sum;
  double shift = std::numeric_limits<double>::lowest(), total = 0;

  void rescale(double to) {
    const double factor = std::exp(shift - to);
    sum *= factor;
    total *= factor;
    shift = to;
  }
};

}  // namespace

/// Writes z and the gradient in one pass over the data, each thread in one over its rows.
void Problem::stream(const Vector& w, Evaluation& result, Vector& gradient, Threads* threads) const {
  const int parts = threads ? threads->count() : 1;
  std::vector<PartialGradient> partial;
  for (int part = 0; part < parts; ++part)
    partial.push_back({part == 0 ? gradient : threads->scratch(part, rows_->dimension())});
  const auto run = [&](int part) {
    PartialGradient& mine = partial[static_cast<std::size_t>(part)];
    const Index first = part_begin(rows_->count(), 8, part, parts);
    const Index size = part_begin(rows_->count(), 8, part + 1, parts) - first;
    rows_->stream(first, size, w, result.z, result.slopes, mine.sum, [&](Index begin, Index count) {
      auto z = result.z.segment(begin, count), slopes = result.slopes.segment(begin, count);
      if (!loss_->monotone()) z -= y_.segment(begin, count);
      loss_->slopes(z, slopes);
      if (!loss_->monotone()) return;
      // Relative to the largest weight of the first block, as long as no later one exceeds it by exp(300),
      // and then to that one. So it depends on w alone.
      const double largest = slopes.maxCoeff();
      if (largest > mine.shift + 300) mine.rescale(largest);
      kernels::exponentials(slopes, mine.shift);
      mine.total += slopes.sum();
    });
  };
  threads ? threads->run(run) : run(0);
  PartialGradient& all = partial[0];
  for (std::size_t part = 1; part < partial.size(); ++part) {
    if (partial[part].shift > all.shift)
      all.rescale(partial[part].shift);
    else
      partial[part].rescale(all.shift);
    all.sum += partial[part].sum;
    all.total += partial[part].total;
  }
  if (loss_->monotone()) all.sum *= -1 / all.total;
}

bool Problem::apply_loss(Evaluation& result) const {
  if (!std::isfinite(result.z.sum())) return false;
  const LossValue value = loss_->evaluate(result.z, result.slopes);
  result.log_loss = value.log_loss;
  result.log_scale = value.log_scale;
  // log 0 is the loss at an exact fit; at +inf the loss has overflowed.
  return value.log_loss < infinity;
}

}  // namespace implicitbias
