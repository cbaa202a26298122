#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

class ExactLineSearch final : public StepSize {
 public:
  static constexpr const char* name = "ExactLineSearch";
  static constexpr const char* doc =
      R"(eta_t = shrinkage * argmin_eta L(w_t + eta dw_t), with dw_t the method's step of size 1.

      For convex losses and methods that step along a ray: SteepestDescent and NaturalGradient, and
      MirrorDescent with a quadratic potential, no momentum and no constraint. On a random batch it is the
      loss of the batch that is minimized. The step is 0 where the gradient vanishes.

      A monotone loss has no minimum on a ray where no margin falls: there `Run.advance` raises DomainError.
      On separable data it meets one as soon as dw_t itself separates them.

      Parameters
      ----------
      shrinkage : float, default 1
          In (0, 1]; the loss never increases.

      Notes
      -----
      In l1, on exponential loss, this is AdaBoost: see `problems.adaboost`. Theorem 5 does not cover it: the
      steps exceed 1 / (B^2 L), and the margin need not tend to the maximum.

      References
      ----------
      Rudin, Daubechies and Schapire (2004), "The Dynamics of AdaBoost", JMLR 5.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> print(ib.Run(problem, ib.GradientDescent(), ib.ExactLineSearch()).advance(1).w.round(6))
      [0.2 0.4]
      )";

  explicit ExactLineSearch(double shrinkage) : shrinkage_(shrinkage) {
    if (!(shrinkage > 0 && shrinkage <= 1))
      throw InvalidValueError(message("shrinkage: expected a number in (0, 1], got ", shrinkage));
  }

  double shrinkage() const { return shrinkage_; }
  using fields = Fields<Field<"shrinkage", &ExactLineSearch::shrinkage, [] { return 1.0; }>>;

  double log_step(const StepContext& context) const override {
    return log_shrinkage_ + context.heading->log_minimizer();
  }

  bool bounded() const override { return false; }
  std::vector<Need> needs() const override { return {Need::convex_loss, Need::straight_steps}; }
  const char* rule() const override { return name; }

 private:
  double shrinkage_;
  double log_shrinkage_ = std::log(shrinkage_);
};

}  // namespace implicitbias
