#include <algorithm>
#include <cstring>
#include <type_traits>

#include "implicitbias/kernels/always_inline.hpp"
#include "level.hpp"
#include "vector.hpp"
#include "with_count.hpp"

namespace implicitbias::kernels::level {

namespace {

template <int Count, class T>  // of 1 to 8 rows, which share each load of v
IMPLICITBIAS_INLINE void inner_products(const T* m, Index stride, Index length, const double* v,
                                        double* out) {
  // Where there are fewer rows, the others are the last one again: the compiler drops them.
  const auto row = [&](int i) { return m + (i < Count ? i : Count - 1) * stride; };
  const T *m0 = row(0), *m1 = row(1), *m2 = row(2), *m3 = row(3), *m4 = row(4), *m5 = row(5), *m6 = row(6),
          *m7 = row(7);
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

template <int Count, bool Add, class T>  // rows that share each load and store of out
IMPLICITBIAS_INLINE void combine(const T* m, Index stride, Index length, const double* c,
                                 double* __restrict out) {
#pragma omp simd
  for (Index j = 0; j < length; ++j) {
    double sum = Add ? out[j] : 0.0;
    for (int i = 0; i < Count; ++i) sum += c[i] * m[i * stride + j];
    out[j] = sum;
  }
}

template <class T>
IMPLICITBIAS_INLINE void inner_products(const RowsOf<T>& rows, const double* v, double* out) {
  Index row = 0;
  for (; row + 8 <= rows.count; row += 8)
    inner_products<8>(rows.data + row * rows.stride, rows.stride, rows.length, v, out + row);
  with_count(rows.count - row, [&](auto count) {
    inner_products<count()>(rows.data + row * rows.stride, rows.stride, rows.length, v, out + row);
  });
}

template <class T>
IMPLICITBIAS_INLINE void sum_rows(const RowsOf<T>& rows, const double* c, double* out) {
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

/// How many rows of a block are in whole groups: blocks of four are one.
IMPLICITBIAS_INLINE Index whole(Index count) { return count == 4 ? 4 : count / 8 * 8; }

#ifdef __GNUC__
// Prefetching goes line by line, which `omp simd` cannot say.

template <class T>
constexpr Index line = 64 / sizeof(T);

/// Fetches a line of each of some rows into the second-level cache (2), or the first (3).
template <int Count, int Locality, class T>
IMPLICITBIAS_INLINE void prefetch(const T* rows, Index stride) {
  for (int i = 0; i < Count; ++i) __builtin_prefetch(rows + i * stride, 0, Locality);
}

// Of `Count` rows, with half of the next ones fetched meanwhile where these are 8 or 4. Sums are taken in the
// same order whatever the type of the rows.

template <int Count, int Locality, class T>
IMPLICITBIAS_INLINE void multiply_group(const T* m, const RowsOf<T>& rows, const double* v, double* out,
                                        const T* ahead) {
  const Index stride = rows.stride, length = rows.length;
  // Eight sums, or nearly: with fewer, additions would wait for one another.
  constexpr int second = Count <= 4 ? 4 : 0;
  Wide sums[8] = {};
  const auto add = [&](Index j, int first) {
    const Wide factor = load(v + j);
    for (int i = 0; i < Count; ++i) sums[first + i] += load(m + i * stride + j) * factor;
  };
  const auto add_two = [&](Index j) {
    add(j, 0);
    add(j + width, second);
  };
  // Whole lines, and vectors by twos.
  constexpr Index unit = line<T> > 2 * width ? line<T> : 2 * width;
  Index j = 0;
  if constexpr (Locality > 0)
    while (j + unit <= length) {
      for (Index ahead_j = j; ahead_j < j + unit; ahead_j += line<T>)
        prefetch<Count / 2, Locality>(ahead + ahead_j, stride);
      for (Index end = j + unit; j < end; j += 2 * width) add_two(j);
    }
  for (; j + 2 * width <= length; j += 2 * width) add_two(j);
  if (j + width <= length) {
    add(j, 0);
    j += width;
  }
#if defined(__AVX512F__)
  if (j < length) {
    const Wide factor = load_some(v + j, length - j);
    for (int i = 0; i < Count; ++i) sums[i] += load_some(m + i * stride + j, length - j) * factor;
    j = length;
  }
#endif
  if constexpr (second > 0)
    for (int i = 0; i < Count; ++i) sums[i] += sums[second + i];
  if constexpr (Count % 4 == 0) {
    for (int i = 0; i < Count; i += 4) add_up(sums + i, out + i);
  } else {
    double all[8];
    add_up(sums, all);
    if constexpr (Count > 4) add_up(sums + 4, all + 4);
    std::copy_n(all, Count, out);
  }
  for (; j < length; ++j)
    for (int i = 0; i < Count; ++i) out[i] += m[i * stride + j] * v[j];
}

template <int Count, int Locality, class T>
IMPLICITBIAS_INLINE void add_group(const T* m, const RowsOf<T>& rows, const double* c, double* out,
                                   const T* ahead) {
  // Copies, which the compiler would otherwise read again after every store.
  const Index stride = rows.stride, length = rows.length;
  Wide factors[Count];
  for (int i = 0; i < Count; ++i) factors[i] = c[i] - Wide{};
  const auto add = [&](Index j) {
    Wide sum = load(out + j), other = {};
    for (int i = 0; i < Count; i += 2) {
      sum += factors[i] * load(m + i * stride + j);
      other += factors[i + 1] * load(m + (i + 1) * stride + j);
    }
    sum += other;
    std::memcpy(out + j, &sum, sizeof sum);
  };
  Index j = 0;
  while (j + line<T> <= length) {
    if constexpr (Locality > 0) prefetch<Count / 2, Locality>(ahead + Count / 2 * stride + j, stride);
    for (Index end = j + line<T>; j < end; j += width) add(j);
  }
  for (; j + width <= length; j += width) add(j);
#if defined(__AVX512F__)
  if (j < length) {
    Wide sum = load_some(out + j, length - j);
    for (int i = 0; i < Count; ++i) sum += factors[i] * load_some(m + i * stride + j, length - j);
    store_some(sum, out + j, length - j);
    return;
  }
#endif
  for (; j < length; ++j)
    for (int i = 0; i < Count; ++i) out[j] += c[i] * m[i * stride + j];
}

/// Whether a block of rows and the next one stay in the first-level cache together.
template <class T>
IMPLICITBIAS_INLINE bool fits_first_level(const RowsOf<T>& rows) {
  constexpr Index half = (1 << 15) / 2 / sizeof(T);
  return rows.count * rows.stride <= half;
}

template <int Count, class T>
IMPLICITBIAS_INLINE void multiply_groups(const RowsOf<T>& rows, const double* v, double* out,
                                         const T* ahead) {
  for (Index row = 0; row + Count <= rows.count; row += Count) {
    const Index at = row * rows.stride;
    if (!ahead)
      multiply_group<Count, 0, T>(rows.data + at, rows, v, out + row, nullptr);
    else if (fits_first_level(rows))
      multiply_group<Count, 3>(rows.data + at, rows, v, out + row, ahead + at);
    else
      multiply_group<Count, 2>(rows.data + at, rows, v, out + row, ahead + at);
  }
}

template <int Count, class T>
IMPLICITBIAS_INLINE void add_groups(const RowsOf<T>& rows, const double* c, double* out, const T* ahead) {
  for (Index row = 0; row + Count <= rows.count; row += Count) {
    const Index at = row * rows.stride;
    if (!ahead)
      add_group<Count, 0, T>(rows.data + at, rows, c + row, out, nullptr);
    else if (fits_first_level(rows))
      add_group<Count, 3>(rows.data + at, rows, c + row, out, ahead + at);
    else
      add_group<Count, 2>(rows.data + at, rows, c + row, out, ahead + at);
  }
}

template <class T>
void multiply_eights(const RowsOf<T>& rows, const double* v, double* out, const T* ahead) {
  rows.count == 4 ? multiply_groups<4>(rows, v, out, ahead) : multiply_groups<8>(rows, v, out, ahead);
}

template <class T>
void add_eights(const RowsOf<T>& rows, const double* c, double* out, const T* ahead) {
  rows.count == 4 ? add_groups<4>(rows, c, out, ahead) : add_groups<8>(rows, c, out, ahead);
}
#else  // without vector extensions: no prefetching
template <class T>
void multiply_eights(const RowsOf<T>& rows, const double* v, double* out, const T*) {
  inner_products(RowsOf<T>{rows.data, whole(rows.count), rows.length, rows.stride}, v, out);
}

template <class T>
void add_eights(const RowsOf<T>& rows, const double* c, double* out, const T*) {
  for (Index row = 0; row + 8 <= rows.count; row += 8)
    combine<8, true>(rows.data + row * rows.stride, rows.stride, rows.length, c + row, out);
}
#endif

/// The products with fewer than eight rows.
template <class T>
IMPLICITBIAS_INLINE void multiply_few(const RowsOf<T>& rows, const double* v, double* out) {
#ifdef __GNUC__
  with_count(rows.count,
             [&](auto count) { multiply_group<count(), 0, T>(rows.data, rows, v, out, nullptr); });
#else
  inner_products(rows, v, out);
#endif
}

template <class T>
IMPLICITBIAS_INLINE void multiply_rows(const RowsOf<T>& rows, const double* v, double* out, const T* ahead) {
  multiply_eights(rows, v, out, ahead);
  const Index row = whole(rows.count);
  multiply_few(RowsOf<T>{rows.data + row * rows.stride, rows.count - row, rows.length, rows.stride}, v,
               out + row);
}

template <class T>
IMPLICITBIAS_INLINE void multiply_all(const RowsOf<T>& rows, const double* v, double* out) {
#ifdef __GNUC__
  if (rows.length >= line<double>) {
    if (rows.count < 8) return multiply_few(rows, v, out);
    const auto eight = [&](Index row) {
      multiply_group<8, 0, T>(rows.data + row * rows.stride, rows, v, out + row, nullptr);
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

template <class T>
IMPLICITBIAS_INLINE void add_rows(const RowsOf<T>& rows, const double* c, double* out, const T* ahead) {
  add_eights(rows, c, out, ahead);
  const Index row = whole(rows.count);
  with_count(rows.count - row, [&](auto count) {
    combine<count(), true>(rows.data + row * rows.stride, rows.stride, rows.length, c + row, out);
  });
}

}  // namespace

void multiply(const Rows& rows, const double* v, double* out) { multiply_all(rows, v, out); }

void multiply(const FloatRows& rows, const double* v, double* out) { multiply_all(rows, v, out); }

void multiply_transposed(const Rows& rows, const double* c, double* out) { sum_rows(rows, c, out); }

void multiply_transposed(const FloatRows& rows, const double* c, double* out) { sum_rows(rows, c, out); }

void multiply_block(const Rows& rows, const double* v, double* out, const double* ahead) {
  multiply_rows(rows, v, out, ahead);
}

void multiply_block(const FloatRows& rows, const double* v, double* out, const float* ahead) {
  multiply_rows(rows, v, out, ahead);
}

void add_block(const Rows& rows, const double* c, double* out, const double* ahead) {
  add_rows(rows, c, out, ahead);
}

void add_block(const FloatRows& rows, const double* c, double* out, const float* ahead) {
  add_rows(rows, c, out, ahead);
}

}  // namespace implicitbias::kernels::level
