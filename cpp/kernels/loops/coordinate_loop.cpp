#include "coordinate_loop.hpp"

#include <cmath>
#include <vector>

#include "../level.hpp"
#include "../losses/loss_stage.hpp"
#include "steps.hpp"

namespace implicitbias::kernels::level {

namespace {

class CoordinateLoop final : public InnerLoop {
 public:
  CoordinateLoop(const InnerProblem& problem, const StepRecipe& steps)
      : steps_(steps),
        loss_(loss_stage(problem.loss)),
        n_(problem.samples),
        d_(problem.dimension),
        columns_(std::get<DenseRowsOf<double>>(problem.rows).rows),
        size_(static_cast<std::size_t>(d_)),
        reference_h_(static_cast<std::size_t>(d_)),
        p_(static_cast<std::size_t>(n_)) {
    if (const auto& stored = std::get<DenseRowsOf<double>>(problem.rows); !stored.tall) {
      copy_.resize(static_cast<std::size_t>(n_ * d_));
      for (Index n = 0; n < n_; ++n)
        for (Index j = 0; j < d_; ++j) copy_[static_cast<std::size_t>(j * n_ + n)] = stored.entry(n, j);
      columns_ = {copy_.data(), d_, n_, n_};
    }
    for (Index j = 0; j < d_; ++j) size_[static_cast<std::size_t>(j)] = std::sqrt(product(j, column(j)));
  }

  void enter(const InnerState&, const double*) override {
    reference_p_.clear();
    steps_.enter();
  }

  void advance(InnerState& state, std::int64_t until) override {
    double* z = state.memory[0];
    for (; state.t < until; ++state.t) {
      const Weights weights = loss_->weigh(z, n_, p_.data());
      const double scale = 1 / weights.total;
      double* __restrict p = p_.data();
#pragma omp simd
      for (Index n = 0; n < n_; ++n) p[n] *= scale;
      const auto [j, h] = steepest();
      const double f = steps_.step(weights, state).f * weights.total, size = f * h;
      double* __restrict sum = state.gradient_sum;
#pragma omp simd
      for (Index n = 0; n < n_; ++n) sum[n] -= f * p[n];
      state.weight_sum += f;
      state.w[j] += size;
      const double* moved = column(j);
#pragma omp simd
      for (Index n = 0; n < n_; ++n) z[n] += size * moved[n];
    }
  }

 private:
  static constexpr Index block = 32;

  struct Largest {
    Index j;
    double h;
  };

  const double* column(Index j) const { return columns_.data + j * columns_.stride; }

  double product(Index j, const double* v) const {
    const double* entries = column(j);
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (Index n = 0; n < n_; ++n) sum += entries[n] * v[n];
    return sum;
  }

  /// The first coordinate with the largest |h_j|, and h_j.
  Largest steepest() {
    if (reference_p_.empty()) look_at_all();
    double moved = 0;
    const double *p = p_.data(), *before = reference_p_.data();
#pragma omp simd reduction(+ : moved)
    for (Index n = 0; n < n_; ++n) moved += (p[n] - before[n]) * (p[n] - before[n]);
    // Both products round, by n units of |p|_2 <= 1 at most.
    const double change = std::sqrt(moved) + 4e-16 * static_cast<double>(n_);

    // The last winner probably wins again, or comes close.
    Largest best{last_, product(last_, p)};
    Index looked_at = 1;
    const double *h = reference_h_.data(), *size = size_.data();
    for (Index begin = 0; begin < d_; begin += block) {
      const Index end = std::min(begin + block, d_);
      double highest = 0;
#pragma omp simd reduction(max : highest)
      for (Index j = begin; j < end; ++j) {
        const double bound = h[j] + change * size[j];
        highest = bound > highest ? bound : highest;
      }
      if (highest < std::abs(best.h)) continue;
      for (Index j = begin; j < end; ++j) {
        if (h[j] + change * size[j] < std::abs(best.h) || j == last_) continue;
        const double derivative = product(j, p);
        ++looked_at;
        if (std::abs(derivative) > std::abs(best.h) ||
            (std::abs(derivative) == std::abs(best.h) && j < best.j))
          best = {j, derivative};
      }
    }
    last_ = best.j;
    // A new reference costs as much as d columns: it is due when as many have been looked at.
    looked_at_ += looked_at;
    if (looked_at_ > d_) look_at_all();
    return best;
  }

  /// Makes p the reference.
  void look_at_all() {
    reference_p_ = p_;
    looked_at_ = 0;
    level::multiply(columns_, p_.data(), reference_h_.data());
    for (double& h : reference_h_) h = std::abs(h);
  }

  Steps steps_;
  std::unique_ptr<LossStage> loss_;
  Index n_, d_;
  Rows columns_;
  std::vector<double> copy_, size_, reference_h_, p_, reference_p_;
  Index last_ = 0, looked_at_ = 0;
};

}  // namespace

std::unique_ptr<InnerLoop> coordinate_loop(const InnerProblem& problem, const StepRecipe& steps) {
  return std::make_unique<CoordinateLoop>(problem, steps);
}

}  // namespace implicitbias::kernels::level
