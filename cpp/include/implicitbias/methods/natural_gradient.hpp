// Natural gradient descent (eq. 9): w(t+1) = w(t) - eta_t H(w(t))^-1 grad L(w(t)), with H the Hessian of a
// potential or a metric of the user's own. It is mirror descent as eta -> 0; at finite steps it leaves the
// data manifold, unless H is constant.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/geometry/potential.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class NaturalGradient final : public StraightMethod<Method> {
 public:
  static constexpr const char* name = "NaturalGradient";
  static constexpr const char* doc =
      R"(Natural gradient descent, w(t+1) = w(t) - eta_t H(w(t))^-1 grad L(w(t)) (eq. 9).

      Parameters
      ----------
      potential : Potential or Metric
          H is the potential's Hessian, or a metric of your own.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.3, eq. (9) and Example 3.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> run = ib.Run(problem, ib.NaturalGradient(ib.Entropy()), 0.1).advance(1000)
      >>> print(run.w.round(6))  # mirror descent reaches (1/2, 1/4)
      [0.6 0.2]
      )";

  explicit NaturalGradient(std::shared_ptr<const Metric> metric)
      : metric_(std::move(metric)), potential_(std::dynamic_pointer_cast<const Potential>(metric_)) {}

  const std::shared_ptr<const Metric>& potential() const { return metric_; }
  using fields = Fields<Field<"potential", &NaturalGradient::potential>>;

  std::shared_ptr<const Method> on(const Problem& problem) const override {
    return std::make_shared<NaturalGradient>(metric_->on(problem.shape()));
  }

  std::shared_ptr<const Gauge> geometry() const override {
    return potential_ ? potential_->geometry() : std::make_shared<Lp>(2.0);
  }

  Vector default_start(const Shape& shape) const override { return metric_->default_start(shape); }

  void check_start(const Vector& w) const override {
    if (const std::string complaint = metric_->outside(w); !complaint.empty())
      throw DomainError("w0: " + complaint);
  }

  // With a constant metric it is steepest descent in a quadratic norm.
  double log_smoothness(const Vector&, double log_loss, double log_radius) const override {
    return potential_ && potential_->quadratic() ? 2 * log_radius + log_loss - std::log(potential_->modulus())
                                                 : std::numeric_limits<double>::quiet_NaN();
  }

  std::optional<kernels::MoveRecipe> recipe() const override {
    const auto mirror = potential_ ? potential_->recipe() : std::nullopt;
    if (!mirror) return std::nullopt;
    if (mirror->link == kernels::MoveRecipe::Link::identity)
      return kernels::MoveRecipe{kernels::MoveRecipe::Kind::identity};
    if (mirror->link == kernels::MoveRecipe::Link::exponential)
      return kernels::MoveRecipe{kernels::MoveRecipe::Kind::natural_entropy};
    return std::nullopt;
  }

  bool linear() const override { return potential_ && potential_->quadratic(); }
  void direction(const State& now, const Vector& gradient, Vector& dw) const override {
    metric_->solve(now.w, -gradient, dw);
  }

  void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
            State& next) const override {
    direction(now, gradient, next.w);
    add_scaled(now.w, log_eta + log_scale, next.w, next.w);
    if (const std::string complaint = metric_->outside(next.w); !complaint.empty())
      throw DomainError("the step leaves the domain: " + complaint);
  }

  bool dual(const State& state, Vector& z) const override {
    if (!potential_) return false;
    z.resize(state.w.size());
    potential_->link(state.w, z);
    return true;
  }

 private:
  std::shared_ptr<const Metric> metric_;
  std::shared_ptr<const Potential> potential_;  // the same, where it is one
};

}  // namespace implicitbias
