#include "implicitbias/kernels/products.hpp"

#include "implicitbias/kernels/exponential.hpp"

// One portable binary: the compiler emits each marked function for several instruction sets, and the
// loader binds the best that the machine has. The loops are plain scalar code; `omp simd` allows their
// sums to be reordered, and nothing else.
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__)
#define IMPLICITBIAS_X86_LEVELS 1
#define IMPLICITBIAS_EACH_SIMD_LEVEL \
  __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define IMPLICITBIAS_EACH_SIMD_LEVEL
#endif

#if defined(__GNUC__)
#define IMPLICITBIAS_INLINE [[gnu::always_inline]] inline
#else
#define IMPLICITBIAS_INLINE __forceinline
#endif

namespace implicitbias::kernels {

namespace {

// Below this many entries, choosing an instruction set costs more than it gains.
constexpr Index tiny = 256;

IMPLICITBIAS_INLINE void inner_products(const Rows& rows, const double* v, double* out) {
  const double* m = rows.data;
  Index row = 0;
  for (; row + 4 <= rows.count; row += 4, m += 4 * rows.stride) {  // four rows share each load of v
    const double *m1 = m + rows.stride, *m2 = m1 + rows.stride, *m3 = m2 + rows.stride;
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3)
    for (Index j = 0; j < rows.length; ++j) {
      s0 += m[j] * v[j];
      s1 += m1[j] * v[j];
      s2 += m2[j] * v[j];
      s3 += m3[j] * v[j];
    }
    out[row] = s0, out[row + 1] = s1, out[row + 2] = s2, out[row + 3] = s3;
  }
  for (; row < rows.count; ++row, m += rows.stride) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (Index j = 0; j < rows.length; ++j) sum += m[j] * v[j];
    out[row] = sum;
  }
}

template <int Count>  // rows from `row` on that share each load and store of out
IMPLICITBIAS_INLINE void add_rows(const Rows& rows, Index row, const double* c, double* __restrict out) {
  const double* m = rows.data + row * rows.stride;
#pragma omp simd
  for (Index j = 0; j < rows.length; ++j) {
    double sum = out[j];
    for (int i = 0; i < Count; ++i) sum += c[row + i] * m[i * rows.stride + j];
    out[j] = sum;
  }
}

IMPLICITBIAS_INLINE void sum_rows(const Rows& rows, const double* c, double* out) {
  std::fill_n(out, rows.length, 0.0);
  Index row = rows.count;
  for (; row >= 8; row -= 8) add_rows<8>(rows, row - 8, c, out);
  if (row >= 4) row -= 4, add_rows<4>(rows, row, c, out);
  while (row > 0) --row, add_rows<1>(rows, row, c, out);
}

IMPLICITBIAS_EACH_SIMD_LEVEL
void wide_inner_products(const Rows& rows, const double* v, double* out) { inner_products(rows, v, out); }

IMPLICITBIAS_EACH_SIMD_LEVEL
void wide_sum_rows(const Rows& rows, const double* c, double* out) { sum_rows(rows, c, out); }

IMPLICITBIAS_INLINE void exponentials(const double* z, Index n, double shift, double* __restrict out) {
  for (Index i = 0; i < n; ++i) out[i] = exp_nonpositive(shift - z[i]);
}

IMPLICITBIAS_EACH_SIMD_LEVEL
void wide_exponentials(const double* z, Index n, double shift, double* out) {
  exponentials(z, n, shift, out);
}

}  // namespace

void multiply(const Rows& rows, const double* v, double* out) {
  const auto pass = rows.count * rows.length <= tiny ? inner_products : wide_inner_products;
  pass(rows, v, out);
}

void multiply_transposed(const Rows& rows, const double* c, double* out) {
  const auto pass = rows.count * rows.length <= tiny ? sum_rows : wide_sum_rows;
  pass(rows, c, out);
}

void softmax_weights(VectorView z, double shift, VectorSlot out) {
  wide_exponentials(z.data(), z.size(), shift, out.data());
}

const char* simd_level() {
#ifdef IMPLICITBIAS_X86_LEVELS
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) return "x86-64-v4 (AVX-512)";
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "x86-64-v3 (AVX2)";
  return "x86-64 (SSE2)";
#else
  return "compiler default";
#endif
}

}  // namespace implicitbias::kernels
