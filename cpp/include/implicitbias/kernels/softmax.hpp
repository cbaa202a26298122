// Weights in proportion to exponentials that would over- or underflow themselves.
#pragma once

#include "implicitbias/base/types.hpp"

namespace implicitbias::kernels {

/// x_n becomes exp(x_n - shift), with x_n - shift <= 690.
void exponentials(VectorSlot x, double shift);

/// Writes minus the soft-max weights of -z, -exp(-z_n) / sum_m exp(-z_m), and returns log sum_m exp(-z_m).
double softmin_slopes(VectorView z, VectorSlot slopes);

}  // namespace implicitbias::kernels
