// psi(w) = |w|_2^2 / 2, whose link function is the identity: dual and primal variables agree, the Hessian is
// the identity, and mirror descent is gradient descent.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/geometry/potential.hpp"

namespace implicitbias {

class Euclidean final : public Potential {
 public:
  static constexpr const char* name = "Euclidean";
  static constexpr const char* doc = R"(psi(w) = |w|_2^2 / 2: mirror descent is gradient descent.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.1.

      Examples
      --------
      >>> ib.Euclidean().value([3.0, 4.0])
      12.5
      )";
  using fields = Fields<>;

  double value(VectorView w) const override { return w.squaredNorm() / 2; }
  void link(VectorView w, VectorSlot z) const override { z = w; }
  void inverse_link(VectorView z, VectorSlot w) const override { w = z; }
  double divergence(VectorView w, VectorView v) const override { return (w - v).squaredNorm() / 2; }
  void solve(VectorView, VectorView g, VectorSlot out) const override { out = g; }
  void solve_dual(VectorView, VectorView g, VectorSlot out) const override { out = g; }
  std::shared_ptr<const Norm> geometry() const override { return std::make_shared<Lp>(2.0); }
  bool separable() const override { return true; }
  double modulus() const override { return 1; }
  std::optional<kernels::MoveRecipe> recipe() const override {
    return kernels::MoveRecipe{kernels::MoveRecipe::Kind::mirror};
  }
  bool quadratic() const override { return true; }
  bool euclidean() const override { return true; }
};

}  // namespace implicitbias
