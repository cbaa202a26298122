// Samples as they are given, before a storage is chosen for them: n rows of d numbers, dense or as
// compressed sparse rows, in single or double precision. Rows of a mapped file are referred to and never
// copied.
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "implicitbias/base/types.hpp"

namespace implicitbias {

template <class T>
using RowMajor = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Whether all of them are; their sum is faster, and finite in all but the oddest cases.
template <class T>
bool finite(const T* numbers, Index size) {
  const Eigen::Map<const Eigen::VectorX<T>> all(numbers, size);
  return std::isfinite(all.sum()) || all.allFinite();
}

/// Rows of `dimension` numbers, one after the other in somebody's memory.
template <class T>
struct DenseArray {
  const T* data;
  Index count, dimension;
  std::shared_ptr<const void> owner;
  bool in_place;  // whether they are to be read where they lie, and never copied

  Eigen::Map<const RowMajor<T>> rows() const { return {data, count, dimension}; }
  bool finite_row(Index n) const { return finite(data + n * dimension, dimension); }
};

/// Compressed sparse rows: row n has values[k] in columns[k] for starts[n] <= k < starts[n + 1], with
/// increasing columns.
template <class T>
struct SparseArray {
  Index count, dimension;
  std::vector<Index> starts;
  std::vector<std::int32_t> columns;
  std::vector<T> values;

  bool finite_row(Index n) const {
    const Index begin = starts[static_cast<std::size_t>(n)], end = starts[static_cast<std::size_t>(n) + 1];
    return finite(values.data() + begin, end - begin);
  }
};

using Data = std::variant<DenseArray<double>, DenseArray<float>, SparseArray<double>, SparseArray<float>>;

}  // namespace implicitbias
