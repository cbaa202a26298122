// Gradients for the compiled loop: h = -grad L exp(shift) at a point.
#pragma once

#include <cstdint>

#include "../losses/loss_stage.hpp"
#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels::level {

class Gradient {
 public:
  virtual ~Gradient() = default;

  /// How many coordinates w and h are to have, those beyond d being 0: what fills whole vectors.
  virtual Index padded(Index d) const { return d; }

  /// Writes h for iteration t.
  virtual Weights at(std::int64_t t, const double* w, double* h) = 0;

  /// sum_n s_n |x_nj| for the weights s of the last gradient, or more.
  virtual double size(Index /*j*/) const { return infinity; }

  /// What the run sums up: h, or the weights of the samples that make it.
  virtual const double* summed(const double* h) const { return h; }

  // See InnerLoop.
  virtual Index kept_size() const { return 0; }
  virtual const double* kept() const { return nullptr; }
  virtual void enter(const InnerState& /*state*/, const double* /*kept*/) {}
};

}  // namespace implicitbias::kernels::level
