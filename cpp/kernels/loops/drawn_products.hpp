// Products with random batches of samples.
#pragma once

#include <algorithm>
#include <limits>
#include <numeric>

#include "implicitbias/kernels/draws.hpp"
#include "products.hpp"

namespace implicitbias::kernels::level {

/// The batches of the iterations, as indices of samples. They are drawn ahead for a block of iterations, so
/// that draws fill whole vectors and none is waited for.
class Draws {
 public:
  Draws(const BatchRecipe& batch, Index samples)
      : batch_(batch),
        samples_(samples),
        ahead_(std::clamp<Index>(256 / batch.size, 1, 32)),
        lists_(samples <= 256 ? 4 : 1),
        random_(static_cast<std::size_t>(ahead_ * batch.size)),
        orders_(static_cast<std::size_t>(samples * lists_)),
        picked_(random_.size()) {
    for (std::size_t i = 0; i < orders_.size(); ++i) orders_[i] = static_cast<Index>(i) % samples;
  }

  Index size() const { return batch_.size; }

  /// The batch of iteration t.
  IMPLICITBIAS_INLINE const Index* at(std::int64_t t) {
    if (t < begin_ || t >= begin_ + ahead_) draw(t);
    return picked_.data() + (t - begin_) * batch_.size;
  }

 private:
  void draw(std::int64_t t) {
    const Index size = batch_.size;
    level::draw_bits(batch_.seed, t, ahead_, size, random_.data());
    for (Index i = 0; i < ahead_; ++i)
      pick_batch(batch_, static_cast<std::uint64_t>(samples_), random_.data() + i * size,
                 orders_.data() + i % lists_ * samples_, picked_.data() + i * size);
    begin_ = t;
  }

  BatchRecipe batch_;
  Index samples_;
  Index ahead_;  // iterations
  Index lists_;  // of samples to shuffle: shuffles of one list wait for one another
  std::int64_t begin_ = std::numeric_limits<std::int64_t>::max();
  std::vector<std::uint64_t> random_;
  std::vector<Index> orders_, picked_;
};

/// Of dense rows, each contiguous: the rows stay where they are.
template <class T>
class DrawnProducts final : public Products {
 public:
  DrawnProducts(const DenseRowsOf<T>& stored, Index samples, Index dimension, const double* y,
                const BatchRecipe& batch)
      : draws_(batch, samples), rows_(stored.rows), length_(dimension), y_(y) {
    if (!stored.tall) return;
    const Index stride = (dimension + line - 1) / line * line;
    copy_.resize(static_cast<std::size_t>(samples * stride));
    for (Index n = 0; n < samples; ++n)
      for (Index j = 0; j < dimension; ++j)
        copy_[static_cast<std::size_t>(n * stride + j)] = static_cast<T>(stored.entry(n, j));
    rows_ = {copy_.data(), samples, dimension, stride};
  }

  Index size() const override { return draws_.size(); }

  void predict(std::int64_t t, const double* w, double* z) override {
    picked_ = draws_.at(t);
    const Index count = size();
    Index i = 0;
    for (; i + 8 <= count; i += 8) dot<8>(i, w, z);
    if (i + 4 <= count) dot<4>(i, w, z), i += 4;
    if (i + 2 <= count) dot<2>(i, w, z), i += 2;
    if (i < count) dot<1>(i, w, z);
    if (y_)
      for (i = 0; i < count; ++i) z[i] -= y_[picked_[i]];
  }

  void accumulate(const double* s, double* h) override {
    Index j = 0;
    for (; j + 8 * width <= length_; j += 8 * width) add<8>(j, s, h);
    if (j + 4 * width <= length_) add<4>(j, s, h), j += 4 * width;
    for (; j + width <= length_; j += width) add<1>(j, s, h);
    if (j == length_) return;
    Wide sum{};
    for (Index i = 0; i < size(); ++i) sum += all(s[i]) * load_some(row(i) + j, length_ - j);
    store_some(sum, h + j, length_ - j);
  }

 private:
  static constexpr Index line = 64 / sizeof(T);

  const T* row(Index i) const { return rows_.data + picked_[i] * rows_.stride; }

  /// z_i = <row i, w> for `Count` rows from i on. Each is the sum of some parts: with fewer than eight sums
  /// at work, additions would wait for one another.
  template <int Count>
  IMPLICITBIAS_INLINE void dot(Index i, const double* w, double* z) const {
    constexpr int parts = Count >= 4 ? 1 : 4;
    const T* from[Count];
    for (int k = 0; k < Count; ++k) from[k] = row(i + k);
    Wide sums[parts][Count] = {};
    const auto add = [&](const Wide& factor, int part, auto&& entries) {
#pragma GCC unroll 8
      for (int k = 0; k < Count; ++k) sums[part][k] += entries(from[k]) * factor;
    };
    Index j = 0;
    for (; j + parts * width <= length_; j += parts * width)
#pragma GCC unroll 4
      for (int part = 0; part < parts; ++part) {
        const Index at = j + part * width;
        add(load(w + at), part, [&](const T* entries) { return load(entries + at); });
      }
    for (; j + width <= length_; j += width)
      add(load(w + j), 0, [&](const T* entries) { return load(entries + j); });
    if (j < length_)
      add(load_some(w + j, length_ - j), 0,
          [&](const T* entries) { return load_some(entries + j, length_ - j); });
    Wide totals[(Count + 3) / 4 * 4] = {};
#pragma GCC unroll 8
    for (int k = 0; k < Count; ++k) {
      totals[k] = sums[0][k];
      if constexpr (parts == 4) totals[k] = (sums[0][k] + sums[1][k]) + (sums[2][k] + sums[3][k]);
    }
    double out[(Count + 3) / 4 * 4];
    add_up(totals, out);
    if constexpr (Count > 4) add_up(totals + 4, out + 4);
#pragma GCC unroll 8
    for (int k = 0; k < Count; ++k) z[i + k] = out[k];
  }

  /// Writes `Vectors` vectors of h from entry j on.
  template <int Vectors>
  IMPLICITBIAS_INLINE void add(Index j, const double* s, double* h) const {
    Wide sums[Vectors] = {};
    for (Index i = 0; i < size(); ++i) {
      const Wide factor = all(s[i]);
      const T* from = row(i) + j;
      for (int k = 0; k < Vectors; ++k) sums[k] += factor * load(from + k * width);
    }
    for (int k = 0; k < Vectors; ++k) store(sums[k], h + j + k * width);
  }

  Draws draws_;
  const Index* picked_ = nullptr;
  RowsOf<T> rows_;
  Index length_;
  const double* y_;
  std::vector<T> copy_;
};

/// Of a few coordinates: rows padded to D numbers, each in one vector, and so is the state.
template <int D>
class DrawnShortProducts final : public Products {
 public:
  template <class T>
  DrawnShortProducts(const DenseRowsOf<T>& stored, Index samples, Index dimension, const double* y,
                     const BatchRecipe& batch)
      : draws_(batch, samples), rows_(Vector::Zero(samples * D)), y_(y) {
    for (Index n = 0; n < samples; ++n)
      for (Index j = 0; j < dimension; ++j) rows_[n * D + j] = static_cast<double>(stored.entry(n, j));
  }

  Index size() const override { return draws_.size(); }
  Index padded(Index) const override { return D; }

  void predict(std::int64_t t, const double* w, double* z) override {
    picked_ = draws_.at(t);
    for (Index i = 0; i < size(); ++i) {
      const double* from = row(i);
      double even = 0, odd = 0;
      for (int j = 0; j < D; j += 2) {
        even += from[j] * w[j];
        odd += from[j + 1] * w[j + 1];
      }
      z[i] = even + odd;
      if (y_) z[i] -= y_[picked_[i]];
    }
  }

  void accumulate(const double* s, double* h) override {
    double sums[D] = {}, others[D] = {};
    Index i = 0;
    for (; i + 2 <= size(); i += 2) {
      const double *from = row(i), *next = row(i + 1);
#pragma omp simd
      for (int j = 0; j < D; ++j) {
        sums[j] += s[i] * from[j];
        others[j] += s[i + 1] * next[j];
      }
    }
    for (; i < size(); ++i)
      for (int j = 0; j < D; ++j) sums[j] += s[i] * row(i)[j];
    for (int j = 0; j < D; ++j) h[j] = sums[j] + others[j];
  }

 private:
  const double* row(Index i) const { return rows_.data() + picked_[i] * D; }

  Draws draws_;
  const Index* picked_ = nullptr;
  Vector rows_;
  const double* y_;
};

/// Of sparse rows.
template <class T>
class DrawnSparseProducts final : public Products {
 public:
  DrawnSparseProducts(const SparseRowsOf<T>& rows, Index dimension, const double* y, const BatchRecipe& batch)
      : draws_(batch, rows.count), rows_(rows), dimension_(dimension), y_(y) {}

  Index size() const override { return draws_.size(); }

  void predict(std::int64_t t, const double* w, double* z) override {
    picked_ = draws_.at(t);
    for (Index i = 0; i < size(); ++i) {
      const Index n = picked_[i];
      level::multiply(one(n), w, z + i);
      if (y_) z[i] -= y_[n];
    }
  }

  void accumulate(const double* s, double* h) override {
    std::fill_n(h, dimension_, 0.0);
    for (Index i = 0; i < size(); ++i) level::add_rows(one(picked_[i]), s + i, h);
  }

 private:
  SparseRowsOf<T> one(Index n) const { return {rows_.starts + n, rows_.columns, rows_.values, 1}; }

  Draws draws_;
  const Index* picked_ = nullptr;
  SparseRowsOf<T> rows_;
  Index dimension_;
  const double* y_;
};

}  // namespace implicitbias::kernels::level
