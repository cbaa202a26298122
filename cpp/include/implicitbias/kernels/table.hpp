// The kernels of one SIMD level. The sources in cpp/kernels/ are compiled once a level, each time into an
// extension module of its own, which hands out this table. The functions that the other headers of this
// folder declare call those of the table in use.
#pragma once

#include "implicitbias/kernels/inner_loop.hpp"
#include "implicitbias/kernels/lane_loop.hpp"
#include "implicitbias/kernels/losses.hpp"
#include "implicitbias/kernels/power.hpp"
#include "implicitbias/kernels/products.hpp"
#include "implicitbias/kernels/sparse_products.hpp"

namespace implicitbias::kernels {

/// The kernels, each said once: its name in the table, the name of the function, the result and the
/// parameters. A loop's problem, whose rows it refers to, must outlive it. `gram` writes out_ij = <row i,
/// other row j>, rows of `out` being `stride` apart.
#define IMPLICITBIAS_KERNELS(KERNEL)                                                                         \
  KERNEL(multiply, multiply, void, (const Rows& rows, const double* v, double* out))                         \
  KERNEL(multiply_transposed, multiply_transposed, void, (const Rows& rows, const double* c, double* out))   \
  KERNEL(multiply_block, multiply_block, void,                                                               \
         (const Rows& rows, const double* v, double* out, const double* ahead))                              \
  KERNEL(add_block, add_block, void, (const Rows& rows, const double* c, double* out, const double* ahead))  \
  KERNEL(multiply_float, multiply, void, (const FloatRows& rows, const double* v, double* out))              \
  KERNEL(multiply_transposed_float, multiply_transposed, void,                                               \
         (const FloatRows& rows, const double* c, double* out))                                              \
  KERNEL(multiply_block_float, multiply_block, void,                                                         \
         (const FloatRows& rows, const double* v, double* out, const float* ahead))                          \
  KERNEL(add_block_float, add_block, void,                                                                   \
         (const FloatRows& rows, const double* c, double* out, const float* ahead))                          \
  KERNEL(multiply_sparse, multiply, void, (const SparseRowsOf<double>& rows, const double* v, double* out))  \
  KERNEL(multiply_sparse_float, multiply, void,                                                              \
         (const SparseRowsOf<float>& rows, const double* v, double* out))                                    \
  KERNEL(add_rows, add_rows, void, (const SparseRowsOf<double>& rows, const double* c, double* out))         \
  KERNEL(add_rows_float, add_rows, void, (const SparseRowsOf<float>& rows, const double* c, double* out))    \
  KERNEL(gram, gram, void, (const Rows& rows, const Rows& others, double* out, Index stride))                \
  KERNEL(evaluate, evaluate, LossValue, (const LossRecipe& loss, const double* z, Index n, double* slopes))  \
  KERNEL(slopes, slopes, void, (const LossRecipe& loss, const double* z, Index n, double* slopes))           \
  KERNEL(draw_bits, draw_bits, void,                                                                         \
         (std::int64_t seed, std::int64_t t, Index iterations, Index size, std::uint64_t* random))           \
  KERNEL(exponentials, exponentials, void, (double* x, Index n, double shift))                               \
  KERNEL(descend, descend, double, (const Power& power, const double* v, Index n, double size, double* out)) \
  KERNEL(adagrad_step, adagrad_step, void,                                                                   \
         (const double* g, Index n, double log_scale, double eta, double* log_G, double* step))              \
  KERNEL(inner_loop, inner_loop, std::unique_ptr<InnerLoop>,                                                 \
         (const InnerProblem& problem, const MoveRecipe& move, const StepRecipe& steps, Variant variant))    \
  KERNEL(lane_loop, lane_loop, std::unique_ptr<LaneLoop>,                                                    \
         (const InnerProblem& problem, const MoveRecipe& move))

struct Table {
#define IMPLICITBIAS_FIELD(field, name, result, parameters) result(*field) parameters;
  IMPLICITBIAS_KERNELS(IMPLICITBIAS_FIELD)
#undef IMPLICITBIAS_FIELD
};

/// What a level's module calls the capsule around its table, its attribute `table`.
inline constexpr const char* capsule_name = "implicitbias kernels";

/// The table in use; core code runs only after the bindings have chosen one.
inline const Table* table = nullptr;

}  // namespace implicitbias::kernels
