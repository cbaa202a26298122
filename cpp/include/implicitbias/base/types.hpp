// The vocabulary of the core: double precision throughout, parameters as flat vectors with a shape.
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

namespace implicitbias {

using Index = Eigen::Index;
using Vector = Eigen::VectorXd;
// Row-major, because a row is a sample and samples are read one after the other.
using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using VectorView = Eigen::Ref<const Vector>;
using VectorSlot = Eigen::Ref<Vector>;
using MatrixView = Eigen::Ref<const Matrix>;
using MatrixSlot = Eigen::Ref<Matrix>;

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double epsilon = std::numeric_limits<double>::epsilon();

/// The largest size that nouns take for a side of a matrix: no product of two overflows.
inline constexpr Index largest_size = 1000000;

/// Shape of one parameter: (d,) or (r, c). Its entries are stored flat, in row-major order.
struct Shape {
  std::vector<Index> sizes;

  Index size() const { return std::accumulate(sizes.begin(), sizes.end(), Index{1}, std::multiplies<>()); }
  bool operator==(const Shape&) const = default;
  std::string text() const {
    std::string inside;
    for (Index size : sizes) inside.append(inside.empty() ? "" : ", ").append(std::to_string(size));
    return std::string("(").append(inside).append(sizes.size() == 1 ? ",)" : ")");
  }
};

}  // namespace implicitbias
