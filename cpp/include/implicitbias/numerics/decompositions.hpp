// Matrix decompositions. Each costs the compiler ten to forty seconds, so that they are compiled in one
// place.
#pragma once

#include <memory>

#include "implicitbias/base/types.hpp"

namespace implicitbias {

/// A = U diag(values) V', thin, the largest first.
struct SingularValues {
  Eigen::MatrixXd U;
  Vector values;
  Eigen::MatrixXd V;
};

SingularValues decompose_singular(const Eigen::MatrixXd& A);
Vector singular_values(const Eigen::MatrixXd& A);

/// A = vectors diag(values) vectors' of a symmetric A, the smallest first.
struct Eigenpairs {
  Vector values;
  Eigen::MatrixXd vectors;
};

Eigenpairs decompose_symmetric(const Eigen::MatrixXd& A);
Vector eigenvalues(const Eigen::MatrixXd& A);

/// A P = Q R, the columns in an order in which the diagonal of R does not increase.
class PivotedQr {
 public:
  explicit PivotedQr(const Eigen::MatrixXd& A);
  ~PivotedQr();

  Index rank() const;
  /// The first and the last entry of the diagonal of R, in modulus.
  double largest() const;
  double smallest() const;
  /// The first columns of Q; those beyond the rank of A complete a basis.
  Eigen::MatrixXd Q(Index columns) const;
  /// The shortest w with A' w = b, for a full column rank.
  Vector solve_transposed(const Vector& b) const;

 private:
  struct Decomposition;
  std::unique_ptr<Decomposition> qr_;
};

}  // namespace implicitbias
