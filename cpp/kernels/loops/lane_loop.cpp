#include "implicitbias/kernels/lane_loop.hpp"

#include <utility>

#include "../level.hpp"
#include "../losses/formulas.hpp"
#include "lane_gradient.hpp"
#include "lane_moves.hpp"
#include "lane_steps.hpp"

namespace implicitbias::kernels::level {

namespace {

/// Vectors that go together.
constexpr Index vectors = 2 * turns;

class Lanes final : public LaneLoop {
 public:
  Lanes(std::unique_ptr<LaneGradient> gradient, std::unique_ptr<LaneMove> move, Index d)
      : gradient_(std::move(gradient)), move_(std::move(move)), d_(d), numbers_(vectors * parts * d) {
    Wide* next = numbers_.data();
    const auto part = [&] { return std::exchange(next, next + d); };
    for (Index v = 0; v < vectors; ++v) {
      points_[v].w = part(), points_[v].h = part();
      lane_[v].dual = part(), lane_[v].rest = part(), lane_[v].sum = part();
    }
  }

  Index lanes() const override { return vectors * width; }

  void follow(const std::vector<StepRecipe>& steps) override {
    for (Index v = 0; v < vectors; ++v) lane_[v].steps.follow(steps, v * width);
  }

  bool advance(LaneState& state, std::int64_t until) override {
    const Index filled = (state.runs + turns * width - 1) / (turns * width) * turns;
    const bool monotone = state.gradient_sum.size() > 0;
    for (Index v = 0; v < filled; ++v) {
      Vectors& own = lane_[v];
      read(state.w, v, points_[v].w);
      if (state.dual.size()) read(state.dual, v, own.dual), read(state.rest, v, own.rest);
      if (monotone) read(state.gradient_sum, v, own.sum);
      own.weight_sum = load(state.weight_sum.data() + v * width);
    }
    const bool well = iterate(state, until, filled, monotone);
    for (Index v = 0; v < filled; ++v) {
      const Vectors& own = lane_[v];
      write(points_[v].w, v, state.w);
      if (state.dual.size()) write(own.dual, v, state.dual), write(own.rest, v, state.rest);
      if (monotone) write(own.sum, v, state.gradient_sum);
      store(own.weight_sum, state.weight_sum.data() + v * width);
    }
    return well;
  }

 private:
  /// Beside its point, what one vector of runs has.
  struct Vectors {
    Wide *dual, *rest, *sum, weight_sum;
    LaneSteps steps;
  };
  static constexpr Index parts = 5;  // w, h, dual, rest, sum

  bool iterate(LaneState& state, std::int64_t until, Index filled, bool monotone) {
    for (; state.t < until; ++state.t) {
      gradient_->at(points_, filled);
      for (Index v = 0; v < filled; ++v)
        if (lost(points_[v], lane_[v].weight_sum)) [[unlikely]]
          return false;
      for (Index v = 0; v < filled; ++v) {
        Vectors& own = lane_[v];
        LanePoint& at = points_[v];
        const Wide f = own.steps.step(at.weights, state);
        if (monotone) {
          for (Index j = 0; j < d_; ++j) own.sum[j] -= f * at.h[j];
          own.weight_sum += f * at.weights.total;
        }
        move_->take(at.h, f, {at.w, own.dual, own.rest});
      }
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
  WideArray numbers_;  // of all points and vectors, d each
  LanePoint points_[vectors];
  Vectors lane_[vectors];
};

template <class Loss, Index d = 1>
std::unique_ptr<LaneGradient> gradient_of(const InnerProblem& problem) {
  if (problem.dimension == d && is_tiny(problem)) return std::make_unique<LaneGradientOf<Loss, d>>(problem);
  if constexpr (d < tiny_dimension) return gradient_of<Loss, d + 1>(problem);
  return std::make_unique<LaneGradientByProducts<Loss>>(problem);
}

std::unique_ptr<LaneGradient> make_gradient(const InnerProblem& problem) {
  using Kind = LossRecipe::Kind;
  switch (problem.loss.kind) {
    case Kind::exponential:
      return gradient_of<ExponentialLanes>(problem);
    case Kind::logistic:
      return gradient_of<LogisticLanes>(problem);
    default:
      return gradient_of<SquaredLanes>(problem);
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
