// Steepest descent in a norm (eqs. 11-12): w(t+1) = w(t) + eta_t dw(t) with the unnormalized step
//
//     dw = argmin_v <grad L(w), v> + |v|^2 / 2,  <dw, -grad L> = |dw|^2 = |grad L|_*^2.
//
// It has no memory. A step is homogeneous in the gradient, so that the scale of the gradient, kept as a
// logarithm, joins that of the step size.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class SteepestDescent final : public StraightMethod {
 public:
  static constexpr const char* name = "SteepestDescent";
  static constexpr const char* doc = R"(Steepest descent with respect to a norm (eqs. 11-12).

      w(t+1) = w(t) + eta_t dw(t) with the unnormalized dw = argmin_v <grad L(w), v> + |v|^2 / 2. In norms
      whose steps hardly depend on the size of a derivative (l_p for p > 2, sign descent above all), one below
      the bound on its own rounding is 0.

      Parameters
      ----------
      norm : Norm
          A norm of the package, or a subclass of your own.
      ties : {'first', 'average'}, default 'first'
          Where several coordinates tie in l1 (groups, or singular vectors, in norms made of it): move the
          first, or all of them equally. Every convex combination is a steepest descent step.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.4 and Theorem 5.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
      >>> run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1))).advance(1000)
      >>> print(f"{run.margin:.3f}, certified up to {run.bracket.upper:.3f}")
      0.750, certified up to 0.750
      )";

  SteepestDescent(std::shared_ptr<const Norm> norm, Ties ties) : norm_(std::move(norm)), ties_(ties) {}

  const std::shared_ptr<const Norm>& norm() const { return norm_; }
  Ties ties() const { return ties_; }
  using fields = Fields<Field<"norm", &SteepestDescent::norm>,
                        Field<"ties", &SteepestDescent::ties, [] { return Ties::first; }>>;

  std::shared_ptr<const Method> on(const Problem& problem) const override {
    return std::make_shared<SteepestDescent>(norm_->on(problem.shape()), ties_);
  }

  std::shared_ptr<const Gauge> geometry() const override { return norm_; }

  Vector default_start(const Shape& shape) const override { return Vector::Zero(shape.size()); }

  double log_smoothness(const Vector&, double log_loss, double log_radius) const override {
    return 2 * log_radius + log_loss;
  }

  // A norm's step is homogeneous, so the scale of the gradient joins the step size.
  void direction(const State&, const Vector& gradient, Vector& dw) const override {
    norm_->steepest(gradient, ties_, dw);
  }

  void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
            State& next) const override {
    direction(now, gradient, next.w);
    add_scaled(now.w, log_eta + log_scale, next.w, next.w);
  }

  bool forgets_scale() const override { return norm_->forgets_scale(); }
  bool linear() const override { return norm_->quadratic(); }
  std::optional<kernels::MoveRecipe> recipe() const override { return norm_->recipe(ties_); }

  bool dual(const State& state, Vector& z) const override {
    z.resize(state.w.size());
    return norm_->link(state.w, z);
  }

 private:
  std::shared_ptr<const Norm> norm_;
  Ties ties_;
};

}  // namespace implicitbias
