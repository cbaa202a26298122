#include "factor_loop.hpp"

#include <cmath>
#include <vector>

#include "../level.hpp"
#include "make_gradient.hpp"
#include "steps.hpp"

namespace implicitbias::kernels::level {

namespace {

/// The lower triangles of the samples, row by row, entries beside the diagonal twice: inner products with
/// those of a symmetric matrix are those of the whole matrices.
class Triangles {
 public:
  Triangles(const InnerProblem& problem, Index side)
      : length_(side * (side + 1) / 2), stride_((length_ + 7) / 8 * 8), count_(problem.samples) {
    rows_.resize(static_cast<std::size_t>(count_ * stride_));
    const auto& stored = std::get<DenseRowsOf<double>>(problem.rows);
    for (Index n = 0; n < count_; ++n)
      for (Index i = 0, at = n * stride_; i < side; ++i)
        for (Index j = 0; j <= i; ++j, ++at)
          rows_[static_cast<std::size_t>(at)] =
              i == j ? stored.entry(n, i * side + i)
                     : stored.entry(n, i * side + j) + stored.entry(n, j * side + i);
  }

  InnerProblem problem(InnerProblem whole) const {
    whole.dimension = length_;
    whole.rows = DenseRowsOf<double>{{rows_.data(), count_, length_, stride_}, false};
    return whole;
  }
  Index length() const { return length_; }

 private:
  Index length_, stride_, count_;
  std::vector<double> rows_;
};

class FactorLoop final : public InnerLoop {
 public:
  FactorLoop(const InnerProblem& problem, const StepRecipe& steps)
      : side_(static_cast<Index>(std::lround(std::sqrt(static_cast<double>(problem.dimension))))),
        samples_(problem, side_),
        gradient_(make_gradient(samples_.problem(problem), Variant::plain)),
        steps_(steps),
        log_radius_(steps.log_beta),
        W_(Vector::Zero(gradient_->padded(samples_.length()))),
        h_(W_),
        H_(side_ * side_) {}

  void enter(const InnerState&, const double*) override { steps_.enter(); }

  void advance(InnerState& state, std::int64_t until) override {
    double* __restrict U = state.memory[0];
    const Index rank = state.memory_size[0] / side_;
    moved_.resize(state.memory_size[0]);
    square(U, rank);
    for (; state.t < until; ++state.t) {
      const Weights weights = gradient_->at(state.t, W_.data(), h_.data());
      if (!std::isnan(log_radius_))
        steps_.curve(log_radius_ + std::log(4 * std::exp(log_radius_) * trace() + 2));
      const double f = steps_.step(weights, state).f;
      unpack();
      if (state.gradient_sum) {
        double* __restrict sum = state.gradient_sum;
        const double* H = H_.data();
#pragma omp simd
        for (Index i = 0; i < side_ * side_; ++i) sum[i] -= f * H[i];
        state.weight_sum += f * weights.total;
      }
      for (Index i = 0; i < side_; ++i)
        level::multiply_transposed({U, side_, rank, rank}, H_.data() + i * side_, moved_.data() + i * rank);
      const double* moved = moved_.data();
#pragma omp simd
      for (Index i = 0; i < state.memory_size[0]; ++i) U[i] += 2 * f * moved[i];
      square(U, rank);
    }
    for (Index i = 0, at = 0; i < side_; ++i)
      for (Index j = 0; j <= i; ++j, ++at) state.w[i * side_ + j] = state.w[j * side_ + i] = W_[at];
  }

 private:
  /// The lower triangle of U U'.
  void square(const double* U, Index rank) {
    for (Index i = 0; i < side_; ++i)
      level::multiply({U, i + 1, rank, rank}, U + i * rank, W_.data() + i * (i + 1) / 2);
  }

  /// H, of which h has the lower triangle with the entries beside the diagonal twice.
  void unpack() {
    for (Index i = 0, at = 0; i < side_; ++i)
      for (Index j = 0; j <= i; ++j, ++at)
        H_[i * side_ + j] = H_[j * side_ + i] = (i == j ? 1 : 0.5) * h_[at];
  }

  double trace() const {
    double sum = 0;
    for (Index i = 0, at = 0; i < side_; at += ++i + 1) sum += W_[at];
    return sum;
  }

  Index side_;
  Triangles samples_;
  std::unique_ptr<Gradient> gradient_;
  Steps steps_;
  double log_radius_;
  Vector W_, h_, H_, moved_;
};

}  // namespace

std::unique_ptr<InnerLoop> factor_loop(const InnerProblem& problem, const StepRecipe& steps) {
  return std::make_unique<FactorLoop>(problem, steps);
}

}  // namespace implicitbias::kernels::level
