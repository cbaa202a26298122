// Where a run on a model would never move: the gradient in the predictor is not 0, and that in the parameters
// is.
#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/problems/problem.hpp"

namespace implicitbias {

/// Throws if theta, at which `at` was taken, is a saddle point; `given` tells whether the user chose it.
inline void refuse_saddle(const Problem& problem, const Vector& theta, const Evaluation& at, bool given) {
  if (problem.model().identity() || !at.gradient.isZero(0) || at.in_w().isZero(0)) return;
  const std::string shape = problem.shape().text();
  const std::string saddle =
      message(theta.isZero(0) ? "0" : "it", " is a saddle point of ", problem.model().text(),
              ", which a run would never leave; write w0=0.1 * np.random.default_rng(0).standard_normal(",
              shape, "), say; at the command line --w0 'normal(0.1)'");
  if (!given)
    throw InvalidValueError(message("w0: expected parameters of shape ", shape, ", got None, and ", saddle));
  throw DomainError("w0: " + saddle);
}

}  // namespace implicitbias
