#include "factor_loop.hpp"

#include <cmath>
#include <vector>

#include "gradients.hpp"
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
    for (Index n = 0; n < count_; ++n)
      for (Index i = 0, at = n * stride_; i < side; ++i)
        for (Index j = 0; j <= i; ++j, ++at)
          rows_[static_cast<std::size_t>(at)] =
              i == j ? problem.entry(n, i * side + i)
                     : problem.entry(n, i * side + j) + problem.entry(n, j * side + i);
  }

  InnerProblem problem(const InnerProblem& whole) const {
    return {whole.loss, whole.samples, length_, {rows_.data(), count_, length_, stride_}, false, whole.y};
  }
  Index length() const { return length_; }

 private:
  Index length_, stride_, count_;
  std::vector<double> rows_;
};

class FactorLoop final : public InnerLoop {
 public:
  FactorLoop(const InnerProblem& problem, const InnerSteps& steps)
      : side_(static_cast<Index>(std::lround(std::sqrt(static_cast<double>(problem.dimension))))),
        samples_(problem, side_),
        gradient_(samples_.problem(problem)),
        steps_(steps),
        W_(static_cast<std::size_t>(samples_.length())),
        h_(W_.size()),
        H_(static_cast<std::size_t>(side_ * side_)) {}

  void advance(InnerState& state, std::int64_t until) override {
    double* __restrict U = state.memory[0];
    const Index rank = state.memory_size / side_;
    moved_.resize(static_cast<std::size_t>(state.memory_size));
    square(U, rank);
    for (; state.t < until; ++state.t) {
      const double log_scale = gradient_.at(state.t, W_.data(), h_.data());
      const double f = steps_.factor(log_scale, state);
      unpack();
      for (Index i = 0; i < side_; ++i)
        level::multiply_transposed({U, side_, rank, rank}, H_.data() + i * side_, moved_.data() + i * rank);
      const double* moved = moved_.data();
#pragma omp simd
      for (Index i = 0; i < state.memory_size; ++i) U[i] += 2 * f * moved[i];
      square(U, rank);
    }
    for (Index i = 0, at = 0; i < side_; ++i)
      for (Index j = 0; j <= i; ++j, ++at)
        state.w[i * side_ + j] = state.w[j * side_ + i] = W_[static_cast<std::size_t>(at)];
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
        H_[static_cast<std::size_t>(i * side_ + j)] = H_[static_cast<std::size_t>(j * side_ + i)] =
            (i == j ? 1 : 0.5) * h_[static_cast<std::size_t>(at)];
  }

  Index side_;
  Triangles samples_;
  SquaredGradient gradient_;
  Steps steps_;
  std::vector<double> W_, h_, H_, moved_;
};

}  // namespace

std::unique_ptr<InnerLoop> factor_loop(const InnerProblem& problem, const InnerSteps& steps) {
  return std::make_unique<FactorLoop>(problem, steps);
}

}  // namespace implicitbias::kernels::level
