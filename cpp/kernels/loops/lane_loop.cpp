#include "implicitbias/kernels/lane_loop.hpp"

#include <utility>

#include "../level.hpp"
#include "lane_hessian.hpp"
#include "lane_moves.hpp"
#include "lane_steps.hpp"
#include "tiny_lane_gradient.hpp"

namespace implicitbias::kernels::level {

namespace {

class Lanes final : public LaneLoop {
 public:
  Lanes(std::unique_ptr<LaneGradient> gradient, std::unique_ptr<LaneMove> move, Index d)
      : gradient_(std::move(gradient)), move_(std::move(move)), d_(d), numbers_(vectors * parts * d) {
    Wide* next = numbers_.data();
    for (Index v = 0; v < vectors; ++v)
      for (Wide** part :
           {&points_[v].w, &points_[v].dual, &points_[v].rest, &points_[v].h, &sums_[v].gradient})
        *part = std::exchange(next, next + d);
  }

  Index lanes() const override { return vectors * width; }

  void follow(const std::vector<StepRecipe>& steps) override {
    for (Index v = 0; v < vectors; ++v) steps_[v].follow(steps, v * width);
  }

  bool advance(LaneState& state, std::int64_t until) override {
    const Index filled = (state.runs + turns * width - 1) / (turns * width) * turns;
    const bool monotone = state.gradient_sum.size() > 0;
    for (Index v = 0; v < filled; ++v) {
      read(state.w, v, points_[v].w);
      if (state.dual.size()) read(state.dual, v, points_[v].dual), read(state.rest, v, points_[v].rest);
      if (monotone) read(state.gradient_sum, v, sums_[v].gradient);
      sums_[v].weight = load(state.weight_sum.data() + v * width);
    }
    const bool well = monotone ? iterate<true>(state, until, filled) : iterate<false>(state, until, filled);
    for (Index v = 0; v < filled; ++v) {
      write(points_[v].w, v, state.w);
      if (state.dual.size()) write(points_[v].dual, v, state.dual), write(points_[v].rest, v, state.rest);
      if (monotone) write(sums_[v].gradient, v, state.gradient_sum);
      store(sums_[v].weight, state.weight_sum.data() + v * width);
    }
    return well;
  }

 private:
  static constexpr Index vectors = lane_vectors, parts = 5;
  static constexpr std::int64_t lost_for = 16;  // iterations, at most, before somebody looks

  /// Of a vector of runs, the sums of the averaged certificate.
  struct Sums {
    Wide *gradient, weight;
  };

  template <bool monotone>
  bool iterate(LaneState& state, std::int64_t until, Index filled) {
    for (const std::int64_t begin = state.t; state.t < until; ++state.t) {
      gradient_->at(points_, filled);
      // What is lost stays so, and is looked for now and then.
      if ((state.t - begin) % lost_for == 0)
        for (Index v = 0; v < filled; ++v)
          if (lost(points_[v], sums_[v].weight)) [[unlikely]]
            return false;
      for (Index v = 0; v < filled; ++v) {
        LanePoint& at = points_[v];
        at.f = steps_[v].step(at.weights, state);
        if constexpr (monotone) {
          for (Index j = 0; j < d_; ++j) sums_[v].gradient[j] -= at.f * at.h[j];
          sums_[v].weight += at.f * at.weights.total;
        }
      }
      move_->take(points_, filled);
    }
    return true;
  }

  /// Whether some lane is beyond what the lanes compute: the plain loop, which knows more, looks at it.
  IMPLICITBIAS_INLINE bool lost(const LanePoint& at, const Wide& weight_sum) const {
    Wide total = at.weights.total;
    for (Index j = 0; j < d_; ++j) total += 0.0 * at.h[j];  // NaN where that is not finite
    return !all_less(all(1e-250), total) || !all_less(weight_sum, all(1e150));
  }

  void read(const Vector& from, Index v, Wide* to) const {
    for (Index j = 0; j < d_; ++j) to[j] = load(from.data() + j * lanes() + v * width);
  }
  void write(const Wide* from, Index v, Vector& to) const {
    for (Index j = 0; j < d_; ++j) store(from[j], to.data() + j * lanes() + v * width);
  }

  std::unique_ptr<LaneGradient> gradient_;
  std::unique_ptr<LaneMove> move_;
  Index d_;
  WideArray numbers_;  // of all points and sums, d each
  LanePoint points_[vectors];
  Sums sums_[vectors];
  LaneSteps steps_[vectors];
};

/// Few coordinates are a constant of the compiler.
template <template <Index> class Tiny, class Other, Index d = 1>
std::unique_ptr<LaneGradient> gradient_of(const InnerProblem& problem) {
  if (problem.dimension == d && is_tiny(problem)) return std::make_unique<Tiny<d>>(problem);
  if constexpr (d < tiny_dimension) return gradient_of<Tiny, Other, d + 1>(problem);
  return std::make_unique<Other>(problem);
}

template <Index d>
using TinyExponential = TinyLaneGradient<ExponentialLanes, d>;
template <Index d>
using TinyLogistic = TinyLaneGradient<LogisticLanes, d>;

std::unique_ptr<LaneGradient> make_gradient(const InnerProblem& problem) {
  using Kind = LossRecipe::Kind;
  switch (problem.loss.kind) {
    case Kind::exponential:
      return gradient_of<TinyExponential, LaneGradientByProducts<ExponentialLanes>>(problem);
    case Kind::logistic:
      return gradient_of<TinyLogistic, LaneGradientByProducts<LogisticLanes>>(problem);
    default:
      if (LaneNormalEquations::pays(problem)) return gradient_of<TinyLaneHessian, LaneHessian>(problem);
      return std::make_unique<LaneGradientByProducts<SquaredLanes>>(problem);
  }
}

std::unique_ptr<LaneMove> make_move(const MoveRecipe& move, Index d) {
  using Kind = MoveRecipe::Kind;
  switch (move.kind) {
    case Kind::coordinate:
      return std::make_unique<LaneCoordinateMove>(d);
    case Kind::identity:
      return std::make_unique<LaneIdentityMove>(d);
    case Kind::power:
      return std::make_unique<LanePowerMove>(move.power, d);
    default:
      return std::make_unique<LaneMirrorMove>(move, d);
  }
}

}  // namespace

std::unique_ptr<LaneLoop> lane_loop(const InnerProblem& problem, const MoveRecipe& move) {
  return std::make_unique<Lanes>(make_gradient(problem), make_move(move, problem.dimension),
                                 problem.dimension);
}

}  // namespace implicitbias::kernels::level
