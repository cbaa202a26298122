// Losses on vectors: from margins or residuals z to the weights s of the samples, h = sum s_n x_n.
//
// Weights of a monotone loss are relative: -l'(z_n) = exp(-shift) s_n. The shift is 0 while the smallest
// margin is near 0, and the smallest margin itself beyond: there every loss with an exponential tail is the
// exponential one, to the last bit.
#pragma once

#include <memory>

#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias::kernels::level {

struct Weights {
  double shift, total;  // total = sum s_n
  double most;          // total <= L exp(shift) <= most, for losses that bound their curvature
};

class LossStage {
 public:
  virtual ~LossStage() = default;

  /// Writes s for all samples, and chooses the shift.
  virtual Weights weigh(const double* z, Index n, double* s) = 0;

  // The same for a part of the samples, where not all margins are known yet.

  /// The shift for margins of which the smallest is this.
  virtual double shift_for(double /*smallest*/) const { return 0; }
  /// Whether margins this small ask for another shift.
  virtual bool outgrows(double /*shift*/, double /*smallest*/) const { return false; }
  /// Writes s for a given shift, and returns their sum.
  virtual double weigh_at(const double* z, Index n, double shift, double* s) const = 0;

  /// See Weights, for margins of which the smallest is this.
  virtual double most(double total, double /*shift*/, double /*smallest*/, Index /*n*/) const {
    return total;
  }

  /// L exp(shift), of monotone losses.
  virtual double loss(const double* /*z*/, Index /*n*/, double /*shift*/) const { return 0; }

  /// How far above the smallest margin the weight of a margin is below exp(-drop) of the largest: rows beyond
  /// may be left out. Infinite where there is no such margin.
  virtual double negligible_from(double /*smallest*/, double /*drop*/) const { return infinity; }

  virtual bool monotone() const { return false; }
};

std::unique_ptr<LossStage> loss_stage(const LossRecipe& recipe);

}  // namespace implicitbias::kernels::level
