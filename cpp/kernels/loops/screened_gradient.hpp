// Gradients of the exponential loss over the rows that matter.
#pragma once

#include "gradients.hpp"
#include "implicitbias/kernels/cancellation.hpp"

namespace implicitbias::kernels::level {

/// A row whose margin exceeds the smallest by more than 37 + log n has a weight below exp(-37) / n, and all
/// of them together change no digit.
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
  ScreenedGradient(const InnerProblem& problem, bool forgets_scale)
      : problem_(problem),
        all_(problem),
        n_(problem.samples),
        d_(problem.dimension),
        negligible_(37 + std::log(static_cast<double>(n_))),
        reference_(static_cast<std::size_t>(d_ + 1)),
        least_(static_cast<std::size_t>(forgets_scale ? d_ : 0)) {
    for (Index n = 0; n < n_; ++n) {
      double square = 0;
      for (Index j = 0; j < d_; ++j) {
        const double entry = problem.entry(n, j);
        square += entry * entry;
        if (forgets_scale) {
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

  double at(std::int64_t t, const double* w, double* h) override {
    if (t % period == 0) look_at_all(w);
    if (screened_) {
      kept_tall_ ? level::multiply_transposed(kept_view_, w, z_.data())
                 : level::multiply(kept_view_, w, z_.data());
      if (next_smallest_ - most_moved(w) - smallest_of(z_) > negligible_) {
        const double log_loss = softmin(z_.data(), z_);
        kept_tall_ ? level::multiply(kept_view_, z_.data(), h)
                   : level::multiply_transposed(kept_view_, z_.data(), h);
        if (!any_below_least(h)) return log_loss;
        all_.predict(w);
      } else {
        look_at_all(w);
      }
    } else {
      all_.predict(w);
    }
    const double log_loss = softmin(all_.z.data(), all_.z);
    all_.accumulate(h);
    return log_loss;
  }

 private:
  static constexpr std::int64_t period = 256;

  bool any_below_least(const double* h) const {
    double count = 0;
    const double* least = least_.data();
    const std::size_t d = least_.size();
#pragma omp simd reduction(+ : count)
    for (std::size_t j = 0; j < d; ++j) count += std::abs(h[j]) < least[j] ? 1.0 : 0.0;
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
    all_.predict(reference);
    const double limit = smallest_of(all_.z) + negligible_ + reference[d_];
    next_smallest_ = infinity;
    kept_.clear();
    for (Index n = 0; n < n_; ++n) {
      const double margin = all_.z[static_cast<std::size_t>(n)];
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
    kept_tall_ = count > d_;
    const Index rows = kept_tall_ ? d_ : count, length = kept_tall_ ? count : d_;
    z_.resize(kept_.size());
    kept_rows_.resize(static_cast<std::size_t>(rows * length));
    kept_view_ = {kept_rows_.data(), rows, length, length};
    for (Index i = 0; i < count; ++i)
      for (Index j = 0; j < d_; ++j)
        kept_rows_[static_cast<std::size_t>(kept_tall_ ? j * count + i : i * d_ + j)] =
            problem_.entry(kept_[static_cast<std::size_t>(i)], j);
  }

  InnerProblem problem_;
  Passes all_;
  Index n_, d_;
  double negligible_, longest_ = 0, next_smallest_ = infinity;
  std::vector<double> reference_, z_, kept_rows_;
  std::vector<double> least_;  // size of each derivative that the kept rows are enough for
  std::vector<Index> kept_;
  Rows kept_view_{};
  bool kept_tall_ = false, screened_ = false;
};

}  // namespace implicitbias::kernels::level
