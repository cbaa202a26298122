#include "implicitbias/numerics/decompositions.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>

namespace implicitbias {

namespace {

using Singular = Eigen::BDCSVD<Eigen::MatrixXd>;
using Symmetric = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>;

}  // namespace

SingularValues decompose_singular(const Eigen::MatrixXd& A) {
  const Singular svd(A, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return {svd.matrixU(), svd.singularValues(), svd.matrixV()};
}

Vector singular_values(const Eigen::MatrixXd& A) { return Singular(A).singularValues(); }

Eigenpairs decompose_symmetric(const Eigen::MatrixXd& A) {
  const Symmetric solver(A);
  return {solver.eigenvalues(), solver.eigenvectors()};
}

Vector eigenvalues(const Eigen::MatrixXd& A) { return Symmetric(A, Eigen::EigenvaluesOnly).eigenvalues(); }

struct PivotedQr::Decomposition : Eigen::ColPivHouseholderQR<Eigen::MatrixXd> {
  using ColPivHouseholderQR::ColPivHouseholderQR;
};

PivotedQr::PivotedQr(const Eigen::MatrixXd& A) : qr_(std::make_unique<Decomposition>(A)) {}
PivotedQr::~PivotedQr() = default;

Index PivotedQr::rank() const { return qr_->rank(); }
double PivotedQr::largest() const { return std::abs(qr_->matrixQR()(0, 0)); }
double PivotedQr::smallest() const {
  const Index last = std::min(qr_->rows(), qr_->cols()) - 1;
  return std::abs(qr_->matrixQR()(last, last));
}

Eigen::MatrixXd PivotedQr::Q(Index columns) const {
  return qr_->householderQ() * Eigen::MatrixXd::Identity(qr_->rows(), columns);
}

Vector PivotedQr::solve_transposed(const Vector& b) const {
  const Index k = qr_->cols();
  Vector w = Vector::Zero(qr_->rows());
  w.head(k) = qr_->colsPermutation().transpose() * b;
  qr_->matrixQR().topRows(k).triangularView<Eigen::Upper>().transpose().solveInPlace(w.head(k));
  w.applyOnTheLeft(qr_->householderQ());
  return w;
}

}  // namespace implicitbias
