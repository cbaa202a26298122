// Steepest descent in a norm (eqs. 11-12): w(t+1) = w(t) + eta_t dw(t) with the unnormalized step
//
//     dw = argmin_v <grad L(w), v> + |v|^2 / 2,  <dw, -grad L> = |dw|^2 = |grad L|_*^2,
//
// or, with momentum, that of an average of gradients. A step is homogeneous in the gradient, so that the
// scale of the gradient, kept as a logarithm, joins that of the step size.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/methods/averaged_descent.hpp"

namespace implicitbias {

class SteepestDescent final : public StraightMethod<AveragedDescent>, public Recalling {
 public:
  static constexpr const char* name = "SteepestDescent";
  static constexpr auto text = FixedString(R"(Steepest descent with respect to a norm (eqs. 11-12).

      w(t+1) = w(t) + eta_t dw(t) with the unnormalized dw = argmin_v <grad L(w), v> + |v|^2 / 2. In norms
      whose steps hardly depend on the size of a derivative (l_p for p > 2, sign descent above all), one below
      the bound on its own rounding is 0.

      Parameters
      ----------
      norm : Norm
          A norm of the package, or a subclass of your own.
      ties : {'first', 'average'}, default 'first'
          Where several coordinates tie in l1 (groups, or singular vectors, in norms made of it): move the
          first, or all of them equally. Every convex combination is a steepest descent step.)") +
                               averaging + FixedString(R"(

      Notes
      -----
      A step is as long as the dual norm of what it goes along. `Signum` and `Muon` are named cases. With
      weight decay and constant steps w comes to rest where it minimizes L(w) + weight_decay |w|^2 / 2. With
      momentum ``LossNormalized`` has the bound of the method without: the loss may rise, and a smaller scale
      or a cap mends that.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.4 and Theorem 5. With momentum: Fan, Schmidt and
      Thrampoulidis (2025), arXiv:2502.04664, Theorem 2. With weight decay: Xie and Li (2024),
      arXiv:2404.04454, Theorem 3.5.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
      >>> run = ib.Run(problem, ib.SteepestDescent(ib.Lp(1))).advance(1000)
      >>> print(f"{run.margin:.3f}, certified up to {run.bracket.upper:.3f}")
      0.750, certified up to 0.750
      )");
  static constexpr const char* doc = text.text;

  SteepestDescent(std::shared_ptr<const Norm> norm, Ties ties, std::shared_ptr<const EMA> momentum,
                  double weight_decay)
      : StraightMethod(std::move(momentum), weight_decay), norm_(std::move(norm)), ties_(ties) {}

  const std::shared_ptr<const Norm>& norm() const { return norm_; }
  Ties ties() const { return ties_; }
  using fields =
      Fields<Field<"norm", &SteepestDescent::norm>,
             Field<"ties", &SteepestDescent::ties, [] { return Ties::first; }>,
             Field<"momentum", &SteepestDescent::momentum, [] { return std::shared_ptr<const EMA>(); }>,
             Field<"weight_decay", &SteepestDescent::weight_decay, [] { return 0.0; }>>;

  std::shared_ptr<const Method> on(const Problem& problem) const override {
    return std::make_shared<SteepestDescent>(norm_->on(problem.shape()), ties_, momentum(), weight_decay());
  }

  std::shared_ptr<const Gauge> geometry() const override { return norm_; }

  double log_smoothness(const Vector&, double log_loss, double log_radius) const override {
    return 2 * log_radius + log_loss;
  }

  void direction(const State&, const Vector& gradient, Vector& dw) const override { descend(gradient, dw); }

  // Momentum remembers, and weight decay moves w by itself: other views are those of the bare method.
  const Straight* straight() const override { return bare() ? this : nullptr; }
  const Flowing* flow() const override { return bare() ? this : nullptr; }
  const Recalling* recalling() const override { return momentum() && weight_decay() == 0 ? this : nullptr; }

  Vector coordinates(const State& state) const override { return state.w; }
  void place(const Vector& q, State& state) const override { state.w = q; }
  double lag() const override { return momentum()->lag(); }
  void increments(Recent& recent) const override {
    const Eigen::MatrixXd along = momentum()->average(recent);
    Vector dw(along.rows());
    for (Index j = 0; j < along.cols(); ++j) {
      descend(along.col(j), dw);
      recent.increments.col(j) = std::exp(recent.log_scale + recent.log_eta[j] + recent.log_unit) * dw;
    }
  }
  void recall(const Recent& recent, const Vector&, State& state) const override {
    state.memory = momentum()->recalled(recent);
  }

  bool linear() const override { return bare() && norm_->quadratic(); }
  bool forgets_scale() const override { return norm_->forgets_scale(); }

  bool dual(const State& state, Vector& z) const override {
    z.resize(state.w.size());
    return norm_->link(state.w, z);
  }

 protected:
  void descend(const Vector& along, Vector& dw) const override { norm_->steepest(along, ties_, dw); }
  std::optional<kernels::MoveRecipe> bare_recipe() const override { return norm_->recipe(ties_); }

 private:
  bool bare() const { return !momentum() && weight_decay() == 0; }

  std::shared_ptr<const Norm> norm_;
  Ties ties_;
};

}  // namespace implicitbias
