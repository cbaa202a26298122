// Steps of matrices along their polar factor, or nearly so.
#pragma once

#include <memory>

#include "moves.hpp"

namespace implicitbias::kernels::level {

/// The spectral move, or that of the Newton-Schulz iteration.
std::unique_ptr<Move> spectral_move(const MoveRecipe& move);

}  // namespace implicitbias::kernels::level
