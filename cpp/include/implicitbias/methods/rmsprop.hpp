// RMSProp: w(t+1) = w(t) - eta_t g(t) / (sqrt(v(t)) + eps) with v(t) = beta v(t-1) + (1 - beta) g(t)^2 and
// v(-1) = 0, entry by entry, without bias correction: the first step is 1 / sqrt(1 - beta) times eta.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/methods/adaptive.hpp"

namespace implicitbias {

class RMSProp final : public Adaptive {
 public:
  static constexpr const char* name = "RMSProp";
  static constexpr const char* doc = R"(RMSProp: each derivative over the root of the average of its squares.

      w(t+1) = w(t) - eta_t g(t) / (sqrt(v(t)) + eps) with v(t) = beta v(t-1) + (1 - beta) g(t)^2 entry by
      entry, v(-1) = 0 and no bias correction, for the gradient g of the sum of the losses. The run keeps
      sqrt(v) in the log domain: with eps = 0 nothing underflows, and 0 / 0 is 0. A derivative below the bound
      on its own rounding is 0.

      Parameters
      ----------
      beta : float, default 0.99
          In [0, 1).
      eps : float, default 1e-8
          Not negative; outside of the root.

      Notes
      -----
      Margins are normalized in l_inf: while the gradients exceed eps, a step has entries of about eta_t in
      modulus, as in sign descent. With eps > 0 it is gradient descent in the end, with the l_2 maximum margin.

      References
      ----------
      Tieleman and Hinton (2012), "Lecture 6.5: RMSProp". Its bias for eps > 0: Wang, Meng, Chen and Liu
      (2021), arXiv:2012.06244.

      Examples
      --------
      >>> problem = ib.Problem([[3.0, -4.0]], [1.0], ib.Exponential())
      >>> print(ib.Run(problem, ib.RMSProp(eps=0), 0.05).advance(1).w)
      [ 0.5 -0.5]
      )";

  RMSProp(double beta, double eps) : Adaptive(eps), beta_(averaging_rate(beta, "beta")) {}

  double beta() const { return beta_; }
  using fields = Fields<Field<"beta", &RMSProp::beta, [] { return 0.99; }>,
                        Field<"eps", &RMSProp::eps, [] { return 1e-8; }>>;

  std::shared_ptr<const Method> on(const Problem&) const override { return std::make_shared<RMSProp>(*this); }

  std::vector<Slot> slots(const Shape& shape) const override {
    return {{"root_v", shape}, {"log_scale", Shape{}}};
  }
  void remember(State& state) const override { state.memory = {Vector::Zero(state.w.size()), no_scale()}; }

  std::optional<kernels::MoveRecipe> recipe() const override {
    return adaptive_move(kernels::MoveRecipe::Kind::rmsprop, {0, beta_, eps()}, 0);
  }

  double move(const State& now, const Vector& gradient, double log_scale, std::vector<Vector>& memory,
              Vector& dw) const override {
    const CommonScale scale(now.memory[1][0], std::sqrt(beta_), log_scale);
    average_squares(scale, beta_, gradient, now.memory[0], memory[0]);
    memory[1][0] = scale.log();
    return divide(scale.added(1) * gradient, memory[0], scale.log(), dw);
  }

  const Recalling* recalling() const override { return this; }
  double lag() const override { return beta_ / (1 - beta_); }
  void increments(Recent& recent) const override {
    divide(recent.gradients, root_mean_squares(recent, recent.curve.average(beta_).transpose()), recent);
  }
  void recall(const Recent& recent, const Vector&, State& state) const override {
    const Vector weights = recent.curve.average(beta_).transpose() * recent.curve.before();
    state.memory = {root_mean_squares(recent, weights), Vector::Constant(1, recent.log_scale)};
  }

 private:
  double beta_;
};

}  // namespace implicitbias
