#include <cmath>

#include "../level.hpp"
#include "loss_stage.hpp"

namespace implicitbias::kernels::level {

LossValue evaluate(const LossRecipe& loss, const double* z, Index n, double* __restrict slopes) {
  const Weights weights = with_formula(loss, [&](const auto& formula) {
    return LossOf<std::decay_t<decltype(formula)>>(formula).weigh(z, n, slopes);
  });
  const double scale = -1 / weights.total;
#pragma omp simd
  for (Index i = 0; i < n; ++i) slopes[i] *= scale;
  const double log_scale = std::log(weights.total) - weights.shift;
  return {weights.loss == weights.total ? log_scale : std::log(weights.loss) - weights.shift, log_scale};
}

void slopes(const LossRecipe& loss, const double* z, Index n, double* __restrict slopes) {
  with_formula(loss, [&](const auto& formula) { return weigh_all(formula, z, n, slopes); });
#pragma omp simd
  for (Index i = 0; i < n; ++i) slopes[i] = 0.0 - slopes[i];  // no -0
}

void exponentials(double* x, Index n, double shift) {
  for (Index i = 0; i < n; ++i) x[i] = exponential(x[i] - shift);
}

}  // namespace implicitbias::kernels::level
