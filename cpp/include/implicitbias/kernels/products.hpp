// The two passes over the data that every iteration makes, and the soft-max between them.
#pragma once

#include "../types.hpp"

namespace implicitbias::kernels {

/// out = M v.
void multiply(const Matrix& M, const Vector& v, Vector& out);

/// out = M' c. It sweeps the rows backwards: after `multiply` the last ones are still in the first-level
/// cache.
void multiply_transposed(const Matrix& M, const Vector& c, Vector& out);

/// out_n = exp(shift - z_n), with shift <= min z.
void softmax_weights(VectorView z, double shift, VectorSlot out);

/// The instruction set the kernels run on here.
const char* simd_level();

}  // namespace implicitbias::kernels
