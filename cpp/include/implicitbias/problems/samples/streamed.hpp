// Dense samples that a single pass reads, each of them contiguous: a copy beyond the cache or for thin
// products, or the rows of a mapped file where they lie. A copy of doubles that are exactly floats is kept as
// floats: half the memory and the traffic, and the same results bit by bit, since blocks are as long as those
// of doubles would be.
#pragma once

#include <algorithm>
#include <type_traits>

#include "implicitbias/base/threads.hpp"
#include "implicitbias/problems/samples.hpp"
#include "implicitbias/problems/samples/padded.hpp"

namespace implicitbias {

template <class T, class Given = T>
class StreamedSamples final : public Samples {
 public:
  StreamedSamples(const DenseArray<Given>& X, const Vector& signs)
      : Samples(X.count, X.dimension, true), in_place_(X.in_place) {
    if constexpr (std::is_same_v<T, Given>) {
      if (in_place_) {
        rows_ = {X.data, X.count, X.dimension, X.dimension};
        owner_ = X.owner;
        signs_ = signs;
      }
    }
    if (!in_place_) {
      const auto copy = std::make_shared<const RowMajor<T>>(padded<T>(X, signs, false));
      rows_ = {copy->data(), X.count, X.dimension, copy->cols()};
      owner_ = copy;
    }
  }

  Vector sample(Index n) const override { return sign(n) * row(n).template cast<double>(); }

  double reach(Index n, VectorView w) const override {
    return row(n).template cast<double>().cwiseProduct(w).template lpNorm<1>();
  }

  void add_sizes(Index n, double factor, VectorSlot g) const override {
    g += factor * row(n).template cast<double>().cwiseAbs();
  }

  Matrix matrix() const override {
    Matrix result = all_rows().template cast<double>();
    if (signs_.size()) result.array().colwise() *= signs_.array();
    return result;
  }

  Data given(const Vector& signs) const override {
    if constexpr (std::is_same_v<T, Given>)
      if (in_place_) return DenseArray<T>{rows_.data, count(), dimension(), owner_, true};
    return unsigned_rows<Given>(all_rows().template cast<Given>(), signs);
  }

  void predict(const Vector& w, Vector& z, Threads*) const override {
    kernels::multiply(rows_, w.data(), z.data());
    if (signs_.size()) z.array() *= signs_.array();
  }

  void accumulate(const Vector& s, Vector& g, Threads*) const override {
    const Vector factors = signs_.size() ? Vector(s.cwiseProduct(signs_)) : s;
    kernels::multiply_transposed(rows_, factors.data(), g.data());
  }

  void predict(const Vector& w, const std::vector<Index>& batch, Vector& z) const override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      double& margin = z[static_cast<Index>(i)];
      kernels::multiply(rows_from(batch[i], 1), w.data(), &margin);
      margin *= sign(batch[i]);
    }
  }

  void accumulate(const Vector& s, const std::vector<Index>& batch, Vector& g) const override {
    g.setZero();
    for (std::size_t i = 0; i < batch.size(); ++i)
      g += sign(batch[i]) * s[static_cast<Index>(i)] * row(batch[i]).template cast<double>();
  }

  // A block of samples stays in the first-level cache while all vectors meet it.
  void predict_each(MatrixView W, MatrixSlot Z, Threads* threads) const override {
    if (signs_.size()) return Samples::predict_each(W, Z, threads);
    const auto multiply = [&](Index begin, Index size) {
      in_blocks(begin, begin + size, [&](Index n, Index block) {
        for (Index c = 0; c < W.rows(); ++c)
          kernels::multiply(rows_from(n, block), W.row(c).data(), Z.row(c).data() + n);
      });
    };
    threads ? in_parts(*threads, count(), score_block(), multiply) : multiply(0, count());
  }

  void accumulate_each(MatrixView S, MatrixSlot G, Threads* threads) const override {
    if (signs_.size()) return Samples::accumulate_each(S, G, threads);
    const auto add = [&](Index first, Index size) {  // so many columns
      G.middleCols(first, size).setZero();
      in_blocks(0, count(), [&](Index n, Index block) {
        kernels::RowsOf<T> rows = rows_from(n, block);
        rows.data += first;
        rows.length = size;
        for (Index c = 0; c < S.rows(); ++c)
          kernels::add_block(rows, S.row(c).data() + n, G.row(c).data() + first, nullptr);
      });
    };
    threads ? in_parts(*threads, dimension(), 64 / sizeof(T), add) : add(0, dimension());
  }

  void stream(Index begin, Index count, const Vector& w, Vector& z, const Vector& s, Vector& g,
              const Slopes& slopes) const override {
    g.setZero();
    const Index stride = rows_.stride;
    const Index step = step_size(stride);
    Vector factors(signs_.size() ? step : 0);
    for (const Index end = begin + count; begin < end; begin += step) {
      const Index size = std::min(step, end - begin);
      const kernels::RowsOf<T> rows = rows_from(begin, size);
      const T* ahead = fetches_ahead() && begin + 2 * size <= end ? rows.data + size * stride : nullptr;
      kernels::multiply_block(rows, w.data(), z.data() + begin, ahead);
      if (signs_.size()) z.segment(begin, size).array() *= signs_.segment(begin, size).array();
      slopes(begin, size);
      if (signs_.size())
        factors.head(size) = s.segment(begin, size).cwiseProduct(signs_.segment(begin, size));
      kernels::add_block(rows, signs_.size() ? factors.data() : s.data() + begin, g.data(), ahead);
    }
  }

  std::optional<kernels::StoredRows> stored() const override {
    if (signs_.size()) return std::nullopt;
    return kernels::DenseRowsOf<T>{rows_, false};
  }

  bool in_place() const override { return in_place_; }

 private:
  /// Rows a block. The kernels take eight at a time, and fetch as many: four of long rows, so that both fit
  /// into a second-level cache of 512 KB.
  static Index step_size(Index stride) {
    constexpr Index block = (1 << 15) / sizeof(Given), most = 24 * block / 4;  // entries: 32 KB, 192 KB
    if (8 * stride > most) return 4;
    return std::max<Index>(1, block / (8 * stride)) * 8;
  }

  /// Samples a block of thin products: 16 KB of them, as they were given.
  Index score_block() const {
    return std::max<Index>(1, (Index{1} << 14) / (8 * Index{sizeof(Given)} * rows_.stride)) * 8;
  }

  /// Calls f(n, size) for blocks of the samples from begin to end.
  template <class F>
  void in_blocks(Index begin, Index end, const F& f) const {
    for (const Index step = score_block(); begin < end; begin += step) f(begin, std::min(step, end - begin));
  }

  kernels::RowsOf<T> rows_from(Index n, Index size) const {
    return {rows_.data + n * rows_.stride, size, rows_.length, rows_.stride};
  }

  /// Where it was measured to gain: the step from 15 to 22 GB/s on an Intel core, while an AMD core reads 17
  /// % less with it.
  static bool fetches_ahead() {
#if defined(__GNUC__) && defined(__x86_64__)
    static const bool intel = __builtin_cpu_is("intel");
    return intel;
#else
    return false;
#endif
  }

  double sign(Index n) const { return signs_.size() ? signs_[n] : 1; }

  Eigen::Map<const Eigen::VectorX<T>> row(Index n) const {
    return {rows_.data + n * rows_.stride, rows_.length};
  }

  Eigen::Map<const RowMajor<T>, 0, Eigen::OuterStride<>> all_rows() const {
    return {rows_.data, rows_.count, rows_.length, Eigen::OuterStride<>(rows_.stride)};
  }

  bool in_place_;
  kernels::RowsOf<T> rows_;
  std::shared_ptr<const void> owner_;
  Vector signs_;  // labels of rows read in place, which stay as they are; empty otherwise
};

}  // namespace implicitbias
