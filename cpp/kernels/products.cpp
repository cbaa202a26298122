#include <algorithm>
#include <cstring>
#include <type_traits>

#include "implicitbias/kernels/always_inline.hpp"
#include "level.hpp"

namespace implicitbias::kernels::level {

namespace {

template <int Count>  // of 1 to 8 rows, which share each load of v
IMPLICITBIAS_INLINE void inner_products(const double* m, Index stride, Index length, const double* v,
                                        double* out) {
  // Where there are fewer rows, the others are the last one again: the compiler drops them.
  const auto row = [&](int i) { return m + (i < Count ? i : Count - 1) * stride; };
  const double *m0 = row(0), *m1 = row(1), *m2 = row(2), *m3 = row(3), *m4 = row(4), *m5 = row(5),
               *m6 = row(6), *m7 = row(7);
  // Eight sums: with fewer, additions would wait for one another.
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
#pragma omp simd reduction(+ : s0, s1, s2, s3, s4, s5, s6, s7)
  for (Index j = 0; j < length; ++j) {
    s0 += m0[j] * v[j];
    if constexpr (Count > 1) s1 += m1[j] * v[j];
    if constexpr (Count > 2) s2 += m2[j] * v[j];
    if constexpr (Count > 3) s3 += m3[j] * v[j];
    if constexpr (Count > 4) s4 += m4[j] * v[j];
    if constexpr (Count > 5) s5 += m5[j] * v[j];
    if constexpr (Count > 6) s6 += m6[j] * v[j];
    if constexpr (Count > 7) s7 += m7[j] * v[j];
  }
  const double sums[] = {s0, s1, s2, s3, s4, s5, s6, s7};
  std::copy_n(sums, Count, out);
}

template <int Count, bool Add>  // rows that share each load and store of out
IMPLICITBIAS_INLINE void combine(const double* m, Index stride, Index length, const double* c,
                                 double* __restrict out) {
#pragma omp simd
  for (Index j = 0; j < length; ++j) {
    double sum = Add ? out[j] : 0.0;
    for (int i = 0; i < Count; ++i) sum += c[i] * m[i * stride + j];
    out[j] = sum;
  }
}

/// Calls f(std::integral_constant<int, count>) for a count below 8 that is known at run time only: loops over
/// a few rows are unrolled.
template <int Most = 7, class F>
IMPLICITBIAS_INLINE void with_count(Index count, const F& f) {
  if constexpr (Most > 0) {
    if (count == Most) return f(std::integral_constant<int, Most>());
    with_count<Most - 1>(count, f);
  }
}

IMPLICITBIAS_INLINE void inner_products(const Rows& rows, const double* v, double* out) {
  Index row = 0;
  for (; row + 8 <= rows.count; row += 8)
    inner_products<8>(rows.data + row * rows.stride, rows.stride, rows.length, v, out + row);
  with_count(rows.count - row, [&](auto count) {
    inner_products<count()>(rows.data + row * rows.stride, rows.stride, rows.length, v, out + row);
  });
}

IMPLICITBIAS_INLINE void sum_rows(const Rows& rows, const double* c, double* out) {
  const auto from = [&](Index row) { return rows.data + row * rows.stride; };
  // The rest comes first, so that it can write where the others add.
  Index row = rows.count / 8 * 8;
  if (row == rows.count) {
    row -= 8;
    combine<8, false>(from(row), rows.stride, rows.length, c + row, out);
  } else {
    with_count(rows.count - row, [&](auto count) {
      combine<count(), false>(from(row), rows.stride, rows.length, c + row, out);
    });
  }
  while (row > 0) {
    row -= 8;
    combine<8, true>(from(row), rows.stride, rows.length, c + row, out);
  }
}

#ifdef __GNUC__
// Prefetching goes line by line, which `omp simd` cannot say. A line is two registers of AVX2: eight sums of
// one register each leave room for what is multiplied, and sums of a whole line would not.
constexpr Index line = 64 / sizeof(double), half = line / 2;
using Half = double __attribute__((vector_size(32)));

IMPLICITBIAS_INLINE void load(const double* from, Half& to) { std::memcpy(&to, from, sizeof to); }

/// out_i = the sum of s_i, for four of them at once.
IMPLICITBIAS_INLINE void add_up(const Half* s, double* out) {
  const Half a =
      __builtin_shufflevector(s[0], s[1], 0, 4, 2, 6) + __builtin_shufflevector(s[0], s[1], 1, 5, 3, 7);
  const Half b =
      __builtin_shufflevector(s[2], s[3], 0, 4, 2, 6) + __builtin_shufflevector(s[2], s[3], 1, 5, 3, 7);
  const Half sums = __builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7);
  std::memcpy(out, &sums, sizeof sums);
}

/// Fetches four of eight rows, at column j, into the second-level cache.
IMPLICITBIAS_INLINE void prefetch(const double* rows, Index stride, Index j) {
  for (int i = 0; i < 4; ++i) __builtin_prefetch(rows + i * stride + j, 0, 2);
}

template <bool Ahead>
IMPLICITBIAS_INLINE void multiply_eight(const double* m, const Rows& rows, const double* v, double* out,
                                        const double* ahead) {
  Half sums[8] = {};
  Index j = 0;
  for (; j + line <= rows.length; j += line) {
    if constexpr (Ahead) prefetch(ahead, rows.stride, j);
    for (Index k = j; k < j + line; k += half) {
      Half factor, row;
      load(v + k, factor);
      for (int i = 0; i < 8; ++i) {
        load(m + i * rows.stride + k, row);
        sums[i] += row * factor;
      }
    }
  }
  for (; j + half <= rows.length; j += half) {
    Half factor, row;
    load(v + j, factor);
    for (int i = 0; i < 8; ++i) {
      load(m + i * rows.stride + j, row);
      sums[i] += row * factor;
    }
  }
  add_up(sums, out);
  add_up(sums + 4, out + 4);
  for (; j < rows.length; ++j)
    for (int i = 0; i < 8; ++i) out[i] += m[i * rows.stride + j] * v[j];
}

template <bool Ahead>
IMPLICITBIAS_INLINE void add_eight(const double* m, const Rows& rows, const double* c, double* out,
                                   const double* ahead) {
  Index j = 0;
  for (; j + line <= rows.length; j += line) {
    if constexpr (Ahead) prefetch(ahead + 4 * rows.stride, rows.stride, j);
    for (Index k = j; k < j + line; k += half) {
      Half sum, row;
      load(out + k, sum);
      for (int i = 0; i < 8; ++i) {
        load(m + i * rows.stride + k, row);
        sum += c[i] * row;
      }
      std::memcpy(out + k, &sum, sizeof sum);
    }
  }
  combine<8, true>(m + j, rows.stride, rows.length - j, c, out + j);
}

void multiply_eights(const Rows& rows, const double* v, double* out, const double* ahead) {
  for (Index row = 0; row + 8 <= rows.count; row += 8) {
    const Index at = row * rows.stride;
    if (ahead)
      multiply_eight<true>(rows.data + at, rows, v, out + row, ahead + at);
    else
      multiply_eight<false>(rows.data + at, rows, v, out + row, nullptr);
  }
}

void add_eights(const Rows& rows, const double* c, double* out, const double* ahead) {
  for (Index row = 0; row + 8 <= rows.count; row += 8) {
    const Index at = row * rows.stride;
    if (ahead)
      add_eight<true>(rows.data + at, rows, c + row, out, ahead + at);
    else
      add_eight<false>(rows.data + at, rows, c + row, out, nullptr);
  }
}
#else  // without vector extensions: no prefetching
void multiply_eights(const Rows& rows, const double* v, double* out, const double*) {
  inner_products({rows.data, rows.count / 8 * 8, rows.length, rows.stride}, v, out);
}

void add_eights(const Rows& rows, const double* c, double* out, const double*) {
  for (Index row = 0; row + 8 <= rows.count; row += 8)
    combine<8, true>(rows.data + row * rows.stride, rows.stride, rows.length, c + row, out);
}
#endif

}  // namespace

void multiply(const Rows& rows, const double* v, double* out) {
#ifdef __GNUC__
  if (rows.count >= 8 && rows.length >= line) {
    const auto eight = [&](Index row) {
      multiply_eight<false>(rows.data + row * rows.stride, rows, v, out + row, nullptr);
    };
    Index row = 0;
    for (; row + 8 <= rows.count; row += 8) eight(row);
    if (row < rows.count)
      eight(rows.count - 8);  // some of them again: sums of fewer rows wait for one another
    return;
  }
#endif
  inner_products(rows, v, out);
}

void multiply_transposed(const Rows& rows, const double* c, double* out) { sum_rows(rows, c, out); }

void multiply_block(const Rows& rows, const double* v, double* out, const double* ahead) {
  multiply_eights(rows, v, out, ahead);
  const Index row = rows.count / 8 * 8;
  if (row < rows.count)
    inner_products({rows.data + row * rows.stride, rows.count - row, rows.length, rows.stride}, v, out + row);
}

void add_block(const Rows& rows, const double* c, double* out, const double* ahead) {
  add_eights(rows, c, out, ahead);
  const Index row = rows.count / 8 * 8;
  with_count(rows.count - row, [&](auto count) {
    combine<count(), true>(rows.data + row * rows.stride, rows.stride, rows.length, c + row, out);
  });
}

}  // namespace implicitbias::kernels::level
