// The norm lasso |w|_1 + group sum_g |w_g|_2, the penalty of the sparse group lasso. Its dual norm is the
// largest, over groups, of the t with |S(z_g, lasso t)|_2 = group t, where S(z, c)_i = sign(z_i) max(|z_i| -
// c, 0) is the soft threshold: the left side falls in t and the right side rises, so that t is unique.
// Steepest descent moves the group with the largest t along -S(z_g, lasso t).
#pragma once

#include <algorithm>
#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norm.hpp"
#include "implicitbias/geometry/norms/groups.hpp"

namespace implicitbias {

class SparseGroupNorm final : public Norm {
 public:
  static constexpr const char* name = "SparseGroupNorm";
  static constexpr const char* doc =
      R"(The sum lasso |w|_1 + group sum_g |w_g|_2 over groups of coordinates, that of the sparse group lasso.

      With one group it is lasso |w|_1 + group |w|_2.

      Parameters
      ----------
      groups : sequence of sequences of int
          Every coordinate in exactly one group, by its index; on (r, c) parameters, in row-major order.
      lasso : float, default 1
          Positive.
      group : float, default 1
          Positive.

      Notes
      -----
      The dual norm is the largest, over groups, of the t with |S(z_g, lasso t)|_2 = group t, where S is the
      soft threshold; steepest descent moves that group along -S(z_g, lasso t).

      Examples
      --------
      >>> ib.SparseGroupNorm([[0, 1], [2]]).value([3.0, 4.0, 1.0])
      14.0
      )";

  SparseGroupNorm(Groups groups, double lasso, double group)
      : partition_(std::move(groups)), lasso_(positive(lasso, "lasso")), group_(positive(group, "group")) {}

  const Groups& groups() const { return partition_.groups(); }
  double lasso() const { return lasso_; }
  double group() const { return group_; }
  using fields = Fields<Field<"groups", &SparseGroupNorm::groups>,
                        Field<"lasso", &SparseGroupNorm::lasso, [] { return 1.0; }>,
                        Field<"group", &SparseGroupNorm::group, [] { return 1.0; }>>;

  double value(VectorView w) const override {
    const Vector from = w(partition_.members());
    double sum = lasso_ * from.lpNorm<1>();
    partition_.for_each(
        [&](Index, Index begin, Index size) { sum += group_ * from.segment(begin, size).stableNorm(); });
    return sum;
  }

  double dual(VectorView g) const override { return thresholds(g(partition_.members())).maxCoeff(); }

  void steepest(VectorView g, Ties ties, VectorSlot dw) const override {
    const Vector from = g(partition_.members()), reach = thresholds(from);
    Vector step = Vector::Zero(g.size());
    const double largest = reach.maxCoeff();
    // Groups whose thresholds are equal in exact arithmetic differ by rounding.
    const double least = ties == Ties::first ? largest : largest * (1 - 1e-12);
    double moved = 0;
    partition_.for_each([&](Index k, Index begin, Index size) {
      if (largest == 0 || reach[k] < least || (ties == Ties::first && moved > 0)) return;
      auto part = step.segment(begin, size);
      part = from.segment(begin, size).unaryExpr([cut = lasso_ * reach[k]](double entry) {
        return std::copysign(std::max(std::abs(entry) - cut, 0.0), -entry);
      });
      part /= part.lpNorm<Eigen::Infinity>();  // so that no norm of it overflows
      // <z_g, part> = t |part|: a step as long as its slope has the length t.
      part *= reach[k] / (lasso_ * part.lpNorm<1>() + group_ * part.stableNorm());
      ++moved;
    });
    if (moved > 1) step /= moved;
    dw(partition_.members()) = step;
  }

  bool forgets_scale() const override { return false; }

  std::shared_ptr<const Norm> on(const Shape& shape) const override {
    partition_.check(shape);
    return shared_from_this();
  }

 private:
  /// The dual norm of each group: the t with |S(z_g, lasso t)|_2 = group t.
  Vector thresholds(const Vector& members) const {
    Vector result(partition_.size());
    partition_.for_each(
        [&](Index k, Index begin, Index size) { result[k] = threshold(members.segment(begin, size)); });
    return result;
  }

  double threshold(VectorView z) const {
    const double largest = z.lpNorm<Eigen::Infinity>();
    if (largest == 0 || !std::isfinite(largest)) return largest;
    Vector sizes = z.cwiseAbs() / largest;
    std::sort(sizes.begin(), sizes.end(), std::greater<>());
    // A power of two, so that no digit changes; the squares of the factors might overflow.
    const double unit = std::scalbn(1.0, std::ilogb(std::max(lasso_, group_)));
    const double lasso = lasso_ / unit, group = group_ / unit;
    // With the k largest above the threshold, sum (z_i - lasso t)^2 = group^2 t^2. The root grows with k as
    // long as the next entry exceeds lasso t.
    double sum = 0, squares = 0, t = 0;
    for (Index k = 0; k < sizes.size() && sizes[k] > lasso * t; ++k) {
      sum += sizes[k];
      squares += sizes[k] * sizes[k];
      const double count = static_cast<double>(k + 1);
      // The smaller root of (k lasso^2 - group^2) t^2 - 2 lasso sum t + squares, free of cancellation.
      const double half = lasso * sum;
      const double root = half * half - (count * lasso * lasso - group * group) * squares;
      t = squares / (half + std::sqrt(std::max(root, 0.0)));
    }
    return largest * t / unit;
  }

  Partition partition_;
  double lasso_, group_;
};

}  // namespace implicitbias
