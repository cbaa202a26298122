#include "implicitbias/kernels/lane_loop.hpp"

#include "../level.hpp"
#include "../losses/formulas.hpp"
#include "lane_gradient.hpp"
#include "lane_moves.hpp"
#include "lane_steps.hpp"

namespace implicitbias::kernels::level {

namespace {

class Lanes final : public LaneLoop {
 public:
  Lanes(std::unique_ptr<LaneGradient> gradient, std::unique_ptr<LaneMove> move, Index d)
      : gradient_(std::move(gradient)), move_(std::move(move)), d_(d) {}

  Index lanes() const override { return width; }
  void follow(const std::vector<StepRecipe>& steps) override { steps_.follow(steps); }

  bool advance(LaneState& state, std::int64_t until) override {
    Wide w[tiny_dimension], dual[tiny_dimension], rest[tiny_dimension], sum[tiny_dimension];
    Wide h[tiny_dimension];
    const LaneVectors vectors{w, dual, rest};
    const bool monotone = gradient_->monotone(), mirror = state.dual.size() > 0;
    read(state.w, w);
    if (mirror) read(state.dual, dual), read(state.rest, rest);
    if (monotone) read(state.gradient_sum, sum);
    Wide weight_sum = load(state.weight_sum.data());
    bool well = true;
    for (; state.t < until; ++state.t) {
      const LaneWeights weights = gradient_->at(w, h);
      if (lost(weights, weight_sum, h)) [[unlikely]] {
        well = false;
        break;
      }
      const Wide f = steps_.step(weights, state);
      if (monotone) {
        for (Index j = 0; j < d_; ++j) sum[j] -= f * h[j];
        weight_sum += f * weights.total;
      }
      move_->take(h, f, vectors);
    }
    write(w, state.w);
    if (mirror) write(dual, state.dual), write(rest, state.rest);
    if (monotone) write(sum, state.gradient_sum);
    store(weight_sum, state.weight_sum.data());
    return well;
  }

 private:
  /// Whether some lane is beyond what the lanes compute: the plain loop, which knows more, looks at it.
  IMPLICITBIAS_INLINE bool lost(const LaneWeights& weights, const Wide& weight_sum, const Wide* h) const {
    Wide size{};
    for (Index j = 0; j < d_; ++j) size += absolute(h[j]);
    return any(!((weights.total > all(1e-250)) & (weight_sum < all(1e150)) & (size < all(infinity))));
  }

  void read(const Vector& from, Wide* to) const {
    for (Index j = 0; j < d_; ++j) to[j] = load(from.data() + j * width);
  }
  void write(const Wide* from, Vector& to) const {
    for (Index j = 0; j < d_; ++j) store(from[j], to.data() + j * width);
  }

  std::unique_ptr<LaneGradient> gradient_;
  std::unique_ptr<LaneMove> move_;
  LaneSteps steps_;
  Index d_;
};

template <class Loss, Index d = 1>
std::unique_ptr<LaneGradient> gradient_of(const InnerProblem& problem) {
  if (problem.dimension == d) return std::make_unique<LaneGradientOf<Loss, d>>(problem);
  if constexpr (d < tiny_dimension) return gradient_of<Loss, d + 1>(problem);
  return nullptr;
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
