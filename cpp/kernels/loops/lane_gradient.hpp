// Gradients of several runs on one small problem, one run a lane.
#pragma once

#include <algorithm>
#include <vector>

#include "implicitbias/kernels/inner_loop.hpp"
#include "lanes.hpp"

namespace implicitbias::kernels::level {

/// As `Weights`, of each run.
struct LaneWeights {
  Wide shift, total, loss;
};

/// So many vectors take turns, as what one waits for the others need not.
inline constexpr int turns = 2;

/// A vector of runs: where they are, and h there, minus the gradient over exp(-shift).
struct LanePoint {
  Wide w[tiny_dimension], h[tiny_dimension];
  LaneWeights weights;
};

class LaneGradient {
 public:
  virtual ~LaneGradient() = default;
  virtual bool monotone() const = 0;
  /// Writes h and the weights at w, of so many vectors, a multiple of `turns`.
  virtual void at(LanePoint* points, Index count) = 0;
};

// Losses on lanes, of margins in units of log 2: z = margin / log 2, so that a weight is a power of two. A
// weight of a run depends on its shift, and on whether its smallest margin is near 0: see
// losses/formulas.hpp.

inline constexpr double log_2 = 0.6931471805599453;

struct ExponentialLanes {
  static constexpr bool monotone = true;
  Wide shift, total{};
  IMPLICITBIAS_INLINE explicit ExponentialLanes(const Wide& smallest)
      : shift(absolute(smallest) <= all(tail_begins / log_2) ? Wide{} : smallest) {}
  IMPLICITBIAS_INLINE Wide weigh(const Wide& z) {
    const Wide s = lane_power_of_two(shift - z);
    total += s;
    return s;
  }
  IMPLICITBIAS_INLINE LaneWeights sums() const { return {shift * log_2, total, total}; }
};

/// While some margin is near 0.
struct LogisticLanes {
  static constexpr bool monotone = true;
  Mask far;
  Wide shift, total{}, excess{}, below{};
  IMPLICITBIAS_INLINE explicit LogisticLanes(const Wide& smallest)
      : far(smallest > all(tail_begins / log_2)), shift(far ? smallest : Wide{}) {}
  IMPLICITBIAS_INLINE Wide weigh(const Wide& z) {
    const Wide zero{}, one = all(1.0);
    const Wide u = lane_power_of_two(far ? shift - z : -absolute(z));
    const Wide s = far ? u : (z < zero ? one : u) / (one + u);
    total += s;
    excess += excess * u + u;
    below += z < zero ? -z : zero;
    return s;
  }
  IMPLICITBIAS_INLINE LaneWeights sums() const {
    return {shift * log_2, total, far ? total : logarithm_of_one_plus(excess) + below * log_2};
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
    scaled_ = rows_;
    if (Loss::monotone)
      for (double& x : scaled_) x /= log_2;
    if (!Loss::monotone) std::copy_n(problem.y, n_, y_.data());
  }

  bool monotone() const override { return Loss::monotone; }

  void at(LanePoint* points, Index count) override {
    for (Index v = 0; v < count; v += turns) pass(points + v);
  }

 private:
  IMPLICITBIAS_INLINE void pass(LanePoint* points) {
    constexpr int V = turns;
    Wide z[tiny_samples][V], smallest[V], h[V][d];
    const double* x = scaled_.data();
    for (int v = 0; v < V; ++v) smallest[v] = all(infinity);
    for (Index n = 0; n < n_; ++n, x += d)
#pragma GCC unroll 2
      for (int v = 0; v < V; ++v) {
        // The compiler might fuse either product with the sum of two: all vectors round alike.
        Wide sum = once(x[0] * points[v].w[0]);
#pragma GCC unroll 8
        for (Index j = 1; j < d; ++j) sum += x[j] * points[v].w[j];
        if constexpr (Loss::monotone)
          smallest[v] = smaller(sum, smallest[v]);
        else
          sum -= y_[static_cast<std::size_t>(n)];
        z[n][v] = sum;
      }
    Loss losses[V] = {Loss(smallest[0]), Loss(smallest[1])};
    for (int v = 0; v < V; ++v)
      for (Index j = 0; j < d; ++j) h[v][j] = Wide{};
    x = rows_.data();
    for (Index n = 0; n < n_; ++n, x += d)
#pragma GCC unroll 2
      for (int v = 0; v < V; ++v) {
        const Wide s = losses[v].weigh(z[n][v]);
#pragma GCC unroll 8
        for (Index j = 0; j < d; ++j) h[v][j] += x[j] * s;
      }
    for (int v = 0; v < V; ++v) {
      std::copy_n(h[v], d, points[v].h);
      points[v].weights = losses[v].sums();
    }
  }

  Index n_;
  std::vector<double> rows_, scaled_, y_;  // scaled: of which margins are in units of log 2
};

}  // namespace implicitbias::kernels::level
