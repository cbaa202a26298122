#include "implicitbias/kernels/inner_loop.hpp"

#include <array>
#include <optional>

#include "averages.hpp"
#include "cancellation.hpp"
#include "coordinate_loop.hpp"
#include "factor_loop.hpp"
#include "gradients.hpp"
#include "make_gradient.hpp"
#include "mirror_moves.hpp"
#include "moves.hpp"
#include "sized_move.hpp"
#include "spectral_moves.hpp"
#include "steps.hpp"

namespace implicitbias::kernels::level {

namespace {

/// The move along one gradient.
std::unique_ptr<Move> make_bare_move(const MoveRecipe& move, Index real, Index d) {
  using Kind = MoveRecipe::Kind;
  switch (move.kind) {
    case Kind::coordinate:
      return std::make_unique<CoordinateMove>(d);
    case Kind::identity:
      return std::make_unique<IdentityMove>(d);
    case Kind::scaled:
      return std::make_unique<ScaledMove>(move.scales, real, d);
    case Kind::power:
      return std::make_unique<PowerMove>(move.power, d);
    case Kind::sign:
      return std::make_unique<SignMove>(d);
    case Kind::mirror:
      if (move.momentum == MoveRecipe::Momentum::none) return std::make_unique<MirrorMove>(move, real, d);
      if (move.link == MoveRecipe::Link::exponential && move.momentum == MoveRecipe::Momentum::primal)
        return std::make_unique<EntropyMomentumMove>(move, d);
      return std::make_unique<MomentumMove>(move, real, d);
    case Kind::natural_entropy:
      return std::make_unique<NaturalEntropyMove>(d);
    case Kind::adagrad:
      return std::make_unique<AdagradMove>(real, d);
    case Kind::adam:
    case Kind::rmsprop:
      return std::make_unique<AdaptiveMove>(move, real, d);
    case Kind::lion:
      return std::make_unique<LionMove>(move.average, d);
    case Kind::dual_accelerated:
      return std::make_unique<DualAcceleratedMove>(d);
    case Kind::spectral:
    case Kind::newton_schulz:
      return spectral_move(move);
    case Kind::factor:
      break;  // a loop of its own
  }
  return nullptr;
}

/// The move with steps of another size than the rule's own number.
std::unique_ptr<Move> sized(const MoveRecipe& move, StepRecipe::Size size, Index d,
                            std::unique_ptr<Move> bare) {
  if (size == StepRecipe::Size::length && move.kind == MoveRecipe::Kind::sign)
    return std::make_unique<SignOfLengthMove>(d);
  if (size == StepRecipe::Size::length && move.kind == MoveRecipe::Kind::coordinate)
    return std::make_unique<CoordinateOfLengthMove>(d);
  return std::make_unique<SizedMove>(move, size, d, std::move(bare));
}

/// A move of d coordinates, of which the first `real` ones are not padding.
std::unique_ptr<Move> make_move(const MoveRecipe& move, StepRecipe::Size size, Index real, Index d) {
  auto bare = make_bare_move(move, real, d);
  if (size != StepRecipe::Size::given) bare = sized(move, size, d, std::move(bare));
  if (!move.average.momentum) return bare;
  return std::make_unique<AveragedMove>(move.average, d, std::move(bare));
}

/// The state's vectors, padded to as many coordinates as the gradient wants.
class PaddedState {
 public:
  PaddedState(Index d, Index padded, double start) : d_(d), padded_(padded), start_(start) {}

  bool needed() const { return padded_ != d_; }

  InnerState enter(const InnerState& state) {
    InnerState inner = state;
    inner.w = copy(0, state.w, start_);
    for (std::size_t i = 0; i < 4; ++i)
      if (state.memory_size[i] == d_) inner.memory[i] = copy(i + 1, state.memory[i], i == 2 ? start_ : 0);
    if (state.gradient_sum) inner.gradient_sum = copy(5, state.gradient_sum, 0);
    return inner;
  }

  void leave(const InnerState& inner, InnerState& state) const {
    const InnerState outer = state;
    state = inner;
    state.w = write(inner.w, outer.w);
    for (std::size_t i = 0; i < 4; ++i)
      if (outer.memory_size[i] == d_) state.memory[i] = write(inner.memory[i], outer.memory[i]);
    state.gradient_sum = write(inner.gradient_sum, outer.gradient_sum);
  }

 private:
  double* copy(std::size_t slot, const double* from, double padding) {
    Vector& to = vectors_[slot];
    to = Vector::Constant(padded_, padding);
    std::copy_n(from, d_, to.data());
    return to.data();
  }
  double* write(const double* from, double* to) const {
    if (to) std::copy_n(from, d_, to);
    return to;
  }

  Index d_, padded_;
  double start_;  // of coordinates that no sample has
  std::array<Vector, 6> vectors_;
};

std::unique_ptr<Gradient> gradient_for(const MoveRecipe& move, const InnerProblem& problem, Variant variant) {
  auto gradient = make_gradient(problem, variant);
  if (move.kind != MoveRecipe::Kind::dual_accelerated) return gradient;
  return std::make_unique<RelativeGradient>(std::move(gradient), problem.dimension);
}

/// Any gradient with any move: a few virtual calls an iteration.
class ComposedLoop final : public InnerLoop {
 public:
  ComposedLoop(const InnerProblem& problem, const MoveRecipe& move, const StepRecipe& steps, Variant variant)
      : gradient_(gradient_for(move, problem, variant)),
        d_(gradient_->padded(problem.dimension)),
        move_(make_move(move, steps.size, problem.dimension, d_)),
        steps_(steps),
        gamma_(move.gamma),
        weight_decay_(move.weight_decay),
        weight_(move.weight),
        h_(Vector::Zero(d_)),
        query_(gamma_.values ? d_ : 0),
        padded_(problem.dimension, d_, move.starts_at()) {
    if (problem.forgetful) cancellation_.emplace(problem);
    if (steps_.look_ahead() && problem.forgetful) uncleared_.resize(d_);
  }

  void advance(InnerState& state, std::int64_t until) override {
    if (!padded_.needed()) return iterate(state, until);
    InnerState inner = padded_.enter(state);
    iterate(inner, until);
    padded_.leave(inner, state);
  }

  bool takes(const double* const* memory) const override { return move_->takes(memory); }
  // What the gradient keeps, then what the move does.
  Index kept_size() const override { return gradient_->kept_size() + move_->kept_size(); }
  const double* kept() const override {
    kept_.resize(kept_size());
    std::copy_n(gradient_->kept(), gradient_->kept_size(), kept_.data());
    std::copy_n(move_->kept(), move_->kept_size(), kept_.data() + gradient_->kept_size());
    return kept_.data();
  }
  void enter(const InnerState& state, const double* kept) override {
    gradient_->enter(state, kept);
    move_->enter(state, kept ? kept + gradient_->kept_size() : nullptr);
    steps_.enter();
  }

 private:
  void iterate(InnerState& state, std::int64_t until) {
    double* h = h_.data();
    for (; state.t < until; ++state.t) {
      const double* w = gamma_.values ? look_ahead(state) : state.w;
      const Weights weights = gradient_->at(state.t, w, h);
      Step step = steps_.step(weights, state);
      const double* uncleared = h;
      if (!steps_.look_ahead())
        sum_up(h, step, state);
      else if (cancellation_)
        uncleared = keep(h);
      if (cancellation_) cancellation_->clear(state.t, w, weights.total, *gradient_, h);
      if (weight_decay_ != 0) decay(step.eta, state.w);
      move_->take(h, step, state);
      if (steps_.look_ahead()) {
        steps_.taken(step, state);
        sum_up(uncleared, step, state);
      }
    }
    move_->finish(state);
  }

  const double* keep(const double* h) {
    std::copy_n(h, d_, uncleared_.data());
    return uncleared_.data();
  }

  /// Adds the gradient to those of the averaged certificate.
  IMPLICITBIAS_INLINE void sum_up(const double* h, const Step& step, InnerState& state) const {
    if (!state.gradient_sum) return;
    const double total = step.weights->total, f = weight_of(step, state.t);
    double* __restrict sum = state.gradient_sum;
    const double* summed = gradient_->summed(h);
#pragma omp simd
    for (Index i = 0; i < d_; ++i) sum[i] -= f * summed[i];
    state.weight_sum += f * total;
  }

  double weight_of(const Step& step, std::int64_t t) const {
    switch (weight_) {
      case MoveRecipe::Weight::step:
        return step.f;
      case MoveRecipe::Weight::rate:
        return quotient(step.eta, step.weights->total);
      case MoveRecipe::Weight::time:
        return quotient(static_cast<double>(t), step.weights->total);
    }
    return 0;
  }

  /// More than all of w is for the plain loop to judge.
  void decay(double eta, double* __restrict w) const {
    const double shrinkage = eta * weight_decay_;
    const double kept = shrinkage > 1 + log_rounding ? std::numeric_limits<double>::quiet_NaN()
                                                     : std::max(0.0, 1 - shrinkage);
    for (Index i = 0; i < d_; ++i) w[i] *= kept;
  }

  const double* look_ahead(const InnerState& state) {
    extrapolate(state.w, state.memory[2], gamma_.at(state.t), d_, query_.data());
    return query_.data();
  }

  std::unique_ptr<Gradient> gradient_;
  Index d_;  // padded
  std::unique_ptr<Move> move_;
  Steps steps_;
  CoefficientRecipe gamma_;
  double weight_decay_;
  MoveRecipe::Weight weight_;
  Vector h_, query_;  // begin on cache lines
  Vector uncleared_;  // h as it was, where it is summed up after the step
  PaddedState padded_;
  std::optional<Cancellation> cancellation_;
  mutable Vector kept_;
};

}  // namespace

std::unique_ptr<InnerLoop> inner_loop(const InnerProblem& problem, const MoveRecipe& move,
                                      const StepRecipe& steps, Variant variant) {
  if (move.kind == MoveRecipe::Kind::factor) return factor_loop(problem, steps);
  if (variant == Variant::coordinates) return coordinate_loop(problem, steps);
  return std::make_unique<ComposedLoop>(problem, move, steps, variant);
}

}  // namespace implicitbias::kernels::level
