// The data matrix, with z = A w and g = A' s.
//
// Whichever side of A is longer lies contiguously in memory, so that the inner loops are long for wide
// data (n < d) and tall data (n > d) alike: one pass takes inner products with the stored rows, the other
// sums the stored rows, and the layout decides which pass is which.
//
// The choice of kernel is made here, by size, and measured on one x86-64 core with AVX-512 (48 KB and 2 MB of
// cache of its own, 29 GB/s from memory), in steepest descent in l_4/3:
// - up to 256 entries the passes run inline, above that through the best instruction set (products.cpp);
// - matrices in cache take two passes, of which the second sweeps the rows backwards, from those that the
//   first has left nearest;
// - beyond `cache`, samples lie contiguously and a single pass serves both products: each block of them is
//   read once from memory, and once more while it is in cache (`stream`). Two passes and one take 56 and
//   66 us at 2.4 MB (300 x 1000), 213 and 164 us at 4.8 MB (600 x 1000), 2700 and 1440 us at 40 MB.
#pragma once

#include <algorithm>
#include <vector>

#include "../types.hpp"
#include "products.hpp"

namespace implicitbias {

/// A matrix of samples, stored with its longer side contiguous.
class Samples {
 public:
  explicit Samples(const Matrix& rows)
      : streamed_(rows.size() > cache && rows.cols() >= shortest),
        tall_(rows.rows() > rows.cols() && !streamed_) {
    const Index count = tall_ ? rows.cols() : rows.rows(), length = tall_ ? rows.rows() : rows.cols();
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
    pass(view(), w.data(), z.data());
  }

  /// g = A' s.
  void accumulate(const Vector& s, Vector& g) const {
    const auto pass = tall_ ? kernels::multiply : kernels::multiply_transposed;
    pass(view(), s.data(), g.data());
  }

  /// Whether `stream` is faster than `predict` and `accumulate`.
  bool streamed() const { return streamed_; }

  /// z = A w and g = A' s in one pass over the data, for s that are known block by block: for each block
  /// `slopes(begin, count)` turns those entries of z into those of s. It may rescale g.
  template <class F>
  void stream(const Vector& w, Vector& z, const Vector& s, Vector& g, const F& slopes) const {
    g.setZero();
    const Index stride = padded_.cols();
    const Index step = std::max<Index>(1, block / (8 * stride)) * 8;  // the kernels take eight rows at a time
    for (Index begin = 0; begin < count(); begin += step) {
      const Index size = std::min(step, count() - begin);
      const kernels::Rows rows{padded_.data() + begin * stride, size, length_, stride};
      const double* ahead = begin + 2 * size <= count() ? rows.data + size * stride : nullptr;
      kernels::multiply_block(rows, w.data(), z.data() + begin, ahead);
      slopes(begin, size);
      kernels::add_block(rows, s.data() + begin, g.data(), ahead);
    }
  }

  /// The matrix as it is stored: one row a sample, or one a coordinate if it is tall.
  kernels::Rows view() const { return {padded_.data(), padded_.rows(), length_, padded_.cols()}; }
  bool tall() const { return tall_; }

  /// `predict` and `accumulate` for a batch of rows, entry i of z or s belonging to row batch[i].
  void predict(const Vector& w, const std::vector<Index>& batch, Vector& z) const {
    for (std::size_t i = 0; i < batch.size(); ++i) z[static_cast<Index>(i)] = row(batch[i]).dot(w);
  }
  void accumulate(const Vector& s, const std::vector<Index>& batch, Vector& g) const {
    g.setZero();
    for (std::size_t i = 0; i < batch.size(); ++i) g += s[static_cast<Index>(i)] * row(batch[i]);
  }

 private:
  static constexpr Index cache = 1 << 19;  // entries: 4 MB
  static constexpr Index shortest = 64;    // the dimension from which sums over contiguous samples are fast
  static constexpr Index block = 1 << 12;  // entries: 32 KB, but at least eight rows

  /// Sample n where it lies.
  Eigen::Map<const Vector, 0, Eigen::InnerStride<>> row(Index n) const {
    return {padded_.data() + (tall_ ? n : n * padded_.cols()), dimension(),
            Eigen::InnerStride<>(tall_ ? padded_.cols() : 1)};
  }

  bool streamed_, tall_;
  Index length_;
  Matrix padded_;
};

}  // namespace implicitbias
