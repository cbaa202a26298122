// The step of diagonal AdaGrad, with its accumulator G as a logarithm.
#pragma once

#include "implicitbias/base/types.hpp"

namespace implicitbias::kernels {

/// log_G becomes log(G + s^2), and step = -eta s / sqrt(G + s^2) with the new G, for the gradient
/// s = exp(log_scale) g. Entry by entry, 0 / 0 is 0; entries of g below the normal range count as 0.
void adagrad_step(VectorView g, double log_scale, double eta, VectorSlot log_G, VectorSlot step);

}  // namespace implicitbias::kernels
