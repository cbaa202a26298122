// Methods that average gradients, in the compiled loop. What they remember is relative to a scale that
// follows the gradients (see methods/common_scale.hpp), so that nothing underflows however small they become.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "implicitbias/kernels/common_scale.hpp"
#include "moves.hpp"

namespace implicitbias::kernels::level {

/// The scale of a memory, and the factors that bring the memory and the next gradient under it: both are 1
/// while the scale stays, which is until the loss is tiny.
class RunningScale {
 public:
  explicit RunningScale(double slowest) : slowest_(slowest) {}

  double kept = 1, added = 1;

  /// Takes up the next gradient, in place of the logarithm of the scale.
  IMPLICITBIAS_INLINE void follow(double& log_scale, double shift) {
    if (log_scale == -shift) {
      kept = added = 1;
      return;
    }
    const CommonScale scale(log_scale, slowest_, -shift);
    kept = slowest_ > 0 ? scale.kept(1) : 0;
    added = scale.added(1);
    log_scale = scale.log();
  }

 private:
  double slowest_;
};

/// Any move, along m(t) = beta m(t-1) + (1 - beta) grad L, or one gradient further. Memory: m, its scale.
class AveragedMove final : public Move {
 public:
  AveragedMove(const AverageRecipe& average, Index d, std::unique_ptr<Move> move)
      : beta_(average.beta1),
        nesterov_(average.nesterov),
        d_(d),
        move_(std::move(move)),
        scale_(beta_),
        along_(Vector::Zero(d)) {}

  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict m = state.memory[0], * __restrict along = along_.data();
    double& log_scale = state.memory[1][0];
    scale_.follow(log_scale, step.weights->shift);
    const double kept = beta_ * scale_.kept, added = (1 - beta_) * scale_.added;
    const double share = nesterov_ ? beta_ : 1, further = nesterov_ ? added : 0;
#pragma omp simd
    for (Index i = 0; i < d_; ++i) {
      m[i] = kept * m[i] - added * h[i];
      along[i] = further * h[i] - share * m[i];
    }
    const double scale = std::exp(log_scale);
    const Weights weights{-log_scale, 0, 0};
    Step along_average{step.eta * scale, scale, step.eta, &weights};
    move_->take(along, along_average, state);
    step.f = along_average.f * scale_.added;
  }

 private:
  double beta_;
  bool nesterov_;
  Index d_;
  std::unique_ptr<Move> move_;
  RunningScale scale_;
  Vector along_;
};

/// Adam and, where there is no m, RMSProp. It keeps v, relative to the square of the scale, where the plain
/// loop keeps the root: where a v that counts leaves the range of doubles, w becomes NaN, and the plain loop
/// goes on.
class AdaptiveMove final : public Move {
 public:
  AdaptiveMove(const MoveRecipe& move, Index real, Index d)
      : average_(move.average),
        averages_(move.kind == MoveRecipe::Kind::adam),
        log_eps_(std::log(average_.eps)),
        real_(real),
        d_(d),
        scale_(average_.largest ? 1 : std::max(average_.beta1, std::sqrt(average_.beta2))),
        v_(Vector::Zero(average_.largest ? 2 * d : d)),
        m_(Vector::Zero(averages_ ? 0 : d)) {}

  Index kept_size() const override { return v_.size(); }
  const double* kept() const override { return v_.data(); }
  void enter(const InnerState& state, const double* kept) override {
    if (kept)
      std::copy_n(kept, v_.size(), v_.data());
    else
      for_roots(state, [](double root, double& v) { v = root * root; });
    log_scale_ = std::numeric_limits<double>::quiet_NaN();
  }

  bool takes(const double* const* memory) const override {
    if (log_eps_ - memory[root() + 1][0] > log_negligible) return true;
    const double* divisors = memory[average_.largest ? largest : root()];
    return std::all_of(divisors, divisors + real_, [](double r) { return r == 0 || r * r > smallest; });
  }

  void take(const double* h, Step& step, InnerState& state) override {
    average_.largest ? move<true>(h, step, state) : move<false>(h, step, state);
  }

  double length(const double*, const double* dw, Index d) const override { return largest_size(dw, d); }

  void finish(InnerState& state) override {
    for_roots(state, [](double& root, double v) { root = std::sqrt(v); });
  }

 private:
  static constexpr double smallest = 1e-280, log_negligible = -276;  // e^-276 = 1e-120

  static constexpr std::size_t largest = 3;  // the slot of the root of the largest v

  template <bool amsgrad>
  void move(const double* h, const Step& step, InnerState& state) {
    double& log_scale = state.memory[root() + 1][0];
    scale_.follow(log_scale, step.weights->shift);
    if (log_scale != log_scale_) measure(log_scale);
    double* __restrict w = state.w, * __restrict v = v_.data();
    double* __restrict most = v_.data() + (amsgrad ? d_ : 0);
    double* __restrict m = averages_ ? state.memory[0] : m_.data();
    const double kept_m = average_.beta1 * scale_.kept, added_m = (1 - average_.beta1) * scale_.added;
    const double kept_v = average_.beta2 * (scale_.kept * scale_.kept);
    const double added_v = (1 - average_.beta2) * (scale_.added * scale_.added);
    double factor = step.eta * unit_, root = unit_;
    if (average_.corrects_bias) {
      const double steps = static_cast<double>(state.t) + 1;
      factor /= corrected(average_.beta1, steps);
      root /= std::sqrt(corrected(average_.beta2, steps));
    }
    const double eps = eps_, kept_most = scale_.kept * scale_.kept;
    double lost = 0;
#pragma omp simd reduction(+ : lost)
    for (Index i = 0; i < d_; ++i) {
      const double average = kept_m * m[i] - added_m * h[i], square = kept_v * v[i] + added_v * (h[i] * h[i]);
      m[i] = average;
      v[i] = square;
      double divisor = square;
      if constexpr (amsgrad) {
        divisor = kept_most * most[i];
        most[i] = divisor = divisor < square ? square : divisor;
      }
      lost += h[i] != 0 && !(divisor > smallest) ? 1.0 : 0.0;
      const double move = factor * average / (root * std::sqrt(divisor) + eps);
      w[i] -= average == 0 ? 0.0 : move;
    }
    if (counts_ && lost > 0) w[0] = std::numeric_limits<double>::quiet_NaN();
  }

  /// Calls f with each entry of the memory of roots and that of v_ which it is the root of.
  template <class F>
  void for_roots(const InnerState& state, const F& f) {
    for (Index i = 0; i < real_; ++i) f(state.memory[root()][i], v_[i]);
    for (Index i = 0; i < real_ && average_.largest; ++i) f(state.memory[largest][i], v_[d_ + i]);
  }

  std::size_t root() const { return averages_ ? 1 : 0; }

  /// Either the scale or eps is the unit of the denominator, whichever is larger.
  void measure(double log_scale) {
    const double log_unit = std::max(log_scale, log_eps_);
    unit_ = std::exp(log_scale - log_unit);
    eps_ = std::exp(log_eps_ - log_unit);
    counts_ = log_eps_ - log_scale <= log_negligible;
    log_scale_ = log_scale;
  }

  /// 1 - beta^steps, also where beta is almost 1; exactly 1 after a while.
  static double corrected(double beta, double steps) {
    const double power = steps * std::log(beta);
    return power < -40 ? 1 : -std::expm1(power);
  }

  AverageRecipe average_;
  bool averages_;  // the gradients themselves
  double log_eps_;
  Index real_, d_;
  RunningScale scale_;
  Vector v_, m_;
  double log_scale_ = 0, unit_ = 1, eps_ = 0;  // of the last step
  bool counts_ = true;                         // whether a v that underflows would
};

/// w -= eta sign(beta1 m + (1 - beta1) grad L), m = beta2 m + (1 - beta2) grad L. Memory: m, its scale.
class LionMove final : public Move {
 public:
  LionMove(const AverageRecipe& average, Index d)
      : average_(average), d_(d), scale_(std::max(average.beta1, average.beta2)) {}

  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict w = state.w, * __restrict m = state.memory[0];
    scale_.follow(state.memory[1][0], step.weights->shift);
    const double kept1 = average_.beta1 * scale_.kept, added1 = (1 - average_.beta1) * scale_.added;
    const double kept2 = average_.beta2 * scale_.kept, added2 = (1 - average_.beta2) * scale_.added;
    const double eta = step.eta;
#pragma omp simd
    for (Index i = 0; i < d_; ++i) {
      const double along = kept1 * m[i] - added1 * h[i];
      w[i] -= along == 0 ? 0.0 : std::copysign(eta, along);
      m[i] = kept2 * m[i] - added2 * h[i];
    }
  }

  double length(const double*, const double* dw, Index d) const override { return largest_size(dw, d); }

 private:
  AverageRecipe average_;
  Index d_;
  RunningScale scale_;
};

/// g = t / (t + 1) (g + h), w += f (g + h). Memory: g.
class DualAcceleratedMove final : public Move {
 public:
  explicit DualAcceleratedMove(Index d) : d_(d) {}

  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict w = state.w, * __restrict g = state.memory[0];
    const auto t = static_cast<double>(state.t);
    const double share = t / (t + 1), f = step.f;
#pragma omp simd
    for (Index i = 0; i < d_; ++i) {
      g[i] = share * (g[i] + h[i]);
      w[i] += f * (g[i] + h[i]);
    }
  }

  double length(const double*, const double* dw, Index d) const override {
    return std::sqrt(product(dw, dw, d));
  }

 private:
  Index d_;
};

}  // namespace implicitbias::kernels::level
