// The data matrix, with z = A w and g = A' s.
//
// Whichever side of A is longer lies contiguously in memory, so that the inner loops are long for wide
// data (n < d) and tall data (n > d) alike: one pass takes inner products with the stored rows, the other
// sums the stored rows, and the layout decides which pass is which.
#pragma once

#include "../types.hpp"
#include "products.hpp"

namespace implicitbias {

/// A matrix of samples, stored with its longer side contiguous.
class Samples {
 public:
  explicit Samples(Matrix rows) : tall_(rows.rows() > rows.cols()), stored_(std::move(rows)) {
    if (tall_) stored_ = Matrix(stored_.transpose());
  }

  Index count() const { return tall_ ? stored_.cols() : stored_.rows(); }
  Index dimension() const { return tall_ ? stored_.rows() : stored_.cols(); }
  Vector sample(Index n) const { return tall_ ? Vector(stored_.col(n)) : Vector(stored_.row(n)); }
  Matrix matrix() const { return tall_ ? Matrix(stored_.transpose()) : stored_; }

  /// z = A w.
  void predict(const Vector& w, Vector& z) const {
    tall_ ? kernels::multiply_transposed(stored_, w, z) : kernels::multiply(stored_, w, z);
  }

  /// g = A' s.
  void accumulate(const Vector& s, Vector& g) const {
    tall_ ? kernels::multiply(stored_, s, g) : kernels::multiply_transposed(stored_, s, g);
  }

 private:
  bool tall_;
  Matrix stored_;
};

}  // namespace implicitbias
