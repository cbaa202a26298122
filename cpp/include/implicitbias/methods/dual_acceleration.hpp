// Nesterov's acceleration of the dual of the maximum margin problem, written in the primal:
//
//     q(t) = the weights of the samples, g(t+1) = t / (t + 1) (g(t) + X' q(t)),
//     w(t+1) = w(t) + eta_t (g(t+1) + X' q(t)),  g(0) = 0,
//
// with rows of X times their labels, and q_n proportional to -l'(margin of n): the soft-max of the negative
// margins for exponential loss. A gradient without its scale is -X' q.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class DualAcceleration final : public ProportionalMethod {
 public:
  static constexpr const char* name = "DualAcceleration";
  static constexpr const char* doc = R"(The accelerated method whose l_2 margin gap falls like 1 / t^2.

      w(t+1) = w(t) + eta_t (g(t+1) + X' q(t)) with g(t+1) = t / (t + 1) (g(t) + X' q(t)) and g(0) = 0, where
      the rows of X are the samples times their labels and q(t) holds their weights, q_n proportional to
      -l'(margin of n): the soft-max of the negative margins for exponential loss. For strictly monotone
      losses.

      Notes
      -----
      The theorem's step is eta = 1 / B^2 for B = max_n |x_n|_2, with samples of length 1 at most: that is
      ``LossNormalized()``, since the bound beta(w) here is B^2, without the loss (log L is as smooth as that).
      Margins are normalized in l_2. The certificate weighs the gradients by t, as g does: its gap falls as
      fast as the margin's.

      References
      ----------
      Ji, Srebro and Telgarsky (2021), "Fast Margin Maximization via Dual Acceleration", arXiv:2107.00595,
      Algorithm 1.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
      >>> run = ib.Run(problem, ib.DualAcceleration()).advance(1000)
      >>> run.bracket.gap < 1e-4
      True
      )";

  using fields = Fields<>;

  std::shared_ptr<const Method> on(const Problem& problem) const override {
    if (!problem.loss()->monotone())
      throw InvalidValueError(
          "loss: DualAcceleration weighs samples by their margins; expected a strictly monotone loss, "
          "such as Exponential or Logistic");
    return std::make_shared<DualAcceleration>(*this);
  }

  std::shared_ptr<const Gauge> geometry() const override { return std::make_shared<Lp>(2.0); }

  std::vector<Slot> slots(const Shape& shape) const override { return {{"g", shape}}; }
  void remember(State& state) const override { state.memory = {Vector::Zero(state.w.size())}; }

  bool inertial() const override { return true; }
  double log_smoothness(const Vector&, double, double log_radius) const override { return 2 * log_radius; }

  // t g(t) is the sum of u X' q(u) over u < t.
  double log_weight(std::int64_t t, double, double) const override {
    return std::log(static_cast<double>(t));
  }

  std::optional<kernels::MoveRecipe> recipe() const override {
    kernels::MoveRecipe move{kernels::MoveRecipe::Kind::dual_accelerated};
    move.weight = kernels::MoveRecipe::Weight::time;
    return move;
  }

  double move(const State& now, const Vector& gradient, double, std::vector<Vector>& memory,
              Vector& dw) const override {
    const auto t = static_cast<double>(now.t);
    memory[0] = t / (t + 1) * (now.memory[0] - gradient);
    dw = memory[0] - gradient;
    return 0;
  }
};

}  // namespace implicitbias
