#include <Eigen/Core>

#include "level.hpp"

namespace implicitbias::kernels::level {

void gram(const Rows& rows, const Rows& others, double* out, Index stride) {
  using View = Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>;
  const View left(rows.data, rows.count, rows.length, Eigen::OuterStride<>(rows.stride));
  const View right(others.data, others.count, others.length, Eigen::OuterStride<>(others.stride));
  Eigen::Map<Matrix, 0, Eigen::OuterStride<>>(out, rows.count, others.count, Eigen::OuterStride<>(stride))
      .noalias() = left * right.transpose();
}

}  // namespace implicitbias::kernels::level
