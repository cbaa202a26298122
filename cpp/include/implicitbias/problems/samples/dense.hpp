// Dense samples with their longer side contiguous, so that innermost loops are long for wide data (n < d) and
// tall data (n > d) alike; beyond the first-level cache samples of some length are contiguous in any case.
// One pass takes inner products with the stored rows, the other sums the stored rows, and the layout decides
// which pass is which.
#pragma once

#include "implicitbias/base/threads.hpp"
#include "implicitbias/problems/samples.hpp"
#include "implicitbias/problems/samples/padded.hpp"

namespace implicitbias {

template <class T>
class DenseSamples final : public Samples {
 public:
  DenseSamples(const DenseArray<T>& X, const Vector& signs)
      : Samples(X.count, X.dimension, false),
        tall_(stored_tall(X.count, X.dimension)),
        length_(tall_ ? X.count : X.dimension),
        padded_(padded<T>(X, signs, tall_)) {}

  Vector sample(Index n) const override { return row(n).template cast<double>(); }

  double reach(Index n, VectorView w) const override {
    return row(n).template cast<double>().cwiseProduct(w).template lpNorm<1>();
  }

  void add_sizes(Index n, double factor, VectorSlot g) const override {
    g += factor * row(n).template cast<double>().cwiseAbs();
  }

  Matrix matrix() const override { return rows_of<double>(); }

  Data given(const Vector& signs) const override { return unsigned_rows<T>(rows_of<T>(), signs); }

  void predict(const Vector& w, Vector& z, Threads* threads) const override {
    tall_ ? multiply_transposed(w, z, threads) : multiply(w, z, threads);
  }

  void accumulate(const Vector& s, Vector& g, Threads* threads) const override {
    tall_ ? multiply(s, g, threads) : multiply_transposed(s, g, threads);
  }

  void predict(const Vector& w, const std::vector<Index>& batch, Vector& z) const override {
    for (std::size_t i = 0; i < batch.size(); ++i)
      z[static_cast<Index>(i)] = row(batch[i]).template cast<double>().dot(w);
  }

  void accumulate(const Vector& s, const std::vector<Index>& batch, Vector& g) const override {
    g.setZero();
    for (std::size_t i = 0; i < batch.size(); ++i)
      g += s[static_cast<Index>(i)] * row(batch[i]).template cast<double>();
  }

  std::optional<kernels::StoredRows> stored() const override {
    return kernels::DenseRowsOf<T>{padded_rows(), tall_};
  }

 private:
  /// Beyond the first-level cache the compiled loop reads each sample once, if it lies in one piece, and
  /// samples of sixteen features and more are long enough for that.
  static bool stored_tall(Index count, Index dimension) {
    constexpr Index first_level = (1 << 16) / sizeof(T);  // entries
    return count > dimension && (dimension < 16 || count * dimension <= first_level);
  }

  // Parts of whole groups of rows, and of whole lines of them, give the same numbers as the whole.
  void multiply(const Vector& v, Vector& out, Threads* threads) const {
    if (!threads) return kernels::multiply(padded_rows(), v.data(), out.data());
    in_parts(*threads, padded_.rows(), 8, [&](Index begin, Index size) {
      const T* data = padded_.data() + begin * padded_.cols();
      kernels::multiply(kernels::RowsOf<T>{data, size, length_, padded_.cols()}, v.data(),
                        out.data() + begin);
    });
  }

  void multiply_transposed(const Vector& c, Vector& out, Threads* threads) const {
    if (!threads) return kernels::multiply_transposed(padded_rows(), c.data(), out.data());
    in_parts(*threads, length_, 64 / sizeof(T), [&](Index begin, Index size) {
      kernels::multiply_transposed(
          kernels::RowsOf<T>{padded_.data() + begin, padded_.rows(), size, padded_.cols()}, c.data(),
          out.data() + begin);
    });
  }

  kernels::RowsOf<T> padded_rows() const { return {padded_.data(), padded_.rows(), length_, padded_.cols()}; }

  template <class S>
  RowMajor<S> rows_of() const {
    const auto numbers = padded_.leftCols(length_).template cast<S>();
    return tall_ ? RowMajor<S>(numbers.transpose()) : RowMajor<S>(numbers);
  }

  /// Sample n where it lies.
  Eigen::Map<const Eigen::VectorX<T>, 0, Eigen::InnerStride<>> row(Index n) const {
    return {padded_.data() + (tall_ ? n : n * padded_.cols()), dimension(),
            Eigen::InnerStride<>(tall_ ? padded_.cols() : 1)};
  }

  bool tall_;
  Index length_;
  RowMajor<T> padded_;
};

}  // namespace implicitbias
