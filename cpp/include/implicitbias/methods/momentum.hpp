// Momentum for mirror descent, in the dual (eq. 7) or in the primal variables (eq. 8).
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/potential.hpp"
#include "implicitbias/methods/coefficient.hpp"

namespace implicitbias {

/// Where a mirror descent step may look: this iterate and the one before, which at t = 0 is the same.
struct MirrorState {
  std::int64_t t;
  const Vector &w, &z, &previous_w, &previous_z;
};

class Momentum {
 public:
  Momentum(const Coefficient& beta, const Coefficient& gamma)
      : beta_(beta.checked("beta")), gamma_(gamma.checked("gamma")) {}
  virtual ~Momentum() = default;

  /// Moves the dual point z + move from which the gradient is subtracted, at first that of `now`.
  virtual void push(const Potential& potential, const MirrorState& now, Vector& z, Vector& move) const = 0;

  /// Writes the point w + gamma dw at which the gradient is taken.
  void look_ahead(std::int64_t t, const Vector& w, const Vector& previous_w, Vector& point) const {
    point = w + gamma_.at(t) * (w - previous_w);
  }
  bool looks_ahead() const { return !gamma_.zero(); }
  std::int64_t length() const { return std::min(beta_.length(), gamma_.length()); }

  /// Makes the momentum a part of a mirror step; this must outlive the recipe.
  void compose(kernels::MoveRecipe& mirror) const {
    mirror.momentum = kind();
    mirror.beta = beta_.recipe();
    mirror.gamma = gamma_.recipe();
  }

  const Coefficient& beta() const { return beta_; }
  const Coefficient& gamma() const { return gamma_; }
  using fields =
      Fields<Field<"beta", &Momentum::beta>, Field<"gamma", &Momentum::gamma, [] { return Coefficient(); }>>;

 protected:
  static constexpr FixedString parameters =
      "\n\nParameters\n----------\n"
      "beta : float or array_like of shape (T,)\n    Not negative; an array holds one a step.\n"
      "gamma : float or array_like of shape (T,)";

 private:
  virtual kernels::MoveRecipe::Momentum kind() const = 0;

  Coefficient beta_, gamma_;
};

class DualMomentum final : public Momentum {
 public:
  static constexpr const char* name = "DualMomentum";
  static constexpr FixedString summary =
      "Momentum of the dual variables (eq. 7).\n\n"
      "grad psi(w(t+1)) = grad psi(w(t)) + beta_t dz(t-1) - eta_t grad L(w(t) + gamma_t dw(t-1)),\n"
      "dz(-1) = 0.";
  static constexpr auto text = summary + parameters;
  static constexpr const char* doc = text.text;

  using Momentum::Momentum;

  void push(const Potential&, const MirrorState& now, Vector&, Vector& move) const override {
    move += beta().at(now.t) * (now.z - now.previous_z);
  }

 private:
  kernels::MoveRecipe::Momentum kind() const override { return kernels::MoveRecipe::Momentum::dual; }
};

class PrimalMomentum final : public Momentum {
 public:
  static constexpr const char* name = "PrimalMomentum";
  static constexpr FixedString summary =
      "Momentum of the primal variables (eq. 8).\n\n"
      "grad psi(w(t+1)) = grad psi(w(t) + beta_t dw(t-1)) - eta_t grad L(w(t) + gamma_t dw(t-1)),\n"
      "dw(-1) = 0. It leaves the data manifold unless psi is quadratic.";
  static constexpr auto text = summary + parameters;
  static constexpr const char* doc = text.text;

  using Momentum::Momentum;

  void push(const Potential& potential, const MirrorState& now, Vector& z, Vector& move) const override {
    const double beta = this->beta().at(now.t);
    if (beta == 0) return;
    const Vector ahead = now.w + beta * (now.w - now.previous_w);
    if (const std::string complaint = potential.outside_domain(ahead); !complaint.empty())
      throw DomainError(message("w + beta dw leaves the domain: ", complaint));
    potential.link(ahead, z);
    move.setZero();
  }

 private:
  kernels::MoveRecipe::Momentum kind() const override { return kernels::MoveRecipe::Momentum::primal; }
};

}  // namespace implicitbias
