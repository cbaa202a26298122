// psi(w) = |w|_p^2 / 2 for 1 < p <= 2. Its link function is minus the steepest descent step of l_q at w, 1/p
// + 1/q = 1, and the inverse link minus that of l_p at z, because the conjugate is |z|_q^2 / 2. It is
// strongly convex in l_p, with modulus p - 1.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/geometry/potential.hpp"
#include "implicitbias/numerics/gaps.hpp"

namespace implicitbias {

class SquaredLp final : public Potential {
 public:
  static constexpr const char* name = "SquaredLp";
  static constexpr const char* doc = R"(psi(w) = |w|_p^2 / 2 for 1 < p <= 2.

      It is strongly convex with modulus p - 1 in l_p, and its conjugate is |z|_q^2 / 2, 1/p + 1/q = 1.

      Parameters
      ----------
      p : float
          In (1, 2].

      Examples
      --------
      >>> ib.SquaredLp(2).link([3.0, -4.0])
      array([ 3., -4.])
      )";

  explicit SquaredLp(double p) : norm_(std::make_shared<Lp>(checked(p))), conjugate_(p / (p - 1)), p_(p) {}

  double p() const { return p_; }
  using fields = Fields<Field<"p", &SquaredLp::p>>;

  double value(VectorView w) const override { return std::pow(norm_->value(w), 2) / 2; }

  // The gradient of half a squared norm is minus a steepest descent step in the dual norm.
  void link(VectorView w, VectorSlot z) const override {
    conjugate_.steepest(w, Ties::first, z);
    z = -z;
  }
  void inverse_link(VectorView z, VectorSlot w) const override {
    norm_->steepest(z, Ties::first, w);
    w = -w;
  }

  std::optional<kernels::MoveRecipe> recipe() const override {
    const auto inverse = norm_->recipe(Ties::first), forward = conjugate_.recipe(Ties::first);
    if (!inverse || !forward) return std::nullopt;
    kernels::MoveRecipe mirror{kernels::MoveRecipe::Kind::mirror};
    if (p_ == 2) return mirror;
    mirror.link = kernels::MoveRecipe::Link::power;
    mirror.power = inverse->power;
    mirror.forward = forward->power;
    return mirror;
  }

  // (|w| - |v|)^2 / 2 and |w| |v| times the gap in Hoelder's inequality for the unit vectors, which is a sum
  // of gaps in Young's: no term is negative.
  double divergence(VectorView w, VectorView v) const override {
    const double one = norm_->value(w), other = norm_->value(v);
    if (one == 0 || other == 0) return (one * one + other * other) / 2;
    double gap = 0;
    for (Index i = 0; i < w.size(); ++i) gap += young_gap(w[i] / one, v[i] / other, p_);
    return (one - other) * (one - other) / 2 + one * (other * gap);
  }

  // H(w)^-1 is the Hessian of the conjugate at z = grad psi(w):
  // |a|_q^(2-q) ((q - 1) diag(a^(q-2)) - (q - 2) s s' / |a|_q^q) with a = |z| / max |z|, s = sign(z) a^(q-1).
  // It is finite where H(w) is not, at w_i = 0.
  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    Vector z(w.size());
    link(w, z);
    solve_dual(z, g, out);
  }
  void solve_dual(VectorView z, VectorView g, VectorSlot out) const override {
    if (p_ == 2) {
      out = g;
      return;
    }
    const double q = p_ / (p_ - 1);
    const Vector relative = z / z.lpNorm<Eigen::Infinity>();
    const Vector powers = relative.cwiseAbs().array().pow(q - 2), slopes = powers.cwiseProduct(relative);
    // For large q the two terms nearly cancel along w: `sum` must come from the same rounded powers.
    const double sum = slopes.dot(relative), along = slopes.dot(g) / sum;
    out = std::pow(sum, 2 / q - 1) * ((q - 1) * powers.cwiseProduct(g) - (q - 2) * along * slopes);
  }

  std::string outside(VectorView w) const override {
    return p_ < 2 && w.isZero(0) ? "the Hessian is not defined at w = 0" : "";
  }

  std::shared_ptr<const Norm> geometry() const override { return norm_; }
  bool separable() const override { return p_ == 2; }
  double modulus() const override { return p_ - 1; }
  bool quadratic() const override { return p_ == 2; }
  bool euclidean() const override { return p_ == 2; }

 private:
  static double checked(double p) {
    if (!(p > 1 && p <= 2)) throw InvalidValueError(message("p: expected a number in (1, 2], got ", p));
    return p;
  }

  std::shared_ptr<const Lp> norm_;
  Lp conjugate_;
  double p_;
};

}  // namespace implicitbias
