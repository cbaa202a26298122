// Gradients of several runs on a tiny problem: a whole iteration stays in registers.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "lane_gradient.hpp"

namespace implicitbias::kernels::level {

/// z_n of two vectors at once; all vectors round alike.
template <Index d>
IMPLICITBIAS_INLINE void lane_margins(const double* x, const Wide (&w)[turns][d], Wide (&z)[turns]) {
#pragma GCC unroll 2
  for (int v = 0; v < turns; ++v) {
    // The compiler might fuse either product with the sum of two.
    Wide sum = once(x[0] * w[v][0]);
#pragma GCC unroll 8
    for (Index j = 1; j < d; ++j) sum += x[j] * w[v][j];
    z[v] = sum;
  }
}

/// The samples that count for some vectors of runs, as long as these stay near a reference point: others
/// have weight 0 in each of them (lane_losses.hpp), so that a run's bits do not depend on who is left out.
///
/// At the reference all margins are known, and |z_n(w) - z_n(w_ref)| <= |x_n|_1 |w - w_ref|_inf keeps those
/// that are left out, and the smallest one, far enough from where a margin counts.
template <class Loss, Index d>
class CountingRows {
 public:
  Index count() const { return count_; }
  const double* scaled() const { return scaled_.data(); }
  const double* rows() const { return rows_.data(); }

  IMPLICITBIAS_INLINE bool cover(const Wide (&w)[turns][d]) {
    if (--left_ <= 0) return false;
    Wide far[turns];
#pragma GCC unroll 2
    for (int v = 0; v < turns; ++v) {
      far[v] = absolute(w[v][0] - reference_[v][0]);
#pragma GCC unroll 8
      for (Index j = 1; j < d; ++j) far[v] = larger(absolute(w[v][j] - reference_[v][j]), far[v]);
    }
    return all_less(larger(far[0] - reach_[0], far[1] - reach_[1]), Wide{});
  }

  /// Looks at all samples: `scaled` ones make margins in units of log 2.
  IMPLICITBIAS_NO_INLINE void look(const Wide (&w)[turns][d], const std::vector<double>& scaled,
                                   const std::vector<double>& rows, Index n, double counting) {
    Wide z[tiny_samples][turns], smallest[turns];
    for (int v = 0; v < turns; ++v) smallest[v] = all(infinity);
    double longest = 0;
    for (Index i = 0; i < n; ++i) {
      lane_margins<d>(scaled.data() + i * d, w, z[i]);
      for (int v = 0; v < turns; ++v) smallest[v] = smaller(z[i][v], smallest[v]);
      longest = std::max(longest, length(scaled.data() + i * d));
    }
    for (int v = 0; v < turns; ++v) {
      Wide size{};
      for (Index j = 0; j < d; ++j) size = larger(absolute(w[v][j]), size);
      std::copy_n(w[v], d, reference_[v]);
      reach_[v] = all(infinity);
      rounding_[v] = size * longest * 0x1p-46;
    }
    count_ = 0;
    left_ = renewal;
    scaled_.resize(scaled.size());
    rows_.resize(rows.size());
    for (Index i = 0; i < n; ++i) {
      const double* x = scaled.data() + i * d;
      Wide reach[turns];
      for (int v = 0; v < turns; ++v) {
        const Wide spare = z[i][v] - Loss(smallest[v], counting).beyond - rounding_[v];
        reach[v] = spare / (length(x) + longest);
      }
      const Wide least = all(spare / (2 * longest));
      if (all_less(least, smaller(reach[0], reach[1]))) {
        for (int v = 0; v < turns; ++v) reach_[v] = smaller(reach[v], reach_[v]);
        continue;
      }
      std::copy_n(x, d, scaled_.data() + count_ * d);
      std::copy_n(rows.data() + i * d, d, rows_.data() + count_ * d);
      ++count_;
    }
  }

 private:
  /// Samples are left out from so many units beyond on where they count, and looked at again after so many
  /// iterations, as more of them may be left out then.
  static constexpr double spare = 8;
  static constexpr int renewal = 128;

  static double length(const double* x) {
    double sum = 0;
    for (Index j = 0; j < d; ++j) sum += std::abs(x[j]);
    return sum;
  }

  Wide reference_[turns][d] = {}, reach_[turns] = {}, rounding_[turns] = {};
  std::vector<double> scaled_, rows_;
  Index count_ = 0;
  int left_ = 0;
};

/// The samples, packed; w and h stay in registers for d of no more than a few coordinates.
template <class Loss, Index d>
class TinyLaneGradient final : public LaneGradient {
 public:
  explicit TinyLaneGradient(const InnerProblem& problem)
      : n_(problem.samples), counting_(counting_margins(n_)) {
    const auto& rows = std::get<DenseRowsOf<double>>(problem.rows);
    for (Index n = 0; n < n_; ++n)
      for (Index j = 0; j < d; ++j) rows_.push_back(rows.entry(n, j));
    scaled_ = rows_;
    for (double& x : scaled_) x /= log_2;
  }

  void at(LanePoint* points, Index count) override {
    for (Index v = 0; v < count; v += turns) pass(points + v, counting_rows_[v / turns]);
  }

 private:
  IMPLICITBIAS_INLINE void pass(LanePoint* points, CountingRows<Loss, d>& counting) {
    constexpr int V = turns;
    Wide z[tiny_samples][V], w[V][d], smallest[V], h[V][d];
    for (int v = 0; v < V; ++v) copy(points[v].w, d, w[v]);
    if (!counting.cover(w)) [[unlikely]]
      counting.look(w, scaled_, rows_, n_, counting_);
    const Index n = counting.count();
    const double* x = counting.scaled();
    for (int v = 0; v < V; ++v) smallest[v] = all(infinity);
    for (Index i = 0; i < n; ++i, x += d) {
      lane_margins<d>(x, w, z[i]);
      for (int v = 0; v < V; ++v) smallest[v] = smaller(z[i][v], smallest[v]);
    }
    Loss losses[V] = {Loss(smallest[0], counting_), Loss(smallest[1], counting_)};
    for (int v = 0; v < V; ++v)
      for (Index j = 0; j < d; ++j) h[v][j] = Wide{};
    x = counting.rows();
    for (Index i = 0; i < n; ++i, x += d)
#pragma GCC unroll 2
      for (int v = 0; v < V; ++v) {
        const Wide s = losses[v].weigh(z[i][v]);
#pragma GCC unroll 8
        for (Index j = 0; j < d; ++j) h[v][j] += x[j] * s;
      }
    for (int v = 0; v < V; ++v) {
      copy(h[v], d, points[v].h);
      points[v].weights = losses[v].sums();
    }
  }

  Index n_;
  double counting_;
  std::vector<double> rows_, scaled_;  // by the scaled ones margins are in units of log 2
  std::array<CountingRows<Loss, d>, lane_vectors / turns> counting_rows_;
};

}  // namespace implicitbias::kernels::level
