// Steps whose size depends on where they lead: as long as eta_t says, or as long as Polyak's rule does.
#pragma once

#include <cmath>
#include <limits>
#include <memory>

#include "moves.hpp"

namespace implicitbias::kernels::level {

/// Whether a step of size 1 with this length, or descent, can be scaled; where not, the plain loop goes on.
inline bool scalable(double size) {
  constexpr double smallest = 1e-140;
  return size > smallest && size < 1 / smallest;
}

/// What a step of length eta along an h of this dual norm was: of size eta / norm, 0 where h is, or for the
/// plain loop.
inline void took(double norm, Step& step, InnerState& state) {
  if (norm != 0 && !scalable(norm)) state.w[0] = std::numeric_limits<double>::quiet_NaN();
  step.f = step.eta = norm == 0 ? 0 : step.eta / norm;
}

/// In linf steps of one length differ in signs alone: w waits for no norm of h.
class SignOfLengthMove final : public Move {
 public:
  explicit SignOfLengthMove(Index d) : d_(d) {}
  void take(const double* h, Step& step, InnerState& state) override {
    const double norm = with_padded(d_, [&](const auto d) {
      double* __restrict w = state.w;
      double sum = 0;
#pragma omp simd reduction(+ : sum)
      for (Index i = 0; i < d; ++i) {
        sum += std::abs(h[i]);
        w[i] += h[i] == 0 ? 0.0 : std::copysign(step.eta, h[i]);
      }
      return sum;
    });
    took(norm, step, state);
  }

 private:
  Index d_;
};

/// And in l1 in one coordinate and its sign.
class CoordinateOfLengthMove final : public Move {
 public:
  explicit CoordinateOfLengthMove(Index d) : d_(d) {}
  void take(const double* h, Step& step, InnerState& state) override {
    const Index i = largest_entry(h, d_);
    const double norm = std::abs(h[i]);
    state.w[i] += norm == 0 ? 0.0 : std::copysign(step.eta, h[i]);
    took(norm, step, state);
  }

 private:
  Index d_;
};

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
    if (scalable(size))
      step.f = (polyak_ ? step.weights->loss : step.eta) / size;
    else
      step.f = largest_size(dw, d_) == 0 ? 0 : std::numeric_limits<double>::quiet_NaN();
    step.eta = step.f;
    if (dual_) return move_->take(h, step, state);
    with_padded(d_, [&](const auto d) {
      double* __restrict w = state.w;
#pragma omp simd
      for (Index i = 0; i < d; ++i) w[i] += step.f * dw[i];
    });
  }

 private:
  /// Writes the step of size 1, in the scale of h.
  void look_ahead(const double* h, const Step& step, InnerState& state) {
    if (dual_) {  // of a quadratic potential, whose dual variables are w
      std::copy_n(h, d_, dw_.data());
      return;
    }
    double *w = state.w, *dw = dw_.data();
    with_padded(d_, [&](const auto d) {
      for (Index i = 0; i < d; ++i) dw[i] = 0;
    });
    Step whole{1, 1, 1, step.weights};
    state.w = dw;
    move_->take(h, whole, state);
    state.w = w;
  }

  bool polyak_;
  bool dual_;  // the move is one of dual variables, which take no step from 0
  Index d_;
  std::unique_ptr<Move> move_;
  Vector dw_;
};

}  // namespace implicitbias::kernels::level
