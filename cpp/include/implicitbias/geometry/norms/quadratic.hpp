// The norm |w|_D = (w' D w)^(1/2) of a symmetric positive definite matrix D. Its dual is (g' D^-1 g)^(1/2)
// and its steepest descent step -D^-1 g. D = C C' is factorized once (Cholesky); then |w|_D = |C' w|_2 and
// its dual is |C^-1 g|_2, both free of cancellation.
#pragma once

#include <Eigen/Cholesky>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norm.hpp"

namespace implicitbias {

class QuadraticNorm final : public Norm {
 public:
  static constexpr const char* name = "QuadraticNorm";
  static constexpr const char* doc = R"(The norm |w|_D = sqrt(w' D w) of a symmetric positive definite matrix.

      Parameters
      ----------
      D : array_like of shape (d, d)
          Symmetric, positive definite, with a condition number below 1e14. On (r, c) parameters, d = r c in
          row-major order.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, section 2.4: steepest descent in |w|_D is mirror descent
      with psi(w) = |w|_D^2 / 2.

      Examples
      --------
      >>> norm = ib.QuadraticNorm([[4.0, 0.0], [0.0, 1.0]])
      >>> norm.value([1.0, 0.0]), norm.dual([1.0, 0.0])
      (2.0, 0.5)
      )";

  explicit QuadraticNorm(Matrix D) : D_(std::move(D)) {
    if (D_.rows() != D_.cols() || D_.rows() == 0)
      throw InvalidValueError(
          message("D: expected a square matrix, got shape (", D_.rows(), ", ", D_.cols(), ")"));
    if (!D_.allFinite()) throw InvalidValueError("D: expected finite numbers, got NaN or infinity");
    const double asymmetry = (D_ - D_.transpose()).cwiseAbs().maxCoeff();
    if (asymmetry > 1e-12 * D_.cwiseAbs().maxCoeff())
      throw InvalidValueError(
          message("D: expected a symmetric matrix, got entries that differ by ", asymmetry));
    cholesky_.compute(D_);
    if (cholesky_.info() != Eigen::Success)
      throw InvalidValueError("D: expected a positive definite matrix; its Cholesky factorization fails");
    if (!(condition() < 1e14))
      throw InvalidValueError(message("D: expected a condition number below 1e14, got about ", condition()));
    if (D_.isDiagonal(0)) inverse_ = D_.diagonal().cwiseInverse();
  }

  const Matrix& D() const { return D_; }
  using fields = Fields<Field<"D", &QuadraticNorm::D>>;

  double value(VectorView w) const override {
    return relative_to_largest(w, [this](const Vector& unit) { return (cholesky_.matrixU() * unit).norm(); });
  }
  double dual(VectorView g) const override {
    return relative_to_largest(g,
                               [this](const Vector& unit) { return cholesky_.matrixL().solve(unit).norm(); });
  }
  void steepest(VectorView g, Ties, VectorSlot dw) const override {
    dw = -g;
    cholesky_.solveInPlace(dw);
  }

  double condition() const override { return 1 / cholesky_.rcond(); }

  bool forgets_scale() const override { return false; }
  bool quadratic() const override { return true; }
  std::optional<kernels::MoveRecipe> recipe(Ties) const override {
    return inverse_.size() ? std::optional(diagonal_move(inverse_)) : std::nullopt;
  }
  bool link(VectorView w, VectorSlot z) const override {
    z.noalias() = D_ * w;
    return true;
  }

  std::shared_ptr<const Norm> on(const Shape& shape) const override {
    if (shape.size() != D_.rows())
      throw InvalidValueError(message("D: expected shape (", shape.size(), ", ", shape.size(),
                                      ") for parameters of shape ", shape.text(), ", got (", D_.rows(), ", ",
                                      D_.cols(), ")"));
    return shared_from_this();
  }

 private:
  Matrix D_;
  Eigen::LLT<Eigen::MatrixXd> cholesky_;
  Vector inverse_;  // 1 / D_ii where D is diagonal, else empty
};

}  // namespace implicitbias
