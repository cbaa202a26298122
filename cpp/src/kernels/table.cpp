// Every kernel is that of the SIMD level in use.
#include "implicitbias/kernels/table.hpp"
#include "implicitbias/kernels/adagrad_step.hpp"
#include "implicitbias/kernels/draws.hpp"

namespace implicitbias::kernels {

void multiply(const Rows& rows, const double* v, double* out) { table->multiply(rows, v, out); }

void multiply_transposed(const Rows& rows, const double* c, double* out) {
  table->multiply_transposed(rows, c, out);
}

void multiply_block(const Rows& rows, const double* v, double* out, const double* ahead) {
  table->multiply_block(rows, v, out, ahead);
}

void add_block(const Rows& rows, const double* c, double* out, const double* ahead) {
  table->add_block(rows, c, out, ahead);
}

void multiply(const FloatRows& rows, const double* v, double* out) { table->multiply_float(rows, v, out); }

void multiply_transposed(const FloatRows& rows, const double* c, double* out) {
  table->multiply_transposed_float(rows, c, out);
}

void multiply_block(const FloatRows& rows, const double* v, double* out, const float* ahead) {
  table->multiply_block_float(rows, v, out, ahead);
}

void add_block(const FloatRows& rows, const double* c, double* out, const float* ahead) {
  table->add_block_float(rows, c, out, ahead);
}

void multiply(const SparseRowsOf<double>& rows, const double* v, double* out) {
  table->multiply_sparse(rows, v, out);
}

void multiply(const SparseRowsOf<float>& rows, const double* v, double* out) {
  table->multiply_sparse_float(rows, v, out);
}

void add_rows(const SparseRowsOf<double>& rows, const double* c, double* out) {
  table->add_rows(rows, c, out);
}

void add_rows(const SparseRowsOf<float>& rows, const double* c, double* out) {
  table->add_rows_float(rows, c, out);
}

LossValue evaluate(const LossRecipe& loss, VectorView z, VectorSlot slopes) {
  return table->evaluate(loss, z.data(), z.size(), slopes.data());
}

void slopes(const LossRecipe& loss, VectorView z, VectorSlot out) {
  table->slopes(loss, z.data(), z.size(), out.data());
}

void draw_bits(std::int64_t seed, std::int64_t t, Index iterations, Index size, std::uint64_t* random) {
  table->draw_bits(seed, t, iterations, size, random);
}

void exponentials(VectorSlot x, double shift) { table->exponentials(x.data(), x.size(), shift); }

double Power::descend(VectorView v, double size, VectorSlot out) const {
  return table->descend(*this, v.data(), v.size(), size, out.data());
}

void adagrad_step(VectorView g, double log_scale, double eta, VectorSlot log_G, VectorSlot step) {
  table->adagrad_step(g.data(), g.size(), log_scale, eta, log_G.data(), step.data());
}

}  // namespace implicitbias::kernels
