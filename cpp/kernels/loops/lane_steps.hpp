// Step sizes of several runs, one a lane: those of steps.hpp, each run with its own rule.
#pragma once

#include "implicitbias/kernels/lane_loop.hpp"
#include "lane_gradient.hpp"

namespace implicitbias::kernels::level {

class LaneSteps {
 public:
  /// Takes up the steps of a vector's runs, of which the first is run number `first`.
  void follow(const std::vector<StepRecipe>& steps, Index first) {
    first_ = first;
    decays_ = remembered_ = false;
    capped_ = true;
    for (Index i = 0; i < width; ++i) {
      const StepRecipe& rule = steps[static_cast<std::size_t>(first + i)];
      eta_[i] = rule.eta;
      power_[i] = rule.power;
      log_scale_[i] = rule.log_scale;
      bound_[i] = std::exp(rule.log_scale - rule.log_beta);
      least_[i] = 0;
      decays_ |= rule.power != 0;
      capped_ &= rule.eta == infinity && rule.log_scale < infinity;
    }
    log_beta_ = steps.front().log_beta;
    beta_ = std::exp(log_beta_);
    tracked_ = !std::isnan(log_beta_);
  }

  /// eta_t exp(-shift) for iteration state.t; remembers the largest eta beta of each run.
  IMPLICITBIAS_INLINE Wide step(const LaneWeights& weights, LaneState& state) {
    if (capped_) return capped_step(weights, state);
    Wide f = eta(state.t);
    if (any(weights.shift != Wide{})) f *= whole_exponential(-weights.shift);
    if (!tracked_) return f;
    const Wide bound = load(bound_), log_scale = load(log_scale_);
    const Wide reached = f * weights.loss, largest = load(state.largest_step.data() + first_);
    const Mask over = (log_scale < all(infinity)) & (!(reached <= bound)), under = !over;
    f = over ? bound / weights.loss : f;
    const Wide known = known_above(largest);
    if (any((over & (log_scale > known)) | (under & (absolute(weights.shift) > all(far))) |
            (under & (reached * beta_ > load(least_))))) [[unlikely]]
      remember(over, weights, reached, state);
    return f;
  }

 private:
  static constexpr double far = 600;  // exp(-shift) beyond under- or overflows once it is multiplied

  IMPLICITBIAS_INLINE Wide eta(std::int64_t t) const {
    const Wide first = load(eta_);
    if (!decays_) return first;
    return first * exponential(load(power_) * -logarithm(static_cast<double>(t) + 1));
  }

  /// Where no run has another step than its bound's: exp(-shift) has no part in it.
  IMPLICITBIAS_INLINE Wide capped_step(const LaneWeights& weights, LaneState& state) {
    if (!remembered_) [[unlikely]] {
      remembered_ = all_less(load(log_scale_), known_above(load(state.largest_step.data() + first_)));
      if (!remembered_) remember(all(1.0) > Wide{}, weights, Wide{}, state);
    }
    return load(bound_) / weights.loss;
  }

  /// A step larger than its bound is remembered where it is larger than this, too.
  IMPLICITBIAS_INLINE static Wide known_above(const Wide& largest) {
    return smaller(largest, Wide{}) + log_rounding;
  }

  /// What `Steps` remembers, of the lanes that ask for it.
  void remember(const Mask& over, const LaneWeights& weights, const Wide& reached, LaneState& state) {
    double bounded[width], shift[width], loss[width], size[width], etas[width];
    store(over ? all(1.0) : Wide{}, bounded);
    store(weights.shift, shift);
    store(weights.loss, loss);
    store(reached, size);
    store(eta(state.t), etas);
    for (Index i = 0; i < width; ++i) {
      if (bounded[i] > 0) {
        if (log_scale_[i] > std::min(state.largest_step[first_ + i], 0.0) + log_rounding)
          remember(log_scale_[i], i, state);
      } else if (std::abs(shift[i]) > far) {
        remember(std::log(etas[i]) - shift[i] + std::log(loss[i]) + log_beta_, i, state);
      } else if (size[i] * beta_ > least_[i]) {
        remember(std::log(size[i]) + log_beta_, i, state);
      }
    }
  }

  void remember(double log_eta_beta, Index i, LaneState& state) {
    const auto lane = static_cast<std::size_t>(first_ + i);
    double& largest = state.largest_step[first_ + i];
    if (log_eta_beta > log_rounding) state.last_violation[lane] = state.t;
    if (log_eta_beta > largest + log_rounding) {
      largest = log_eta_beta;
      state.largest_step_t[lane] = state.t;
    } else if (least_[i] > 0) {
      return;
    }
    // Steps up to here change nothing: they exceed neither the largest one nor their bound, but for rounding.
    const double least = std::exp(std::min(largest, 600.0)) * (1 + 0.5 * log_rounding);
    least_[i] = std::min(least, 1 + 0.5 * log_rounding);
  }

  double eta_[width], power_[width], log_scale_[width], bound_[width], least_[width];
  Index first_ = 0;
  double log_beta_ = 0, beta_ = 1;
  bool tracked_ = false, decays_ = false, capped_ = false;
  bool remembered_ = false;  // what was remembered of capped steps stays so
};

}  // namespace implicitbias::kernels::level
