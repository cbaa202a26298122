// The simplex {w >= 0 : sum_i w_i = 1}, with the entropy as potential: the Bregman projection divides w by
// its sum, so that a step multiplies w_i by exp(-eta grad_i L) and normalizes (exponentiated gradient). Dual
// variables are kept as log w, so that a weight that underflows is not lost.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/constraint.hpp"
#include "implicitbias/geometry/potentials/entropy.hpp"

namespace implicitbias {

class Simplex final : public Constraint {
 public:
  static constexpr const char* name = "Simplex";
  static constexpr const char* doc =
      R"(The simplex {w : sum_i w_i = 1} with the entropy potential: exponentiated gradient, in closed form.

      Runs start at 1/d, the distribution of maximum entropy.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, eq. (4) and Theorem 1a.

      Examples
      --------
      >>> method = ib.MirrorDescent(ib.Entropy(), constraint=ib.Simplex())
      >>> problem = ib.Problem([[1.0, 2.0]], [1.25], ib.Squared())
      >>> run = ib.Run(problem, method, 0.1).advance(1000)
      >>> print(run.w.round(6))
      [0.75 0.25]
      )";
  using fields = Fields<>;

  std::shared_ptr<const Constraint> on(const Potential& potential, const Shape&) const override {
    if (dynamic_cast<const Entropy*>(&potential) == nullptr)
      throw InvalidValueError(
          "constraint: Simplex goes with Entropy, which keeps w positive; use Affine([[1, ..., 1]], [1])");
    return shared_from_this();
  }

  bool affine() const override { return true; }
  Matrix rows(const Shape& shape) const override { return Matrix::Ones(1, shape.size()); }

  void project(const Potential&, Vector& z, Vector& w) const override {
    const double largest = z.maxCoeff();
    for (Index i = 0; i < z.size(); ++i) w[i] = std::exp(z[i] - largest);
    const double sum = w.sum();
    w /= sum;
    z.array() -= largest + std::log(sum);
  }

  bool compose(kernels::MoveRecipe& mirror) const override {
    mirror.link = kernels::MoveRecipe::Link::simplex;
    return true;
  }

  Vector default_start(const Potential&, const Shape& shape) const override {
    return Vector::Constant(shape.size(), 1 / static_cast<double>(shape.size()));
  }
};

}  // namespace implicitbias
