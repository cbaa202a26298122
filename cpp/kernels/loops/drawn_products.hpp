// Products with random batches of samples.
#pragma once

#include <cstring>
#include <numeric>

#include "implicitbias/kernels/draws.hpp"
#include "products.hpp"

namespace implicitbias::kernels::level {

/// The batch of an iteration, as indices of samples.
class Draws {
 public:
  Draws(const BatchRecipe& batch, Index samples)
      : picked(static_cast<std::size_t>(batch.size)),
        batch_(batch),
        samples_(static_cast<std::uint64_t>(samples)),
        // In whole vectors of draws: the last ones are not used.
        random_(static_cast<std::size_t>((batch.size + 3) / 4 * 4)),
        order_(static_cast<std::size_t>(samples)) {
    std::iota(order_.begin(), order_.end(), Index{0});
  }

  std::vector<Index> picked;

  void draw(std::int64_t t) {
    level::draw_bits(batch_.seed, t, static_cast<Index>(random_.size()), random_.data());
    pick_batch(batch_, samples_, random_.data(), order_.data(), picked.data());
  }

 private:
  BatchRecipe batch_;
  std::uint64_t samples_;
  std::vector<std::uint64_t> random_;
  std::vector<Index> order_;
};

/// Of dense rows, each contiguous: the rows stay where they are.
template <class T>
class DrawnProducts final : public Products {
 public:
  DrawnProducts(const DenseRowsOf<T>& stored, Index samples, Index dimension, const double* y,
                const BatchRecipe& batch)
      : draws_(batch, samples), rows_(stored.rows), length_(dimension), y_(y) {
    if (!stored.tall) return;
    const Index stride = (dimension + lanes - 1) / lanes * lanes;
    copy_.resize(static_cast<std::size_t>(samples * stride));
    for (Index n = 0; n < samples; ++n)
      for (Index j = 0; j < dimension; ++j)
        copy_[static_cast<std::size_t>(n * stride + j)] = static_cast<T>(stored.entry(n, j));
    rows_ = {copy_.data(), samples, dimension, stride};
  }

  Index size() const override { return static_cast<Index>(draws_.picked.size()); }

  void predict(std::int64_t t, const double* w, double* z) override {
    draws_.draw(t);
    const Index count = size();
    Index i = 0;
    for (; i + group <= count; i += group) dot<group>(i, w, z);
    for (; i < count; ++i) dot<1>(i, w, z);
    if (y_)
      for (i = 0; i < count; ++i) z[i] -= y_[draws_.picked[static_cast<std::size_t>(i)]];
  }

  void accumulate(const double* s, double* h) override {
    const Index count = size(), rest = count % group;
    std::fill_n(h, length_, 0.0);
    for (Index i = 0; i < rest; ++i) add<1>(i, s, h);
    for (Index i = rest; i < count; i += group) add<group>(i, s, h);
  }

 private:
  static constexpr Index group = 4, lanes = 64 / sizeof(T);

  const T* row(Index i) const {
    return rows_.data + draws_.picked[static_cast<std::size_t>(i)] * rows_.stride;
  }

  template <int Count>
  IMPLICITBIAS_INLINE void dot(Index i, const double* w, double* z) const {
    const T *a = row(i), *b = Count > 1 ? row(i + 1) : a, *c = Count > 1 ? row(i + 2) : a,
            *d = Count > 1 ? row(i + 3) : a;
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3)
    for (Index j = 0; j < length_; ++j) {
      s0 += a[j] * w[j];
      if constexpr (Count > 1) {
        s1 += b[j] * w[j];
        s2 += c[j] * w[j];
        s3 += d[j] * w[j];
      }
    }
    z[i] = s0;
    if constexpr (Count > 1) {
      z[i + 1] = s1;
      z[i + 2] = s2;
      z[i + 3] = s3;
    }
  }

  template <int Count>
  IMPLICITBIAS_INLINE void add(Index i, const double* s, double* __restrict h) const {
    const T *a = row(i), *b = Count > 1 ? row(i + 1) : a, *c = Count > 1 ? row(i + 2) : a,
            *d = Count > 1 ? row(i + 3) : a;
#pragma omp simd
    for (Index j = 0; j < length_; ++j) {
      double sum = h[j] + s[i] * a[j];
      if constexpr (Count > 1) sum += s[i + 1] * b[j] + (s[i + 2] * c[j] + s[i + 3] * d[j]);
      h[j] = sum;
    }
  }

  Draws draws_;
  RowsOf<T> rows_;
  Index length_;
  const double* y_;
  std::vector<T> copy_;
};

/// Of a few coordinates: rows padded to D numbers, each in one vector.
template <int D>
class DrawnShortProducts final : public Products {
 public:
  template <class T>
  DrawnShortProducts(const DenseRowsOf<T>& stored, Index samples, Index dimension, const double* y,
                     const BatchRecipe& batch)
      : draws_(batch, samples), dimension_(dimension), rows_(Vector::Zero(samples * D)), y_(y) {
    for (Index n = 0; n < samples; ++n)
      for (Index j = 0; j < dimension; ++j) rows_[n * D + j] = static_cast<double>(stored.entry(n, j));
  }

  Index size() const override { return static_cast<Index>(draws_.picked.size()); }

  void predict(std::int64_t t, const double* w, double* z) override {
    draws_.draw(t);
    double padded[D] = {};
    for (Index j = 0; j < dimension_; ++j) padded[j] = w[j];
    const Index* picked = draws_.picked.data();
    for (Index i = 0; i < size(); ++i) {
      const double* row = rows_.data() + picked[i] * D;
      double even = 0, odd = 0;
      for (int j = 0; j < D; j += 2) {
        even += row[j] * padded[j];
        odd += row[j + 1] * padded[j + 1];
      }
      z[i] = even + odd;
      if (y_) z[i] -= y_[picked[i]];
    }
  }

  void accumulate(const double* s, double* h) override {
    double sums[D] = {};
    const Index* picked = draws_.picked.data();
    for (Index i = 0; i < size(); ++i) {
      const double* row = rows_.data() + picked[i] * D;
#pragma omp simd
      for (int j = 0; j < D; ++j) sums[j] += s[i] * row[j];
    }
    for (Index j = 0; j < dimension_; ++j) h[j] = sums[j];
  }

 private:
  Draws draws_;
  Index dimension_;
  Vector rows_;
  const double* y_;
};

/// Of sparse rows.
template <class T>
class DrawnSparseProducts final : public Products {
 public:
  DrawnSparseProducts(const SparseRowsOf<T>& rows, Index dimension, const double* y, const BatchRecipe& batch)
      : draws_(batch, rows.count), rows_(rows), dimension_(dimension), y_(y) {}

  Index size() const override { return static_cast<Index>(draws_.picked.size()); }

  void predict(std::int64_t t, const double* w, double* z) override {
    draws_.draw(t);
    for (Index i = 0; i < size(); ++i) {
      const Index n = draws_.picked[static_cast<std::size_t>(i)];
      level::multiply(one(n), w, z + i);
      if (y_) z[i] -= y_[n];
    }
  }

  void accumulate(const double* s, double* h) override {
    std::fill_n(h, dimension_, 0.0);
    for (Index i = 0; i < size(); ++i)
      level::add_rows(one(draws_.picked[static_cast<std::size_t>(i)]), s + i, h);
  }

 private:
  SparseRowsOf<T> one(Index n) const { return {rows_.starts + n, rows_.columns, rows_.values, 1}; }

  Draws draws_;
  SparseRowsOf<T> rows_;
  Index dimension_;
  const double* y_;
};

}  // namespace implicitbias::kernels::level
