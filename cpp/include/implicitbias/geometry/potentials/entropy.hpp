// psi(w) = sum_i w_i log w_i - w_i on w > 0, with link function log w: mirror steps multiply the weights.
// Dual variables are what runs keep: a weight below the range of doubles is 0, and log w_i goes on.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/geometry/potential.hpp"
#include "implicitbias/numerics/gaps.hpp"

namespace implicitbias {

class Entropy final : public Potential {
 public:
  static constexpr const char* name = "Entropy";
  static constexpr const char* doc = R"(psi(w) = sum_i w_i log w_i - w_i on w > 0, with link function log w.

      Runs start at ones, its minimum. A weight that underflows is 0 while its dual variable goes on.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.2 and Examples 2-3.

      Examples
      --------
      >>> ib.Entropy().link([1.0, math.e])
      array([0., 1.])
      )";
  using fields = Fields<>;

  double value(VectorView w) const override {
    double sum = 0;
    for (Index i = 0; i < w.size(); ++i) sum += w[i] > 0 ? w[i] * std::log(w[i]) - w[i] : 0.0;
    return sum;
  }
  void link(VectorView w, VectorSlot z) const override { z = w.array().log(); }
  void inverse_link(VectorView z, VectorSlot w) const override {
    for (Index i = 0; i < z.size(); ++i) w[i] = std::exp(z[i]);
  }
  double divergence(VectorView w, VectorView v) const override {
    double sum = 0;
    for (Index i = 0; i < w.size(); ++i) sum += w[i] < 0 ? infinity : entropy_gap(w[i], v[i]);
    return sum;
  }
  void solve(VectorView w, VectorView g, VectorSlot out) const override { out = w.cwiseProduct(g); }
  void solve_dual(VectorView z, VectorView g, VectorSlot out) const override {
    inverse_link(z, out);
    out.array() *= g.array();
  }

  std::string outside_domain(VectorView w) const override {
    for (Index i = 0; i < w.size(); ++i)
      if (!(w[i] > 0)) return message("w[", i, "] = ", w[i], " is not positive");
    return {};
  }
  Vector default_start(const Shape& shape) const override { return Vector::Ones(shape.size()); }
  std::shared_ptr<const Norm> geometry() const override { return std::make_shared<Lp>(1.0); }
  std::optional<kernels::MoveRecipe> recipe() const override {
    return kernels::MoveRecipe{.kind = kernels::MoveRecipe::Kind::mirror,
                               .link = kernels::MoveRecipe::Link::exponential};
  }
  bool separable() const override { return true; }
  double modulus() const override { return 0; }  // strongly convex on bounded sets only
};

}  // namespace implicitbias
