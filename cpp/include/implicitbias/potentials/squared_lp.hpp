#pragma once

#include "../fields.hpp"
#include "../norms/lp.hpp"
#include "../potential.hpp"

namespace implicitbias {

class SquaredLp final : public Potential {
 public:
  static constexpr const char* name = "SquaredLp";
  static constexpr const char* doc =
      "psi(w) = |w|_p^2 / 2 for 1 < p <= 2.\n\n"
      "It is strongly convex with modulus p - 1 in l_p, and its conjugate is |z|_q^2 / 2, 1/p + 1/q = 1.\n\n"
      "Parameters\n----------\np : float";

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

  double divergence(VectorView w, VectorView v) const override {
    Vector z(v.size());
    link(v, z);
    // psi(v) + psi*(z) = <z, v>
    return std::max(0.0, value(w) + std::pow(norm_->dual(z), 2) / 2 - z.dot(w));
  }

  // H(w)^-1 is the Hessian of the conjugate at z = grad psi(w):
  // (q - 1) diag(a^(q-2)) + (2 - q) s s' with a = |z| / |z|_q, s = sign(z) a^(q-1). It is finite where
  // H(w) is not, at w_i = 0.
  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    if (p_ == 2) {
      out = g;
      return;
    }
    Vector z(w.size());
    link(w, z);
    const double q = p_ / (p_ - 1), size = norm_->dual(z);
    const Vector relative = z / size;
    const Vector powers = relative.cwiseAbs().array().pow(q - 2);
    const double along = (powers.array() * relative.array() * g.array()).sum();
    out = (q - 1) * powers.array() * g.array() + (2 - q) * along * powers.array() * relative.array();
  }

  std::string outside(VectorView w) const override {
    return p_ < 2 && w.isZero(0) ? "the Hessian is not defined at w = 0" : "";
  }

  std::shared_ptr<const Norm> geometry() const override { return norm_; }
  double modulus() const override { return p_ - 1; }
  bool quadratic() const override { return p_ == 2; }

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
