// Gradients of several runs on one small problem, one run a lane.
#pragma once

#include <algorithm>
#include <vector>

#include "implicitbias/kernels/inner_loop.hpp"
#include "lane_losses.hpp"
#include "lane_products.hpp"

namespace implicitbias::kernels::level {

/// How many vectors take turns in one loop: while one waits for its sums, the others go on.
inline constexpr int turns = 2;

/// How many vectors one iteration takes at most.
inline constexpr Index lane_vectors = 32 / width;

/// A vector of runs, one a lane: their parameters w, what their method remembers, minus the gradient h in the
/// scale of `weights`, and the step f along h.
struct LanePoint {
  Wide *w, *dual, *rest, *h;
  LaneWeights weights;
  Wide f;
};

class LaneGradient {
 public:
  virtual ~LaneGradient() = default;
  /// Writes h and the weights at w, of so many vectors, a multiple of `turns`.
  virtual void at(LanePoint* points, Index count) = 0;
};

/// The gradient for samples of any number: margins are kept in memory, not in registers.
template <class Loss>
class LaneGradientByProducts final : public LaneGradient {
 public:
  explicit LaneGradientByProducts(const InnerProblem& problem)
      : n_(problem.samples),
        counting_(counting_margins(n_)),
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

  /// Turns the products z in place into the weights of the samples.
  LaneWeights weigh(Wide* z) const {
    Wide smallest = all(infinity);
    for (Index n = 0; n < n_; ++n)
      if constexpr (Loss::monotone)
        smallest = smaller(z[n], smallest);
      else
        z[n] -= y_[static_cast<std::size_t>(n)];
    Loss loss(smallest, counting_);
    for (Index n = 0; n < n_; ++n) z[n] = loss.weigh(z[n]);
    return loss.sums();
  }

  Index n_;
  double counting_;
  LanePanels margins_, slopes_;  // margins in units of log 2
  std::vector<double> y_;
  WideArray z_;
};

}  // namespace implicitbias::kernels::level
