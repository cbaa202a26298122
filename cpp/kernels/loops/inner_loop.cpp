#include "implicitbias/kernels/inner_loop.hpp"

#include "../cancellation.hpp"
#include "coordinate_loop.hpp"
#include "factor_loop.hpp"
#include "gradients.hpp"
#include "moves.hpp"
#include "screened_gradient.hpp"
#include "steps.hpp"
#include "tiny_loop.hpp"

namespace implicitbias::kernels::level {

namespace {

/// Any gradient with any move: two virtual calls an iteration.
class ComposedLoop final : public InnerLoop {
 public:
  ComposedLoop(std::unique_ptr<Gradient> gradient, std::unique_ptr<Move> move, const InnerSteps& steps,
               Index d, std::optional<Cancellation> cancellation)
      : gradient_(std::move(gradient)),
        move_(std::move(move)),
        steps_(steps),
        h_(d),
        cancellation_(std::move(cancellation)) {}

  void advance(InnerState& state, std::int64_t until) override {
    const Index d = h_.size();
    double* h = h_.data();
    for (; state.t < until; ++state.t) {
      const double log_scale = gradient_->at(state.t, state.w, h);
      const double f = steps_.factor(log_scale, state);
      if (state.gradient_sum) {
        double* __restrict sum = state.gradient_sum;
        const double* summed = gradient_->summed(h);
#pragma omp simd
        for (Index i = 0; i < d; ++i) sum[i] -= f * summed[i];
        state.weight_sum += f;
      }
      if (cancellation_ && cancellation_->suspects(state.w, h, d)) cancellation_->clear(state.w, h);
      move_->take(h, f, state);
    }
    move_->finish(state);
  }

  bool takes(const double* memory) const override { return move_->takes(memory); }
  // No gradient that keeps something meets a move that does.
  Index kept_size() const override { return gradient_->kept_size() + move_->kept_size(); }
  const double* kept() const override { return gradient_->kept_size() ? gradient_->kept() : move_->kept(); }
  void enter(const InnerState& state, const double* kept) override {
    gradient_->enter(state, kept);
    move_->enter(state, kept);
  }

 private:
  std::unique_ptr<Gradient> gradient_;
  std::unique_ptr<Move> move_;
  Steps steps_;
  Vector h_;  // begins on a cache line
  std::optional<Cancellation> cancellation_;
};

std::unique_ptr<Gradient> make_gradient(const InnerProblem& problem, const InnerMove& move, Variant variant) {
  if (variant == Variant::gram) return std::make_unique<GramGradient>(problem);
  if (variant == Variant::screened) return std::make_unique<ScreenedGradient>(problem, move.forgets_scale());
  if (OnePassGradient::pays(problem)) return std::make_unique<OnePassGradient>(problem);
  if (problem.loss == InnerLoss::squared) return std::make_unique<SquaredGradient>(problem);
  return std::make_unique<ExponentialGradient>(problem);
}

std::unique_ptr<Move> make_move(const InnerMove& move, const InnerSteps& steps, Index d) {
  switch (move.kind) {
    case InnerMove::Kind::coordinate:
      return std::make_unique<CoordinateMove>(d);
    case InnerMove::Kind::identity:
      return std::make_unique<IdentityMove>(d);
    case InnerMove::Kind::scaled:
      return std::make_unique<ScaledMove>(move.scales, d);
    case InnerMove::Kind::power:
      return std::make_unique<PowerMove>(move, d);
    case InnerMove::Kind::sign:
      return std::make_unique<SignMove>(d);
    case InnerMove::Kind::mirror_identity:
    case InnerMove::Kind::mirror_power:
      return std::make_unique<MirrorMove>(move, d);
    case InnerMove::Kind::entropy_momentum:
      return std::make_unique<EntropyMomentumMove>(move, d);
    case InnerMove::Kind::adagrad:
      return std::make_unique<AdagradMove>(d, steps);
    case InnerMove::Kind::factor:
      break;  // a loop of its own
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<InnerLoop> inner_loop(const InnerProblem& problem, const InnerMove& move,
                                      const InnerSteps& steps, Variant variant) {
  if (move.kind == InnerMove::Kind::factor) return factor_loop(problem, steps);
  if (variant == Variant::coordinates) return coordinate_loop(problem, steps);
  if (variant == Variant::plain || variant == Variant::hessian)
    if (auto tiny = tiny_loop(problem, move, steps, variant)) return tiny;
  std::optional<Cancellation> cancellation;
  if (move.forgets_scale()) cancellation.emplace(problem);
  return std::make_unique<ComposedLoop>(make_gradient(problem, move, variant),
                                        make_move(move, steps, problem.dimension), steps, problem.dimension,
                                        std::move(cancellation));
}

}  // namespace implicitbias::kernels::level
