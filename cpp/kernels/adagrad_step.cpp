#include <cmath>

#include "implicitbias/kernels/exponential.hpp"
#include "implicitbias/kernels/logarithm.hpp"
#include "level.hpp"

namespace implicitbias::kernels::level {

void adagrad_step(const double* g, Index n, double log_scale, double eta, double* __restrict log_G,
                  double* __restrict step) {
  constexpr double smallest = std::numeric_limits<double>::min();
#pragma omp simd
  for (Index i = 0; i < n; ++i) {
    const double size = std::abs(g[i]), before = log_G[i];
    const double added = 2 * (logarithm(size > smallest ? size : smallest) + log_scale);
    const double half = -0.5 * std::abs(added - before);
    // The square root of the smaller of G and s^2 over the larger; beside 1 its square may underflow.
    const double root = half > -690 ? exponential(half) : 0.0, ratio = root * root, sum = 1 + ratio;
    const double log1p = logarithm(sum) + (ratio - (sum - 1)) / sum;
    const bool larger = added > before, moves = size > smallest;
    log_G[i] = moves ? (larger ? added : before) + log1p : before;
    step[i] = std::copysign(moves ? eta * (larger ? 1.0 : root) / std::sqrt(sum) : 0.0, -g[i]);
  }
}

}  // namespace implicitbias::kernels::level
