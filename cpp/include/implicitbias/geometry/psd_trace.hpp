// The gauge of the factorized method: the trace on positive semidefinite matrices, where it is the nuclear
// norm. Its dual is max(lambda_max(X), 0), because <W, X> <= trace(W) max(lambda_max(X), 0) for every such
// W, attained by a W of rank one. It is no norm, because W and X differ from -W and -X, but all that a
// certificate asks for.
#pragma once

#include <algorithm>
#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/geometry/gauge.hpp"
#include "implicitbias/numerics/decompositions.hpp"

namespace implicitbias {

class PsdTrace final : public Gauge {
 public:
  static constexpr const char* name = "PsdTrace";
  static constexpr const char* doc =
      R"(The trace of positive semidefinite matrices, the nuclear norm there; its dual is max(lambda_max, 0).

      The geometry of FactorizedGradientDescent, a gauge and no norm: it has no steepest descent step.

      References
      ----------
      Gunasekar et al. (2018), arXiv:1802.08246, Theorem 7.
      )";

  /// The side of square parameters; throws InvalidValueError for any others.
  static Index side(const Shape& shape) {
    if (shape.sizes.size() != 2 || shape.sizes[0] != shape.sizes[1])
      throw InvalidValueError(
          message("X: expected square matrices, of shape (n, d, d), got samples of shape ", shape.text(),
                  "; lift(problem) makes matrices square and symmetric"));
    return shape.sizes[0];
  }

  double value(VectorView W) const override { return square(W).trace(); }
  double dual(VectorView X) const override {
    const Eigen::MatrixXd symmetric = (square(X) + square(X).transpose()) / 2;
    return std::max(eigenvalues(symmetric)[symmetric.rows() - 1], 0.0);
  }

  // Rounding in inner products is relative to the Frobenius norms, and |X|_F <= sqrt(d) |X|_2. Another share
  // is for W = U U', and for the eigenvalues.
  double condition() const override { return 2 * std::sqrt(static_cast<double>(side_)); }

  std::shared_ptr<const Gauge> gauge_on(const Shape& shape) const override {
    auto sized = std::make_shared<PsdTrace>();
    sized->side_ = side(shape);
    return sized;
  }

 private:
  static Eigen::Map<const Matrix> square(VectorView w) {
    const auto side = static_cast<Index>(std::lround(std::sqrt(static_cast<double>(w.size()))));
    return {w.data(), side, side};
  }

  Index side_ = 1;
};

}  // namespace implicitbias
