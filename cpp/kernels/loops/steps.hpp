// Step sizes in the compiled loop.
#pragma once

#include <algorithm>
#include <cmath>

#include "../losses/loss_stage.hpp"
#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

/// What a move is told: eta_t and its product with exp(-shift), the scale of the gradient h. The weights stay
/// where they are: with the shift beside the others, which make one vector with it, all would wait for it.
/// Where a step is as long as eta_t says, the move completes f and eta.
struct Step {
  double f, scale, eta;
  const Weights* weights;
};

/// a / b, where it is rarely wanted: inlined, the compiler would divide every time.
IMPLICITBIAS_NO_INLINE inline double quotient(double a, double b) { return a / b; }

class Steps {
 public:
  explicit Steps(const StepRecipe& recipe)
      : recipe_(recipe),
        bounded_(recipe.log_scale < infinity),
        ahead_(recipe.size != StepRecipe::Size::given),
        tracked_(!std::isnan(recipe.log_beta)) {
    curve(recipe.log_beta);
  }

  /// Changes the smoothness bound to exp(log_beta) L.
  void curve(double log_beta) {
    recipe_.log_beta = log_beta;
    bound_ = std::exp(recipe_.log_scale - log_beta);
    beta_ = std::exp(log_beta);
  }

  /// Before the first iteration and wherever the state was changed from outside.
  void enter() { least_ = 0; }

  /// Whether a step's size is known only once it is taken.
  bool look_ahead() const { return ahead_; }

  /// The step of iteration state.t; remembers the largest eta beta.
  IMPLICITBIAS_INLINE Step step(const Weights& weights, InnerState& state) {
    if (ahead_) return {1, 1, this->eta(state.t), &weights};
    const double scale = weights.shift == 0 ? 1 : exponential_of(-weights.shift);
    double eta = this->eta(state.t), f = eta * scale;
    if (tracked_) {
      const double reached = f * weights.loss;
      if (bounded_ && !(reached <= bound_)) {
        f = bound_ / weights.loss;
        eta = quotient(f, scale);
        if (recipe_.log_scale > std::min(state.largest_step, 0.0) + log_rounding)
          remember(recipe_.log_scale, state);
      } else if (std::abs(weights.shift) > far) {
        remember(std::log(eta) - weights.shift + std::log(weights.loss) + recipe_.log_beta, state);
      } else if (reached * beta_ > least_) {
        remember(std::log(reached) + recipe_.log_beta, state);
      }
    }
    return {f, scale, eta, &weights};
  }

  /// Remembers eta beta of a step that was taken without it.
  void taken(const Step& step, InnerState& state) {
    const double loss = step.weights->loss;
    if (tracked_ && step.f * loss * beta_ > least_)
      remember(std::log(step.f) + std::log(loss) + recipe_.log_beta, state);
  }

 private:
  static constexpr double far = 600;  // exp(-shift) beyond under- or overflows once it is multiplied

  static double exponential_of(double x) {
    return x > -690 && x < 690 ? exponential(x) : std::exp(x);  // exponential() stays at 2e-300 below
  }

  IMPLICITBIAS_INLINE double eta(std::int64_t t) const {
    if (recipe_.etas) return recipe_.etas[t];
    if (recipe_.power == 0) return recipe_.eta;
    const double time = static_cast<double>(t) + 1;
    if (recipe_.power == 0.5) return recipe_.eta / std::sqrt(time);
    return recipe_.eta * std::pow(time, -recipe_.power);
  }

  void remember(double log_eta_beta, InnerState& state) {
    if (log_eta_beta > log_rounding) state.last_violation = state.t;
    if (log_eta_beta > state.largest_step + log_rounding) {
      state.largest_step = log_eta_beta;
      state.largest_step_t = state.t;
    }
    // Steps up to here change nothing: they exceed neither the largest one nor their bound, but for rounding.
    const double least = std::exp(std::min(state.largest_step, 600.0)) * (1 + 0.5 * log_rounding);
    least_ = std::min(least, 1 + 0.5 * log_rounding);
  }

  StepRecipe recipe_;
  bool bounded_, ahead_, tracked_;
  double bound_, beta_;
  double least_ = 0;
};

}  // namespace implicitbias::kernels::level
