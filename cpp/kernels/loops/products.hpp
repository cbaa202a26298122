// The two products with the samples, for each way in which they are stored.
#pragma once

#include <algorithm>
#include <memory>
#include <vector>

#include "../level.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

class Products {
 public:
  virtual ~Products() = default;

  /// Of z and s, which may be padded.
  virtual Index size() const = 0;
  /// z = A w for a monotone loss, A w - y otherwise, on the samples of iteration t.
  virtual void predict(std::int64_t t, const double* w, double* z) = 0;
  /// h = A' s.
  virtual void accumulate(const double* s, double* h) = 0;
};

/// z -= y, where there are targets.
inline void subtract(const double* y, Index n, double* __restrict z) {
  if (!y) return;
#pragma omp simd
  for (Index i = 0; i < n; ++i) z[i] -= y[i];
}

template <class T>
class DenseProducts final : public Products {
 public:
  DenseProducts(const DenseRowsOf<T>& stored, Index samples, const double* y)
      : stored_(stored), samples_(samples), y_(y) {}

  Index size() const override { return samples_; }
  void predict(std::int64_t, const double* w, double* z) override {
    stored_.tall ? level::multiply_transposed(stored_.rows, w, z) : level::multiply(stored_.rows, w, z);
    subtract(y_, samples_, z);
  }
  void accumulate(const double* s, double* h) override {
    stored_.tall ? level::multiply(stored_.rows, s, h) : level::multiply_transposed(stored_.rows, s, h);
  }

 private:
  DenseRowsOf<T> stored_;
  Index samples_;
  const double* y_;
};

/// A few coordinates: a column of samples for each, padded to whole vectors. The padding's margins are so
/// large, or its rows so empty, that it has no part in anything.
class ColumnProducts final : public Products {
 public:
  static bool pays(Index samples, Index dimension) {
    return dimension <= tiny_dimension && samples * dimension <= 1024;
  }

  template <class Stored>
  ColumnProducts(const Stored& stored, Index samples, Index dimension, const double* y)
      : dimension_(dimension), size_((samples + lanes - 1) / lanes * lanes) {
    columns_ = Vector::Zero(size_ * (dimension + 1));
    double* offset = columns_.data();
    for (Index n = 0; n < size_; ++n) {
      offset[n] = n < samples ? (y ? -y[n] : 0.0) : (y ? 0.0 : 1e300);
      for (Index j = 0; j < dimension && n < samples; ++j) columns_[(j + 1) * size_ + n] = stored.entry(n, j);
    }
  }

  Index size() const override { return size_; }

  void predict(std::int64_t, const double* w, double* __restrict z) override {
    const double* columns = columns_.data();
    for (Index begin = 0; begin < size_; begin += lanes) {
      double sums[lanes];
      for (Index i = 0; i < lanes; ++i) sums[i] = columns[begin + i];
      for (Index j = 0; j < dimension_; ++j) {
        const double* column = columns + (j + 1) * size_ + begin;
#pragma omp simd
        for (Index i = 0; i < lanes; ++i) sums[i] += column[i] * w[j];
      }
      for (Index i = 0; i < lanes; ++i) z[begin + i] = sums[i];
    }
  }

  void accumulate(const double* s, double* __restrict h) override {
    for (Index j = 0; j < dimension_; ++j) {
      const double* column = columns_.data() + (j + 1) * size_;
      double sums[lanes] = {};
      for (Index begin = 0; begin < size_; begin += lanes) {
#pragma omp simd
        for (Index i = 0; i < lanes; ++i) sums[i] += column[begin + i] * s[begin + i];
      }
      for (Index half = lanes / 2; half > 0; half /= 2)
        for (Index i = 0; i < half; ++i) sums[i] += sums[i + half];
      h[j] = sums[0];
    }
  }

 private:
  static constexpr Index lanes = 4;

  Index dimension_, size_;
  Vector columns_;  // begins on a cache line: the offsets, then each coordinate's
};

template <class T>
class SparseProducts final : public Products {
 public:
  SparseProducts(const SparseRowsOf<T>& rows, Index dimension, const double* y)
      : rows_(rows), dimension_(dimension), y_(y) {}

  Index size() const override { return rows_.count; }
  void predict(std::int64_t, const double* w, double* z) override {
    level::multiply(rows_, w, z);
    subtract(y_, rows_.count, z);
  }
  void accumulate(const double* s, double* h) override {
    std::fill_n(h, dimension_, 0.0);
    level::add_rows(rows_, s, h);
  }

 private:
  SparseRowsOf<T> rows_;
  Index dimension_;
  const double* y_;
};

std::unique_ptr<Products> make_products(const InnerProblem& problem);

}  // namespace implicitbias::kernels::level
