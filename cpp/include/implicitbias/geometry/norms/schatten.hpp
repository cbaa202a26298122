// The l_p norm of the singular values of a matrix: nuclear for p = 1, Frobenius for p = 2, spectral for p =
// inf. With G = U diag(s) V', the dual is the l_q norm of s, 1/p + 1/q = 1, and the steepest descent step is
// U diag(h) V' with h the l_p step of s: of rank one for p = 1, -|s|_1 U V' for p = inf.
#pragma once

#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/numerics/decompositions.hpp"

namespace implicitbias {

class Schatten final : public Norm, public kernels::MatrixNorm {
 public:
  static constexpr const char* name = "Schatten";
  static constexpr const char* doc =
      R"(The l_p norm of the singular values of (r, c) parameters: 1 nuclear, 2 Frobenius, inf spectral.

      Parameters
      ----------
      p : float
          In [1, inf].

      Notes
      -----
      The steepest step has the singular vectors of -G and, for singular values, the l_p step of those of G:
      of rank one for the nuclear norm, orthogonal up to a factor for the spectral norm, on the numerical range
      of G: singular values below 1e-9 of the largest count as 0.

      Examples
      --------
      >>> W = [[3.0, 0.0], [0.0, 4.0]]
      >>> print(f"{ib.Schatten(1).value(W):.6g} {ib.Schatten(math.inf).value(W):.6g}")
      7 4
      )";

  explicit Schatten(double p) : lp_(p) {}

  double p() const { return lp_.p(); }
  using fields = Fields<Field<"p", &Schatten::p>>;

  double value(VectorView w) const override {
    return p() == 2 ? lp_.value(w)
                    : of_singular_values(w, [this](const Vector& values) { return lp_.value(values); });
  }
  double dual(VectorView g) const override {
    return p() == 2 ? lp_.dual(g)
                    : of_singular_values(g, [this](const Vector& values) { return lp_.dual(values); });
  }

  void steepest(VectorView g, Ties ties, VectorSlot dw) const override {
    const double largest = g.lpNorm<Eigen::Infinity>();
    if (p() == 2 || largest == 0) {
      dw = -g;
      return;
    }
    const SingularValues svd = decompose_singular(matrix(g) / largest);
    Vector values = svd.values, step(values.size());
    // Singular values that are rounding count as 0: the spectral step would be as long along them as along
    // the others. The entries of g are sums over the samples and carry more rounding than the decomposition
    // adds, hence the high threshold there; the steps of other p hardly depend on it.
    const double rounding = 16 * epsilon * static_cast<double>(rows_ + columns_);
    const double threshold = (p() == infinity ? numerical_range : rounding) * values[0];
    values = (values.array() > threshold).select(values, 0.0);
    lp_.steepest(values, ties, step);
    step *= largest;
    dw = (svd.U * step.asDiagonal() * svd.V.transpose()).reshaped();
  }

  bool euclidean() const override { return lp_.euclidean(); }
  double longest(Index) const override { return lp_.longest(std::min(rows_, columns_)); }

  bool forgets_scale() const override { return lp_.forgets_scale(); }

  bool quadratic() const override { return lp_.quadratic(); }
  bool strictly_convex() const override { return lp_.strictly_convex(); }
  bool link(VectorView w, VectorSlot z) const override {
    z = w;
    return quadratic();
  }
  // The nearest point of a ball has the same singular vectors, and projected singular values.
  BallProjection ball_projection() const override {
    const BallProjection of_values = lp_.ball_projection();
    if (!of_values || quadratic()) return of_values;
    return [this, of_values](VectorSlot w, double radius) {
      if (value(w) <= radius) return;
      SingularValues svd = decompose_singular(matrix(w));
      of_values(svd.values, radius);
      w = (svd.U * svd.values.asDiagonal() * svd.V.transpose()).reshaped();
    };
  }
  std::optional<kernels::MoveRecipe> recipe(Ties ties) const override {
    if (p() == infinity) return matrix_move(kernels::MoveRecipe::Kind::spectral);
    return quadratic() ? lp_.recipe(ties) : std::nullopt;
  }

  /// A move of matrices of this shape. Where the smaller side is small the compiled loop's Jacobi rotations
  /// take no longer than the decomposition here.
  kernels::MoveRecipe matrix_move(kernels::MoveRecipe::Kind kind) const {
    kernels::MoveRecipe move{kind};
    move.matrix = {rows_, columns_, std::min(rows_, columns_) > 32 ? this : nullptr};
    return move;
  }
  double nuclear(const double* h) const override { return dual(VectorMap(h, rows_ * columns_)); }
  void descend(const double* h, double* dw) const override {
    const Index d = rows_ * columns_;
    steepest(-VectorMap(h, d), Ties::first, Eigen::Map<Vector>(dw, d));
  }

  std::shared_ptr<const Norm> on(const Shape& shape) const override {
    if (shape.sizes.size() != 2)
      throw InvalidValueError(
          message("norm: Schatten expects matrices as parameters, got shape ", shape.text(),
                  "; parameters are matrices where samples are, X of shape (n, r, c), or where there are "
                  "several classes, as with CrossEntropy"));
    auto norm = std::make_shared<Schatten>(*this);
    norm->rows_ = shape.sizes[0];
    norm->columns_ = shape.sizes[1];
    return norm;
  }

 private:
  using VectorMap = Eigen::Map<const Vector>;
  static constexpr double numerical_range = 1e-9;

  // The entries are stored row by row: as Eigen reads them, column by column, they are the transposed matrix.
  // Its singular values are the same, and its step is the transposed step.
  Eigen::Map<const Eigen::MatrixXd> matrix(VectorView w) const { return {w.data(), columns_, rows_}; }

  template <class Size>
  double of_singular_values(VectorView w, Size size) const {
    return relative_to_largest(w, [&](const Vector& unit) { return size(singular_values(matrix(unit))); });
  }

  Lp lp_;
  Index rows_ = 0, columns_ = 0;  // known once the norm is on parameters of one shape
};

}  // namespace implicitbias
