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

  /// Of z and s.
  virtual Index size() const = 0;
  /// See Gradient.
  virtual Index padded(Index d) const { return d; }
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

}  // namespace implicitbias::kernels::level
