#pragma once

#include <Eigen/Eigenvalues>

#include "../fields.hpp"
#include "../norms/lp.hpp"
#include "../potential.hpp"

namespace implicitbias {

class SpectralEntropy final : public Potential {
 public:
  static constexpr const char* name = "SpectralEntropy";
  static constexpr const char* doc =
      "psi(W) = tr(W log W - W) on symmetric positive definite W, with link function log W.\n\n"
      "It is the entropy of the eigenvalues, convex on these matrices only. Runs start at the identity, its\n"
      "minimum. Gradients count by their symmetric part.";
  using fields = Fields<>;

  double value(VectorView w) const override {
    return decompose(w)
        .eigenvalues()
        .unaryExpr([](double x) { return x > 0 ? x * std::log(x) - x : 0.0; })
        .sum();
  }
  void link(VectorView w, VectorSlot z) const override {
    apply(w, z, [](double x) { return std::log(x); });
  }
  void inverse_link(VectorView z, VectorSlot w) const override {
    apply(z, w, [](double x) { return std::exp(x); });
  }
  double divergence(VectorView w, VectorView v) const override {
    Vector z(v.size());
    link(v, z);
    return value(w) + square(v).trace() - z.dot(symmetric(w).reshaped());
  }

  // In the eigenbasis of W, the derivative of exp at log W multiplies entry (i, j) by
  // (l_i - l_j) / (log l_i - log l_j).
  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    const auto eigen = decompose(w);
    const auto& V = eigen.eigenvectors();
    const Vector& l = eigen.eigenvalues();
    Eigen::MatrixXd inner = V.transpose() * symmetric(g) * V;
    for (Index i = 0; i < l.size(); ++i)
      for (Index j = 0; j < l.size(); ++j) {
        const double difference = std::log(l[i] / l[j]);
        // expm1(x) / x without cancellation
        inner(i, j) *= difference == 0 ? l[i] : l[j] * std::expm1(difference) / difference;
      }
    out = (V * inner * V.transpose()).reshaped();
  }

  std::string outside_domain(VectorView w) const override {
    const auto W = square(w);
    if ((W - W.transpose()).cwiseAbs().maxCoeff() > 1e-12 * W.cwiseAbs().maxCoeff())
      return "W is not symmetric";
    const double smallest = decompose(w).eigenvalues()[0];
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
  // Row- or column-major is the same here: the matrices are symmetric.
  static Eigen::Map<const Eigen::MatrixXd> square(VectorView w) {
    const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(w.size()))));
    return {w.data(), side, side};
  }
  static Eigen::MatrixXd symmetric(VectorView w) { return (square(w) + square(w).transpose()) / 2; }
  static Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> decompose(VectorView w) {
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(symmetric(w));
  }
  template <class Function>
  static void apply(VectorView from, VectorSlot to, Function function) {
    const auto eigen = decompose(from);
    const Vector values = eigen.eigenvalues().unaryExpr(function);
    to = (eigen.eigenvectors() * values.asDiagonal() * eigen.eigenvectors().transpose()).reshaped();
  }
};

}  // namespace implicitbias
