// The l_p norm of the l_q norms of groups of coordinates, |w| = |(|w_g|_q)_g|_p. Its dual has the dual
// exponents, inside and outside. The steepest descent step is made of two: the outer one says how far each
// group goes, the inner one which way.
#pragma once

#include "implicitbias/geometry/norms/groups.hpp"
#include "implicitbias/geometry/norms/lp.hpp"

namespace implicitbias {

class GroupNorm final : public Norm {
 public:
  static constexpr const char* name = "GroupNorm";
  static constexpr const char* doc = R"(The l_p norm of the l_q norms of groups of coordinates.

      With p = 1 steepest descent moves one group at a time.

      Parameters
      ----------
      groups : sequence of sequences of int
          Every coordinate in exactly one group, by its index; on (r, c) parameters, in row-major order.
      p : float, default 1
          The outer exponent, in [1, inf].
      q : float, default 2
          The inner exponent, in [1, inf].

      Examples
      --------
      >>> norm = ib.GroupNorm([[0, 1], [2]])
      >>> norm.value([3.0, 4.0, 1.0])
      6.0
      >>> norm.steepest([3.0, 4.0, 1.0])
      array([-3., -4.,  0.])
      )";

  GroupNorm(Groups groups, double p, double q)
      : partition_(std::move(groups)), outer_(p), inner_(exponent(q, "q")) {}

  const Groups& groups() const { return partition_.groups(); }
  double p() const { return outer_.p(); }
  double q() const { return inner_.p(); }
  using fields = Fields<Field<"groups", &GroupNorm::groups>, Field<"p", &GroupNorm::p, [] { return 1.0; }>,
                        Field<"q", &GroupNorm::q, [] { return 2.0; }>>;

  double value(VectorView w) const override {
    return outer_.value(
        sizes(w(partition_.members()), [this](VectorView group) { return inner_.value(group); }));
  }
  double dual(VectorView g) const override { return outer_.dual(dual_sizes(g(partition_.members()))); }

  // The outer step says how far each group goes, the inner one which way.
  void steepest(VectorView g, Ties ties, VectorSlot dw) const override {
    if (quadratic()) {
      dw = -g;
      return;
    }
    Vector from = g(partition_.members()), step = Vector::Zero(g.size());
    Vector reach(partition_.size());
    outer_.steepest(dual_sizes(from), ties, reach);
    partition_.for_each([&](Index k, Index begin, Index size) {
      if (reach[k] == 0) return;
      auto group = from.segment(begin, size);
      group /= group.lpNorm<Eigen::Infinity>();  // however small it is beside the others
      inner_.steepest(group, ties, step.segment(begin, size));
      step.segment(begin, size) *= std::abs(reach[k]) / inner_.dual(group);
    });
    dw(partition_.members()) = step;
  }

  bool forgets_scale() const override { return outer_.forgets_scale() || inner_.forgets_scale(); }

  bool quadratic() const override { return outer_.quadratic() && inner_.quadratic(); }
  bool strictly_convex() const override { return outer_.strictly_convex() && inner_.strictly_convex(); }
  bool link(VectorView w, VectorSlot z) const override {
    z = w;
    return quadratic();
  }
  // With p = inf each group has a ball of its own; with q = 2 groups keep their directions, and the outer
  // norm says how long they may be.
  BallProjection ball_projection() const override {
    const BallProjection outside = outer_.ball_projection(), inside = inner_.ball_projection();
    if (p() == infinity && inside)
      return [this, inside](VectorSlot w, double radius) {
        Vector members = w(partition_.members());
        partition_.for_each(
            [&](Index, Index begin, Index size) { inside(members.segment(begin, size), radius); });
        w(partition_.members()) = members;
      };
    if (!outside || q() != 2) return {};
    return [this, outside](VectorSlot w, double radius) {
      Vector members = w(partition_.members());
      const Vector before = sizes(members, [this](VectorView group) { return inner_.value(group); });
      Vector after = before;
      outside(after, radius);
      partition_.for_each([&](Index k, Index begin, Index size) {
        if (after[k] < before[k]) members.segment(begin, size) *= after[k] / before[k];
      });
      w(partition_.members()) = members;
    };
  }
  std::optional<kernels::MoveRecipe> recipe(Ties ties) const override {
    return quadratic() ? outer_.recipe(ties) : std::nullopt;
  }

  std::shared_ptr<const Norm> on(const Shape& shape) const override {
    partition_.check(shape);
    return shared_from_this();
  }

 private:
  template <class Size>
  Vector sizes(const Vector& members, Size size) const {
    Vector result(partition_.size());
    partition_.for_each(
        [&](Index k, Index begin, Index count) { result[k] = size(members.segment(begin, count)); });
    return result;
  }
  Vector dual_sizes(const Vector& members) const {
    return sizes(members, [this](VectorView group) { return inner_.dual(group); });
  }

  Partition partition_;
  Lp outer_, inner_;
};

}  // namespace implicitbias
