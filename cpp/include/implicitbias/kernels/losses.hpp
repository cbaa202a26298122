// Losses on vectors of margins or residuals.
#pragma once

#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias::kernels {

/// log L = log sum_n l(z_n), and the derivatives l'(z_n) = exp(log_scale) * slopes_n.
struct LossValue {
  double log_loss;
  double log_scale;
};

/// Of a monotone loss. Writes slopes that sum to -1. Where all slopes are so small that nothing but underflow
/// is left the value is NaN: only where a loss that is not convex has no margin near 0.
LossValue evaluate(const LossRecipe& loss, VectorView z, VectorSlot slopes);

/// Writes l'(z_n) of a loss with a finite root.
void slopes(const LossRecipe& loss, VectorView z, VectorSlot slopes);

/// x_n becomes exp(x_n - shift), with x_n - shift <= 690.
void exponentials(VectorSlot x, double shift);

}  // namespace implicitbias::kernels
