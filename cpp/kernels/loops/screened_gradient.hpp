// Gradients of monotone losses with an exponential tail over the rows that matter.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <vector>

#include "gradient.hpp"
#include "implicitbias/kernels/cancellation.hpp"
#include "products.hpp"

namespace implicitbias::kernels::level {

/// A row whose weight is below exp(-37) / n of the largest is negligible: all of them together change no
/// digit. For the exponential loss its margin exceeds the smallest by more than 37 + log n.
///
/// At a reference point w_ref all margins are known. As long as w stays near enough,
///     z_n(w) >= z_n(w_ref) - |x_n|_2 |w - w_ref|_2
/// keeps every row that is left out above that, and otherwise all rows are looked at again; also every so
/// many iterations, since margins grow apart. Rows are left out from `spare` above that on, as much as
/// margins have moved of late. The gradient depends on t, w and the reference, which is w_ref and `spare`,
/// alone.
///
/// Where a move forgets the scale of derivatives, those that may be made of the rows left out take all rows.
class ScreenedGradient final : public Gradient {
 public:
  /// `whole` is the gradient over all rows.
  ScreenedGradient(const InnerProblem& problem, std::unique_ptr<Products> all,
                   std::unique_ptr<Gradient> whole, std::unique_ptr<LossStage> loss)
      : stored_(std::get<DenseRowsOf<double>>(problem.rows)),
        all_(std::move(all)),
        whole_(std::move(whole)),
        loss_(std::move(loss)),
        n_(problem.samples),
        d_(problem.dimension),
        negligible_(37 + std::log(static_cast<double>(n_))),
        reference_(static_cast<std::size_t>(d_ + 1)),
        all_z_(all_->size()),
        s_(all_->size()),
        least_(static_cast<std::size_t>(problem.forgetful ? d_ : 0)) {
    for (Index n = 0; n < n_; ++n) {
      double square = 0;
      for (Index j = 0; j < d_; ++j) {
        const double entry = stored_.entry(n, j);
        square += entry * entry;
        if (problem.forgetful) {
          double& least = least_[static_cast<std::size_t>(j)];
          least = std::max(least, CancellationBound::most * std::abs(entry));
        }
      }
      longest_ = std::max(longest_, std::sqrt(square));
    }
  }

  Index kept_size() const override { return d_ + 1; }
  const double* kept() const override { return reference_.data(); }
  void enter(const InnerState& state, const double* kept) override {
    std::vector<double> reference(state.w, state.w + d_);
    reference.push_back(negligible_);
    set_reference(kept ? kept : reference.data());
  }

  Index padded(Index d) const override { return whole_->padded(d); }

  Weights at(std::int64_t t, const double* w, double* h) override {
    if (t % period == 0) look_at_all(w);
    if (screened_) {
      const Index count = kept_z_.size();
      kept_products_->predict(t, w, kept_z_.data());
      const double smallest = smallest_of(kept_z_.data(), count);
      if (next_smallest_ - most_moved(w) > loss_->negligible_from(smallest, negligible_)) {
        const Weights weights = loss_->weigh(kept_z_.data(), count, s_.data());
        kept_products_->accumulate(s_.data(), h);
        if (!any_below_least(h, weights.total)) return weights;
      } else {
        look_at_all(w);
      }
    }
    return whole_->at(t, w, h);
  }

 private:
  static constexpr std::int64_t period = 256;

  bool any_below_least(const double* h, double total) const {
    double count = 0;
    const double* least = least_.data();
    const std::size_t d = least_.size();
#pragma omp simd reduction(+ : count)
    for (std::size_t j = 0; j < d; ++j) count += std::abs(h[j]) < least[j] * total ? 1.0 : 0.0;
    return count > 0;
  }

  /// By how much a margin has changed since the reference, at most.
  double most_moved(const double* w) const {
    double square = 0;
    const double* reference = reference_.data();
#pragma omp simd reduction(+ : square)
    for (Index j = 0; j < d_; ++j) square += (w[j] - reference[j]) * (w[j] - reference[j]);
    return longest_ * std::sqrt(square);
  }

  void set_reference(const double* reference) {
    std::copy_n(reference, d_ + 1, reference_.begin());
    all_->predict(0, reference, all_z_.data());
    const double smallest = smallest_of(all_z_.data(), n_);
    const double limit = loss_->negligible_from(smallest, negligible_) + reference[d_];
    next_smallest_ = infinity;
    kept_.clear();
    for (Index n = 0; n < n_; ++n) {
      const double margin = all_z_[n];
      if (margin <= limit)
        kept_.push_back(n);
      else
        next_smallest_ = std::min(next_smallest_, margin);
    }
    screened_ = next_smallest_ < infinity;
    if (screened_) copy_kept();
  }

  /// Makes w the reference, and leaves all margins there in `all_`.
  void look_at_all(const double* w) {
    std::vector<double> reference(w, w + d_);
    reference.push_back(std::clamp(2 * most_moved(w), 1.0, negligible_));
    set_reference(reference.data());
  }

  /// Whichever side is longer lies contiguously, as in Samples.
  void copy_kept() {
    const auto count = static_cast<Index>(kept_.size());
    const bool tall = count > d_;
    const Index rows = tall ? d_ : count, length = tall ? count : d_;
    kept_z_.resize(count);
    kept_rows_.resize(rows * length);
    kept_products_.emplace(DenseRowsOf<double>{{kept_rows_.data(), rows, length, length}, tall}, count,
                           nullptr);
    for (Index i = 0; i < count; ++i)
      for (Index j = 0; j < d_; ++j)
        kept_rows_[tall ? j * count + i : i * d_ + j] = stored_.entry(kept_[static_cast<std::size_t>(i)], j);
  }

  DenseRowsOf<double> stored_;
  std::unique_ptr<Products> all_;
  std::unique_ptr<Gradient> whole_;
  std::unique_ptr<LossStage> loss_;
  Index n_, d_;
  double negligible_, longest_ = 0, next_smallest_ = infinity;
  std::vector<double> reference_;
  Vector all_z_, s_, kept_z_, kept_rows_;
  std::vector<double>
      least_;  // size of each derivative that the kept rows are enough for, on weights of sum 1
  std::vector<Index> kept_;
  std::optional<DenseProducts<double>> kept_products_;
  bool screened_ = false;
};

}  // namespace implicitbias::kernels::level
