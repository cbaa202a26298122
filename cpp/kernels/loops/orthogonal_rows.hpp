// Singular values and vectors of a matrix with few rows, by Jacobi's method on the rows (Hestenes 1958):
// pairs of rows are rotated until all are orthogonal. Then A = Q' R with the rotations Q and rows R whose
// lengths are the singular values. Small ones are as exact as large ones.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "../vector.hpp"

namespace implicitbias::kernels::level {

class OrthogonalRows {
 public:
  OrthogonalRows(Index rows, Index columns)
      : rows_(rows),
        length_(in_whole_vectors(columns)),
        stride_(length_ + in_whole_vectors(rows)),
        columns_(columns),
        entries_(rows * stride_),
        squares_(rows),
        order_(static_cast<std::size_t>(rows + rows % 2)) {}

  /// Decomposes the matrix whose entry in row i and column j is factor * entry(i, j).
  template <class Entry>
  void decompose(const Entry& entry, double factor) {
    for (Index i = 0; i < rows_; ++i) {
      double* __restrict to = row(i);
      std::fill(to + columns_, to + stride_, 0.0);
#pragma omp simd
      for (Index j = 0; j < columns_; ++j) to[j] = factor * entry(i, j);
      to[length_ + i] = 1;
    }
    for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<Index>(i);
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
      for (Index i = 0; i < rows_; ++i) squares_[i] = product(row(i), row(i));
      largest_ = squares_.maxCoeff();
      if (!sweep_all()) return;
    }
  }

  /// Row i of R, its length, and of Q.
  const double* direction(Index i) const { return row(i); }
  double value(Index i) const { return std::sqrt(squares_[i]); }
  const double* rotation(Index i) const { return row(i) + length_; }

 private:
  static constexpr int most_sweeps = 40;
  // Two rows are orthogonal, and one is nothing but rounding beside the largest, below these.
  static constexpr double orthogonal = 1e-15, rounding = 3e-15;

  double* row(Index i) { return entries_.data() + i * stride_; }
  const double* row(Index i) const { return entries_.data() + i * stride_; }

  /// Each pair once, by rounds of pairs that have no row in common: they need not wait for one another.
  /// Returns whether any was not orthogonal.
  bool sweep_all() {
    bool rotated = false;
    const std::size_t count = order_.size();
    for (std::size_t round = 0; round + 1 < count; ++round) {
      for (std::size_t k = 0; k < count / 2; ++k) {
        const Index a = order_[k], b = order_[count - 1 - k];
        if (std::max(a, b) < rows_) rotated |= rotate(a, b);  // without the partner that completes them
      }
      std::rotate(order_.begin() + 1, order_.end() - 1, order_.end());
    }
    return rotated;
  }

  bool rotate(Index a, Index b) {
    double &alpha = squares_[a], &beta = squares_[b];
    if (std::min(alpha, beta) <= rounding * rounding * largest_) return false;
    const double gamma = product(row(a), row(b));
    if (!(std::abs(gamma) > orthogonal * std::sqrt(alpha * beta))) return false;
    const double zeta = (beta - alpha) / (2 * gamma), size = std::abs(zeta);
    const double root = std::sqrt(1 + zeta * zeta);
    const double tangent = std::copysign(1 / (size + root), zeta);
    const double cosine = std::sqrt(0.5 + 0.5 * std::min(size / root, 1.0)), sine = cosine * tangent;
    double *x = row(a), *y = row(b);
    for (Index j = 0; j < stride_; j += width) {
      const Wide u = load(x + j), v = load(y + j);
      store(cosine * u - sine * v, x + j);
      store(sine * u + cosine * v, y + j);
    }
    alpha -= tangent * gamma;
    beta += tangent * gamma;
    return true;
  }

  double product(const double* x, const double* y) const {
    return sum_over(length_, [&](const auto& at) { return at(x) * at(y); });
  }

  Index rows_, length_, stride_, columns_;
  Vector entries_;  // rows of R, and of Q behind them
  Vector squares_;  // of the lengths
  double largest_ = 0;
  std::vector<Index> order_;
};

}  // namespace implicitbias::kernels::level
