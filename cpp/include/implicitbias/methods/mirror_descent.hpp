// Mirror descent in a potential psi (eqs. 4-5): grad psi(w(t+1)) = grad psi(w(t)) - eta_t grad L(w(t)), with
// momentum in the dual or in the primal variables (eqs. 7-8), and then, under a constraint, the Bregman
// projection on it. The run keeps the dual variables z = grad psi(w) and, beside them, the rounding of their
// sums: z(t) - z(0) stays in the row space of X, the data manifold, however long the run.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/constraint.hpp"
#include "implicitbias/geometry/potential.hpp"
#include "implicitbias/methods/method.hpp"
#include "implicitbias/methods/momentum.hpp"

namespace implicitbias {

class MirrorDescent final : public Method, public Straight, public Flowing, public Recalling {
 public:
  static constexpr const char* name = "MirrorDescent";
  static constexpr const char* doc = R"(Mirror descent with respect to a potential (eqs. 4-5, 7-8).

      grad psi(w(t+1)) = grad psi(w(t)) - eta_t grad L(w(t)), then, with a constraint, the Bregman projection
      on it. The run keeps the dual variables, and the rounding of their sums: they stay on the data manifold,
      however long the run. Margins are normalized in ``method.geometry``, the potential's norm: l1 for Entropy
      and HyperbolicEntropy, l_p for SquaredLp(p) and PowerPotential(p), linf for Cosh.

      Parameters
      ----------
      potential : Potential
          psi, such as Euclidean() or Entropy().
      momentum : DualMomentum or PrimalMomentum, optional
          None by default.
      constraint : Constraint, optional
          A set that the iterates stay in: NonNegative(), Box, Ball, Affine or Simplex. None by default.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.2 and Theorems 1 to 1b.

      Examples
      --------
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> run = ib.Run(problem, ib.MirrorDescent(ib.Entropy()), 0.05).advance(1000)
      >>> print(run.w.round(6))
      [0.5  0.25]
      )";

  MirrorDescent(std::shared_ptr<const Potential> potential, std::shared_ptr<const Momentum> momentum,
                std::shared_ptr<const Constraint> constraint)
      : potential_(std::move(potential)),
        momentum_(std::move(momentum)),
        constraint_(std::move(constraint)) {}

  const std::shared_ptr<const Potential>& potential() const { return potential_; }
  const std::shared_ptr<const Momentum>& momentum() const { return momentum_; }
  const std::shared_ptr<const Constraint>& constraint() const { return constraint_; }
  using fields = Fields<
      Field<"potential", &MirrorDescent::potential>,
      Field<"momentum", &MirrorDescent::momentum, [] { return std::shared_ptr<const Momentum>(); }>,
      Field<"constraint", &MirrorDescent::constraint, [] { return std::shared_ptr<const Constraint>(); }>>;

  std::shared_ptr<const Method> on(const Problem& problem) const override {
    auto potential = potential_->on_shape(problem.shape());
    auto constraint = constraint_ ? constraint_->on(*potential, problem.shape()) : nullptr;
    return std::make_shared<MirrorDescent>(std::move(potential), momentum_, std::move(constraint));
  }

  std::shared_ptr<const Gauge> geometry() const override { return potential_->geometry(); }

  Vector default_start(const Shape& shape) const override {
    return constraint_ ? constraint_->default_start(*potential_, shape) : potential_->default_start(shape);
  }

  void check_start(const Vector& w) const override {
    if (const std::string complaint = potential_->outside_domain(w); !complaint.empty())
      throw DomainError("w0: " + complaint);
    if (const std::string complaint = potential_->beyond_range(w); !complaint.empty())
      throw DomainError("w0: " + complaint);
    if (!constraint_) return;
    if (const std::string complaint = constraint_->outside(w); !complaint.empty())
      throw DomainError("w0: " + complaint);
  }

  std::vector<Slot> slots(const Shape& shape) const override {
    std::vector<Slot> all = {{"dual", shape}, {"dual_rest", shape}};
    if (momentum_) all.insert(all.end(), {{"previous_w", shape}, {"previous_dual", shape}});
    return all;
  }

  void remember(State& state) const override {
    Vector z(state.w.size());
    potential_->link(state.w, z);
    state.memory = {z, Vector::Zero(z.size())};
    if (momentum_) state.memory.insert(state.memory.end(), {state.w, z});
  }

  double log_smoothness(const Vector& w, double log_loss, double log_radius) const override {
    return potential_->log_smoothness(w, log_loss, log_radius);
  }

  bool looks_ahead() const override { return momentum_ && momentum_->looks_ahead(); }
  void query(const State& now, Vector& point) const override {
    if (momentum_)
      momentum_->look_ahead(now.t, now.w, now.memory[previous_w_slot], point);
    else
      point = now.w;
  }

  bool inertial() const override { return momentum_ != nullptr; }
  bool linear() const override { return potential_->quadratic() && !momentum_ && !constraint_; }
  const Straight* straight() const override { return linear() ? this : nullptr; }
  std::optional<kernels::MoveRecipe> recipe() const override {
    auto mirror = potential_->recipe();
    if (!mirror) return std::nullopt;
    if (constraint_ && !constraint_->compose(*mirror)) return std::nullopt;
    if (momentum_) momentum_->compose(*mirror);
    return mirror;
  }
  void direction(const State& now, const Vector& gradient, Vector& dw) const override {
    potential_->solve(now.w, -gradient, dw);
  }

  void step(const State& now, const Vector& gradient, double log_scale, double log_eta,
            State& next) const override {
    Vector &z = next.memory[dual_slot], &move = next.memory[rest_slot];
    z = now.memory[dual_slot];
    move = now.memory[rest_slot];
    if (momentum_) {
      momentum_->push(
          *potential_,
          {now.t, now.w, now.memory[dual_slot], now.memory[previous_w_slot], now.memory[previous_dual_slot]},
          z, move);
      next.memory[previous_w_slot] = now.w;
      next.memory[previous_dual_slot] = now.memory[dual_slot];
    }
    add_scaled(move, log_eta + log_scale, -gradient, move);
    // What the sum rounds off is kept for the next: it would take z off the data manifold by an ulp a step.
    for (Index i = 0; i < z.size(); ++i) {
      const double sum = z[i] + move[i], added = sum - z[i];
      move[i] = (z[i] - (sum - added)) + (move[i] - added);
      z[i] = sum;
    }
    if (!std::isfinite(z.sum())) throw DomainError("the dual variables overflow");
    if (constraint_)
      constrain(z, move, next.w);
    else
      potential_->inverse_link(z, next.w);
  }

  const Flowing* flow() const override { return momentum_ || constraint_ ? nullptr : this; }
  Vector coordinates(const State& state) const override {
    Vector q(state.w.size());
    potential_->coordinates(state.w, state.memory[dual_slot], q);
    return q;
  }
  void place(const Vector& q, State& state) const override {
    state.memory = {Vector(q.size()), Vector::Zero(q.size())};
    potential_->place(q, state.w, state.memory[dual_slot]);
    if (momentum_) state.memory.insert(state.memory.end(), {state.w, state.memory[dual_slot]});
  }
  void increment(const State& now, const Vector& gradient, double log_scale, double log_eta, double log_unit,
                 Vector& dq) const override {
    potential_->increment(now.w, -gradient, log_scale + log_eta, log_unit, dq);
  }

  // Increments of z are averages of the steps with weights beta^k, which add up to 1 / (1 - beta).
  const Recalling* recalling() const override {
    return momentum_ && momentum_->fades(*potential_) && !constraint_ ? this : nullptr;
  }
  double lag() const override { return beta() / (1 - beta()); }
  double ahead() const override { return momentum_->gamma().at(0); }
  void increments(Recent& recent) const override {
    const Vector etas = (recent.log_eta.array() - recent.log_eta[0]).exp() / (beta() - 1);
    const Eigen::MatrixXd steps =
        recent.gradients * etas.asDiagonal() * recent.curve.average(beta()).transpose();
    Vector dq(steps.rows());
    for (Index j = 0; j < steps.cols(); ++j) {
      potential_->increment(recent.w.col(j), steps.col(j), recent.log_scale + recent.log_eta[0],
                            recent.log_unit, dq);
      recent.increments.col(j) = dq;
    }
  }
  void recall(const Recent& recent, const Vector& q, State& state) const override {
    State before = state;
    place(q - std::exp(-recent.log_unit) * recent.increments * recent.curve.before(), before);
    state.memory[previous_w_slot] = before.w;
    state.memory[previous_dual_slot] = before.memory[dual_slot];
  }

  bool dual(const State& state, Vector& z) const override {
    z = state.memory[dual_slot];
    return !constraint_ || constraint_->affine();
  }

  Matrix extra_rows(const Shape& shape) const override {
    return constraint_ ? constraint_->rows(shape) : Method::extra_rows(shape);
  }

  std::int64_t length() const override { return momentum_ ? momentum_->length() : Method::length(); }

 private:
  double beta() const { return momentum_->beta().at(0); }

  /// Projects z on the constraint and writes w. The rounding that is kept belongs to the sum before: an
  /// affine set takes the sum along its rows, any other puts its own numbers in the place of some entries.
  void constrain(Vector& z, Vector& rest, Vector& w) const {
    if (constraint_->affine()) return constraint_->project(*potential_, z, w);
    const Vector sum = z;
    constraint_->project(*potential_, z, w);
    rest = (z.array() == sum.array()).select(rest, 0.0);
  }

  // The order of `slots`.
  static constexpr std::size_t dual_slot = 0, rest_slot = 1, previous_w_slot = 2, previous_dual_slot = 3;

  std::shared_ptr<const Potential> potential_;
  std::shared_ptr<const Momentum> momentum_;
  std::shared_ptr<const Constraint> constraint_;
};

}  // namespace implicitbias
