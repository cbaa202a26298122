// Gradients for the inner loops: h = -grad L / exp(log_scale) at w.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "implicitbias/kernels/inner_loop.hpp"
#include "implicitbias/kernels/logarithm.hpp"
#include "level.hpp"

namespace implicitbias::kernels::level {

class Gradient {
 public:
  virtual ~Gradient() = default;

  /// Writes h and returns log_scale.
  virtual double at(std::int64_t t, const double* w, double* h) = 0;

  /// What the run sums up: -grad L / exp(log_scale), or the weights of the samples that make it.
  virtual const double* summed(const double* h) const { return h; }

  virtual void set_reference(const double* /*w*/) {}
  virtual const double* reference() const { return nullptr; }
};

/// The two products with all samples.
class Passes {
 public:
  explicit Passes(const InnerProblem& problem)
      : rows_(problem.rows), tall_(problem.tall), z(static_cast<std::size_t>(problem.samples)) {}

  void predict(const double* w) {
    (tall_ ? level::multiply_transposed : level::multiply)(rows_, w, z.data());
  }
  void accumulate(double* h) const {
    (tall_ ? level::multiply : level::multiply_transposed)(rows_, z.data(), h);
  }

 private:
  Rows rows_;
  bool tall_;

 public:
  std::vector<double> z;
};

inline double smallest_of(const std::vector<double>& z) {
  double smallest = infinity;
  const double* entries = z.data();
#pragma omp simd reduction(min : smallest)
  for (std::size_t n = 0; n < z.size(); ++n) smallest = entries[n] < smallest ? entries[n] : smallest;
  return smallest;
}

/// z becomes the soft-max weights of -z; returns log sum exp(-z).
inline double softmin(std::vector<double>& z) {
  const auto n = static_cast<Index>(z.size());
  const double log_loss = softmin_slopes(z.data(), n, z.data());
  for (double& weight : z) weight = -weight;
  return log_loss;
}

class ExponentialGradient final : public Gradient {
 public:
  explicit ExponentialGradient(const InnerProblem& problem) : passes_(problem) {}

  double at(std::int64_t, const double* w, double* h) override {
    passes_.predict(w);
    const double log_loss = softmin(passes_.z);
    passes_.accumulate(h);
    return log_loss;
  }

 private:
  Passes passes_;
};

class SquaredGradient final : public Gradient {
 public:
  explicit SquaredGradient(const InnerProblem& problem) : passes_(problem), y_(problem.y) {}

  double at(std::int64_t, const double* w, double* h) override {
    passes_.predict(w);
    for (std::size_t n = 0; n < passes_.z.size(); ++n) passes_.z[n] = 2 * (y_[n] - passes_.z[n]);
    passes_.accumulate(h);
    return 0;
  }

 private:
  Passes passes_;
  const double* y_;
};

/// Of the exponential loss over the rows that matter: a row whose margin exceeds the smallest by more than
/// 37 + log n has a weight below exp(-37) / n, and all of them together change no digit.
///
/// At a reference point w_ref all margins are known. As long as w stays near enough,
///     z_n(w) >= z_n(w_ref) - |x_n|_2 |w - w_ref|_2
/// keeps every row that is left out above that, and otherwise all rows are looked at again; also every so
/// many iterations, since margins grow apart. The gradient depends on t, w and w_ref alone.
class ScreenedGradient final : public Gradient {
 public:
  explicit ScreenedGradient(const InnerProblem& problem)
      : all_(problem),
        n_(problem.samples),
        d_(problem.dimension),
        negligible_(37 + std::log(static_cast<double>(n_))),
        reference_(static_cast<std::size_t>(d_)) {
    for (Index n = 0; n < n_; ++n) {
      double square = 0;
      for (Index j = 0; j < d_; ++j) square += entry(problem, n, j) * entry(problem, n, j);
      longest_ = std::max(longest_, std::sqrt(square));
    }
    rows_ = problem.rows;
    tall_ = problem.tall;
  }

  const double* reference() const override { return reference_.data(); }
  void set_reference(const double* w) override {
    std::copy_n(w, d_, reference_.begin());
    all_.predict(w);
    const double smallest = smallest_of(all_.z);
    // Rows that are not yet negligible, and those that may soon matter again.
    const double limit = smallest + 2 * negligible_;
    next_smallest_ = infinity;
    kept_.clear();
    for (Index n = 0; n < n_; ++n) {
      if (all_.z[static_cast<std::size_t>(n)] <= limit)
        kept_.push_back(n);
      else
        next_smallest_ = std::min(next_smallest_, all_.z[static_cast<std::size_t>(n)]);
    }
    const auto count = static_cast<Index>(kept_.size());
    z_.resize(kept_.size());
    screened_ = count < n_;
    if (!screened_) return;
    // Whichever side is longer lies contiguously, as in Samples.
    kept_tall_ = count > d_;
    const Index rows = kept_tall_ ? d_ : count, length = kept_tall_ ? count : d_;
    kept_rows_.resize(static_cast<std::size_t>(rows * length));
    for (Index i = 0; i < count; ++i)
      for (Index j = 0; j < d_; ++j)
        kept_rows_[static_cast<std::size_t>(kept_tall_ ? j * count + i : i * d_ + j)] =
            tall_ ? rows_.data[j * rows_.stride + kept_[static_cast<std::size_t>(i)]]
                  : rows_.data[kept_[static_cast<std::size_t>(i)] * rows_.stride + j];
    kept_view_ = {kept_rows_.data(), rows, length, length};
  }

  double at(std::int64_t t, const double* w, double* h) override {
    if (t % period == 0) set_reference(w);
    if (screened_) {
      (kept_tall_ ? level::multiply_transposed : level::multiply)(kept_view_, w, z_.data());
      double moved = 0;
#pragma omp simd reduction(+ : moved)
      for (Index j = 0; j < d_; ++j) moved += (w[j] - reference_[j]) * (w[j] - reference_[j]);
      const double smallest = smallest_of(z_);
      if (next_smallest_ - longest_ * std::sqrt(moved) - smallest > negligible_) {
        const double log_loss = softmin(z_);
        (kept_tall_ ? level::multiply : level::multiply_transposed)(kept_view_, z_.data(), h);
        return log_loss;
      }
      set_reference(w);
    } else {
      all_.predict(w);
    }
    const double log_loss = softmin(all_.z);
    all_.accumulate(h);
    return log_loss;
  }

 private:
  static constexpr std::int64_t period = 256;

  static double entry(const InnerProblem& problem, Index n, Index j) {
    return problem.rows.data[problem.tall ? j * problem.rows.stride + n : n * problem.rows.stride + j];
  }

  Passes all_;
  Rows rows_{};
  bool tall_ = false;
  Index n_, d_;
  double negligible_, longest_ = 0, next_smallest_ = infinity;
  std::vector<double> reference_, z_, kept_rows_;
  std::vector<Index> kept_;
  Rows kept_view_{};
  bool kept_tall_ = false, screened_ = false;
};

/// In the space of the margins or residuals z, where a step of a method with a linear direction is
/// z += f K s, with s the weights of the samples and K their Gram matrix in the method's metric.
class GramGradient final : public Gradient {
 public:
  explicit GramGradient(const InnerProblem& problem)
      : loss_(problem.loss), gram_(problem.rows), s_(gram_.count) {}

  double at(std::int64_t, const double* z, double* h) override {
    double log_scale = 0;
    if (loss_ == InnerLoss::exponential) {
      log_scale = softmin_slopes(z, gram_.count, s_.data());
      for (double& weight : s_) weight = -weight;
    } else {
      for (std::size_t n = 0; n < s_.size(); ++n) s_[n] = -2 * z[n];
    }
    level::multiply(gram_, s_.data(), h);
    return log_scale;
  }
  const double* summed(const double*) const override { return s_.data(); }

 private:
  InnerLoss loss_;
  Rows gram_;
  std::vector<double> s_;
};

}  // namespace implicitbias::kernels::level
