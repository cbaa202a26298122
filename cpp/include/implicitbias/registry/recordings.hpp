// The recordings and batches a user can name. The bindings, and through them constructors, reprs, equality,
// pickling, checkpoints and the contract tests, are generated from these lists.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/problems/mini_batch.hpp"
#include "implicitbias/runs/recording.hpp"

namespace implicitbias {

using Batches = TypeList<MiniBatch>;
using Recordings = TypeList<LogSpaced, Every>;

}  // namespace implicitbias
