// The norms a user can name. The bindings, and through them constructors, reprs, equality, pickling,
// checkpoints and the contract tests, are generated from this list.
#pragma once

#include "../fields.hpp"
#include "../norms/group.hpp"
#include "../norms/lp.hpp"
#include "../norms/polyhedral.hpp"
#include "../norms/quadratic.hpp"
#include "../norms/schatten.hpp"
#include "../norms/sparse_group.hpp"
#include "../norms/weighted.hpp"

namespace implicitbias {

using Norms = TypeList<Lp, QuadraticNorm, GroupNorm, SparseGroupNorm, Schatten, PolyhedralNorm, WeightedNorm>;

}  // namespace implicitbias
