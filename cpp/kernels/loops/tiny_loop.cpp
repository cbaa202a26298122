#include "tiny_loop.hpp"

#include <array>
#include <cmath>
#include <vector>

#include "cancellation.hpp"
#include "hessian_gradient.hpp"
#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "products.hpp"

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

/// h = h(w_ref) - 2 X'X (w - w_ref): see hessian_gradient.hpp.
template <int D>
class TinyGradient {
 public:
  explicit TinyGradient(const InnerProblem& problem)
      : d_(problem.dimension), products_(make_products(problem)) {
    z_.resize(products_->size());
    for (Index j = 0; j < d_; ++j)
      std::copy_n(problem.hessian.data + j * problem.hessian.stride, d_, hessian_[j].begin());
  }

  static constexpr Index kept_size = 2 * D;
  const double* kept() const { return reference_[0].data(); }
  void enter(const InnerState& state, const double* kept) {
    if (kept)
      std::copy_n(kept, kept_size, reference_[0].data());
    else
      look(state.t, state.w);
  }

  IMPLICITBIAS_INLINE void at(const Lanes<D>& w, Lanes<D>& h) const {
    Lanes<D> even = reference_[1], odd{}, moved;
    for (int i = 0; i < D; ++i) moved[i] = w[i] - reference_[0][i];
    for (int j = 0; j < D; j += 2)
      for (int i = 0; i < D; ++i) {
        even[i] -= hessian_[j][i] * moved[j];
        odd[i] -= hessian_[j + 1][i] * moved[j + 1];
      }
    for (int i = 0; i < D; ++i) h[i] = even[i] + odd[i];
  }

  void look(std::int64_t t, const double* w) {
    std::copy_n(w, d_, reference_[0].begin());
    products_->predict(t, w, z_.data());
    for (double& residual : z_) residual *= -2;
    products_->accumulate(z_.data(), reference_[1].data());
  }

 private:
  Index d_;
  std::unique_ptr<Products> products_;
  Vector z_;
  std::array<Lanes<D>, 2> reference_{};  // w_ref and h(w_ref)
  std::array<Lanes<D>, D> hessian_{};
};

template <int D>
struct TinyIdentity {
  TinyIdentity(const MoveRecipe&, Index) {}
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    for (int i = 0; i < D; ++i) w[i] += f * h[i];
  }
};

template <int D>
struct TinyScaled {
  TinyScaled(const MoveRecipe& move, Index d) { std::copy_n(move.scales, d, scales.begin()); }
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    for (int i = 0; i < D; ++i) w[i] += f * (scales[i] * h[i]);
  }
  Lanes<D> scales{};
};

template <int D>
struct TinySign {
  TinySign(const MoveRecipe&, Index) {}
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    Lanes<D> sizes;
    for (int i = 0; i < D; ++i) sizes[i] = std::abs(h[i]);
    const double step = f * sum<D>(sizes);
    for (int i = 0; i < D; ++i) w[i] += h[i] == 0 ? 0.0 : std::copysign(step, h[i]);
  }
};

template <int D>
struct TinyCoordinate {
  TinyCoordinate(const MoveRecipe&, Index) {}
  IMPLICITBIAS_INLINE void operator()(const Lanes<D>& h, double f, Lanes<D>& w, Lanes<D>&) const {
    int largest = 0;
    for (int i = 1; i < D; ++i) largest = std::abs(h[i]) > std::abs(h[largest]) ? i : largest;
    w[largest] += f * h[largest];
  }
};

/// The dual exponents 2 and 3 of l_1.5 and l_4/3.
template <int D, int Exponent>
struct TinyPower {
  TinyPower(const MoveRecipe& move, Index) : balance(move.power.balance) {}
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
  TinyEntropyMomentum(const MoveRecipe& move, Index) : beta(move.beta.at(0)) {}
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

template <int D, class M, bool Momentum>
class TinyLoop final : public InnerLoop {
 public:
  TinyLoop(const InnerProblem& problem, const MoveRecipe& move, const StepRecipe& steps)
      : gradient_(problem), move_(move, problem.dimension), eta_(steps.eta), d_(problem.dimension) {
    if (problem.forgetful) cancellation_.emplace(problem);
  }

  Index kept_size() const override { return gradient_.kept_size; }
  const double* kept() const override { return gradient_.kept(); }
  void enter(const InnerState& state, const double* kept) override { gradient_.enter(state, kept); }

  void advance(InnerState& state, std::int64_t until) override {
    while (state.t < until) {
      if (state.t % HessianGradient::period == 0) gradient_.look(state.t, state.w);
      iterate(state, std::min(until, (state.t / HessianGradient::period + 1) * HessianGradient::period));
    }
  }

 private:
  void iterate(InnerState& state, std::int64_t until) {
    Lanes<D> w{}, before{}, h{};
    std::copy_n(state.w, d_, w.begin());
    if (Momentum) std::copy_n(state.memory[2], d_, before.begin());
    for (; state.t < until; ++state.t) {
      gradient_.at(w, h);
      if (cancellation_) h = cleared(state.t, w, h);
      move_(h, eta_, w, before);
    }
    std::copy_n(w.begin(), d_, state.w);
    if (Momentum)
      for (Index i = 0; i < d_; ++i) {
        state.memory[0][i] = std::log(w[i]);
        state.memory[1][i] = 0;
        state.memory[2][i] = before[i];
        state.memory[3][i] = std::log(before[i]);
      }
  }

  // By value: lanes whose addresses others know would leave the registers.
  Lanes<D> cleared(std::int64_t t, Lanes<D> w, Lanes<D> h) const {
    cancellation_->clear(t, w.data(), 1, h.data());
    return h;
  }

  TinyGradient<D> gradient_;
  M move_;
  double eta_;
  std::optional<Cancellation> cancellation_;
  Index d_;
};

template <int D>
std::unique_ptr<InnerLoop> with_move(const InnerProblem& problem, const MoveRecipe& move,
                                     const StepRecipe& steps) {
  using Kind = MoveRecipe::Kind;
  switch (move.kind) {
    case Kind::coordinate:
      return std::make_unique<TinyLoop<D, TinyCoordinate<D>, false>>(problem, move, steps);
    case Kind::identity:
      return std::make_unique<TinyLoop<D, TinyIdentity<D>, false>>(problem, move, steps);
    case Kind::scaled:
      return std::make_unique<TinyLoop<D, TinyScaled<D>, false>>(problem, move, steps);
    case Kind::sign:
      return std::make_unique<TinyLoop<D, TinySign<D>, false>>(problem, move, steps);
    case Kind::power:
      if (move.power.power->exponent() == 2)
        return std::make_unique<TinyLoop<D, TinyPower<D, 2>, false>>(problem, move, steps);
      if (move.power.power->exponent() == 3)
        return std::make_unique<TinyLoop<D, TinyPower<D, 3>, false>>(problem, move, steps);
      return nullptr;
    case Kind::mirror:
      if (move.link == MoveRecipe::Link::exponential && move.momentum == MoveRecipe::Momentum::primal &&
          !move.beta.scheduled && !move.gamma.values)
        return std::make_unique<TinyLoop<D, TinyEntropyMomentum<D>, true>>(problem, move, steps);
      return nullptr;
    default:
      return nullptr;
  }
}

}  // namespace

std::unique_ptr<InnerLoop> tiny_loop(const InnerProblem& problem, const MoveRecipe& move,
                                     const StepRecipe& steps) {
  if (problem.dimension > tiny_dimension || steps.etas || steps.power != 0) return nullptr;
  return problem.dimension <= 4 ? with_move<4>(problem, move, steps)
                                : with_move<tiny_dimension>(problem, move, steps);
}

}  // namespace implicitbias::kernels::level
