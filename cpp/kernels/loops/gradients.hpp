// Gradients for the inner loops: h = -grad L / exp(log_scale) at w.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "../level.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

class Gradient {
 public:
  virtual ~Gradient() = default;

  /// Writes h and returns log_scale.
  virtual double at(std::int64_t t, const double* w, double* h) = 0;

  /// What the run sums up: -grad L / exp(log_scale), or the weights of the samples that make it.
  virtual const double* summed(const double* h) const { return h; }

  // See InnerLoop.
  virtual Index kept_size() const { return 0; }
  virtual const double* kept() const { return nullptr; }
  virtual void enter(const InnerState& /*state*/, const double* /*kept*/) {}
};

/// The two products with all samples.
class Passes {
 public:
  explicit Passes(const InnerProblem& problem)
      : z(static_cast<std::size_t>(problem.samples)), rows_(problem.rows), tall_(problem.tall) {}

  std::vector<double> z;

  /// z = A w.
  void predict(const double* w) {
    tall_ ? level::multiply_transposed(rows_, w, z.data()) : level::multiply(rows_, w, z.data());
  }
  /// h = A' z.
  void accumulate(double* h) const {
    tall_ ? level::multiply(rows_, z.data(), h) : level::multiply_transposed(rows_, z.data(), h);
  }

 private:
  Rows rows_;
  bool tall_;
};

inline double smallest_of(const std::vector<double>& z) {
  double smallest = infinity;
  const double* entries = z.data();
#pragma omp simd reduction(min : smallest)
  for (std::size_t n = 0; n < z.size(); ++n) smallest = entries[n] < smallest ? entries[n] : smallest;
  return smallest;
}

/// Writes the soft-max weights of -z, in place if they are z's own; returns log sum exp(-z).
inline double softmin(const double* z, std::vector<double>& weights) {
  const double log_loss = softmin_slopes(z, static_cast<Index>(weights.size()), weights.data());
  for (double& weight : weights) weight = -weight;
  return log_loss;
}

class ExponentialGradient final : public Gradient {
 public:
  explicit ExponentialGradient(const InnerProblem& problem) : passes_(problem) {}

  double at(std::int64_t, const double* w, double* h) override {
    passes_.predict(w);
    const double log_loss = softmin(passes_.z.data(), passes_.z);
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

/// Either loss in one pass over wide data: each block of rows comes once from the second-level cache, and is
/// still in the first when its weights are known. Against two passes on AVX2, 512 KB of second-level cache:
/// 8.6 and 10.5 us at 100 x 500, 145 and 160 at 600 x 1000; at 50 x 100, .8 and .65.
class OnePassGradient final : public Gradient {
 public:
  static bool pays(const InnerProblem& problem) {
    constexpr Index first_level = 1 << 13;  // entries
    return !problem.tall && problem.samples * problem.dimension > first_level;
  }

  explicit OnePassGradient(const InnerProblem& problem)
      : loss_(problem.loss), rows_(problem.rows), y_(problem.y) {}

  double at(std::int64_t, const double* w, double* h) override {
    std::fill_n(h, rows_.length, 0.0);
    double shift = std::numeric_limits<double>::lowest(), total = 0, c[block];
    for (Index row = 0; row < rows_.count; row += block) {
      const Rows some{rows_.data + row * rows_.stride, std::min(block, rows_.count - row), rows_.length,
                      rows_.stride};
      level::multiply_block(some, w, c, nullptr);
      if (loss_ == InnerLoss::squared) {
        for (Index n = 0; n < some.count; ++n) c[n] = 2 * (y_[row + n] - c[n]);
      } else {
        // Relative to the largest weight of the first block, as long as no later one exceeds it by exp(300).
        const double largest = -*std::min_element(c, c + some.count);
        if (largest > shift + 300) {
          const double factor = std::exp(shift - largest);
          for (Index j = 0; j < rows_.length; ++j) h[j] *= factor;
          total *= factor;
          shift = largest;
        }
        for (Index n = 0; n < some.count; ++n) c[n] = exponential(-c[n] - shift);
        for (Index n = 0; n < some.count; ++n) total += c[n];
      }
      level::add_block(some, c, h, nullptr);
    }
    if (loss_ == InnerLoss::squared) return 0;
    const double scale = 1 / total;
    for (Index j = 0; j < rows_.length; ++j) h[j] *= scale;
    return std::log(total) + shift;
  }

 private:
  static constexpr Index block = 4;

  InnerLoss loss_;
  Rows rows_;
  const double* y_;
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
      log_scale = softmin(z, s_);
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
