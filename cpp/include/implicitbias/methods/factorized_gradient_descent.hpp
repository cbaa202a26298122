// Gradient descent on a factor U of W = U U' (eqs. 17-18): U(t+1) = U(t) - 2 eta_t grad L(W(t)) U(t), the
// gradient of U -> L(U U') for symmetric samples; eq. (19) leaves out the 2. The memory is U, and w is W.
// Margins are normalized by the trace of W. The curvature in U grows with W: a step of at most 1 / (L (4 B^2
// trace W + 2 B)) lowers the loss, with B the largest spectral norm of a sample.
#pragma once

#include <cmath>
#include <optional>

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/psd_trace.hpp"
#include "implicitbias/kernels/products.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class FactorizedGradientDescent final : public Method, public Flowing {
 public:
  static constexpr const char* name = "FactorizedGradientDescent";
  static constexpr const char* doc = R"(Gradient descent on a factor U of W = U U' (eqs. 17-18).

      U(t+1) = U(t) - eta_t 2 grad L(W(t)) U(t), with the gradient of U -> L(U U') for symmetric samples; eq.
      (19) leaves out the 2. A run needs ``w0`` = U(0), of shape (d, rank): U = 0 is a saddle point. Its ``w``
      is W, and its ``factor`` is U. Samples must be symmetric matrices; `lift` makes them so for U V'.
      Margins are normalized by trace W. It is gradient descent on the model `Factor`, iterate for iterate.

      Parameters
      ----------
      rank : int, optional
          Columns of U; by default as many as w0 has.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 4 and Theorem 7.

      Examples
      --------
      >>> problem = ib.Problem([[[1.0, 0.0], [0.0, -1.0]]], [1], ib.Exponential())
      >>> run = ib.Run(problem, ib.FactorizedGradientDescent(), w0=np.eye(2)).advance(1000)
      >>> print(f"{run.margin:.4f}")  # the maximum margin over positive semidefinite matrices is 1
      1.0000
      )";

  explicit FactorizedGradientDescent(std::optional<std::int64_t> rank) : rank_(rank) {
    if (rank && *rank < 1)
      throw InvalidValueError(message("rank: expected None or an integer >= 1, got ", *rank));
  }

  const std::optional<std::int64_t>& rank() const { return rank_; }
  using fields =
      Fields<Field<"rank", &FactorizedGradientDescent::rank, [] { return std::optional<std::int64_t>(); }>>;

  std::shared_ptr<const Method> on(const Problem& problem) const override {
    check_model(problem);
    if (problem.shape() != problem.sample_shape())
      throw InvalidValueError(message(
          "method: FactorizedGradientDescent needs samples that are symmetric matrices, got vectors, ",
          "with a row of the parameters for each class or target; use GradientDescent()"));
    const Index side = PsdTrace::side(problem.shape());
    const Matrix X = problem.X();
    for (Index n = 0; n < X.rows(); ++n) {
      const Eigen::Map<const Matrix> sample(X.row(n).data(), side, side);
      const double asymmetry = (sample - sample.transpose()).cwiseAbs().maxCoeff();
      if (asymmetry > 1e-12 * sample.cwiseAbs().maxCoeff())
        throw InvalidValueError(message("X: expected symmetric matrices, got entries of sample ", n,
                                        " that differ by ", asymmetry,
                                        "; lift(problem) makes matrices square and symmetric"));
    }
    auto method = std::make_shared<FactorizedGradientDescent>(rank_);
    method->side_ = side;
    return method;
  }

  std::shared_ptr<const Gauge> geometry() const override { return std::make_shared<PsdTrace>(); }

  Vector default_start(const Shape&) const override {
    throw InvalidValueError(
        "w0: expected the factor U(0), of shape (d, rank), got None; U = 0 would be a saddle point");
  }
  void check_start(const Vector& w) const override {
    if (w.isZero(0)) throw DomainError("w0: U = 0 is a saddle point, which a run would never leave");
  }

  Shape start_shape(const Problem& problem, const Shape& seen) const override {
    check_model(problem);
    return {{PsdTrace::side(problem.shape()), rank_.value_or(seen.sizes.back())}};
  }

  std::vector<Slot> slots(const Shape& shape) const override {
    return {{"factor", {{PsdTrace::side(shape), rank_.value_or(-1)}}}};
  }
  void remember(State& state) const override {
    state.memory = {state.w};
    state.w.resize(side_ * side_);
    square(state);
  }

  double log_smoothness(const Vector& w, double log_loss, double log_radius) const override {
    // L (4 B^2 trace W + 2 B): along D, the second derivative of U -> L(U U') is
    // sum_n l'' (2 <X_n U, D>)^2 + l' 2 <X_n D, D>, where l'' and |l'| are at most l, and |U|^2 = trace W.
    const double trace = Eigen::Map<const Matrix>(w.data(), side_, side_).trace();
    return log_loss + log_radius + std::log(4 * std::exp(log_radius) * trace + 2);
  }

  void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
            State& next) const override {
    direct(now.memory[0], gradient, next.memory[0]);
    add_scaled(now.memory[0], log_eta + log_scale, next.memory[0], next.memory[0]);
    square(next);
  }

  std::optional<kernels::MoveRecipe> recipe() const override {
    return kernels::MoveRecipe{kernels::MoveRecipe::Kind::factor};
  }

  const Flowing* flow() const override { return this; }
  Vector coordinates(const State& state) const override { return state.memory[0]; }
  void place(const Vector& q, State& state) const override {
    state.memory[0] = q;
    square(state);
  }
  void increment(const State& now, const Vector& gradient, double log_scale, double log_eta, double log_unit,
                 Vector& dq) const override {
    direct(now.memory[0], gradient, dq);
    dq *= std::exp(log_scale + log_eta + log_unit);
  }

 private:
  static void check_model(const Problem& problem) {
    if (!problem.model().identity())
      throw InvalidValueError(
          message("method: FactorizedGradientDescent makes w of a factor itself and needs ",
                  "the model Linear(), got ", problem.model().text(), "; write GradientDescent()"));
  }

  /// Writes -2 (grad L) U.
  void direct(const Vector& factor, const Vector& gradient, Vector& out) const {
    const Index rank = factor.size() / side_;
    const kernels::Rows U{factor.data(), side_, rank, rank};
    out.resize(factor.size());
    for (Index i = 0; i < side_; ++i)
      kernels::multiply_transposed(U, gradient.data() + i * side_, out.data() + i * rank);
    out *= -2;
  }

  /// Writes w = U U', symmetric to the last bit.
  void square(State& state) const {
    const Index rank = state.memory[0].size() / side_;
    const double* U = state.memory[0].data();
    for (Index i = 0; i < side_; ++i)
      kernels::multiply({U, i + 1, rank, rank}, U + i * rank, state.w.data() + i * side_);
    Eigen::Map<Matrix> W(state.w.data(), side_, side_);
    W.triangularView<Eigen::StrictlyUpper>() = W.transpose();
  }

  Index side_ = 0;
  std::optional<std::int64_t> rank_;
};

}  // namespace implicitbias
