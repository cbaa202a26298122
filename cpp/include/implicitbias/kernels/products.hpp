// The two passes over the data that every iteration makes, and the soft-max between them.
#pragma once

#include "../types.hpp"

namespace implicitbias::kernels {

/// Rows of `length` numbers, `stride` apart.
struct Rows {
  const double* data;
  Index count, length, stride;
};

/// out_i = <row i, v>.
void multiply(const Rows& rows, const double* v, double* out);

/// out = sum_i c_i (row i). It sweeps the rows backwards: after `multiply` the last ones are still in the
/// first-level cache.
void multiply_transposed(const Rows& rows, const double* c, double* out);

/// out_n = exp(shift - z_n), with shift <= min z.
void softmax_weights(VectorView z, double shift, VectorSlot out);

/// The instruction set the kernels run on here.
const char* simd_level();

}  // namespace implicitbias::kernels
