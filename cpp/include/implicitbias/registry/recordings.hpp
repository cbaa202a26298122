// The recordings and batches a user can name. The bindings, and through them constructors, reprs, equality,
// pickling, checkpoints and the contract tests, are generated from these lists.
#pragma once

#include "../fields.hpp"
#include "../mini_batch.hpp"
#include "../recording.hpp"

namespace implicitbias {

using Batches = TypeList<MiniBatch>;
using Recordings = TypeList<LogSpaced, Every>;

}  // namespace implicitbias
