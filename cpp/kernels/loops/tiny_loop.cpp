#include "tiny_loop.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "../cancellation.hpp"
#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "implicitbias/kernels/logarithm.hpp"
#include "steps.hpp"

namespace implicitbias::kernels::level {

namespace {

/// D coordinates, of which the last ones may be padding: zeros that stay zero.
template <int D>
using Lanes = std::array<double, D>;

template <int D>
IMPLICITBIAS_INLINE double sum(const Lanes<D>& v) {
  Lanes<D> s = v;
  for (int half = D / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) s[i] += s[i + half];
  return s[0];
}

/// Of the squared loss: h = 2 X'y - 2 X'X w.
template <int D>
class HessianGradient {
 public:
  explicit HessianGradient(const InnerProblem& problem) {
    for (Index n = 0; n < problem.samples; ++n)
      for (Index j = 0; j < problem.dimension; ++j) {
        constant_[j] += 2 * problem.entry(n, j) * problem.y[n];
        for (Index i = 0; i < problem.dimension; ++i)
          hessian_[j][i] += 2 * problem.entry(n, j) * problem.entry(n, i);
      }
  }

  IMPLICITBIAS_INLINE double at(const Lanes<D>& w, Lanes<D>& h) const {
    Lanes<D> even = constant_, odd{};
    for (int j = 0; j < D; j += 2)
      for (int i = 0; i < D; ++i) {
        even[i] -= hessian_[j][i] * w[j];
        odd[i] -= hessian_[j + 1][i] * w[j + 1];
      }
    for (int i = 0; i < D; ++i) h[i] = even[i] + odd[i];
    return 0;
  }

 private:
  Lanes<D> constant_{};
  std::array<Lanes<D>, D> hessian_{};
};

/// Of the exponential loss, the samples as lanes: padded ones have a margin that leaves them no weight.
template <int D>
class TailGradient {
 public:
  static constexpr Index most = 64;

  explicit TailGradient(const InnerProblem& problem) : padded_((problem.samples + 3) / 4 * 4) {
    for (Index n = 0; n < padded_; ++n) {
      offset_[n] = n < problem.samples ? 0 : 1e300;
      for (Index j = 0; j < problem.dimension; ++j)
        columns_[j][n] = n < problem.samples ? problem.entry(n, j) : 0;
    }
  }

  IMPLICITBIAS_INLINE double at(const Lanes<D>& w, Lanes<D>& h) const {
    alignas(64) double z[most];
    const Index n = padded_ & ~Index{3};  // tells the compiler that no rest remains
    double smallest = infinity;
#pragma omp simd reduction(min : smallest)
    for (Index i = 0; i < n; ++i) {
      double margin = offset_[i];
      for (int j = 0; j < D; ++j) margin += columns_[j][i] * w[j];
      z[i] = margin;
      smallest = margin < smallest ? margin : smallest;
    }
    double total = 0;
    Lanes<D> sums{};
#pragma omp simd reduction(+ : total)
    for (Index i = 0; i < n; ++i) {
      z[i] = exponential(smallest - z[i]);
      total += z[i];
    }
    for (int j = 0; j < D; ++j) {
      double s = 0;
#pragma omp simd reduction(+ : s)
      for (Index i = 0; i < n; ++i) s += columns_[j][i] * z[i];
      sums[j] = s;
    }
    const double scale = 1 / total;
    for (int j = 0; j < D; ++j) h[j] = sums[j] * scale;
    return logarithm(total) - smallest;
  }

 private:
  Index padded_;
  alignas(64) double offset_[most] = {};
  alignas(64) double columns_[D][most] = {};
};

template <int D>
struct TinyIdentity {
  TinyIdentity(const InnerMove&, Index) {}
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    for (int i = 0; i < D; ++i) w[i] += f * h[i];
  }
};

template <int D>
struct TinyScaled {
  TinyScaled(const InnerMove& move, Index d) { std::copy_n(move.scales, d, scales.begin()); }
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    for (int i = 0; i < D; ++i) w[i] += f * (scales[i] * h[i]);
  }
  Lanes<D> scales{};
};

template <int D>
struct TinySign {
  TinySign(const InnerMove&, Index) {}
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    Lanes<D> sizes;
    for (int i = 0; i < D; ++i) sizes[i] = std::abs(h[i]);
    const double step = f * sum<D>(sizes);
    for (int i = 0; i < D; ++i) w[i] += h[i] == 0 ? 0.0 : std::copysign(step, h[i]);
  }
};

template <int D>
struct TinyCoordinate {
  TinyCoordinate(const InnerMove&, Index) {}
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    int largest = 0;
    for (int i = 1; i < D; ++i) largest = std::abs(h[i]) > std::abs(h[largest]) ? i : largest;
    w[largest] += f * h[largest];
  }
};

/// The dual exponents 2 and 3 of l_1.5 and l_4/3.
template <int D, int Exponent>
struct TinyPower {
  TinyPower(const InnerMove& move, Index) : balance(move.balance) {}
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    Lanes<D> direction, terms;
    for (int i = 0; i < D; ++i) {
      const double size = std::abs(h[i]), square = h[i] * h[i];
      direction[i] = Exponent == 2 ? size * h[i] : square * h[i];
      terms[i] = Exponent == 2 ? square * size : square * square;
    }
    const double total = sum<D>(terms);
    double factor = f * (Exponent == 3 ? 1 / std::sqrt(total) : 1 / std::cbrt(total));
    if (!(total > 1e-100 && total < 1e100)) [[unlikely]] {
      double largest = 0;
      for (int i = 0; i < D; ++i) largest = std::max(largest, std::abs(h[i]));
      double relative = 0;
      for (int i = 0; i < D; ++i) {
        const double size = std::abs(h[i]) / largest;
        const double power = Exponent == 2 ? size * size : size * size * size;
        direction[i] = std::copysign(power, h[i]);
        relative += power * size;
      }
      factor = largest > 0 ? f * largest * std::pow(relative, balance) : 0;
      if (largest == 0) direction = {};
    }
    for (int i = 0; i < D; ++i) w[i] += factor * direction[i];
  }
  double balance;
};

template <int D>
struct TinyEntropyMomentum {
  TinyEntropyMomentum(const InnerMove& move, Index) : beta(move.beta) {}
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>& before) const {
    Lanes<D> ahead, factor;
    for (int i = 0; i < D; ++i) ahead[i] = w[i] + beta * (w[i] - before[i]);
    before = w;
    for (int i = 0; i < D; ++i) factor[i] = exponential(f * h[i]);
    // A power beyond exponential's range, or a point outside the domain, is for the plain loop to judge.
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    for (int i = 0; i < D; ++i) w[i] = ahead[i] >= 0 && std::abs(f * h[i]) < 600 ? ahead[i] * factor[i] : nan;
  }
  double beta;
};

template <int D, class G, class M, bool Momentum>
class TinyLoop final : public InnerLoop {
 public:
  TinyLoop(const InnerProblem& problem, const InnerMove& move, const InnerSteps& steps)
      : gradient_(problem), move_(move, problem.dimension), steps_(steps), d_(problem.dimension) {
    if (move.forgets_scale()) cancellation_.emplace(problem);
  }

  void advance(InnerState& state, std::int64_t until) override {
    Lanes<D> w{}, before{}, h{}, gradients{};
    std::copy_n(state.w, d_, w.begin());
    if (Momentum) std::copy_n(state.memory[2], d_, before.begin());
    if (state.gradient_sum) std::copy_n(state.gradient_sum, d_, gradients.begin());
    for (; state.t < until; ++state.t) {
      const double log_scale = gradient_.at(w, h);
      const double f = steps_.factor(log_scale, state);
      if (state.gradient_sum) {
        for (int i = 0; i < D; ++i) gradients[i] -= f * h[i];
        state.weight_sum += f;
      }
      if (cancellation_ && cancellation_->suspects(w.data(), h.data(), D)) [[unlikely]]
        h = cleared(w, h);
      move_(h, f, w, before);
    }
    std::copy_n(w.begin(), d_, state.w);
    if (state.gradient_sum) std::copy_n(gradients.begin(), d_, state.gradient_sum);
    if (Momentum)
      for (Index i = 0; i < d_; ++i) {
        state.memory[0][i] = std::log(w[i]);
        state.memory[1][i] = 0;
        state.memory[2][i] = before[i];
        state.memory[3][i] = std::log(before[i]);
      }
  }

 private:
  // By value: lanes whose addresses others know would leave the registers.
  Lanes<D> cleared(Lanes<D> w, Lanes<D> h) {
    cancellation_->clear(w.data(), h.data());
    return h;
  }

  G gradient_;
  M move_;
  Steps steps_;
  std::optional<Cancellation> cancellation_;
  Index d_;
};

template <int D, class G>
std::unique_ptr<InnerLoop> with_move(const InnerProblem& problem, const InnerMove& move,
                                     const InnerSteps& steps) {
  switch (move.kind) {
    case InnerMove::Kind::coordinate:
      return std::make_unique<TinyLoop<D, G, TinyCoordinate<D>, false>>(problem, move, steps);
    case InnerMove::Kind::identity:
      return std::make_unique<TinyLoop<D, G, TinyIdentity<D>, false>>(problem, move, steps);
    case InnerMove::Kind::scaled:
      return std::make_unique<TinyLoop<D, G, TinyScaled<D>, false>>(problem, move, steps);
    case InnerMove::Kind::sign:
      return std::make_unique<TinyLoop<D, G, TinySign<D>, false>>(problem, move, steps);
    case InnerMove::Kind::power:
      if (move.power->exponent() == 2)
        return std::make_unique<TinyLoop<D, G, TinyPower<D, 2>, false>>(problem, move, steps);
      if (move.power->exponent() == 3)
        return std::make_unique<TinyLoop<D, G, TinyPower<D, 3>, false>>(problem, move, steps);
      return nullptr;
    case InnerMove::Kind::entropy_momentum:
      return std::make_unique<TinyLoop<D, G, TinyEntropyMomentum<D>, true>>(problem, move, steps);
    default:
      return nullptr;
  }
}

template <int D>
std::unique_ptr<InnerLoop> with_gradient(const InnerProblem& problem, const InnerMove& move,
                                         const InnerSteps& steps, Variant variant) {
  if (variant == Variant::hessian) return with_move<D, HessianGradient<D>>(problem, move, steps);
  if (problem.loss != InnerLoss::squared && problem.samples <= TailGradient<D>::most &&
      move.kind != InnerMove::Kind::entropy_momentum)
    return with_move<D, TailGradient<D>>(problem, move, steps);
  return nullptr;
}

}  // namespace

std::unique_ptr<InnerLoop> tiny_loop(const InnerProblem& problem, const InnerMove& move,
                                     const InnerSteps& steps, Variant variant) {
  if (problem.dimension > tiny_dimension) return nullptr;
  return problem.dimension <= 4 ? with_gradient<4>(problem, move, steps, variant)
                                : with_gradient<tiny_dimension>(problem, move, steps, variant);
}

}  // namespace implicitbias::kernels::level
