// Step sizes in the compiled loop.
#pragma once

#include <cmath>

#include "gradient.hpp"
#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"

namespace implicitbias::kernels::level {

/// What a move is told: eta_t, and exp(-shift) of the gradient's scale; f is their product.
struct Step {
  double f, scale;
};

class Steps {
 public:
  explicit Steps(const StepRecipe& recipe)
      : recipe_(recipe), bounded_(recipe.log_scale < infinity), tracked_(!std::isnan(recipe.log_beta)) {
    curve(recipe.log_beta);
  }

  /// Changes the smoothness bound to exp(log_beta) L.
  void curve(double log_beta) {
    recipe_.log_beta = log_beta;
    bound_ = std::exp(recipe_.log_scale - log_beta);
    beta_ = std::exp(log_beta);
  }

  /// The step of iteration state.t; remembers the largest eta beta. L itself is computed where it counts:
  /// where the bound may hold, or eta beta may be larger than ever.
  IMPLICITBIAS_INLINE Step step(const Weights& weights, LossAtHand& loss_at_hand, InnerState& state) {
    const double scale = weights.shift == 0 ? 1 : exponential_of(-weights.shift);
    double f = eta(state.t) * scale;
    if (bounded_) {
      const double loss = exact(weights, loss_at_hand);
      if (!(f * loss <= bound_)) {
        f = bound_ / loss;
        remember(recipe_.log_scale, state);
      } else if (f * loss * beta_ > largest_) {
        remember(std::log(f * loss) + recipe_.log_beta, state);
      }
    } else if (tracked_) {
      const double most = f * weights.most * beta_;
      // No more than before, and either all of the range that L lies in violates the bound, or nothing does.
      if (!(most <= largest_))
        remember(std::log(f * exact(weights, loss_at_hand)) + recipe_.log_beta, state);
      else if (most > 1)
        judge(f * weights.total * beta_ > 1 + 2 * log_rounding
                  ? infinity
                  : std::log(f * exact(weights, loss_at_hand)) + recipe_.log_beta,
              state);
    }
    return {f, scale};
  }

 private:
  static double exponential_of(double x) {
    return x > -690 && x < 690 ? exponential(x) : std::exp(x);  // exponential() stays at 2e-300 below
  }

  static double exact(const Weights& weights, LossAtHand& loss_at_hand) {
    return weights.most == weights.total ? weights.total : loss_at_hand.loss(weights.shift);
  }

  IMPLICITBIAS_INLINE double eta(std::int64_t t) const {
    if (recipe_.etas) return recipe_.etas[t];
    if (recipe_.power == 0) return recipe_.eta;
    const double time = static_cast<double>(t) + 1;
    if (recipe_.power == 0.5) return recipe_.eta / std::sqrt(time);
    return recipe_.eta * std::pow(time, -recipe_.power);
  }

  static void judge(double log_eta_beta, InnerState& state) {
    if (log_eta_beta > log_rounding) state.last_violation = state.t;
  }

  void remember(double log_eta_beta, InnerState& state) {
    judge(log_eta_beta, state);
    if (log_eta_beta > state.largest_step + log_rounding) {
      state.largest_step = log_eta_beta;
      state.largest_step_t = state.t;
    } else if (largest_ > 0) {
      return;
    }
    // A filter, on which nothing but time depends: what is smaller has a smaller logarithm.
    largest_ = std::exp(std::min(state.largest_step, 600.0)) * (1 + 0.5 * log_rounding);
  }

  StepRecipe recipe_;
  bool bounded_, tracked_;
  double bound_, beta_;
  double largest_ = 0;
};

}  // namespace implicitbias::kernels::level
