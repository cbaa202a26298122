#include "implicitbias/kernels/softmax.hpp"

#include <cmath>

#include "implicitbias/kernels/exponential.hpp"
#include "implicitbias/kernels/simd_level.hpp"

namespace implicitbias::kernels {

namespace {

IMPLICITBIAS_EACH_SIMD_LEVEL
void exponentials(double* x, Index n, double shift) {
  for (Index i = 0; i < n; ++i) x[i] = exponential(x[i] - shift);
}

struct Softmin {
  double smallest, total;
};

IMPLICITBIAS_EACH_SIMD_LEVEL
Softmin softmin_slopes(const double* z, Index n, double* __restrict slopes) {
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
  return {smallest, total};
}

}  // namespace

void exponentials(VectorSlot x, double shift) { exponentials(x.data(), x.size(), shift); }

double softmin_slopes(VectorView z, VectorSlot slopes) {
  const Softmin sums = softmin_slopes(z.data(), z.size(), slopes.data());
  return std::log(sums.total) - sums.smallest;
}

}  // namespace implicitbias::kernels
