// Products of a matrix with vectors of runs: those of many runs are a product of matrices, and as fast.
#pragma once

#include <vector>

#include "lanes.hpp"

namespace implicitbias::kernels::level {

class LanePanels {
 public:
  /// Of entry(i, j).
  template <class Entry>
  LanePanels(Index rows, Index columns, const Entry& entry)
      : rows_(rows),
        columns_(columns),
        packed_(static_cast<std::size_t>((rows + high - 1) / high * high * columns)) {
    for (Index i = 0; i < rows; ++i)
      for (Index j = 0; j < columns; ++j)
        packed_[static_cast<std::size_t>((i / high * columns + j) * high + i % high)] = entry(i, j);
  }

  /// Writes for V vectors of runs what the matrix makes of each. A lane is the sum of its terms in their
  /// order, however many vectors there are.
  template <int V>
  void times(const Wide* const* in, Wide* const* out) const {
    const double* a = packed_.data();
    for (Index i = 0; i < rows_; i += high) {
      Wide sums[high][V] = {};
      for (Index j = 0; j < columns_; ++j, a += high) {
        Wide x[V];
#pragma GCC unroll 4
        for (int v = 0; v < V; ++v) x[v] = in[v][j];
#pragma GCC unroll 6
        for (int r = 0; r < high; ++r) {
          const Wide entry = once(all(a[r]));
#pragma GCC unroll 4
          for (int v = 0; v < V; ++v) sums[r][v] += entry * x[v];
        }
      }
      for (int r = 0; r < high && i + r < rows_; ++r)
        for (int v = 0; v < V; ++v) out[v][i + r] = sums[r][v];
    }
  }

 private:
  /// Rows at a time: with four vectors of runs their sums stay in registers.
  static constexpr int high = width == 8 ? 6 : 2;

  Index rows_, columns_;
  std::vector<double> packed_;  // so many rows, column by column, then the next ones; padded with 0
};

}  // namespace implicitbias::kernels::level
