// Gradients of several runs on one small problem, one run a lane.
#pragma once

#include <algorithm>
#include <vector>

#include "implicitbias/kernels/inner_loop.hpp"
#include "lane_products.hpp"
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
  Wide *w, *h;
  LaneWeights weights;
};

class LaneGradient {
 public:
  virtual ~LaneGradient() = default;
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

  void at(LanePoint* points, Index count) override {
    for (Index v = 0; v < count; v += turns) pass(points + v);
  }

 private:
  IMPLICITBIAS_INLINE void pass(LanePoint* points) {
    constexpr int V = turns;
    Wide z[tiny_samples][V], w[V][d], smallest[V], h[V][d];
    for (int v = 0; v < V; ++v) std::copy_n(points[v].w, d, w[v]);
    const double* x = scaled_.data();
    for (int v = 0; v < V; ++v) smallest[v] = all(infinity);
    for (Index n = 0; n < n_; ++n, x += d)
#pragma GCC unroll 2
      for (int v = 0; v < V; ++v) {
        // The compiler might fuse either product with the sum of two: all vectors round alike.
        Wide sum = once(x[0] * w[v][0]);
#pragma GCC unroll 8
        for (Index j = 1; j < d; ++j) sum += x[j] * w[v][j];
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
  std::vector<double> rows_, scaled_, y_;  // by the scaled ones margins are in units of log 2
};

/// Any samples, of which the margins do not stay in registers.
template <class Loss>
class LaneGradientByProducts final : public LaneGradient {
 public:
  explicit LaneGradientByProducts(const InnerProblem& problem)
      : n_(problem.samples),
        margins_(n_, problem.dimension, entries(problem, Loss::monotone ? 1 / log_2 : 1.0)),
        slopes_(problem.dimension, n_,
                [entry = entries(problem, 1.0)](Index j, Index n) { return entry(n, j); }),
        y_(static_cast<std::size_t>(Loss::monotone ? 0 : n_)),
        z_(most * n_) {
    if (!Loss::monotone) std::copy_n(problem.y, n_, y_.data());
  }

  void at(LanePoint* points, Index count) override {
    Index v = 0;
    for (; v + most <= count; v += most) pass<most>(points + v);
    for (; v < count; v += turns) pass<turns>(points + v);
  }

 private:
  static constexpr int most = 2 * turns;

  static auto entries(const InnerProblem& problem, double scale) {
    const auto& rows = std::get<DenseRowsOf<double>>(problem.rows);
    return [&rows, scale](Index n, Index j) { return rows.entry(n, j) * scale; };
  }

  template <int V>
  void pass(LanePoint* points) {
    const Wide* in[V];
    Wide *z[V], *h[V];
    for (int v = 0; v < V; ++v) in[v] = points[v].w, z[v] = z_.data() + v * n_, h[v] = points[v].h;
    margins_.times<V>(in, z);
    for (int v = 0; v < V; ++v) points[v].weights = weigh(z[v]);
    for (int v = 0; v < V; ++v) in[v] = z[v];
    slopes_.times<V>(in, h);
  }

  /// Makes weights of margins; of products, residuals first.
  LaneWeights weigh(Wide* z) const {
    Wide smallest = all(infinity);
    for (Index n = 0; n < n_; ++n)
      if constexpr (Loss::monotone)
        smallest = smaller(z[n], smallest);
      else
        z[n] -= y_[static_cast<std::size_t>(n)];
    Loss loss(smallest);
    for (Index n = 0; n < n_; ++n) z[n] = loss.weigh(z[n]);
    return loss.sums();
  }

  Index n_;
  LanePanels margins_, slopes_;  // margins in units of log 2
  std::vector<double> y_;
  WideArray z_;
};

}  // namespace implicitbias::kernels::level
