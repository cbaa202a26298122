// A partition of the coordinates 0, ..., d - 1 into groups: every coordinate is in exactly one. Norms of
// groups copy w into the order of the groups, so that each group is a contiguous segment.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/types.hpp"

namespace implicitbias {

using Groups = std::vector<std::vector<Index>>;

/// Groups of coordinates, every coordinate in exactly one: for the constructors of norms.
class Partition {
 public:
  explicit Partition(Groups groups) : groups_(std::move(groups)) {
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
  Index size() const { return static_cast<Index>(ends_.size()); }

  /// The coordinates, one group after the other: w(members()) lays w out in this order.
  const std::vector<Index>& members() const { return members_; }

  /// Calls visit(k, begin, size) with where each group lies in that order.
  template <class Visit>
  void for_each(Visit visit) const {
    Index begin = 0;
    for (std::size_t k = 0; k < ends_.size(); begin = ends_[k++])
      visit(static_cast<Index>(k), begin, ends_[k] - begin);
  }

  void check(const Shape& shape) const {
    if (shape.size() != static_cast<Index>(members_.size()))
      throw InvalidValueError(message("groups: expected the ", shape.size(),
                                      " indices of parameters of shape ", shape.text(), ", got ",
                                      members_.size()));
  }

 private:
  Groups groups_;
  std::vector<Index> members_, ends_;
};

}  // namespace implicitbias
