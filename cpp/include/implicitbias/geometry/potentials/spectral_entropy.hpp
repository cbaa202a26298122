// psi(W) = tr(W log W - W) on symmetric positive definite W, the entropy of the eigenvalues, with link
// function log W. It is convex on these matrices only. Its Hessian acts on a gradient entry by entry in the
// eigenbasis of W.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/geometry/potential.hpp"
#include "implicitbias/numerics/decompositions.hpp"
#include "implicitbias/numerics/gaps.hpp"

namespace implicitbias {

class SpectralEntropy final : public Potential {
 public:
  static constexpr const char* name = "SpectralEntropy";
  static constexpr const char* doc =
      R"(psi(W) = tr(W log W - W) on symmetric positive definite W, with link function log W.

      The entropy of the eigenvalues is convex on these matrices only. Runs start at the identity, its
      minimum. Gradients count by their symmetric part.

      Examples
      --------
      >>> ib.SpectralEntropy().value([[1.0, 0.0], [0.0, 1.0]])
      -2.0
      )";
  using fields = Fields<>;

  double value(VectorView w) const override {
    const Vector values = eigenvalues(symmetric(w));
    return values.unaryExpr([](double x) { return x > 0 ? x * std::log(x) - x : 0.0; }).sum();
  }
  void link(VectorView w, VectorSlot z) const override {
    apply(w, z, [](double x) { return std::log(x); });
  }
  void inverse_link(VectorView z, VectorSlot w) const override {
    apply(z, w, [](double x) { return std::exp(x); });
  }
  double divergence(VectorView w, VectorView v) const override {
    // The entropies of the eigenvalues, weighted by how far the eigenvectors overlap: no term is negative.
    const auto one = decompose(w), other = decompose(v);
    const Eigen::MatrixXd overlap = one.vectors.transpose() * other.vectors;
    // A matrix on the boundary of the domain has eigenvalues that are 0 but for rounding.
    if (one.values[0] < -1e-12 * one.values.lpNorm<Eigen::Infinity>()) return infinity;
    double sum = 0;
    for (Index i = 0; i < overlap.rows(); ++i)
      for (Index j = 0; j < overlap.cols(); ++j)
        sum += overlap(i, j) * overlap(i, j) * entropy_gap(std::max(one.values[i], 0.0), other.values[j]);
    return sum;
  }

  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    const auto eigen = decompose(w);
    differentiate_exp(eigen.vectors, eigen.values.array().log(), g, out);
  }
  void solve_dual(VectorView z, VectorView g, VectorSlot out) const override {
    const auto eigen = decompose(z);
    differentiate_exp(eigen.vectors, eigen.values, g, out);
  }

  std::string outside_domain(VectorView w) const override {
    const auto W = square(w);
    if ((W - W.transpose()).cwiseAbs().maxCoeff() > 1e-12 * W.cwiseAbs().maxCoeff())
      return "W is not symmetric";
    const double smallest = eigenvalues(symmetric(w))[0];
    return smallest > 0 ? std::string()
                        : message("the smallest eigenvalue of W, ", smallest, ", is not positive");
  }
  Vector default_start(const Shape& shape) const override {
    return Eigen::MatrixXd::Identity(shape.sizes[0], shape.sizes[0]).reshaped();
  }
  std::shared_ptr<const Norm> geometry() const override { return std::make_shared<Lp>(2.0); }
  double modulus() const override { return 0; }

  std::shared_ptr<const Metric> on(const Shape& shape) const override {
    if (shape.sizes.size() != 2 || shape.sizes[0] != shape.sizes[1])
      throw InvalidValueError(message(
          "potential: SpectralEntropy expects square matrices as parameters, got shape ", shape.text()));
    return shared_from_this();
  }

 private:
  // The derivative of exp at V diag(z) V' multiplies entry (i, j) in that eigenbasis by
  // (e^z_i - e^z_j) / (z_i - z_j).
  static void differentiate_exp(const Eigen::MatrixXd& V, const Vector& z, VectorView g, VectorSlot out) {
    Eigen::MatrixXd inner = V.transpose() * symmetric(g) * V;
    for (Index i = 0; i < z.size(); ++i)
      for (Index j = 0; j < z.size(); ++j) {
        const double difference = std::abs(z[i] - z[j]);
        inner(i, j) *=
            std::exp(std::max(z[i], z[j])) * (difference == 0 ? 1 : -std::expm1(-difference) / difference);
      }
    out = (V * inner * V.transpose()).reshaped();
  }

  // Row- or column-major is the same here: the matrices are symmetric.
  static Eigen::Map<const Eigen::MatrixXd> square(VectorView w) {
    const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(w.size()))));
    return {w.data(), side, side};
  }
  static Eigen::MatrixXd symmetric(VectorView w) { return (square(w) + square(w).transpose()) / 2; }
  static Eigenpairs decompose(VectorView w) { return decompose_symmetric(symmetric(w)); }
  template <class Function>
  static void apply(VectorView from, VectorSlot to, Function function) {
    const auto eigen = decompose(from);
    const Vector values = eigen.values.unaryExpr(function);
    to = (eigen.vectors * values.asDiagonal() * eigen.vectors.transpose()).reshaped();
  }
};

}  // namespace implicitbias
