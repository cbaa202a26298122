#include "implicitbias/problems/samples.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "implicitbias/problems/samples/dense.hpp"
#include "implicitbias/problems/samples/sparse.hpp"
#include "implicitbias/problems/samples/streamed.hpp"

namespace implicitbias {

// How samples are stored is chosen here, by kind and size. Measured on one x86-64 core with AVX-512 (48 KB
// and 2 MB of cache of its own, 29 GB/s from memory), in steepest descent in l_4/3:
// - matrices in cache take two passes, of which the second sweeps the rows backwards, from those that the
//   first has left nearest;
// - beyond `cache`, samples lie contiguously and a single pass serves both products: each block of them is
//   read once from memory, and once more while it is in cache. Two passes and one take 56 and 66 us at
//   2.4 MB (300 x 1000), 213 and 164 us at 4.8 MB (600 x 1000), 2700 and 1440 us at 40 MB.
// On a core with AVX2, 0.5 MB of its own and 32 MB of fast shared cache the two meet later: 65 and 81 us at
// 2.4 MB, 130 and 162 us at 4.8 MB, 1950 and 1690 us at 40 MB; in single precision 218 and 189 us at 4 MB.
//
// Rows of a mapped file cannot be laid out otherwise, so they are streamed at any size. In cache single
// precision gains nothing: turning floats into doubles takes what reading half as much saves.

namespace {

constexpr Index cache = 1 << 22;  // bytes
constexpr Index shortest = 64;    // the dimension from which sums over contiguous samples are fast

/// Whether every number is one in single precision, and none of those so small that they may be read as 0.
bool exactly_floats(const DenseArray<double>& X) {
  constexpr double smallest = std::numeric_limits<float>::min();
  return std::all_of(X.data, X.data + X.count * X.dimension, [](double x) {
    return static_cast<double>(static_cast<float>(x)) == x && (x == 0 || std::abs(x) >= smallest);
  });
}

template <class T>
bool beyond_cache(const DenseArray<T>& X) {
  return X.count * X.dimension > cache / Index{sizeof(T)};
}

/// Contiguous samples, kept in single precision where that loses nothing and half the traffic tells.
template <class T>
std::shared_ptr<const Samples> streamed(const DenseArray<T>& X, const Vector& signs) {
  if constexpr (std::is_same_v<T, double>)
    if (!X.in_place && beyond_cache(X) && exactly_floats(X))
      return std::make_shared<StreamedSamples<float, double>>(X, signs);
  return std::make_shared<StreamedSamples<T>>(X, signs);
}

template <class T>
std::shared_ptr<const Samples> choose(const DenseArray<T>& X, const Vector& signs) {
  if (X.in_place || (beyond_cache(X) && X.dimension >= shortest)) return streamed(X, signs);
  return std::make_shared<DenseSamples<T>>(X, signs);
}

template <class T>
std::shared_ptr<const Samples> choose(SparseArray<T>&& X, const Vector& signs) {
  return std::make_shared<SparseSamples<T>>(std::move(X), signs);
}

// Thin products take blocks of contiguous samples, at any size.

template <class T>
std::shared_ptr<const Samples> choose_for_scores(const DenseArray<T>& X) {
  return streamed(X, Vector());
}

template <class T>
std::shared_ptr<const Samples> choose_for_scores(SparseArray<T>&& X) {
  return std::make_shared<SparseSamples<T>>(std::move(X), Vector());
}

}  // namespace

std::shared_ptr<const Samples> Samples::of(Data X, const Vector& signs) {
  return std::visit([&](auto&& array) { return choose(std::move(array), signs); }, std::move(X));
}

std::shared_ptr<const Samples> Samples::for_scores(Data X) {
  return std::visit([](auto&& array) { return choose_for_scores(std::move(array)); }, std::move(X));
}

void Samples::predict_each(MatrixView W, MatrixSlot Z, Threads* threads) const {
  Vector z(Z.cols());
  for (Index c = 0; c < W.rows(); ++c) {
    predict(W.row(c), z, threads);
    Z.row(c) = z;
  }
}

void Samples::accumulate_each(MatrixView S, MatrixSlot G, Threads* threads) const {
  Vector g(G.cols());
  for (Index c = 0; c < S.rows(); ++c) {
    accumulate(S.row(c), g, threads);
    G.row(c) = g;
  }
}

void Samples::predict_each(MatrixView W, const std::vector<Index>& batch, MatrixSlot Z) const {
  Vector z(Z.cols());
  for (Index c = 0; c < W.rows(); ++c) {
    predict(W.row(c), batch, z);
    Z.row(c) = z;
  }
}

void Samples::accumulate_each(MatrixView S, const std::vector<Index>& batch, MatrixSlot G) const {
  Vector g(G.cols());
  for (Index c = 0; c < S.rows(); ++c) {
    accumulate(S.row(c), batch, g);
    G.row(c) = g;
  }
}

}  // namespace implicitbias
