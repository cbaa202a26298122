// The norm |A w|_p with p = 1 or inf and A of full column rank: its unit ball is a polytope. The dual norm
// of g is the largest <g, v> over the vertices v of the ball, and steepest descent steps go along such a
// vertex: it is coordinate descent on the coefficients of w = sum_k c_k v_k. Where A is square the vertices
// follow from A^-1; otherwise they are listed.
#pragma once

#include <Eigen/LU>

#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/numerics/decompositions.hpp"
#include "implicitbias/numerics/vertices.hpp"

namespace implicitbias {

class PolyhedralNorm final : public Norm {
 public:
  static constexpr const char* name = "PolyhedralNorm";
  static constexpr const char* doc = R"(The norm |A w|_p with p = 1 or inf: its unit ball is a polytope.

      Stacked matrices give the sum (p = 1) or the maximum (p = inf) of several such norms: see `sum_norm` and
      `max_norm`.

      Parameters
      ----------
      A : array_like of shape (m, d)
          Of rank d. On (r, c) parameters, d = r c in row-major order. Square, or small: where m > d the
          vertices of the unit ball are listed, from at most 1e5 candidates (m over d times 2^(d-1) for inf, m
          over d-1 for 1).
      p : float
          1 or inf.

      Examples
      --------
      >>> ib.PolyhedralNorm([[1.0, 0.0], [-1.0, 1.0]], 1).value([1.0, 3.0])
      3.0
      )";

  PolyhedralNorm(Matrix A, double p) : A_(std::move(A)), lp_(checked(p)), step_(p) {
    if (A_.size() == 0 || A_.rows() < A_.cols() || !A_.allFinite())
      throw InvalidValueError(
          message("A: expected finite numbers in at least as many rows as columns, got shape (", A_.rows(),
                  ", ", A_.cols(), ")", A_.allFinite() ? "" : " with NaN or infinity"));
    // By a power of two, so that no digit changes, and no product of entries under- or overflows.
    const double largest = A_.cwiseAbs().maxCoeff();
    const double unit = largest > 0 ? std::scalbn(1.0, std::ilogb(largest)) : 1.0;
    const Matrix scaled = A_ / unit;
    const PivotedQr qr(scaled);
    if (!(qr.smallest() > 1e-14 * qr.largest()))
      throw InvalidValueError("A: expected linearly independent columns, else |A w| is no norm");
    condition_ = qr.largest() / qr.smallest();
    generate(scaled, p);
    generators_ /= unit;
    if (!generators_.allFinite())
      throw InvalidValueError("A: its entries are so small that the dual norm overflows; rescale it");
  }

  const Matrix& A() const { return A_; }
  double p() const { return lp_.p(); }
  using fields = Fields<Field<"A", &PolyhedralNorm::A>, Field<"p", &PolyhedralNorm::p>>;

  double value(VectorView w) const override {
    return relative_to_largest(w, [this](const Vector& unit) { return lp_.value(A_ * unit); });
  }
  double dual(VectorView g) const override {
    return relative_to_largest(g, [this](const Vector& unit) { return step_.dual(generators_ * unit); });
  }
  void steepest(VectorView g, Ties ties, VectorSlot dw) const override {
    dw.setZero();
    const double largest = g.lpNorm<Eigen::Infinity>();
    if (largest == 0) return;
    const Vector unit = g / largest;
    Vector slopes = generators_ * unit;
    if (step_.forgets_scale()) {
      const Vector sizes = generators_.cwiseAbs() * unit.cwiseAbs();
      const double rounding = epsilon * static_cast<double>(g.size() + 8);
      slopes = (slopes.array().abs() <= rounding * sizes.array()).select(0.0, slopes);
    }
    Vector along(slopes.size());
    step_.steepest(slopes, ties, along);
    dw.noalias() = largest * (generators_.transpose() * along);
  }

  double condition() const override { return condition_; }

  std::shared_ptr<const Norm> on(const Shape& shape) const override {
    if (shape.size() != A_.cols())
      throw InvalidValueError(message("A: expected ", shape.size(), " columns for parameters of shape ",
                                      shape.text(), ", got ", A_.cols()));
    return shared_from_this();
  }

 private:
  static double checked(double p) {
    if (p != 1 && p != infinity) throw InvalidValueError(message("p: expected 1 or inf, got ", p));
    return p;
  }

  void generate(const Matrix& A, double p) {
    if (A.rows() == A.cols()) {
      generators_ = Eigen::PartialPivLU<Eigen::MatrixXd>(A).inverse().transpose();
      return;
    }
    const bool cube = p == infinity;
    if (const double count = Vertices::candidates(A.rows(), A.cols(), cube);
        count > Vertices::most_candidates)
      throw InvalidValueError(
          message("A: expected a square matrix, or one with at most ", Vertices::most_candidates,
                  " candidates for the vertices of its unit ball (the dual norm is a linear program "
                  "otherwise), got about ",
                  count));
    const Vertices vertices(A, cube);
    generators_ = vertices.rows();
    condition_ = std::max(condition_, vertices.condition());
    step_ = Lp(1);
  }

  Matrix A_;
  Lp lp_;
  // |w| is the least |c|_s of all c with w = G' c, so that |g|_* is the dual of |.|_s at G g. For a square A,
  // G = A^-T and s = p; otherwise the rows of G are the vertices of the unit ball, and s = 1.
  Matrix generators_;
  Lp step_;
  double condition_ = 1;
};

}  // namespace implicitbias
