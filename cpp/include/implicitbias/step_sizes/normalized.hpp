#pragma once

#include "implicitbias/step_sizes/polynomial.hpp"

namespace implicitbias {

class Normalized final : public StepSize {
 public:
  static constexpr const char* name = "Normalized";
  static constexpr const char* doc =
      R"(|w_{t+1} - w_t| = eta / (t + 1)^power, in the method's norm and whatever the size of the gradient.

      For methods whose steps are as long as eta_t says: SteepestDescent, with momentum and weight decay or not,
      NewtonSchulzDescent, Adam, RMSProp, Lion, DualAcceleration, NaturalGradient, and MirrorDescent with a
      quadratic potential, no momentum and no constraint. eta_t is eta / (t + 1)^power over the length of the
      method's step of size 1: for steepest descent over the dual norm of the gradient, or of its average. The
      step is 0 where that vanishes. Weight decay is not counted in the length; it takes eta / (t + 1)^power
      for eta_t.

      Parameters
      ----------
      eta : float
          Positive; the length of the first step.
      power : float, default 0
          Not negative. Where it is greater than 1, w converges.

      References
      ----------
      Fan, Schmidt and Thrampoulidis (2025), "Implicit Bias of Spectral Descent and Muon on Multiclass Separable
      Data", arXiv:2502.04664: normalized steepest descent.

      Examples
      --------
      >>> problem = ib.Problem([[3.0, 4.0]], [1], ib.Exponential())
      >>> print(ib.Run(problem, ib.GradientDescent(), ib.Normalized(10.0)).advance(1).w)
      [6. 8.]
      )";

  Normalized(double eta, double power) : length_(eta, power) {}

  double eta() const { return length_.eta(); }
  double power() const { return length_.power(); }
  using fields =
      Fields<Field<"eta", &Normalized::eta>, Field<"power", &Normalized::power, [] { return 0.0; }>>;

  double log_step(const StepContext& context) const override {
    const double log_length = context.heading->log_length();
    return log_length == -infinity ? -infinity : length_.log_step(context) - log_length;
  }

  double log_rate(const StepContext& context, double) const override { return length_.log_step(context); }

  std::optional<kernels::StepRecipe> recipe() const override {
    return kernels::StepRecipe{kernels::StepRecipe::Size::length, eta(), power()};
  }

  bool bounded() const override { return false; }
  bool summable() const override { return length_.summable(); }
  std::vector<Need> needs() const override { return {Need::proportional_steps}; }
  const char* rule() const override { return name; }

 private:
  Polynomial length_;
};

}  // namespace implicitbias
