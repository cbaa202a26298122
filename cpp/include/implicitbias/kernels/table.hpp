// The kernels of one SIMD level. The sources in cpp/kernels/ are compiled once a level, each time into an
// extension module of its own, which hands out this table. The functions that the other headers of this
// folder declare call those of the table in use.
#pragma once

#include "implicitbias/kernels/inner_loop.hpp"
#include "implicitbias/kernels/losses.hpp"
#include "implicitbias/kernels/power.hpp"
#include "implicitbias/kernels/products.hpp"
#include "implicitbias/kernels/sparse_products.hpp"

namespace implicitbias::kernels {

struct Table {
  void (*multiply)(const Rows& rows, const double* v, double* out);
  void (*multiply_transposed)(const Rows& rows, const double* c, double* out);
  void (*multiply_block)(const Rows& rows, const double* v, double* out, const double* ahead);
  void (*add_block)(const Rows& rows, const double* c, double* out, const double* ahead);
  LossValue (*evaluate)(const LossRecipe& loss, const double* z, Index n, double* slopes);
  void (*slopes)(const LossRecipe& loss, const double* z, Index n, double* slopes);
  void (*draw_bits)(std::int64_t seed, std::int64_t t, Index size, std::uint64_t* random);
  void (*exponentials)(double* x, Index n, double shift);
  double (*descend)(const Power& power, const double* v, Index n, double size, double* out);
  void (*adagrad_step)(const double* g, Index n, double log_scale, double eta, double* log_G, double* step);
  void (*multiply_float)(const FloatRows& rows, const double* v, double* out);
  void (*multiply_transposed_float)(const FloatRows& rows, const double* c, double* out);
  void (*multiply_block_float)(const FloatRows& rows, const double* v, double* out, const float* ahead);
  void (*add_block_float)(const FloatRows& rows, const double* c, double* out, const float* ahead);
  void (*multiply_sparse)(const SparseRowsOf<double>& rows, const double* v, double* out);
  void (*multiply_sparse_float)(const SparseRowsOf<float>& rows, const double* v, double* out);
  void (*add_rows)(const SparseRowsOf<double>& rows, const double* c, double* out);
  void (*add_rows_float)(const SparseRowsOf<float>& rows, const double* c, double* out);
  /// The problem's rows must outlive the loop.
  std::unique_ptr<InnerLoop> (*inner_loop)(const InnerProblem& problem, const MoveRecipe& move,
                                           const StepRecipe& steps, Variant variant);
  /// out_ij = <row i, other row j>, rows of `out` being `stride` apart.
  void (*gram)(const Rows& rows, const Rows& others, double* out, Index stride);
};

/// What a level's module calls the capsule around its table, its attribute `table`.
inline constexpr const char* capsule_name = "implicitbias kernels";

/// The table in use; core code runs only after the bindings have chosen one.
inline const Table* table = nullptr;

}  // namespace implicitbias::kernels
