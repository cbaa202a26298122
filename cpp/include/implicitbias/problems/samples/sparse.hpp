// Sparse samples, in compressed rows.
#pragma once

#include "implicitbias/base/threads.hpp"
#include "implicitbias/kernels/sparse_products.hpp"
#include "implicitbias/problems/samples.hpp"

namespace implicitbias {

template <class T>
class SparseSamples final : public Samples {
 public:
  SparseSamples(SparseArray<T> X, const Vector& signs)
      : Samples(X.count, X.dimension, false), array_(std::move(X)) {
    multiply_rows(array_, signs);
  }

  Vector sample(Index n) const override {
    Vector result = Vector::Zero(dimension());
    for_each(n, [&](Index j, double entry) { result[j] = entry; });
    return result;
  }

  Vector entries(Index n) const override {
    const Index begin = array_.starts[at(n)], end = array_.starts[at(n) + 1];
    return Eigen::Map<const Eigen::VectorX<T>>(array_.values.data() + begin, end - begin)
        .template cast<double>();
  }

  double reach(Index n, VectorView w) const override {
    double sum = 0;
    for_each(n, [&](Index j, double entry) { sum += std::abs(entry * w[j]); });
    return sum;
  }

  void add_sizes(Index n, double factor, VectorSlot g) const override {
    for_each(n, [&](Index j, double entry) { g[j] += factor * std::abs(entry); });
  }

  Vector largest() const override {
    Vector result = Vector::Zero(dimension());
    for (Index n = 0; n < count(); ++n)
      for_each(n, [&](Index j, double entry) { result[j] = std::max(result[j], std::abs(entry)); });
    return result;
  }

  Matrix matrix() const override {
    Matrix result(count(), dimension());
    for (Index n = 0; n < count(); ++n) result.row(n) = sample(n).transpose();
    return result;
  }

  Data given(const Vector& signs) const override {
    SparseArray<T> result = array_;
    multiply_rows(result, signs);
    return result;
  }

  void predict(const Vector& w, Vector& z, Threads* threads) const override {
    if (!threads) return kernels::multiply(rows(0, count()), w.data(), z.data());
    threads->run([&](int part) {
      const Index begin = share(part, threads->count()), size = share(part + 1, threads->count()) - begin;
      kernels::multiply(rows(begin, size), w.data(), z.data() + begin);
    });
  }

  void accumulate(const Vector& s, Vector& g, Threads* threads) const override {
    const auto add = [&](Index begin, Index end, Vector& sum) {
      sum.setZero();
      kernels::add_rows(rows(begin, end - begin), s.data() + begin, sum.data());
    };
    if (!threads) return add(0, count(), g);
    const int parts = threads->count();
    threads->run([&](int part) {
      add(share(part, parts), share(part + 1, parts), part == 0 ? g : threads->scratch(part, g.size()));
    });
    for (int part = 1; part < parts; ++part) g += threads->scratch(part, g.size());
  }

  void predict(const Vector& w, const std::vector<Index>& batch, Vector& z) const override {
    for (std::size_t i = 0; i < batch.size(); ++i)
      kernels::multiply(rows(batch[i], 1), w.data(), z.data() + i);
  }

  void accumulate(const Vector& s, const std::vector<Index>& batch, Vector& g) const override {
    g.setZero();
    for (std::size_t i = 0; i < batch.size(); ++i)
      kernels::add_rows(rows(batch[i], 1), s.data() + i, g.data());
  }

  // One pass over the samples serves all vectors: the entries that they have for one feature lie side by
  // side.
  void predict_each(MatrixView W, MatrixSlot Z, Threads* threads) const override {
    if (threads) return Samples::predict_each(W, Z, threads);
    const Eigen::MatrixXd by_feature = W;
    Vector z(W.rows());
    for (Index n = 0; n < count(); ++n) {
      z.setZero();
      for_each(n, [&](Index j, double entry) { z += entry * by_feature.col(j); });
      Z.col(n) = z;
    }
  }

  void accumulate_each(MatrixView S, MatrixSlot G, Threads* threads) const override {
    if (threads) return Samples::accumulate_each(S, G, threads);
    Eigen::MatrixXd by_feature = Eigen::MatrixXd::Zero(G.rows(), G.cols());
    Vector s(S.rows());
    for (Index n = 0; n < count(); ++n) {
      s = S.col(n);
      for_each(n, [&](Index j, double entry) { by_feature.col(j) += entry * s; });
    }
    G = by_feature;
  }

  std::optional<kernels::StoredRows> stored() const override { return rows(0, count()); }

 private:
  static std::size_t at(Index n) { return static_cast<std::size_t>(n); }

  /// Calls visit(j, x_nj) for the entries of sample n.
  template <class Visit>
  void for_each(Index n, Visit visit) const {
    for (Index k = array_.starts[at(n)]; k < array_.starts[at(n) + 1]; ++k)
      visit(Index{array_.columns[at(k)]}, static_cast<double>(array_.values[at(k)]));
  }

  /// The first row of a part, where all parts have about as many entries.
  Index share(int part, int parts) const {
    if (part == parts) return count();  // rows without entries included
    const auto& starts = array_.starts;
    return std::lower_bound(starts.begin(), starts.end() - 1, starts.back() * part / parts) - starts.begin();
  }

  static void multiply_rows(SparseArray<T>& array, const Vector& signs) {
    for (Index n = 0; n < signs.size(); ++n)
      for (Index k = array.starts[at(n)]; k < array.starts[at(n) + 1]; ++k)
        array.values[at(k)] *= static_cast<T>(signs[n]);
  }

  kernels::SparseRowsOf<T> rows(Index begin, Index size) const {
    return {array_.starts.data() + begin, array_.columns.data(), array_.values.data(), size};
  }

  SparseArray<T> array_;
};

}  // namespace implicitbias
