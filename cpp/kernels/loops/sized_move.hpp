// Steps whose size depends on where they lead: as long as eta_t says, or as long as Polyak's rule does.
#pragma once

#include <cmath>
#include <limits>
#include <memory>

#include "moves.hpp"

namespace implicitbias::kernels::level {

/// Any move, whose step of size 1 is taken from 0 and measured first. Where what is measured leaves the range
/// of doubles, w becomes NaN, and the plain loop goes on.
class SizedMove final : public Move {
 public:
  SizedMove(const MoveRecipe& recipe, StepRecipe::Size size, Index d, std::unique_ptr<Move> move)
      : polyak_(size == StepRecipe::Size::polyak),
        dual_(recipe.kind == MoveRecipe::Kind::mirror),
        d_(d),
        move_(std::move(move)),
        dw_(d) {}

  Index kept_size() const override { return move_->kept_size(); }
  const double* kept() const override { return move_->kept(); }
  void enter(const InnerState& state, const double* kept) override { move_->enter(state, kept); }
  bool takes(const double* const* memory) const override { return move_->takes(memory); }
  void finish(InnerState& state) override { move_->finish(state); }

  void take(const double* h, Step& step, InnerState& state) override {
    double* dw = dw_.data();
    look_ahead(h, step, state);
    const double size = polyak_ ? product(h, dw, d_) : move_->length(h, dw, d_);
    if (largest_size(dw, d_) == 0)
      step.f = 0;
    else if (size > smallest && size < 1 / smallest)
      step.f = (polyak_ ? step.weights->loss : step.eta) / size;
    else
      step.f = std::numeric_limits<double>::quiet_NaN();
    step.eta = step.f;
    if (dual_) return move_->take(h, step, state);
    double* __restrict w = state.w;
#pragma omp simd
    for (Index i = 0; i < d_; ++i) w[i] += step.f * dw[i];
  }

 private:
  static constexpr double smallest = 1e-140;

  /// Writes the step of size 1, in the scale of h.
  void look_ahead(const double* h, const Step& step, const InnerState& state) {
    if (dual_) {  // of a quadratic potential, whose dual variables are w
      std::copy_n(h, d_, dw_.data());
      return;
    }
    dw_.setZero();
    InnerState ahead = state;
    ahead.w = dw_.data();
    Step whole{1, 1, 1, step.weights};
    move_->take(h, whole, ahead);
  }

  bool polyak_;
  bool dual_;  // the move is one of dual variables, which take no step from 0
  Index d_;
  std::unique_ptr<Move> move_;
  Vector dw_;
};

}  // namespace implicitbias::kernels::level
