#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class SteepestDescent final : public StraightMethod {
 public:
  static constexpr const char* name = "SteepestDescent";
  static constexpr const char* doc =
      "Steepest descent with respect to a norm (eqs. 11-12).\n\n"
      "w(t+1) = w(t) + eta_t dw(t) with the unnormalized dw = argmin_v <grad L(w), v> + |v|^2 / 2. In norms\n"
      "whose steps hardly depend on the size of a derivative (l_p for p > 2, sign descent above all), one "
      "below\n"
      "the bound on its own rounding is 0.\n\n"
      "Parameters\n----------\nnorm : Norm\n    A norm of the package, or a subclass of your own.\n"
      "ties : {'first', 'average'}\n    Where several coordinates tie in l1 (groups, or singular vectors, in "
      "norms made of it): move the\n    first, or all of them equally. Every convex combination is a "
      "steepest descent step.";

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
