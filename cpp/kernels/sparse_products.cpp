#include "level.hpp"

namespace implicitbias::kernels::level {

namespace {

template <class T>
void inner_products(const SparseRowsOf<T>& rows, const double* v, double* out) {
  const std::int32_t* columns = rows.columns;
  const T* values = rows.values;
  for (Index i = 0; i < rows.count; ++i) {
    // Four sums, so that additions do not wait for one another.
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    Index k = rows.starts[i];
    const Index end = rows.starts[i + 1];
    for (; k + 4 <= end; k += 4) {
      s0 += values[k] * v[columns[k]];
      s1 += values[k + 1] * v[columns[k + 1]];
      s2 += values[k + 2] * v[columns[k + 2]];
      s3 += values[k + 3] * v[columns[k + 3]];
    }
    for (; k < end; ++k) s0 += values[k] * v[columns[k]];
    out[i] = (s0 + s1) + (s2 + s3);
  }
}

template <class T>
void scatter(const SparseRowsOf<T>& rows, const double* c, double* __restrict out) {
  for (Index i = 0; i < rows.count; ++i)
    for (Index k = rows.starts[i]; k < rows.starts[i + 1]; ++k) out[rows.columns[k]] += c[i] * rows.values[k];
}

}  // namespace

void multiply(const SparseRowsOf<double>& rows, const double* v, double* out) {
  inner_products(rows, v, out);
}

void multiply(const SparseRowsOf<float>& rows, const double* v, double* out) { inner_products(rows, v, out); }

void add_rows(const SparseRowsOf<double>& rows, const double* c, double* out) { scatter(rows, c, out); }

void add_rows(const SparseRowsOf<float>& rows, const double* c, double* out) { scatter(rows, c, out); }

}  // namespace implicitbias::kernels::level
