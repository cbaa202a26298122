// Mirror descent in the compiled loop: z += f h, w = link^-1(z), with momentum.
#pragma once

#include <cmath>
#include <optional>

#include "moves.hpp"

namespace implicitbias::kernels::level {

/// From dual variables to parameters.
class InverseLink {
 public:
  InverseLink(const MoveRecipe& move, Index d) : link_(move.link), projection_(move.projection), d_(d) {
    if (link_ == MoveRecipe::Link::power) map_.emplace(move.power, d);
  }

  /// z is changed by sets alone: by the simplex, where any constant may be added to it, and by those that w
  /// is projected on, which put their own numbers in the place of some, and of what sums have rounded off.
  void apply(double* __restrict z, double* __restrict rest, double* __restrict w) {
    switch (link_) {
      case MoveRecipe::Link::identity:
        std::copy_n(z, d_, w);
        return;
      case MoveRecipe::Link::power:
        return map_->write(z, w);
      case MoveRecipe::Link::exponential:
        return exponentiate(z, 0, w);
      case MoveRecipe::Link::simplex:
        return project_on_simplex(z, w);
      case MoveRecipe::Link::projected:
        return project(z, rest, w);
    }
  }

 private:
  /// w = exp(z - shift), as exact as std::exp, and 0 where that underflows.
  void exponentiate(const double* z, double shift, double* __restrict w) const {
    constexpr double end = 690;  // of the range of exponential()
    double outside = 0;
#pragma omp simd reduction(+ : outside)
    for (Index i = 0; i < d_; ++i) {
      const double x = z[i] - shift;
      outside += x > -end && x < end ? 0.0 : 1.0;
      w[i] = exponential(x);
    }
    if (outside > 0)
      for (Index i = 0; i < d_; ++i) w[i] = std::exp(z[i] - shift);
  }

  void project_on_simplex(double* __restrict z, double* __restrict w) const {
    double largest = z[0];
    for (Index i = 1; i < d_; ++i) largest = std::max(largest, z[i]);
    exponentiate(z, largest, w);
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < d_; ++i) sum += w[i];
    const double scale = 1 / sum, shift = largest + std::log(sum);
#pragma omp simd
    for (Index i = 0; i < d_; ++i) {
      w[i] *= scale;
      z[i] -= shift;
    }
  }

  void project(double* __restrict z, double* __restrict rest, double* __restrict w) const {
    double sum = 0;
    for (Index i = 0; i < d_; ++i) sum += w[i] = z[i];
    projection_->nearest(w, d_);
    for (Index i = 0; i < d_; ++i) {
      rest[i] = w[i] == z[i] ? rest[i] : 0.0;
      z[i] = w[i];
    }
    // The nearest point to no number is for the plain loop to judge.
    if (!std::isfinite(sum)) w[0] = std::numeric_limits<double>::quiet_NaN();
  }

  MoveRecipe::Link link_;
  const Projection* projection_;
  Index d_;
  std::optional<PowerMap> map_;
};

/// sum = base + move, and what that rounds off.
IMPLICITBIAS_INLINE void add(double base, double move, double& sum, double& rest) {
  sum = base + move;
  const double added = sum - base;
  rest = (base - (sum - added)) + (move - added);
}

/// The dual variables z, with what their sums round off (see MirrorDescent::step), then w.
class MirrorMove final : public Move {
 public:
  MirrorMove(const MoveRecipe& move, Index real, Index d) : d_(d), link_(move, real) {}

  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict z = state.memory[0], * __restrict rest = state.memory[1];
#pragma omp simd
    for (Index i = 0; i < d_; ++i) add(z[i], rest[i] + step.f * h[i], z[i], rest[i]);
    link_.apply(z, rest, state.w);
  }

 private:
  Index d_;
  InverseLink link_;
};

/// With momentum of the dual variables, or of the primal ones.
class MomentumMove final : public Move {
 public:
  MomentumMove(const MoveRecipe& move, Index real, Index d)
      : d_(d),
        primal_(move.momentum == MoveRecipe::Momentum::primal),
        simplex_(move.link == MoveRecipe::Link::simplex),
        beta_(move.beta),
        link_(move, real),
        ahead_(d) {
    if (move.forward.power) forward_.emplace(move.forward, d);
  }

  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict z = state.memory[0], * __restrict rest = state.memory[1];
    double* __restrict last_w = state.memory[2], * __restrict last_z = state.memory[3];
    const double beta = beta_.at(state.t);
    if (primal_ && beta != 0)
      look_ahead(beta, state.w, last_w);
    else
      std::copy_n(z, d_, ahead_.data());
    std::copy_n(state.w, d_, last_w);
    const double dual_beta = primal_ ? 0 : beta, kept = primal_ && beta != 0 ? 0 : 1;
    const double* ahead = ahead_.data();
#pragma omp simd
    for (Index i = 0; i < d_; ++i) {
      const double move = kept * rest[i] + dual_beta * (z[i] - last_z[i]) + step.f * h[i];
      last_z[i] = z[i];
      add(ahead[i], move, z[i], rest[i]);
    }
    link_.apply(z, rest, state.w);
  }

 private:
  /// Writes link(w + beta (w - last w)).
  void look_ahead(double beta, const double* w, const double* last_w) {
    double* ahead = ahead_.data();
    extrapolate(w, last_w, beta, d_, ahead);
    if (simplex_) {
      constexpr double nan = std::numeric_limits<double>::quiet_NaN();  // outside the domain
      for (Index i = 0; i < d_; ++i) ahead[i] = ahead[i] > 0 ? std::log(ahead[i]) : nan;
    }
    if (forward_) forward_->write(ahead, ahead);
  }

  Index d_;
  bool primal_, simplex_;
  CoefficientRecipe beta_;
  InverseLink link_;
  std::optional<PowerMap> forward_;
  Vector ahead_;
};

/// Entropy with momentum of w itself: w = (w + beta dw) exp(f h), without a logarithm.
class EntropyMomentumMove final : public Move {
 public:
  EntropyMomentumMove(const MoveRecipe& move, Index d) : d_(d), beta_(move.beta) {}

  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict w = state.w, * __restrict before = state.memory[2];
    const double beta = beta_.at(state.t), f = step.f;
    double outside = 0;
#pragma omp simd reduction(+ : outside)
    for (Index i = 0; i < d_; ++i) {
      const double ahead = w[i] + beta * (w[i] - before[i]), power = f * h[i];
      before[i] = w[i];
      outside += ahead > 0 && std::abs(power) < 600 ? 0.0 : 1.0;
      w[i] = ahead * exponential(power);
    }
    // A power beyond the range of exponential(), or a point outside the domain, is for the plain loop to
    // judge.
    if (outside > 0) w[0] = std::numeric_limits<double>::quiet_NaN();
  }

  void finish(InnerState& state) override {
    for (Index i = 0; i < d_; ++i) {
      state.memory[0][i] = std::log(state.w[i]);
      state.memory[1][i] = 0;
      state.memory[3][i] = std::log(state.memory[2][i]);
    }
  }

 private:
  Index d_;
  CoefficientRecipe beta_;
};

/// Natural gradient descent in the entropy's Hessian.
class NaturalEntropyMove final : public Move {
 public:
  explicit NaturalEntropyMove(Index d) : d_(d) {}

  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict w = state.w;
    double outside = 0;
#pragma omp simd reduction(+ : outside)
    for (Index i = 0; i < d_; ++i) {
      w[i] += step.f * (w[i] * h[i]);
      outside += w[i] > 0 ? 0.0 : 1.0;
    }
    if (outside > 0) w[0] = std::numeric_limits<double>::quiet_NaN();
  }

 private:
  Index d_;
};

}  // namespace implicitbias::kernels::level
