#pragma once

#include <algorithm>

#include "implicitbias/step_sizes/constant.hpp"

namespace implicitbias {

class LossNormalized final : public StepSize {
 public:
  static constexpr const char* name = "LossNormalized";
  static constexpr const char* doc =
      R"(eta_t = min(cap, scale / beta(w_t)), with beta the method's own local smoothness bound.

      For steepest descent beta = B^2 L(w), B = max_n |x_n|_*: with a finite cap the steps of Theorem 5 (which
      prints max where descent needs min), and the margin gap falls like 1/log t. Without a cap the steps grow
      like 1/L, outside the theorem: in strictly convex norms the gap falls about like 1/t, but where the
      steepest direction jumps (l1, linf, group, nuclear, spectral) the run may cycle and stay below the
      maximum margin for ever. A cap recovers it, and often a smaller scale.

      Parameters
      ----------
      scale : float, default 1
          Positive; Theorem 5 needs scale <= 1.
      cap : float, default inf
          Largest step, eta_+ in the paper.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Theorem 5.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
      >>> run = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized()).advance(1000)
      >>> run.bracket.gap < 1e-3
      True
      )";

  explicit LossNormalized(double scale, double cap)
      : scale_(positive(scale, "scale")), cap_(positive(cap, "cap", true)) {}

  double scale() const { return scale_; }
  double cap() const { return cap_; }
  using fields = Fields<Field<"scale", &LossNormalized::scale, [] { return 1.0; }>,
                        Field<"cap", &LossNormalized::cap, [] { return infinity; }>>;

  double log_step(const StepContext& context) const override {
    return std::min(log_cap_, log_scale_ - context.log_smoothness);
  }
  double late_log_step(double, double log_smoothness) const override {
    return log_cap_ <= log_scale_ - log_smoothness ? log_cap_ : std::numeric_limits<double>::quiet_NaN();
  }

  std::optional<kernels::StepRecipe> recipe() const override {
    return kernels::StepRecipe{.eta = cap_, .log_scale = log_scale_};
  }

  std::vector<Need> needs() const override {
    return {Need::bounded_curvature, Need::smoothness_bound, Need::whole_loss};
  }
  const char* rule() const override { return name; }

 private:
  double scale_, cap_;
  double log_scale_ = std::log(scale_);
  double log_cap_ = std::log(cap_);
};

}  // namespace implicitbias
