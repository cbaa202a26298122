// Lion: w(t+1) = (1 - eta_t weight_decay) w(t) - eta_t sign(beta1 m(t-1) + (1 - beta1) g(t)), and then m(t) =
// beta2 m(t-1) + (1 - beta2) g(t), with m(-1) = 0 and sign(0) = 0.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/methods/common_scale.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class Lion final : public ProportionalMethod {
 public:
  static constexpr const char* name = "Lion";
  static constexpr const char* doc =
      R"(Lion: the sign of one average of the gradients, and the memory of another.

      w(t+1) = (1 - eta_t weight_decay) w(t) - eta_t sign(beta1 m(t-1) + (1 - beta1) g(t)), then m(t) = beta2
      m(t-1) + (1 - beta2) g(t), with m(-1) = 0 and sign(0) = 0. The run keeps m in the log domain. A
      derivative below the bound on its own rounding is 0.

      Parameters
      ----------
      beta1, beta2 : float, default 0.9 and 0.99
          In [0, 1).
      weight_decay : float, default 0
          Decoupled, not negative: each step is taken from (1 - eta_t weight_decay) w. A step whose eta_t
          weight_decay exceeds 1 is a DomainError.

      Notes
      -----
      Margins are normalized in l_inf: every step is a steepest descent step in that norm of length eta_t,
      with an average in the gradient's place. With weight decay w stays bounded, and where it converges it
      minimizes the loss among the w with l_inf norm at most 1 / weight_decay.

      References
      ----------
      Chen et al. (2023), "Symbolic Discovery of Optimization Algorithms", arXiv:2302.06675. With weight
      decay: Chen, Liu, Liang and Liu (2024), "Lion Secretly Solves Constrained Optimization",
      arXiv:2310.05898.

      Examples
      --------
      >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
      >>> print(ib.Run(problem, ib.Lion(), 0.5).advance(2).w)
      [ 1. -1.]
      )";

  Lion(double beta1, double beta2, double weight_decay)
      : beta1_(averaging_rate(beta1, "beta1")),
        beta2_(averaging_rate(beta2, "beta2")),
        weight_decay_(not_negative(weight_decay, "weight_decay")) {}

  double beta1() const { return beta1_; }
  double beta2() const { return beta2_; }
  double weight_decay() const override { return weight_decay_; }
  using fields = Fields<Field<"beta1", &Lion::beta1, [] { return 0.9; }>,
                        Field<"beta2", &Lion::beta2, [] { return 0.99; }>,
                        Field<"weight_decay", &Lion::weight_decay, [] { return 0.0; }>>;

  std::shared_ptr<const Method> on(const Problem&) const override { return std::make_shared<Lion>(*this); }
  std::shared_ptr<const Gauge> geometry() const override { return std::make_shared<Lp>(infinity); }

  std::vector<Slot> slots(const Shape& shape) const override {
    return {{"m", shape}, {"log_scale", Shape{}}};
  }
  void remember(State& state) const override { state.memory = {Vector::Zero(state.w.size()), no_scale()}; }

  // The step does not shrink with the gradient.
  double log_smoothness(const Vector&, double, double) const override {
    return std::numeric_limits<double>::quiet_NaN();
  }
  bool forgets_scale() const override { return true; }
  DefaultRule default_rule() const override { return DefaultRule::set_sizes; }
  bool inertial() const override { return true; }
  double log_weight(std::int64_t, double log_eta, double) const override { return log_eta; }

  std::optional<kernels::MoveRecipe> recipe() const override {
    kernels::MoveRecipe move{kernels::MoveRecipe::Kind::lion};
    move.average = {beta1_, beta2_};
    move.weight_decay = weight_decay_;
    move.weight = kernels::MoveRecipe::Weight::rate;
    return move;
  }

  double move(const State& now, const Vector& gradient, double log_scale, std::vector<Vector>& memory,
              Vector& dw) const override {
    const CommonScale scale(now.memory[1][0], std::max(beta1_, beta2_), log_scale);
    dw = scale.kept(beta1_) * now.memory[0] + scale.added(1 - beta1_) * gradient;
    dw = dw.unaryExpr([](double entry) { return entry == 0 ? 0.0 : std::copysign(1.0, -entry); });
    memory[0] = scale.kept(beta2_) * now.memory[0] + scale.added(1 - beta2_) * gradient;
    memory[1][0] = scale.log();
    return 0;
  }

 private:
  double beta1_, beta2_, weight_decay_;
};

}  // namespace implicitbias
