#include <cmath>

#include "../level.hpp"
#include "root_losses.hpp"
#include "tail_losses.hpp"

namespace implicitbias::kernels::level {

namespace {

template <class Formula>
LossValue evaluate(const double* z, Index n, double* __restrict slopes) {
  TailLoss<Formula> loss;
  const Weights weights = loss.weigh(z, n, slopes);
  const double scale = -1 / weights.total;
#pragma omp simd
  for (Index i = 0; i < n; ++i) slopes[i] *= scale;
  const double log_scale = std::log(weights.total) - weights.shift;
  const bool same = weights.most == weights.total;  // l = -l'
  return {same ? log_scale : std::log(loss.loss(z, n, weights.shift)) - weights.shift, log_scale};
}

}  // namespace

LossValue evaluate(const LossRecipe& loss, const double* z, Index n, double* slopes) {
  using Kind = LossRecipe::Kind;
  if (loss.kind == Kind::exponential) return evaluate<ExponentialFormula>(z, n, slopes);
  if (loss.kind == Kind::logistic) return evaluate<LogisticFormula>(z, n, slopes);
  return evaluate<SigmoidFormula>(z, n, slopes);
}

namespace {

template <class Formula>
void slopes_of(const Formula formula, const double* z, Index n, double* __restrict slopes) {
#pragma omp simd
  for (Index i = 0; i < n; ++i) slopes[i] = formula.slope(z[i]);
}

}  // namespace

void slopes(const LossRecipe& loss, const double* z, Index n, double* slopes) {
  using Kind = LossRecipe::Kind;
  if (loss.kind == Kind::squared) return slopes_of(SquaredFormula(0), z, n, slopes);
  if (loss.kind == Kind::huber) return slopes_of(HuberFormula(loss.parameter), z, n, slopes);
  if (loss.kind == Kind::log_cosh) return slopes_of(LogCoshFormula(0), z, n, slopes);
  slopes_of(TruncatedSquaredFormula(loss.parameter), z, n, slopes);
}

void exponentials(double* x, Index n, double shift) {
  for (Index i = 0; i < n; ++i) x[i] = exponential(x[i] - shift);
}

}  // namespace implicitbias::kernels::level
