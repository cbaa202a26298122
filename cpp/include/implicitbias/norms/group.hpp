#pragma once

#include <algorithm>
#include <vector>

#include "lp.hpp"

namespace implicitbias {

/// Coordinates in groups, by their indices.
using Groups = std::vector<std::vector<Index>>;

class GroupNorm final : public Norm {
 public:
  static constexpr const char* name = "GroupNorm";
  static constexpr const char* doc =
      "The l_p norm of the l_q norms of groups of coordinates.\n\n"
      "With p = 1 steepest descent moves one group at a time.\n\n"
      "Parameters\n----------\n"
      "groups : sequence of sequences of int\n"
      "    Every coordinate in exactly one group, by its index; on (r, c) parameters, in row-major order.\n"
      "p : float\n    The outer exponent, in [1, inf].\n"
      "q : float\n    The inner exponent, in [1, inf].";

  GroupNorm(Groups groups, double p, double q)
      : groups_(std::move(groups)), outer_(p), inner_(exponent(q, "q")) {
    for (const auto& group : groups_) {
      if (group.empty())
        throw InvalidValueError("groups: expected groups of at least one index, got an empty one");
      members_.insert(members_.end(), group.begin(), group.end());
      ends_.push_back(static_cast<Index>(members_.size()));
    }
    if (groups_.empty()) throw InvalidValueError("groups: expected at least one group, got none");
    std::vector<Index> sorted = members_;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 0; i < sorted.size(); ++i)
      if (sorted[i] != static_cast<Index>(i))
        throw InvalidValueError(message("groups: expected each index from 0 to ", sorted.size() - 1,
                                        " once, got ", sorted[i], i == 0 ? " first" : " after ",
                                        i == 0 ? "" : std::to_string(sorted[i - 1])));
  }

  const Groups& groups() const { return groups_; }
  double p() const { return outer_.p(); }
  double q() const { return inner_.p(); }
  using fields = Fields<Field<"groups", &GroupNorm::groups>, Field<"p", &GroupNorm::p, [] { return 1.0; }>,
                        Field<"q", &GroupNorm::q, [] { return 2.0; }>>;

  double value(VectorView w) const override {
    return outer_.value(sizes(w(members_), [this](VectorView group) { return inner_.value(group); }));
  }
  double dual(VectorView g) const override { return outer_.dual(dual_sizes(g(members_))); }

  // The outer step says how far each group goes, the inner one which way.
  void steepest(VectorView g, Ties ties, VectorSlot dw) const override {
    Vector from = g(members_), step = Vector::Zero(g.size());
    Vector reach(ends_.size());
    outer_.steepest(dual_sizes(from), ties, reach);
    for_each_group([&](Index k, Index begin, Index size) {
      if (reach[k] == 0) return;
      auto group = from.segment(begin, size);
      group /= group.lpNorm<Eigen::Infinity>();  // however small it is beside the others
      inner_.steepest(group, ties, step.segment(begin, size));
      step.segment(begin, size) *= std::abs(reach[k]) / inner_.dual(group);
    });
    dw(members_) = step;
  }

  bool link(VectorView w, VectorSlot z) const override {
    z = w;
    return p() == 2 && q() == 2;
  }

  std::shared_ptr<const Norm> on(const Shape& shape) const override {
    if (shape.size() != static_cast<Index>(members_.size()))
      throw InvalidValueError(message("groups: expected the ", shape.size(),
                                      " indices of parameters of shape ", shape.text(), ", got ",
                                      members_.size()));
    return shared_from_this();
  }

 private:
  template <class Visit>
  void for_each_group(Visit visit) const {
    Index begin = 0;
    for (std::size_t k = 0; k < ends_.size(); begin = ends_[k++])
      visit(static_cast<Index>(k), begin, ends_[k] - begin);
  }

  template <class Size>
  Vector sizes(const Vector& members, Size size) const {
    Vector result(ends_.size());
    for_each_group(
        [&](Index k, Index begin, Index count) { result[k] = size(members.segment(begin, count)); });
    return result;
  }
  Vector dual_sizes(const Vector& members) const {
    return sizes(members, [this](VectorView group) { return inner_.dual(group); });
  }

  Groups groups_;
  Lp outer_, inner_;
  std::vector<Index> members_, ends_;  // the groups one after the other, and where each ends
};

}  // namespace implicitbias
