#include <cmath>

#include "implicitbias/kernels/exponential.hpp"
#include "level.hpp"

namespace implicitbias::kernels::level {

void exponentials(double* x, Index n, double shift) {
  for (Index i = 0; i < n; ++i) x[i] = exponential(x[i] - shift);
}

double softmin_slopes(const double* z, Index n, double* __restrict slopes) {
  double smallest = infinity, total = 0;
#pragma omp simd reduction(min : smallest)
  for (Index i = 0; i < n; ++i) smallest = z[i] < smallest ? z[i] : smallest;
#pragma omp simd reduction(+ : total)
  for (Index i = 0; i < n; ++i) {
    const double weight = exponential(smallest - z[i]);
    slopes[i] = weight;
    total += weight;
  }
  const double scale = -1 / total;
#pragma omp simd
  for (Index i = 0; i < n; ++i) slopes[i] *= scale;
  return std::log(total) - smallest;
}

}  // namespace implicitbias::kernels::level
