// The data matrix, with z = A w and g = A' s.
//
// Whichever side of A is longer lies contiguously in memory, so that the inner loops are long for wide
// data (n < d) and tall data (n > d) alike: one pass takes inner products with the stored rows, the other
// sums the stored rows, and the layout decides which pass is which.
#pragma once

#include <algorithm>
#include <vector>

#include "../types.hpp"
#include "products.hpp"

namespace implicitbias {

/// A matrix of samples, stored with its longer side contiguous.
class Samples {
 public:
  explicit Samples(const Matrix& rows) : tall_(rows.rows() > rows.cols()) {
    const Index count = std::min(rows.rows(), rows.cols()), length = std::max(rows.rows(), rows.cols());
    // Rows begin on cache lines where the padding is small, so that wide loads do not straddle them.
    constexpr Index line = 64 / sizeof(double);
    padded_ = Matrix::Zero(count, length < 4 * line ? length : (length + line - 1) / line * line);
    length_ = length;
    if (tall_)
      padded_.leftCols(length) = rows.transpose();
    else
      padded_.leftCols(length) = rows;
  }

  Index count() const { return tall_ ? length_ : padded_.rows(); }
  Index dimension() const { return tall_ ? padded_.rows() : length_; }
  Vector sample(Index n) const {
    return tall_ ? Vector(padded_.col(n)) : Vector(padded_.row(n).head(length_));
  }
  Matrix matrix() const {
    return tall_ ? Matrix(padded_.leftCols(length_).transpose()) : Matrix(padded_.leftCols(length_));
  }

  /// z = A w.
  void predict(const Vector& w, Vector& z) const {
    const auto pass = tall_ ? kernels::multiply_transposed : kernels::multiply;
    pass(rows(), w.data(), z.data());
  }

  /// g = A' s.
  void accumulate(const Vector& s, Vector& g) const {
    const auto pass = tall_ ? kernels::multiply : kernels::multiply_transposed;
    pass(rows(), s.data(), g.data());
  }

  /// The same for a batch of rows, entry i of z or s belonging to row batch[i].
  void predict(const Vector& w, const std::vector<Index>& batch, Vector& z) const {
    for (std::size_t i = 0; i < batch.size(); ++i) z[static_cast<Index>(i)] = row(batch[i]).dot(w);
  }
  void accumulate(const Vector& s, const std::vector<Index>& batch, Vector& g) const {
    g.setZero();
    for (std::size_t i = 0; i < batch.size(); ++i) g += s[static_cast<Index>(i)] * row(batch[i]);
  }

 private:
  kernels::Rows rows() const { return {padded_.data(), padded_.rows(), length_, padded_.cols()}; }

  /// Sample n where it lies.
  Eigen::Map<const Vector, 0, Eigen::InnerStride<>> row(Index n) const {
    return {padded_.data() + (tall_ ? n : n * padded_.cols()), dimension(),
            Eigen::InnerStride<>(tall_ ? padded_.cols() : 1)};
  }

  bool tall_;
  Index length_;
  Matrix padded_;
};

}  // namespace implicitbias
