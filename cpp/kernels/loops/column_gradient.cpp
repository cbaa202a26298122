#include "column_gradient.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <variant>

namespace implicitbias::kernels::level {

namespace {

/// For D coordinates, of which the last ones may be padding: a column of samples each, padded to whole
/// vectors. The padding's margins are so large, or its rows so empty, that it has no part in anything.
template <class Formula, int D>
class ColumnGradient final : public Gradient {
 public:
  ColumnGradient(const InnerProblem& problem, const Formula& formula)
      : formula_(formula), size_(in_whole_vectors(problem.samples)) {
    columns_ = Vector::Zero(size_ * (D + 1));
    for (Index n = 0; n < size_; ++n) {
      const bool sample = n < problem.samples;
      columns_[n] = sample == Formula::monotone ? 0.0
                    : sample                    ? -problem.y[n]
                                                : std::numeric_limits<double>::max();
      for (Index j = 0; j < problem.dimension && sample; ++j)
        columns_[(j + 1) * size_ + n] = entry(problem, n, j);
    }
  }

  Index padded(Index) const override { return D; }

  Weights at(std::int64_t, const double* w, double* __restrict h) override {
    if constexpr (Formula::monotone) {
      if (far_) {  // as in the last iteration: what is written depends on w alone
        const double smallest = smallest_margin(w);
        if (!Formula::near(smallest)) return pass(Formula::tail(Formula::shift_at(smallest)), w, h).first;
      }
      const auto [weights, smallest] = pass(formula_, w, h);
      far_ = !Formula::near(smallest);
      if (far_) return pass(Formula::tail(Formula::shift_at(smallest)), w, h).first;
      if (underflows(weights.total)) h[0] = std::numeric_limits<double>::quiet_NaN();
      return weights;
    } else {
      return pass(formula_, w, h).first;
    }
  }

 private:
  static double entry(const InnerProblem& problem, Index n, Index j) {
    if (const auto* rows = std::get_if<DenseRowsOf<double>>(&problem.rows)) return rows->entry(n, j);
    return std::get<DenseRowsOf<float>>(problem.rows).entry(n, j);
  }

  IMPLICITBIAS_INLINE Wide margins(Index n, const Wide* w) const {
    Wide even = load(columns_.data() + n), odd{};
    for (int j = 0; j < D; j += 2) {
      even += load(columns_.data() + (j + 1) * size_ + n) * w[j];
      odd += load(columns_.data() + (j + 2) * size_ + n) * w[j + 1];
    }
    return even + odd;
  }

  double smallest_margin(const double* w) const {
    Wide all_w[D], smallest = all(infinity);
    for (int j = 0; j < D; ++j) all_w[j] = all(w[j]);
    for (Index n = 0; n < size_; n += width) {
      const Wide z = margins(n, all_w);
      smallest = z < smallest ? z : smallest;
    }
    return smallest_of(smallest);
  }

  /// Weights and h by this formula, and the smallest margin.
  template <class Any>
  IMPLICITBIAS_INLINE std::pair<Weights, double> pass(const Any formula, const double* w,
                                                      double* __restrict h) const {
    Wide all_w[D], smallest = all(infinity), sums_of_h[D] = {};
    for (int j = 0; j < D; ++j) all_w[j] = all(w[j]);
    typename Any::template Sums<Wide> sums;
    for (Index n = 0; n < size_; n += width) {
      const Wide z = margins(n, all_w);
      if constexpr (Formula::monotone) smallest = z < smallest ? z : smallest;
      const Wide s = formula.weigh(z, sums);
      for (int j = 0; j < D; ++j) sums_of_h[j] += load(columns_.data() + (j + 1) * size_ + n) * s;
    }
    store_sums(sums_of_h, h);
    const LossSums all_sums = Any::sums(sums);
    double shift = 0;
    if constexpr (requires { formula.shift; }) shift = formula.shift;
    return {{shift, all_sums.total, all_sums.loss}, Formula::monotone ? smallest_of(smallest) : 0.0};
  }

  /// Writes the sum of each vector in one store of all: what moves load at once must have been stored at
  /// once.
  IMPLICITBIAS_INLINE static void store_sums(const Wide* vectors, double* h) {
#ifdef __GNUC__
    using Four = double __attribute__((vector_size(4 * sizeof(double))));
    for (int j = 0; j < D; j += 4) {
      const Four four = {sum_of(vectors[j]), sum_of(vectors[j + 1]), sum_of(vectors[j + 2]),
                         sum_of(vectors[j + 3])};
      std::memcpy(h + j, &four, sizeof four);
    }
#else
    for (int j = 0; j < D; ++j) h[j] = sum_of(vectors[j]);
#endif
  }

  Formula formula_;
  Index size_;
  Vector columns_;  // begins on a cache line: the offsets, then each coordinate's
  bool far_ = false;
};

}  // namespace

std::unique_ptr<Gradient> column_gradient(const InnerProblem& problem) {
  if (!is_dense(problem.rows) || problem.batch || problem.dimension > tiny_dimension ||
      problem.samples > tiny_samples)
    return nullptr;
  return with_formula(problem.loss, [&](const auto& formula) -> std::unique_ptr<Gradient> {
    using Formula = std::decay_t<decltype(formula)>;
    if (problem.dimension <= 4) return std::make_unique<ColumnGradient<Formula, 4>>(problem, formula);
    return std::make_unique<ColumnGradient<Formula, tiny_dimension>>(problem, formula);
  });
}

}  // namespace implicitbias::kernels::level
