// Thin products of few samples with many numbers each, all of which stay in the first level of the cache: the
// numbers of a sample lie side by side, so that gradients are sums of rows, and only scores, of which there
// are fewer, are inner products. The margins of a class over others are differences of scores: those with the
// last class are all that the products make.
#pragma once

#include <algorithm>
#include <optional>

#include "panels.hpp"
#include "score_products.hpp"

namespace implicitbias::kernels::level {

/// z_cn = <w_c, x_n> for K vectors and S samples, whose rows begin at x.
template <int K, int S, class T>
void multiply_rows(const T* x, Index length, const double* w, double* z, Index z_stride) {
  Wide sums[K * S] = {};
  for (Index j = 0; j < length; j += width) {
    Wide factors[K];
#pragma GCC unroll 8
    for (int c = 0; c < K; ++c) factors[c] = load(w + c * length + j);
#pragma GCC unroll 8
    for (int n = 0; n < S; ++n) {
      const Wide entries = once(load(x + n * length + j));
#pragma GCC unroll 8
      for (int c = 0; c < K; ++c) sums[c * S + n] += factors[c] * entries;
    }
  }
#pragma GCC unroll 8
  for (int c = 0; c < K; ++c) {
    if constexpr (S % 4 == 0)
#pragma GCC unroll 2
      for (int n = 0; n < S; n += 4) add_up(sums + c * S + n, z + c * z_stride + n);
    else
      for (int n = 0; n < S; ++n) z[c * z_stride + n] = sum_of(sums[c * S + n]);
  }
}

/// Adds sum_n s_cn x_nj for K classes and M vectors of features, which begin at x, over `count` samples.
template <int K, int M, class T>
void add_rows(const T* x, Index length, Index count, const double* s, Index s_stride, double* sum) {
  Wide sums[K * M];
#pragma GCC unroll 8
  for (int c = 0; c < K; ++c)
#pragma GCC unroll 8
    for (int v = 0; v < M; ++v) sums[c * M + v] = load(sum + c * length + v * width);
  for (Index n = 0; n < count; ++n, x += length) {
    Wide factors[K];
#pragma GCC unroll 8
    for (int c = 0; c < K; ++c) factors[c] = all(s[c * s_stride + n]);
#pragma GCC unroll 8
    for (int v = 0; v < M; ++v) {
      const Wide entries = once(load(x + v * width));
#pragma GCC unroll 8
      for (int c = 0; c < K; ++c) sums[c * M + v] += factors[c] * entries;
    }
  }
#pragma GCC unroll 8
  for (int c = 0; c < K; ++c)
#pragma GCC unroll 8
    for (int v = 0; v < M; ++v) store(sums[c * M + v], sum + c * length + v * width);
}

/// Of dense samples, or of those drawn.
template <class T>
class RowScores final : public ScoreProducts {
 public:
  RowScores(const InnerProblem& problem, const DenseRowsOf<T>& rows)
      : count_(samples_of(problem)),
        outputs_(problem.scores->outputs),
        compared_(problem.scores->classes ? outputs_ - 1 : outputs_),
        length_(score_length(problem)),
        padded_(in_whole_vectors(length_)),
        entries_(Entries::Zero(in_whole_tiles(count_) * padded_)),
        w_(Vector::Zero(compared_ * padded_)),
        rows_(rows) {
    if (problem.batch)
      draws_.emplace(*problem.batch, problem.samples);
    else
      fill(nullptr);
  }

  static bool pays(const InnerProblem& problem) {
    const Index count = samples_of(problem), length = score_length(problem);
    constexpr Index first_level = 44 << 10;  // bytes
    return count <= length && count * in_whole_vectors(length) <= first_level / Index{sizeof(T)};
  }

  Index count() const override { return count_; }
  Index block() const override { return count_; }

  const Index* begin(std::int64_t t, const double* w) override {
    const double* last = w + compared_ * length_;
    for (Index c = 0; c < compared_; ++c) {
      const double* from = w + c * length_;
      double* __restrict to = w_.data() + c * padded_;
      if (compared_ < outputs_)
#pragma omp simd
        for (Index j = 0; j < length_; ++j) to[j] = from[j] - last[j];
      else
        std::copy_n(from, length_, to);
    }
    if (!draws_) return nullptr;
    const Index* picked = draws_->at(t);
    fill(picked);
    return picked;
  }

  void predict(Index, Index stride, double* z) override {
    for_parts(compared_, [&](Index first, auto K) {
      const double* w = w_.data() + first * padded_;
      for (Index n = 0; n < stride;)
        n += with_rows<K()>(stride - n, [&](auto S) {
          multiply_rows<K(), S()>(entries_.data() + n * padded_, padded_, w, z + first * stride + n, stride);
        });
    });
    if (compared_ < outputs_) std::fill_n(z + compared_ * stride, stride, 0.0);
  }

  Index sum_size() const override { return outputs_ * padded_; }
  void accumulate(Index, const double* s, Index stride, double* sum) override {
    const Index vectors = padded_ / width;
    for_parts(outputs_, [&](Index first, auto K) {
      constexpr int most = std::min(8, most_sums / K());
      const Index tiles = (vectors + most - 1) / most;
      for (Index tile = 0; tile < tiles; ++tile) {
        const Index v = vectors * tile / tiles;
        with_count<most>(vectors * (tile + 1) / tiles - v, [&](auto M) {
          add_rows<K(), M()>(entries_.data() + v * width, padded_, count_, s + first * stride, stride,
                             sum + first * padded_ + v * width);
        });
      }
    });
  }

  void write(const double* sum, double sign, double* h) const override {
    for (Index c = 0; c < outputs_; ++c) {
      const double* from = sum + c * padded_;
      double* __restrict to = h + c * length_;
#pragma omp simd
      for (Index j = 0; j < length_; ++j) to[j] = sign * from[j];
    }
  }

  double size(Index, const double* s, Index, Index j) const override {
    double sum = 0;
    for (Index n = 0; n < count_; ++n) sum += std::abs(s[n] * static_cast<double>(entries_[n * padded_ + j]));
    return sum;
  }

 private:
  using Entries = Eigen::VectorX<T>;  // begin on a cache line

  static constexpr int most_classes = most_sums / 4;  // at once
  static constexpr Index most_rows = 8;

  static Index samples_of(const InnerProblem& problem) {
    return problem.batch ? problem.batch->size : problem.samples;
  }
  static Index in_whole_tiles(Index count) { return (count + most_rows - 1) / most_rows * most_rows; }

  /// Calls f(first class, K) for parts of the classes.
  template <class F>
  static void for_parts(Index classes, const F& f) {
    const Index parts = (classes + most_classes - 1) / most_classes;
    for (Index i = 0; i < parts; ++i) {
      const Index first = classes * i / parts;
      with_count<most_classes>(classes * (i + 1) / parts - first, [&](auto K) { f(first, K); });
    }
  }

  /// Calls f(S) for the largest tile of samples, of which whole vectors are left, and returns S.
  template <int K, class F>
  static Index with_rows(Index left, const F& f) {
    const auto visit = [&](auto S) {
      f(S);
      return static_cast<Index>(S());
    };
    if constexpr (K * 8 <= most_sums)
      if (left >= 8) return visit(std::integral_constant<int, 8>());
    if (left >= 4) return visit(std::integral_constant<int, 4>());
    if constexpr (width <= 2)
      if (left >= 2) return visit(std::integral_constant<int, 2>());
    return visit(std::integral_constant<int, 1>());
  }

  void fill(const Index* picked) {
    for (Index i = 0; i < count_; ++i)
      for (Index j = 0; j < length_; ++j) entries_[i * padded_ + j] = rows_.entry(picked ? picked[i] : i, j);
  }

  Index count_, outputs_;
  Index compared_;  // scores that are made
  Index length_, padded_;
  Entries entries_;
  Vector w_;  // of these scores
  DenseRowsOf<T> rows_;
  std::optional<Draws> draws_;
};

}  // namespace implicitbias::kernels::level
