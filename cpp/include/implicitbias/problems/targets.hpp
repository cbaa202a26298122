// What a problem asks of its samples: one number each (a label -1 or +1, or a target), several targets each,
// or a class each.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "implicitbias/base/types.hpp"

namespace implicitbias {

/// The class of each sample, from 0 to count - 1. `names` says what they are called, in somebody's own terms.
struct Classes {
  std::vector<Index> of_samples;
  Index count;
  std::shared_ptr<const void> names;
};

using Targets = std::variant<Vector, Matrix, Classes>;

}  // namespace implicitbias
