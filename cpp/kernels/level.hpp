// What a level's module is made of: the functions of its table.
#pragma once

#include "implicitbias/kernels/table.hpp"

namespace implicitbias::kernels::level {

void multiply(const Rows& rows, const double* v, double* out);
void multiply_transposed(const Rows& rows, const double* c, double* out);
void multiply_block(const Rows& rows, const double* v, double* out, const double* ahead);
void add_block(const Rows& rows, const double* c, double* out, const double* ahead);
void exponentials(double* x, Index n, double shift);
double descend(const Power& power, const double* v, Index n, double size, double* out);
void adagrad_step(const double* g, Index n, double log_scale, double eta, double* log_G, double* step);
void multiply(const FloatRows& rows, const double* v, double* out);
void multiply_transposed(const FloatRows& rows, const double* c, double* out);
void multiply_block(const FloatRows& rows, const double* v, double* out, const float* ahead);
void add_block(const FloatRows& rows, const double* c, double* out, const float* ahead);
void multiply(const SparseRowsOf<double>& rows, const double* v, double* out);
void multiply(const SparseRowsOf<float>& rows, const double* v, double* out);
void add_rows(const SparseRowsOf<double>& rows, const double* c, double* out);
void add_rows(const SparseRowsOf<float>& rows, const double* c, double* out);

void draw_bits(std::int64_t seed, std::int64_t t, Index size, std::uint64_t* random);
LossValue evaluate(const LossRecipe& loss, const double* z, Index n, double* slopes);
void slopes(const LossRecipe& loss, const double* z, Index n, double* slopes);

std::unique_ptr<InnerLoop> inner_loop(const InnerProblem& problem, const MoveRecipe& move,
                                      const StepRecipe& steps, Variant variant);
void gram(const Rows& rows, const Rows& others, double* out, Index stride);

}  // namespace implicitbias::kernels::level
