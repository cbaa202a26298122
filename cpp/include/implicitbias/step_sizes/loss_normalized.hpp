#pragma once

#include <algorithm>

#include "implicitbias/step_sizes/step_rule.hpp"

namespace implicitbias {

class LossNormalized final : public StepSize {
 public:
  static constexpr const char* name = "LossNormalized";
  static constexpr const char* doc =
      R"(eta_t = min(cap, scale_t / beta(w_t)), with beta the method's own local smoothness bound.

      For steepest descent beta = B^2 L(w), B = max_n |x_n|_*: with a finite cap the steps of Theorem 5 (which
      prints max where descent needs min), and the margin gap falls like 1/log t. Without a cap the steps grow
      like 1/L, outside the theorem: in strictly convex norms the gap falls about like 1/t, but where the
      steepest direction jumps (l1, linf, group, nuclear, spectral) the run may cycle and stay below the
      maximum margin for ever. A cap recovers it, and often a smaller scale. For mirror descent beta is what
      the potential's docstring says, or B^2 L(w) over its modulus of strong convexity. On a model B^2 is the
      K(theta) that its docstring states, in l_p and Schatten norms times the largest |v|_2^2 / |v|^2: a bound
      at theta itself, so that the loss may rise where a step is long beside it.

      Parameters
      ----------
      scale : float, StepSize or array_like, default 1
          Positive; Theorem 5 needs scale <= 1. A rule that looks at t alone, or an array, gives another scale at
          every step: ``LossNormalized(Polynomial(1.0, 0.5))`` takes eta_t = 1 / (beta(w_t) sqrt(t + 1)).
      cap : float, default inf
          Largest step, eta_+ in the paper.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Theorem 5.
      Nacson et al. (2019), "Convergence of Gradient Descent on Separable Data", arXiv:1803.01905: scales that
      fall like t^(-1/2).

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
      >>> run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized()).advance(1000)
      >>> run.bracket.gap < 1e-3
      True
      )";

  LossNormalized(StepRule scale, double cap) : scale_(std::move(scale)), cap_(positive(cap, "cap", true)) {
    if (!scale_.rule->needs().empty())
      throw InvalidValueError(message("scale: expected a number or a rule that looks at t alone (Constant, ",
                                      "Polynomial or Schedule), got ", scale_.rule->rule()));
  }

  const StepRule& scale() const { return scale_; }
  double cap() const { return cap_; }
  using fields = Fields<Field<"scale", &LossNormalized::scale, [] { return StepRule(); }>,
                        Field<"cap", &LossNormalized::cap, [] { return infinity; }>>;

  double log_step(const StepContext& context) const override {
    return std::min(log_cap_, scale_.rule->log_step(context) - context.log_smoothness);
  }
  double late_log_step(double log_t, double log_smoothness) const override {
    return log_cap_ <= scale_.rule->late_log_step(log_t, log_smoothness) - log_smoothness
               ? log_cap_
               : std::numeric_limits<double>::quiet_NaN();
  }

  /// Where the scale is one number.
  std::optional<kernels::StepRecipe> recipe() const override {
    const auto scale = scale_.rule->recipe();
    if (!scale || scale->etas || scale->power != 0) return std::nullopt;
    return kernels::StepRecipe{.eta = cap_, .log_scale = std::log(scale->eta)};
  }

  bool bounded() const override { return cap_ < infinity; }
  bool summable() const override { return scale_.rule->summable(); }
  std::vector<Need> needs() const override {
    return {Need::bounded_curvature, Need::smoothness_bound, Need::whole_loss};
  }
  const char* rule() const override { return name; }
  std::int64_t length() const override { return scale_.rule->length(); }

 private:
  StepRule scale_;
  double cap_;
  double log_cap_ = std::log(cap_);
};

}  // namespace implicitbias
