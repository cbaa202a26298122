// psi(w) = w' D w / 2 for a symmetric positive definite D: link function D w, constant Hessian D. Mirror
// descent in it is steepest descent in |w|_D = (w' D w)^(1/2), and the solver of that norm is what it uses.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/quadratic.hpp"
#include "implicitbias/geometry/potential.hpp"

namespace implicitbias {

class QuadraticPotential final : public Potential {
 public:
  static constexpr const char* name = "QuadraticPotential";
  static constexpr const char* doc = R"(psi(w) = w' D w / 2 for a symmetric positive definite matrix.

      Parameters
      ----------
      D : array_like of shape (d, d)
          Symmetric, positive definite, with a condition number below 1e14. On (r, c) parameters, d = r c in
          row-major order.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.3: for quadratic potentials natural
      gradient descent is mirror descent.

      Examples
      --------
      >>> ib.QuadraticPotential([[4.0, 0.0], [0.0, 1.0]]).link([1.0, 1.0])
      array([4., 1.])
      )";

  explicit QuadraticPotential(Matrix D) : norm_(std::make_shared<QuadraticNorm>(std::move(D))) {}

  const Matrix& D() const { return norm_->D(); }
  using fields = Fields<Field<"D", &QuadraticPotential::D>>;

  double value(VectorView w) const override { return w.dot(D() * w) / 2; }
  void link(VectorView w, VectorSlot z) const override { z.noalias() = D() * w; }
  void inverse_link(VectorView z, VectorSlot w) const override { solve(w, z, w); }
  double divergence(VectorView w, VectorView v) const override { return value(w - v); }
  void solve(VectorView, VectorView g, VectorSlot out) const override {
    norm_->steepest(g, Ties::first, out);
    out = -out;
  }
  void solve_dual(VectorView z, VectorView g, VectorSlot out) const override { solve(z, g, out); }
  std::shared_ptr<const Norm> geometry() const override { return norm_; }
  bool separable() const override { return D().isDiagonal(0); }
  double modulus() const override { return 1; }
  bool quadratic() const override { return true; }
  bool euclidean() const override { return D().isIdentity(0); }
  std::shared_ptr<const Metric> on(const Shape& shape) const override {
    norm_->on(shape);
    return shared_from_this();
  }

 private:
  std::shared_ptr<const QuadraticNorm> norm_;
};

}  // namespace implicitbias
