// Losses with a finite root, of residuals. Their weights are absolute: the shift is 0.
#pragma once

#include <algorithm>
#include <cmath>

#include "implicitbias/kernels/always_inline.hpp"
#include "implicitbias/kernels/exponential.hpp"
#include "loss_stage.hpp"

namespace implicitbias::kernels::level {

struct SquaredFormula {
  explicit SquaredFormula(double) {}
  IMPLICITBIAS_INLINE double slope(double r) const { return 2 * r; }
};

struct HuberFormula {
  explicit HuberFormula(double delta) : delta(delta) {}
  IMPLICITBIAS_INLINE double slope(double r) const { return 2 * std::min(std::max(r, -delta), delta); }
  double delta;
};

struct LogCoshFormula {
  explicit LogCoshFormula(double) {}
  /// tanh |r| = -e / (2 + e) with e = exp(-2 |r|) - 1.
  IMPLICITBIAS_INLINE double slope(double r) const {
    const double e = exponential_minus_one(-2 * std::min(std::abs(r), 300.0));
    return std::copysign(-e / (2 + e), r);
  }
};

struct TruncatedSquaredFormula {
  explicit TruncatedSquaredFormula(double cap) : cap(cap) {}
  IMPLICITBIAS_INLINE double slope(double r) const { return r * r < cap ? 2 * r : 0.0; }
  double cap;
};

template <class Formula>
class RootLoss final : public LossStage {
 public:
  explicit RootLoss(double parameter) : formula_(parameter) {}

  Weights weigh(const double* z, Index n, double* s) override { return {0, weigh_at(z, n, 0, s), 0}; }

  double weigh_at(const double* z, Index n, double, double* s) const override {
    const Formula formula = formula_;
#pragma omp simd
    for (Index i = 0; i < n; ++i) s[i] = -formula.slope(z[i]);
    return 1;
  }

 private:
  Formula formula_;
};

}  // namespace implicitbias::kernels::level
