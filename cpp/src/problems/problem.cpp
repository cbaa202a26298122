#include "implicitbias/problems/problem.hpp"

#include <algorithm>
#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/threads.hpp"
#include "implicitbias/kernels/losses.hpp"
#include "implicitbias/numerics/decompositions.hpp"

namespace implicitbias {

namespace {

/// How labels that are not -1 and +1 become such.
std::string instead_of(const Vector& y) {
  const double low = y.minCoeff(), high = y.maxCoeff();
  if (low == high || !((y.array() == low) || (y.array() == high)).all())
    return "Problem(X, y, Squared()) if y holds numbers to be fitted";
  if (low == 0 && high == 1) return "2 * y - 1 for y";
  return message("numpy.where(y == ", high, ", 1, -1) for y");
}

/// Throws unless samples and targets are what the loss takes.
template <class Array>
void check(const Array& X, const Vector& y, const Loss& loss, const Shape& shape) {
  if (X.count == 0 || X.dimension == 0)
    throw InvalidValueError(message("X: expected at least one sample and one feature, got ", X.count,
                                    " samples of shape ", shape.text()));
  if (y.size() != X.count)
    throw InvalidValueError(
        message("y: expected shape (", X.count, ",), one label a row of X, got (", y.size(), ",)"));
  for (Index n = 0; n < y.size(); ++n) {
    if (!X.finite_row(n))
      throw InvalidValueError(message("X: expected finite numbers, got NaN or infinity in sample ", n));
    if (!std::isfinite(y[n]))
      throw InvalidValueError(message("y: expected finite numbers, got y[", n, "] = ", y[n]));
    if (loss.monotone() && std::abs(y[n]) != 1)
      throw InvalidValueError(message("y: expected labels -1 or +1 for a monotone loss, got y[", n,
                                      "] = ", y[n], "; write ", instead_of(y)));
  }
}

}  // namespace

Problem::Problem(Data X, Shape parameter_shape, Vector y, std::shared_ptr<const Loss> loss)
    : y_(std::move(y)),
      shape_(std::move(parameter_shape)),
      given_loss_(std::move(loss)),
      loss_(given_loss_->fitted()) {
  if (!loss_) loss_ = given_loss_;
  std::visit([&](const auto& array) { check(array, y_, *loss_, shape_); }, X);
  rows_ = Samples::of(std::move(X), signs());
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
  for (Index n = 0; n < samples(); ++n) {
    const Vector x = symmetric ? rows_->entries(n) : rows_->sample(n);
    if (x.size()) largest = std::max({largest, gauge.dual(x), gauge.dual(-x)});
  }
  return largest;
}

bool Problem::evaluate(const Vector& w, Evaluation& result, Threads* threads) const {
  if (rows_->streamed() && loss_->any_thread()) {
    stream(w, result, threads);
    if (!apply_loss(result)) return false;
  } else {
    rows_->predict(w, result.z, threads);
    if (!loss_->monotone()) result.z -= y_;
    if (!apply_loss(result)) return false;
    rows_->accumulate(result.slopes, result.gradient, threads);
  }
  return std::isfinite(result.gradient.sum());
}

bool Problem::evaluate(const Vector& w, const std::vector<Index>& batch, Evaluation& result) const {
  rows_->predict(w, batch, result.z);
  if (!loss_->monotone())
    for (std::size_t i = 0; i < batch.size(); ++i) result.z[static_cast<Index>(i)] -= y_[batch[i]];
  if (!apply_loss(result)) return false;
  rows_->accumulate(result.slopes, batch, result.gradient);
  return std::isfinite(result.gradient.sum());
}

Eigen::MatrixXd Problem::span(const Matrix& more) const {
  const auto count = static_cast<double>(samples() + more.rows()), length = static_cast<double>(dimension());
  constexpr double most = 5e10;  // some minutes of the factorization
  if (count * length * std::min(count, length) > most)
    return Eigen::MatrixXd::Constant(dimension(), 1, std::numeric_limits<double>::quiet_NaN());
  Matrix rows(samples() + more.rows(), dimension());
  rows << rows_->matrix(), more;
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
void Problem::stream(const Vector& w, Evaluation& result, Threads* threads) const {
  const int parts = threads ? threads->count() : 1;
  std::vector<PartialGradient> partial;
  for (int part = 0; part < parts; ++part)
    partial.push_back({part == 0 ? result.gradient : threads->scratch(part, dimension())});
  const auto run = [&](int part) {
    PartialGradient& mine = partial[static_cast<std::size_t>(part)];
    const Index first = part_begin(samples(), 8, part, parts);
    const Index size = part_begin(samples(), 8, part + 1, parts) - first;
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
