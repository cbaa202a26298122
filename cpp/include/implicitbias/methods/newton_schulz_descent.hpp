// Muon as it is shipped: steepest descent in the spectral norm, with five steps of a Newton-Schulz iteration
// in the place of the polar factor. The iteration is X <- a X + b (X X') X + c (X X')^2 X from X = M / |M|_F,
// with coefficients that are tuned to take every singular value that is not tiny to about 1 (.68 to 1.21),
// and not to converge.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/schatten.hpp"
#include "implicitbias/methods/averaged_descent.hpp"

namespace implicitbias {

class NewtonSchulzDescent final : public AveragedDescent {
 public:
  static constexpr const char* name = "NewtonSchulzDescent";
  static constexpr auto text =
      FixedString(R"(Spectral descent with an approximate polar factor: Muon as it is shipped.

      The step is -|M|_* P(M), with |M|_* the nuclear norm of the gradient or of its average M, and P(M) five
      steps of X <- 3.4445 X - 4.7750 (X X') X + 2.0315 (X X')^2 X from X = M / |M|_F in the place of M's
      polar factor; that would be ``SteepestDescent(Schatten(math.inf))``. P(M) has M's singular vectors and
      singular values of .68 to 1.21 where those of M are not tiny. Parameters are matrices.

      Parameters
      ----------)") +
      averaging + FixedString(R"(

      Notes
      -----
      Margins are normalized in the spectral norm, as for the exact polar factor. ``Muon(orthogonalization=
      'newton-schulz')`` makes it. |M|_F has no eps added to it here, so that the scale of M does not matter.

      References
      ----------
      Jordan et al. (2024), "Muon: An optimizer for hidden layers in neural networks", kellerjordan.github.io.

      Examples
      --------
      >>> rows = np.reshape([2.0, 0.0, 0.0, 1.0], (1, 2, 2))
      >>> problem = ib.Problem(rows, [1], ib.Exponential())
      >>> method = ib.NewtonSchulzDescent()
      >>> steps = 0.1 / 3  # over the nuclear norm of the first gradient
      >>> print(ib.Run(problem, method, steps).advance(1).w.round(4))
      [[0.0689 0.    ]
       [0.     0.1114]]
      )");
  static constexpr const char* doc = text.text;

  NewtonSchulzDescent(std::shared_ptr<const EMA> momentum, double weight_decay)
      : AveragedDescent(std::move(momentum), weight_decay) {}

  using fields =
      Fields<Field<"momentum", &NewtonSchulzDescent::momentum, [] { return std::shared_ptr<const EMA>(); }>,
             Field<"weight_decay", &NewtonSchulzDescent::weight_decay, [] { return 0.0; }>>;

  std::shared_ptr<const Method> on(const Problem& problem) const override {
    auto method = std::make_shared<NewtonSchulzDescent>(*this);
    method->norm_ = std::static_pointer_cast<const Schatten>(norm_->on(problem.shape()));
    method->shape_ = problem.shape();
    return method;
  }

  std::shared_ptr<const Gauge> geometry() const override { return norm_; }

  // An approximate step need not descend.
  double log_smoothness(const Vector&, double, double) const override {
    return std::numeric_limits<double>::quiet_NaN();
  }
  bool forgets_scale() const override { return true; }

 protected:
  void descend(const Vector& along, Vector& dw) const override {
    constexpr double a = 3.4445, b = -4.7750, c = 2.0315;
    constexpr int iterations = 5;
    const double length = along.stableNorm();
    if (length == 0) {
      dw.setZero();
      return;
    }
    const Index rows = shape_.sizes[0], columns = shape_.sizes[1];
    Eigen::MatrixXd X = Eigen::Map<const Matrix>(along.data(), rows, columns) / length;
    const bool tall = rows > columns;  // X X' is the smaller of the two products
    if (tall) X.transposeInPlace();
    for (int k = 0; k < iterations; ++k) {
      const Eigen::MatrixXd A = X * X.transpose();
      const Eigen::MatrixXd B = b * A + c * A * A;
      X = (a * X + B * X).eval();
    }
    if (tall) X.transposeInPlace();
    Eigen::Map<Matrix>(dw.data(), rows, columns) = -norm_->dual(along) * X;
  }

  std::optional<kernels::MoveRecipe> bare_recipe() const override {
    return norm_->matrix_move(kernels::MoveRecipe::Kind::newton_schulz);
  }

 private:
  std::shared_ptr<const Schatten> norm_ = std::make_shared<Schatten>(infinity);
  Shape shape_;  // of the parameters of the problem that the method is on
};

}  // namespace implicitbias
