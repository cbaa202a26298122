// Momentum for mirror descent, with dw(t) = w(t+1) - w(t) and dz(t) = z(t+1) - z(t), z = grad psi(w):
//
//     dual (eq. 7):    z(t+1) = z(t) + beta_t dz(t-1) - eta_t grad L(w(t) + gamma_t dw(t-1))
//     primal (eq. 8):  z(t+1) = grad psi(w(t) + beta_t dw(t-1)) - eta_t grad L(w(t) + gamma_t dw(t-1))
//
// and dw(-1) = dz(-1) = 0. Dual momentum stays on the data manifold; primal momentum leaves it, unless psi
// is quadratic.
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
  /// Whether increments of the dual variables are averages of steps, with weights that fall for ever.
  bool fades(const Potential& potential) const {
    return !beta_.scheduled() && !gamma_.scheduled() && beta_.at(0) < 1 && (dual() || potential.quadratic());
  }
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
  static constexpr FixedString parameters = R"(

      Parameters
      ----------
      beta : float or array_like of shape (T,)
          Not negative; an array holds one number a step.
      gamma : float or array_like of shape (T,), default 0
          Not negative: how far beyond w the gradient is taken.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, eqs. (7)-(8) and Theorem 1b.)";

 private:
  virtual kernels::MoveRecipe::Momentum kind() const = 0;
  bool dual() const { return kind() == kernels::MoveRecipe::Momentum::dual; }

  Coefficient beta_, gamma_;
};

class DualMomentum final : public Momentum {
 public:
  static constexpr const char* name = "DualMomentum";
  static constexpr FixedString summary = R"(Momentum of the dual variables (eq. 7).

      grad psi(w(t+1)) = grad psi(w(t)) + beta_t dz(t-1) - eta_t grad L(w(t) + gamma_t dw(t-1)), dz(-1) = 0.)";
  static constexpr FixedString example = R"(

      Examples
      --------
      >>> method = ib.MirrorDescent(ib.Entropy(), ib.DualMomentum(0.5))
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> print(ib.Run(problem, method, 0.02).advance(1000).w.round(4))
      [0.5  0.25]
      )";
  static constexpr auto text = summary + parameters + example;
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
  static constexpr FixedString summary = R"(Momentum of the primal variables (eq. 8).

      grad psi(w(t+1)) = grad psi(w(t) + beta_t dw(t-1)) - eta_t grad L(w(t) + gamma_t dw(t-1)), dw(-1) = 0.
      Iterates leave the data manifold unless psi is quadratic.)";
  static constexpr FixedString example = R"(

      Examples
      --------
      >>> method = ib.MirrorDescent(ib.Entropy(), ib.PrimalMomentum(0.5))
      >>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
      >>> print(ib.Run(problem, method, 0.02).advance(1000).w.round(4))
      [0.5197 0.2402]
      )";
  static constexpr auto text = summary + parameters + example;
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
