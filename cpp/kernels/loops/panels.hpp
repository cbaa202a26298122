// Thin products of dense samples: k vectors meet all samples at once, each number of which is loaded once for
// k multiplications.
//
// Samples lie in panels of a few vectors of them, feature by feature: in a panel the numbers of one feature
// are contiguous. Scores then are sums of such vectors, and gradients the inner products of such vectors with
// the weights. Either product takes tiles of K vectors and M vectors of samples (or features), whose K M sums
// stay in registers.
#pragma once

#include <algorithm>
#include <vector>

#include "../vector.hpp"
#include "../with_count.hpp"

namespace implicitbias::kernels::level {

#ifdef __AVX512F__
inline constexpr int most_classes = 14, most_sums = 24;  // of 32 registers
#else
inline constexpr int most_classes = 6, most_sums = 12;  // of 16
#endif

/// Calls f(K, M) for `classes` vectors and the largest tile that has them, of `vectors` vectors at most,
/// which are 2, 4 or 8.
template <class F>
IMPLICITBIAS_INLINE void with_tile(Index classes, Index vectors, const F& f) {
  with_count<most_classes>(classes, [&](auto K) {
    const auto visit = [&](auto M) { f(K, M); };
    if constexpr (8 * K() <= most_sums)
      if (vectors >= 8) return visit(std::integral_constant<int, 8>());
    if constexpr (4 * K() <= most_sums)
      if (vectors >= 4) return visit(std::integral_constant<int, 4>());
    visit(std::integral_constant<int, 2>());
  });
}

/// z_cn = <w_c, x_n> for K vectors and M vectors of samples, which begin at x and of which `vectors` count.
/// The j-th numbers of the w_c are contiguous.
template <int K, int M, class T>
void multiply_tile(const T* x, Index stride, Index length, const double* w, Index vectors, double* z,
                   Index z_stride) {
  Wide sums[K * M] = {};
  for (Index j = 0; j < length; ++j, x += stride, w += K) {
    if constexpr (K < M) {
      Wide factors[K];
#pragma GCC unroll 16
      for (int c = 0; c < K; ++c) factors[c] = all(w[c]);
#pragma GCC unroll 8
      for (int v = 0; v < M; ++v) {
        const Wide entries = once(load(x + v * width));
#pragma GCC unroll 16
        for (int c = 0; c < K; ++c) sums[c * M + v] += factors[c] * entries;
      }
    } else {
      Wide entries[M];
#pragma GCC unroll 8
      for (int v = 0; v < M; ++v) entries[v] = load(x + v * width);
#pragma GCC unroll 16
      for (int c = 0; c < K; ++c) {
        const Wide factor = once(all(w[c]));
#pragma GCC unroll 8
        for (int v = 0; v < M; ++v) sums[c * M + v] += factor * entries[v];
      }
    }
  }
#pragma GCC unroll 16
  for (int c = 0; c < K; ++c)
#pragma GCC unroll 8
    for (int v = 0; v < M; ++v)
      if (v < vectors) store(sums[c * M + v], z + c * z_stride + v * width);
}

/// Adds sum_n s_cn x_nj for K vectors and M features to out[c M + j - first], over all vectors of samples of
/// some panels. The first panel's first feature is at x.
template <int K, int M, class T>
void add_tile(const T* x, Index panel_size, Index panel_vectors, Index vectors, const double* s,
              Index s_stride, double* out) {
  Wide sums[(K * M + 3) / 4 * 4] = {};
  const Index stride = panel_vectors * width;
  for (; vectors > 0; vectors -= panel_vectors, x += panel_size)
    for (Index v = 0, end = std::min(vectors, panel_vectors) * width; v < end; v += width, s += width) {
      Wide entries[M];
#pragma GCC unroll 8
      for (int j = 0; j < M; ++j) entries[j] = load(x + j * stride + v);
#pragma GCC unroll 16
      for (int c = 0; c < K; ++c) {
        const Wide factor = once(load(s + c * s_stride));
#pragma GCC unroll 8
        for (int j = 0; j < M; ++j) sums[c * M + j] += factor * entries[j];
      }
    }
#pragma GCC unroll 8
  for (int i = 0; i < K * M; i += 4) {
    double four[4];
    add_up(sums + i, four);
#pragma omp simd
    for (int j = 0; j < 4; ++j) out[i + j] += four[j];
  }
}

/// Some samples in panels.
template <class T>
class Panels {
 public:
  Panels(Index samples, Index length, Index classes)
      : vectors_((samples + width - 1) / width),
        panel_vectors_(vectors_ > 4   ? 8
                       : vectors_ > 2 ? 4
                                      : 2),
        length_(length),
        classes_(classes),
        panel_size_((length + 1) / 2 * 2 * panel_vectors_ * width),
        entries_(Entries::Zero((vectors_ + panel_vectors_ - 1) / panel_vectors_ * panel_size_)),
        w_(classes * length) {
    const Index parts = (classes + most_classes - 1) / most_classes;
    for (Index i = 0; i <= parts; ++i) parts_.push_back(classes * i / parts);
  }

  /// Samples a panel.
  Index width_of_panel() const { return panel_vectors_ * width; }

  /// Puts sample n, of which entry(j) is the j-th number, in its place.
  template <class Entry>
  void set(Index n, const Entry& entry) {
    const Index panel = width_of_panel();
    T* to = entries_.data() + n / panel * panel_size_ + n % panel;
    for (Index j = 0; j < length_; ++j) to[j * panel] = entry(j);
  }

  /// Takes up w, (classes, length).
  void take(const double* w) {
    double* to = w_.data();
    for_parts([&](Index first, Index count) {
      for (Index j = 0; j < length_; ++j)
        for (Index c = 0; c < count; ++c) *to++ = w[(first + c) * length_ + j];
    });
  }

  /// Writes the scores of `vectors` vectors of samples from a panel on, `stride` apart a class; what is
  /// beyond belongs to no sample.
  void multiply(Index panel, Index vectors, double* z, Index stride) const {
    const Index step = width_of_panel();
    const T* x = entries_.data() + panel * panel_size_;
    for (; vectors > 0; vectors -= panel_vectors_, x += panel_size_, z += step) {
      const double* w = w_.data();
      for_parts([&](Index first, Index count) {
        with_tile(count, panel_vectors_, [&](auto K, auto M) {
          for (Index v = 0; v < std::min(vectors, panel_vectors_); v += M())
            multiply_tile<K(), M()>(x + v * width, step, length_, w, vectors - v,
                                    z + first * stride + v * width, stride);
        });
        w += count * length_;
      });
    }
  }

  /// How many numbers sum_n s_n x_n' takes as it is summed up, tile by tile.
  Index sum_size() const {
    Index size = 0;
    for_tiles([&](Index, Index, Index count, auto K, auto M) { size += count * tile_size(K() * M()); });
    return size;
  }

  /// Adds it for the same samples.
  void add(Index panel, Index vectors, const double* s, Index stride, double* sum) const {
    const T* x = entries_.data() + panel * panel_size_;
    for_tiles([&](Index first, Index j, Index count, auto K, auto M) {
      for (Index tile = 0; tile < count; ++tile, j += M(), sum += tile_size(K() * M()))
        add_tile<K(), M()>(x + j * width_of_panel(), panel_size_, panel_vectors_, vectors, s + first * stride,
                           stride, sum);
    });
  }

  /// Writes sign times the sum to h, (classes, length).
  void write(const double* sum, double sign, double* h) const {
    for_tiles([&](Index first, Index j, Index count, auto K, auto M) {
      for (Index tile = 0; tile < count; ++tile, j += M(), sum += tile_size(K() * M())) {
        const Index end = std::min<Index>(M(), length_ - j);  // without the padding of an odd length
        for (Index c = 0; c < K(); ++c)
          for (Index i = 0; i < end; ++i) h[(first + c) * length_ + j + i] = sign * sum[c * M() + i];
      }
    });
  }

  /// sum_n |s_n x_nj| over them, for one class.
  double size(Index panel, Index vectors, const double* s, Index j) const {
    const T* x = entries_.data() + panel * panel_size_ + j * width_of_panel();
    Wide sum{};
    for (; vectors > 0; vectors -= panel_vectors_, x += panel_size_)
      for (Index v = 0, end = std::min(vectors, panel_vectors_) * width; v < end; v += width, s += width) {
        const Wide term = load(x + v) * load(s);
        sum += term < Wide{} ? -term : term;
      }
    return sum_of(sum);
  }

 private:
  using Entries = Eigen::VectorX<T>;  // begin on a cache line

  static constexpr Index tile_size(Index sums) { return (sums + 3) / 4 * 4; }

  /// Calls f(first class, first feature, count, K, M) for all tiles of gradients, `count` at a time of the
  /// same size.
  template <class F>
  void for_tiles(const F& f) const {
    for_parts([&](Index first, Index classes) {
      Index j = 0;
      for (const Index features : {8, 4, 2})
        with_tile(classes, features, [&](auto K, auto M) {
          const Index count = (length_ + length_ % 2 - j) / M();
          if (count > 0) f(first, j, count, K, M);
          j += count * M();
        });
    });
  }

  template <class F>
  void for_parts(const F& f) const {
    for (std::size_t i = 0; i + 1 < parts_.size(); ++i) f(parts_[i], parts_[i + 1] - parts_[i]);
  }

  Index vectors_, panel_vectors_, length_, classes_, panel_size_;
  Entries entries_;
  Vector w_;
  std::vector<Index> parts_;  // where the classes of each tile begin
};

}  // namespace implicitbias::kernels::level
