// Rows that begin on cache lines, where the padding is small, so that wide loads do not straddle them.
#pragma once

#include "implicitbias/base/huge_pages.hpp"
#include "implicitbias/kernels/products.hpp"
#include "implicitbias/problems/data.hpp"

namespace implicitbias {

/// The rows times their signs, or the columns of that where `transposed`, as numbers of type T.
template <class T, class Given>
RowMajor<T> padded(const DenseArray<Given>& X, const Vector& signs, bool transposed) {
  constexpr Index line = 64 / sizeof(T);
  const Index length = transposed ? X.count : X.dimension;
  RowMajor<T> result(transposed ? X.dimension : X.count,
                     length < 4 * line ? length : (length + line - 1) / line * line);
  ask_for_huge_pages(result.data(), sizeof(T) * static_cast<std::size_t>(result.size()));
  result.setZero();
  auto stored = result.leftCols(length);
  if (transposed)
    stored = X.rows().transpose().template cast<T>();
  else
    stored = X.rows().template cast<T>();
  if (signs.size() && transposed)
    stored.array().rowwise() *= signs.cast<T>().transpose().array();
  else if (signs.size())
    stored.array().colwise() *= signs.cast<T>().array();
  return result;
}

/// Samples as they were given: a copy of stored rows without their padding and signs.
template <class T, class Rows>
DenseArray<T> unsigned_rows(const Rows& rows, const Vector& signs) {
  auto copy = std::make_shared<RowMajor<T>>(rows);
  if (signs.size()) copy->array().colwise() *= signs.cast<T>().array();
  return {copy->data(), copy->rows(), copy->cols(), copy, false};
}

}  // namespace implicitbias
