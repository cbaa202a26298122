// Gradients of several runs on the squared loss, through H = 2 X'X: h = 2 X'y - H w. With more samples than
// coordinates that is less work.
#pragma once

#include <vector>

#include "lane_gradient.hpp"

namespace implicitbias::kernels::level {

/// H and 2 X'y, of the samples.
struct LaneNormalEquations {
  std::vector<double> hessian, constant;  // d x d, and d

  explicit LaneNormalEquations(const InnerProblem& problem)
      : hessian(static_cast<std::size_t>(problem.dimension * problem.dimension)),
        constant(static_cast<std::size_t>(problem.dimension)) {
    const auto& rows = std::get<DenseRowsOf<double>>(problem.rows);
    for (Index n = 0; n < problem.samples; ++n) {
      double* H = hessian.data();
      for (Index i = 0; i < problem.dimension; ++i) {
        const double x = 2 * rows.entry(n, i);
        constant[static_cast<std::size_t>(i)] += x * problem.y[n];
        for (Index j = 0; j < problem.dimension; ++j) *H++ += x * rows.entry(n, j);
      }
    }
  }
  static bool pays(const InnerProblem& problem) {
    return problem.loss.kind == LossRecipe::Kind::squared && problem.samples > problem.dimension;
  }
  static LaneWeights weights() { return {Wide{}, all(1.0), Wide{}}; }
};

/// Of so few coordinates that they stay in registers.
template <Index d>
class TinyLaneHessian final : public LaneGradient {
 public:
  explicit TinyLaneHessian(const InnerProblem& problem) : equations_(problem) {}

  void at(LanePoint* points, Index count) override {
    for (LanePoint* end = points + count; points < end; ++points) {
      const double* H = equations_.hessian.data();
      Wide w[d];
      copy(points->w, d, w);
#pragma GCC unroll 8
      for (Index i = 0; i < d; ++i, H += d) {
        Wide sum = all(equations_.constant[i]);
#pragma GCC unroll 8
        for (Index j = 0; j < d; ++j) sum -= H[j] * w[j];
        points->h[i] = sum;
      }
      points->weights = LaneNormalEquations::weights();
    }
  }

 private:
  LaneNormalEquations equations_;
};

class LaneHessian final : public LaneGradient {
 public:
  explicit LaneHessian(const InnerProblem& problem)
      : LaneHessian(problem.dimension, LaneNormalEquations(problem)) {}

  void at(LanePoint* points, Index count) override {
    for (Index v = 0; v < count; v += turns) {
      const Wide* in[turns];
      Wide* out[turns];
      for (int u = 0; u < turns; ++u) in[u] = points[v + u].w, out[u] = points[v + u].h;
      products_.times<turns>(in, out);
      for (int u = 0; u < turns; ++u) {
        for (Index j = 0; j < d_; ++j) out[u][j] = constant_[static_cast<std::size_t>(j)] - out[u][j];
        points[v + u].weights = LaneNormalEquations::weights();
      }
    }
  }

 private:
  LaneHessian(Index d, LaneNormalEquations equations)
      : d_(d),
        products_(d, d,
                  [&](Index i, Index j) { return equations.hessian[static_cast<std::size_t>(i * d + j)]; }),
        constant_(std::move(equations.constant)) {}

  Index d_;
  LanePanels products_;
  std::vector<double> constant_;
};

}  // namespace implicitbias::kernels::level
