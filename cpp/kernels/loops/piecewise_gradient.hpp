// Losses that are quadratic piece by piece, through the Hessian of the samples that stay in their piece.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "../level.hpp"
#include "gradient.hpp"
#include "products.hpp"

namespace implicitbias::kernels::level {

/// Where |r| is below the loss's kink a sample's slope is 2 r, and beyond it a constant. At a reference point
/// w_ref all residuals are known, and a sample is settled where its residual is further from the kink than
/// |x_n|_2 spare. As long as |w - w_ref|_2 is small enough for all of these, their gradient is
///     h(w) = h(w_ref) - 2 X_q' X_q (w - w_ref),
/// X_q the settled samples below the kink. The others, near the kink, are computed as they are.
///
/// The reference moves on every so many iterations, and `spare` is twice as much as w moved in as many.
/// Where w has left its neighborhood, all samples are computed until then: the gradient depends on t, w and
/// the reference, which is w_ref and `spare` (negative once w has left), alone. HessianGradient says what is
/// lost in rounding.
class PiecewiseGradient final : public Gradient {
 public:
  /// `whole` is the gradient over all samples.
  PiecewiseGradient(const InnerProblem& problem, std::unique_ptr<Products> all,
                    std::unique_ptr<Gradient> whole, std::unique_ptr<LossStage> loss)
      : problem_(problem),
        all_(std::move(all)),
        whole_(std::move(whole)),
        loss_(std::move(loss)),
        n_(problem.samples),
        d_(problem.dimension),
        stride_(in_whole_vectors(d_)),
        kink_(problem.loss.kink()),
        lengths_(static_cast<std::size_t>(n_)),
        reference_(static_cast<std::size_t>(d_ + 1), left),
        z_(all_->size()),
        s_(all_->size()),
        h_settled_(d_),
        h_near_(d_),
        moved_(d_),
        twice_hessian_(Vector::Zero(d_ * stride_)) {
    for (Index n = 0; n < n_; ++n) {
      double square = 0;
      for (Index j = 0; j < d_; ++j) square += entry(n, j) * entry(n, j);
      lengths_[static_cast<std::size_t>(n)] = std::sqrt(square);
      largest_y_ = std::max(largest_y_, std::abs(problem.y[n]));
    }
    longest_ = *std::max_element(lengths_.begin(), lengths_.end());
  }

  Index kept_size() const override { return d_ + 1; }
  const double* kept() const override { return reference_.data(); }
  void enter(const InnerState& state, const double* kept) override {
    if (!kept) {
      refer(state.w, left);
    } else if (!std::equal(reference_.begin(), reference_.end(), kept)) {
      refer(kept, kept[d_]);
    }
  }

  Index padded(Index d) const override { return whole_->padded(d); }

  Weights at(std::int64_t t, const double* w, double* h) override {
    // The first iterations show how far w goes.
    if (t % period == 0 && t > 0) refer(w, 2 * distance(w));
    if (spare() >= 0) {
      if (distance(w) <= reach_) return by_pieces(t, w, h);
      reference_.back() = left;
    }
    return whole_->at(t, w, h);
  }

 private:
  static constexpr std::int64_t period = 1024;
  static constexpr double left = -1;

  double spare() const { return reference_.back(); }

  double entry(Index n, Index j) const {
    if (const auto* rows = std::get_if<DenseRowsOf<double>>(&problem_.rows)) return rows->entry(n, j);
    return std::get<DenseRowsOf<float>>(problem_.rows).entry(n, j);
  }

  /// |w - w_ref|_2, and the difference itself in `moved_`.
  double distance(const double* w) {
    double square = 0;
    const double* reference = reference_.data();
    double* __restrict moved = moved_.data();
#pragma omp simd reduction(+ : square)
    for (Index j = 0; j < d_; ++j) {
      moved[j] = w[j] - reference[j];
      square += moved[j] * moved[j];
    }
    return std::sqrt(square);
  }

  Weights by_pieces(std::int64_t t, const double* w, double* __restrict h) {
    level::multiply(Rows{twice_hessian_.data(), d_, d_, stride_}, moved_.data(), h);
    const double* settled = h_settled_.data();
#pragma omp simd
    for (Index j = 0; j < d_; ++j) h[j] = settled[j] - h[j];
    if (!near_products_) return {0, 1, 0};
    near_products_->predict(t, w, z_.data());
    loss_->weigh(z_.data(), near_products_->size(), s_.data());
    near_products_->accumulate(s_.data(), h_near_.data());
    const double* near = h_near_.data();
#pragma omp simd
    for (Index j = 0; j < d_; ++j) h[j] += near[j];
    return {0, 1, 0};
  }

  /// Makes w the reference; `spare` becomes negative where pieces would not pay.
  void refer(const double* w, double spare) {
    std::copy_n(w, d_, reference_.begin());
    reference_.back() = left;
    if (!(spare >= 0) || !std::isfinite(spare)) return;
    all_->predict(0, w, z_.data());
    reach_ = 2 * spare;
    sort(rounding(w), spare);
    if (d_ + 2 * static_cast<Index>(near_.size()) > n_) return;
    reference_.back() = spare;
    loss_->weigh(z_.data(), n_, s_.data());
    for (const Index n : near_) s_[n] = 0;
    all_->accumulate(s_.data(), h_settled_.data());
    copy_near();
    if (below_ != of_hessian_) make_hessian();
  }

  /// How wrong residuals may be within reach of w.
  double rounding(const double* w) const {
    double square = 0;
    for (Index j = 0; j < d_; ++j) square += w[j] * w[j];
    return 4 * static_cast<double>(d_ + 4) * std::numeric_limits<double>::epsilon() *
           (largest_y_ + longest_ * (std::sqrt(square) + reach_));
  }

  /// Tells settled samples below the kink from those near it, and how far w may go for all settled ones.
  void sort(double rounding, double spare) {
    near_.clear();
    below_.clear();
    for (Index n = 0; n < n_; ++n) {
      const double size = std::abs(z_[n]), slack = std::abs(size - kink_) - rounding;
      const double length = lengths_[static_cast<std::size_t>(n)];
      if (!(slack > spare * length)) {
        near_.push_back(n);
        continue;
      }
      if (length > 0) reach_ = std::min(reach_, slack / length);
      if (size < kink_) below_.push_back(n);
    }
  }

  void copy_near() {
    near_products_.reset();
    const auto count = static_cast<Index>(near_.size());
    if (count == 0) return;
    near_rows_.resize(count * stride_);
    near_y_.resize(count);
    for (Index i = 0; i < count; ++i) {
      const Index n = near_[static_cast<std::size_t>(i)];
      near_y_[i] = problem_.y[n];
      for (Index j = 0; j < d_; ++j) near_rows_[i * stride_ + j] = entry(n, j);
    }
    near_products_.emplace(DenseRowsOf<double>{{near_rows_.data(), count, d_, stride_}, false}, count,
                           near_y_.data());
  }

  void make_hessian() {
    of_hessian_ = below_;
    const auto count = static_cast<Index>(below_.size());
    Vector columns(d_ * count);
    for (Index j = 0; j < d_; ++j)
      for (Index i = 0; i < count; ++i)
        columns[j * count + i] = entry(below_[static_cast<std::size_t>(i)], j);
    const Rows rows{columns.data(), d_, count, count};
    level::gram(rows, rows, twice_hessian_.data(), stride_);
    for (double& number : twice_hessian_) number *= 2;
  }

  InnerProblem problem_;
  std::unique_ptr<Products> all_;
  std::unique_ptr<Gradient> whole_;
  std::unique_ptr<LossStage> loss_;
  Index n_, d_, stride_;
  double kink_, longest_ = 0, largest_y_ = 0, reach_ = 0;
  std::vector<double> lengths_, reference_;
  Vector z_, s_, h_settled_, h_near_, moved_;
  Vector twice_hessian_;                          // begins on a cache line
  std::vector<Index> near_, below_, of_hessian_;  // samples; the last are those that twice_hessian_ is of
  Vector near_rows_, near_y_;
  std::optional<DenseProducts<double>> near_products_;
};

}  // namespace implicitbias::kernels::level
