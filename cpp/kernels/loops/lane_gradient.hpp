// Gradients of several runs on one small problem, one run a lane.
#pragma once

#include <vector>

#include "implicitbias/kernels/inner_loop.hpp"
#include "lanes.hpp"

namespace implicitbias::kernels::level {

/// As `Weights`, of each run.
struct LaneWeights {
  Wide shift, total, loss;
};

class LaneGradient {
 public:
  virtual ~LaneGradient() = default;
  virtual bool monotone() const = 0;
  /// Writes h, minus the gradient at w over exp(-shift).
  virtual LaneWeights at(const Wide* w, Wide* h) = 0;
};

// Losses on lanes. A weight of a run depends on its shift, and on whether its smallest margin is near 0: see
// losses/formulas.hpp.

struct ExponentialLanes {
  static constexpr bool monotone = true;
  Wide shift, total{};
  IMPLICITBIAS_INLINE explicit ExponentialLanes(const Wide& smallest)
      : shift(absolute(smallest) <= all(tail_begins) ? Wide{} : smallest) {}
  IMPLICITBIAS_INLINE Wide weigh(const Wide& z) {
    const Wide s = lane_exponential(shift - z);
    total += s;
    return s;
  }
  IMPLICITBIAS_INLINE LaneWeights sums() const { return {shift, total, total}; }
};

/// While some margin is near 0.
struct LogisticLanes {
  static constexpr bool monotone = true;
  Mask far;
  Wide shift, total{}, excess{}, below{};
  IMPLICITBIAS_INLINE explicit LogisticLanes(const Wide& smallest)
      : far(smallest > all(tail_begins)), shift(far ? smallest : Wide{}) {}
  IMPLICITBIAS_INLINE Wide weigh(const Wide& z) {
    const Wide zero{}, one = all(1.0);
    const Wide u = lane_exponential(far ? shift - z : -absolute(z));
    const Wide s = far ? u : (z < zero ? one : u) / (one + u);
    total += s;
    excess += excess * u + u;
    below += z < zero ? -z : zero;
    return s;
  }
  IMPLICITBIAS_INLINE LaneWeights sums() const {
    return {shift, total, far ? total : logarithm_of_one_plus(excess) + below};
  }
};

struct SquaredLanes {
  static constexpr bool monotone = false;
  IMPLICITBIAS_INLINE explicit SquaredLanes(const Wide&) {}
  IMPLICITBIAS_INLINE Wide weigh(const Wide& r) { return -2.0 * r; }
  IMPLICITBIAS_INLINE LaneWeights sums() const { return {Wide{}, all(1.0), Wide{}}; }
};

/// The samples, packed; w and h stay in registers for d of no more than a few coordinates.
template <class Loss, Index d>
class LaneGradientOf final : public LaneGradient {
 public:
  explicit LaneGradientOf(const InnerProblem& problem)
      : n_(problem.samples), y_(static_cast<std::size_t>(Loss::monotone ? 0 : n_)) {
    const auto& rows = std::get<DenseRowsOf<double>>(problem.rows);
    for (Index n = 0; n < n_; ++n)
      for (Index j = 0; j < d; ++j) rows_.push_back(rows.entry(n, j));
    if (!Loss::monotone) std::copy_n(problem.y, n_, y_.data());
  }

  bool monotone() const override { return Loss::monotone; }

  LaneWeights at(const Wide* point, Wide* out) override {
    Wide w[d], h[d], z[tiny_samples], smallest = all(infinity);
    for (Index j = 0; j < d; ++j) w[j] = point[j];
    const double* x = rows_.data();
    for (Index n = 0; n < n_; ++n, x += d) {
      Wide sum = x[0] * w[0];
      for (Index j = 1; j < d; ++j) sum += x[j] * w[j];
      if constexpr (Loss::monotone)
        smallest = smaller(sum, smallest);
      else
        sum -= y_[static_cast<std::size_t>(n)];
      z[n] = sum;
    }
    for (Index j = 0; j < d; ++j) h[j] = Wide{};
    Loss loss(smallest);
    x = rows_.data();
    for (Index n = 0; n < n_; ++n, x += d) {
      const Wide s = loss.weigh(z[n]);
      for (Index j = 0; j < d; ++j) h[j] += x[j] * s;
    }
    for (Index j = 0; j < d; ++j) out[j] = h[j];
    return loss.sums();
  }

 private:
  Index n_;
  std::vector<double> rows_, y_;
};

}  // namespace implicitbias::kernels::level
