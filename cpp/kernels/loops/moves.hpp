// Moves for the compiled loop: what a method does with h = -grad L / scale and the factor f = eta scale. See
// MoveRecipe.
#pragma once

#include <cmath>
#include <vector>

#include "../level.hpp"
#include "../vector.hpp"
#include "../with_count.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "implicitbias/kernels/inner_loop.hpp"
#include "steps.hpp"

namespace implicitbias::kernels::level {

inline double product(const double* x, const double* y, Index d) {
  return with_padded(d, [&](const auto count) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (Index i = 0; i < count; ++i) sum += x[i] * y[i];
    return sum;
  });
}

inline double largest_size(const double* x, Index d) {
  double largest = 0;
#pragma omp simd reduction(max : largest)
  for (Index i = 0; i < d; ++i) largest = std::abs(x[i]) > largest ? std::abs(x[i]) : largest;
  return largest;
}

class Move {
 public:
  virtual ~Move() = default;
  // See InnerLoop.
  virtual Index kept_size() const { return 0; }
  virtual const double* kept() const { return nullptr; }
  virtual void enter(const InnerState& /*state*/, const double* /*kept*/) {}
  virtual bool takes(const double* const* /*memory*/) const { return true; }
  virtual void take(const double* h, Step& step, InnerState& state) = 0;
  /// How long the step dw of size 1 along h was, in the method's norm: by default that of steepest descent,
  /// where |dw|^2 = <h, dw>.
  virtual double length(const double* h, const double* dw, Index d) const {
    return std::sqrt(product(h, dw, d));
  }
  /// Writes the memory that iterations do not need.
  virtual void finish(InnerState&) {}
};

/// out = w + c (w - before).
inline void extrapolate(const double* w, const double* before, double c, Index d, double* __restrict out) {
#pragma omp simd
  for (Index i = 0; i < d; ++i) out[i] = w[i] + c * (w[i] - before[i]);
}

class IdentityMove final : public Move {
 public:
  explicit IdentityMove(Index d) : d_(d) {}
  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict w = state.w;
#pragma omp simd
    for (Index i = 0; i < d_; ++i) w[i] += step.f * h[i];
  }

 private:
  Index d_;
};

class ScaledMove final : public Move {
 public:
  ScaledMove(const double* scales, Index real, Index d) : scales_(scales, scales + real), d_(d) {
    scales_.resize(static_cast<std::size_t>(d));
  }
  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict w = state.w;
    const double* c = scales_.data();
#pragma omp simd
    for (Index i = 0; i < d_; ++i) w[i] += step.f * (c[i] * h[i]);
  }

 private:
  std::vector<double> scales_;
  Index d_;
};

class SignMove final : public Move {
 public:
  explicit SignMove(Index d) : d_(d) {}
  void take(const double* h, Step& step, InnerState& state) override {
    with_padded(d_, [&](const auto d) {
      double* __restrict w = state.w;
      const double size = step.f * sum_over(d, [&](const auto& at) { return size_of(at(h)); });
#pragma omp simd
      for (Index i = 0; i < d; ++i) w[i] += h[i] == 0 ? 0.0 : std::copysign(size, h[i]);
    });
  }

 private:
  Index d_;
};

/// The first i with the largest |h_i|.
inline Index largest_entry(const double* h, Index d) {
  const double largest = largest_size(h, d);
  Index i = 0;
  while (i + 1 < d && std::abs(h[i]) != largest) ++i;
  return i;
}

class CoordinateMove final : public Move {
 public:
  explicit CoordinateMove(Index d) : d_(d) {}
  void take(const double* h, Step& step, InnerState& state) override {
    const Index i = largest_entry(h, d_);
    state.w[i] += step.f * h[i];
  }

 private:
  Index d_;
};

/// sign(h_i) |h_i|^r S^balance, S = sum |h|^(r+1).
class PowerMap {
 public:
  PowerMap(const PowerRecipe& recipe, Index d)
      : out(d), power_(*recipe.power), balance_(recipe.balance), d_(d) {}

  Vector out;
  double descent = 0;  // <h, map(h)> of the last h

  /// Writes `out` without its factor, and returns that.
  double apply(const double* h) {
    double sum = descend(power_, h, d_, 1, out.data());
    double scale = 1;
    if (!(sum > 1e-100 && sum < 1e100)) {  // relative to the largest entry, as a norm would
      const double largest = std::abs(h[largest_entry(h, d_)]);
      if (largest == 0) return descent = 0;
      scale = largest;
      sum = descend(power_, h, d_, largest, out.data());
    }
    const double factor = scale * (balance_ == -0.5 ? 1 / std::sqrt(sum) : std::pow(sum, balance_));
    descent = scale * sum * factor;
    return -factor;
  }

  /// Writes the map itself; `to` may be `h`.
  void write(const double* h, double* to) {
    const double factor = apply(h);
    const double* direction = out.data();
#pragma omp simd
    for (Index i = 0; i < d_; ++i) to[i] = factor * direction[i];
  }

 private:
  Power power_;
  double balance_;
  Index d_;
};

class PowerMove final : public Move {
 public:
  PowerMove(const PowerRecipe& recipe, Index d) : map_(recipe, d), d_(d) {}
  void take(const double* h, Step& step, InnerState& state) override {
    const double factor = step.f * map_.apply(h);
    with_padded(d_, [&](const auto d) {
      double* __restrict w = state.w;
      const double* direction = map_.out.data();
#pragma omp simd
      for (Index i = 0; i < d; ++i) w[i] += factor * direction[i];
    });
  }
  double length(const double*, const double*, Index) const override { return std::sqrt(map_.descent); }

 private:
  PowerMap map_;
  Index d_;
};

/// AdaGrad with the accumulator G itself, where the plain loop keeps its logarithm. Where a square leaves the
/// range of G, w becomes NaN, and the plain loop goes on: as long as log G is out of range, it alone does.
class AdagradMove final : public Move {
 public:
  AdagradMove(Index real, Index d) : real_(real), d_(d), G_(static_cast<std::size_t>(d)) {}

  Index kept_size() const override { return d_; }
  const double* kept() const override { return G_.data(); }
  void enter(const InnerState& state, const double* kept) override {
    for (Index i = 0; i < d_; ++i) {
      const double log_G = i < real_ ? state.memory[0][i] : -infinity;
      G_[static_cast<std::size_t>(i)] = kept ? kept[i] : std::exp(log_G);
    }
  }

  bool takes(const double* const* memory) const override {
    const double* log_G = memory[0];
    constexpr double none = std::numeric_limits<double>::lowest();
    static const double least = std::log(smallest), most = std::log(largest);
    return std::all_of(log_G, log_G + real_,
                       [](double entry) { return entry == none || (entry > least && entry < most); });
  }

  void take(const double* h, Step& step, InnerState& state) override {
    double* __restrict w = state.w, * __restrict G = G_.data();
    const double scale = step.scale, f = step.f;
    double lost = 0;
#pragma omp simd reduction(+ : lost)
    for (Index i = 0; i < d_; ++i) {
      const double s = scale * h[i], sum = G[i] + s * s;
      const bool moves = h[i] != 0;
      G[i] = sum;
      lost += moves && !(sum > smallest) ? 1.0 : 0.0;
      w[i] += moves ? f * h[i] / std::sqrt(sum) : 0.0;
    }
    if (lost > 0) w[0] = std::numeric_limits<double>::quiet_NaN();
  }

  void finish(InnerState& state) override {
    for (Index i = 0; i < real_; ++i)
      state.memory[0][i] =
          std::max(std::log(G_[static_cast<std::size_t>(i)]), std::numeric_limits<double>::lowest());
  }

 private:
  static constexpr double smallest = 1e-280, largest = 1e300;
  Index real_, d_;
  std::vector<double> G_;
};

}  // namespace implicitbias::kernels::level
