// Momentum as deep learning has it, an exponential moving average of the gradients:
//
//     m(t) = beta m(t-1) + (1 - beta) g(t),  m(-1) = 0.
//
// A step goes along m(t), or along beta m(t) + (1 - beta) g(t), which looks one gradient further.
#pragma once

#include <vector>

#include "implicitbias/base/fields.hpp"
#include "implicitbias/kernels/recipe.hpp"
#include "implicitbias/methods/common_scale.hpp"
#include "implicitbias/methods/views.hpp"

namespace implicitbias {

class EMA final {
 public:
  static constexpr const char* name = "EMA";
  static constexpr const char* doc = R"(Momentum as an exponential moving average of the gradients.

      m(t) = beta m(t-1) + (1 - beta) g(t) with m(-1) = 0 and no bias correction; a step is the one that the
      method would take if m(t) were the gradient. The run keeps m in the log domain: it does not underflow
      where the gradients do.

      Parameters
      ----------
      beta : float
          In [0, 1).
      nesterov : bool, default False
          Step along beta m(t) + (1 - beta) g(t) instead, as torch.optim.Muon does.

      Notes
      -----
      In gradient descent with constant steps this is the heavy ball, ``DualMomentum.heavy_ball(beta)``, at
      steps of (1 - beta) eta.

      References
      ----------
      Fan, Schmidt and Thrampoulidis (2025), "Implicit Bias of Spectral Descent and Muon on Multiclass
      Separable Data", arXiv:2502.04664, eq. (3).

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> method = ib.SteepestDescent(ib.Lp(2), momentum=ib.EMA(0.9))
      >>> print(ib.Run(problem, method, 0.05).advance(1000).w.round(6))
      [0.2 0.4]
      )";

  EMA(double beta, bool nesterov) : beta_(averaging_rate(beta, "beta")), nesterov_(nesterov) {}

  double beta() const { return beta_; }
  bool nesterov() const { return nesterov_; }
  using fields = Fields<Field<"beta", &EMA::beta>, Field<"nesterov", &EMA::nesterov, [] { return false; }>>;

  void compose(kernels::MoveRecipe& move) const {
    move.average = {.beta1 = beta_, .momentum = true, .nesterov = nesterov_};
  }

  /// The memory of a method that has this momentum: m and its scale.
  std::vector<Slot> slots(const Shape& shape) const { return {{"m", shape}, {"log_scale", Shape{}}}; }
  std::vector<Vector> start(Index size) const { return {Vector::Zero(size), no_scale()}; }

  /// Writes the memory after this gradient and the vector that is stepped along, whose log scale it returns.
  double average(const std::vector<Vector>& former, const Vector& gradient, double log_scale,
                 std::vector<Vector>& memory, Vector& along) const {
    const CommonScale scale(former[1][0], beta_, log_scale);
    memory[0] = scale.kept(beta_) * former[0] + scale.added(1 - beta_) * gradient;
    memory[1][0] = scale.log();
    along = memory[0];
    if (nesterov_) along = beta_ * along + scale.added(1 - beta_) * gradient;
    return scale.log();
  }

  double lag() const { return beta_ / (1 - beta_); }

  /// The vectors that are stepped along on a smooth curve.
  Eigen::MatrixXd average(const Recent& recent) const {
    Eigen::MatrixXd along = recent.gradients * recent.curve.average(beta_).transpose();
    if (nesterov_) along = beta_ * along + (1 - beta_) * recent.gradients;
    return along;
  }

  /// The memory before the gradient of t.
  std::vector<Vector> recalled(const Recent& recent) const {
    return {recent.gradients * (recent.curve.average(beta_).transpose() * recent.curve.before()),
            Vector::Constant(1, recent.log_scale)};
  }

 private:
  double beta_;
  bool nesterov_;
};

}  // namespace implicitbias
