// The norms a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from this list.
#pragma once

#include "implicitbias/base/fields.hpp"
#include "implicitbias/geometry/norms/block.hpp"
#include "implicitbias/geometry/norms/group.hpp"
#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/geometry/norms/polyhedral.hpp"
#include "implicitbias/geometry/norms/quadratic.hpp"
#include "implicitbias/geometry/norms/schatten.hpp"
#include "implicitbias/geometry/norms/sparse_group.hpp"
#include "implicitbias/geometry/norms/weighted.hpp"

namespace implicitbias {

using Norms = TypeList<Lp, QuadraticNorm, GroupNorm, SparseGroupNorm, Schatten, PolyhedralNorm, WeightedNorm,
                       BlockNorm>;

}  // namespace implicitbias
