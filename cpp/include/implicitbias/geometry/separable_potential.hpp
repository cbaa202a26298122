// Potentials that are sums over the entries, psi(w) = sum_i phi(w_i) for an even phi on the whole line.
//
// One is an entry (phi, its slope and the inverse of that, both curvatures, the gap) and facts about it.
// `SeparablePotential` makes the noun of it.
#pragma once

#include <cmath>
#include <concepts>
#include <memory>

#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/geometry/potential.hpp"

namespace implicitbias {

template <class K>
concept Entry = requires(const K entry, double x, VectorView w) {
  { entry.value(x) } -> std::same_as<double>;
  { entry.link(x) } -> std::same_as<double>;               // phi'
  { entry.inverse_link(x) } -> std::same_as<double>;       // of phi'
  { entry.inverse_curvature(x) } -> std::same_as<double>;  // 1 / phi''(w)
  { entry.dual_curvature(x) } -> std::same_as<double>;     // the same of z = phi'(w), finite at 0
  { entry.gap(x, x) } -> std::same_as<double>;             // D(w, v)
  { entry.norm() } -> std::same_as<Lp>;
  { entry.modulus() } -> std::same_as<double>;
  { entry.quadratic() } -> std::same_as<bool>;
};

template <Entry K>
class SeparablePotential final : public Potential, public K {
 public:
  using K::K;

  bool separable() const override { return true; }

  double value(VectorView w) const override {
    double sum = 0;
    for (Index i = 0; i < w.size(); ++i) sum += K::value(w[i]);
    return sum;
  }
  void link(VectorView w, VectorSlot z) const override {
    for (Index i = 0; i < w.size(); ++i) z[i] = K::link(w[i]);
  }
  void inverse_link(VectorView z, VectorSlot w) const override {
    for (Index i = 0; i < z.size(); ++i) w[i] = K::inverse_link(z[i]);
  }
  double divergence(VectorView w, VectorView v) const override {
    double sum = 0;
    for (Index i = 0; i < w.size(); ++i) sum += K::gap(w[i], v[i]);
    return sum;
  }
  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    for (Index i = 0; i < w.size(); ++i) out[i] = K::inverse_curvature(w[i]) * g[i];
  }
  void solve_dual(VectorView z, VectorView g, VectorSlot out) const override {
    for (Index i = 0; i < z.size(); ++i) out[i] = K::dual_curvature(z[i]) * g[i];
  }

  std::string beyond_range(VectorView w) const override {
    for (Index i = 0; i < w.size(); ++i) {
      const double z = std::abs(K::link(w[i]));
      const bool lost = w[i] != 0 && z < std::numeric_limits<double>::min();
      if (lost || !std::isfinite(z))
        return message("w[", i, "] = ", w[i], " has a dual variable that ", lost ? "under" : "over",
                       "flows; rescale the data");
    }
    return {};
  }

  /// Where the curvature vanishes it has no inverse.
  std::string outside(VectorView w) const override {
    for (Index i = 0; i < w.size(); ++i)
      if (!std::isfinite(K::inverse_curvature(w[i])))
        return message("the Hessian of the potential is 0 at w[", i, "] = ", w[i]);
    return {};
  }

  std::shared_ptr<const Norm> geometry() const override { return std::make_shared<Lp>(K::norm()); }
  double modulus() const override { return K::modulus(); }
  bool quadratic() const override { return K::quadratic(); }
  bool euclidean() const override {
    if constexpr (requires { K::euclidean(); })
      return K::euclidean();
    else
      return false;
  }
  double log_smoothness(VectorView w, double log_loss, double log_radius) const override {
    if constexpr (requires { K::log_smoothness(w, log_loss, log_radius); })
      return K::log_smoothness(w, log_loss, log_radius);
    else
      return Potential::log_smoothness(w, log_loss, log_radius);
  }

  void coordinates(VectorView w, VectorView z, VectorSlot q) const override { q = leaps_in_weights ? w : z; }
  void place(VectorView q, VectorSlot w, VectorSlot z) const override {
    if constexpr (leaps_in_weights) {
      constexpr double most = std::numeric_limits<double>::max();
      w = q;
      link(w, z);
      z = z.cwiseMax(-most).cwiseMin(most);
    } else {
      Potential::place(q, w, z);
    }
  }
  void increment(VectorView w, VectorView dz, double log_scale, double log_unit,
                 VectorSlot dq) const override {
    if constexpr (leaps_in_weights)
      for (Index i = 0; i < w.size(); ++i) dq[i] = K::weight_increment(w[i], dz[i], log_scale, log_unit);
    else
      Potential::increment(w, dz, log_scale, log_unit, dq);
  }

 private:
  /// An entry whose dual variable outgrows the range of doubles says how its weight moves.
  static constexpr bool leaps_in_weights =
      requires(const K entry, double x) { entry.weight_increment(x, x, x, x); };
};

}  // namespace implicitbias
