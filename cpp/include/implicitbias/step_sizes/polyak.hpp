#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

class Polyak final : public StepSize {
 public:
  static constexpr const char* name = "Polyak";
  static constexpr const char* doc =
      R"(eta_t = L(w_t) / |grad L(w_t)|_*^2: the step at whose end the tangent of the loss is 0, its infimum.

      For convex losses and methods that step along a ray: SteepestDescent, MirrorDescent with a quadratic
      potential, no momentum and no constraint, and NaturalGradient, where |.|_* is that of the metric at w_t.
      On a random batch it is the loss of the batch, and its gradient, that count. The step is 0 where the
      gradient vanishes.

      Notes
      -----
      The rule takes for granted that the infimum of the loss is 0: that the data are separable where the loss is
      monotone, and that some w fits them where it has a finite root. Elsewhere the steps do not become small,
      and the iterates go to and fro. Batches ask for a w that is best on each of them.

      References
      ----------
      Polyak (1987), "Introduction to Optimization", section 5.3.
      Loizou, Vaswani, Laradji and Lacoste-Julien (2021), "Stochastic Polyak Step-size for SGD",
      arXiv:2002.10542.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> print(ib.Run(problem, ib.GradientDescent(), ib.Polyak()).advance(60).w.round(6))
      [0.2 0.4]
      )";
  using fields = Fields<>;

  double log_step(const StepContext& context) const override {
    const double log_descent = context.heading->log_descent();
    return log_descent == -infinity ? -infinity : context.heading->log_loss() - log_descent;
  }

  std::optional<kernels::StepRecipe> recipe() const override {
    return kernels::StepRecipe{kernels::StepRecipe::Size::polyak};
  }

  bool bounded() const override { return false; }
  std::vector<Need> needs() const override { return {Need::convex_loss, Need::straight_steps}; }
  const char* rule() const override { return name; }
};

}  // namespace implicitbias
