// Whole iterations in a level's module: a gradient and a move that know their data, without a copy of the
// state. The plain form of an iteration (run_loop.cpp) says what they compute; these listed few do the same
// faster.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "power.hpp"
#include "products.hpp"

namespace implicitbias::kernels {

enum class InnerLoss { exponential, squared };

/// What a method does with h = -grad L / exp(log_scale) and f = exp(log_eta + log_scale).
struct InnerMove {
  enum class Kind {
    coordinate,       // w_i += f h_i at the first i with the largest |h_i|
    identity,         // w += f h
    power,            // w_i += f sign(h_i) |h_i|^r S^balance with S = sum |h|^(r+1)
    sign,             // w += f |h|_1 sign(h)
    mirror_identity,  // z += f h, w = z; memory: z and the rounding of its sum
    mirror_power,     // z += f h, w_i = sign(z_i) |z_i|^r S^balance
    entropy_momentum  // w = (w + beta dw) exp(f h); memory: log w, 0, the last w and its logarithm
  };
  Kind kind;
  const Power* power = nullptr;
  double balance = 0;
  double beta = 0;
};

/// log eta = min(log_cap, log_bound - log L), with the smoothness bound log beta(w) = log_beta + log L; NaN
/// where there is none. For losses with a finite root both log_cap and log_bound are log eta.
struct InnerSteps {
  double log_cap, log_bound, log_beta;
};

/// The parts of a run's state that iterations change.
struct InnerState {
  std::int64_t t;
  double* w;
  double* memory[4];
  double* gradient_sum;  // null where it is not kept
  double weight_sum, largest_step;
  std::int64_t largest_step_t;
};

enum class InnerForm {
  plain,
  screened,     // rows that have no weight are left out
  gram,         // `rows` is the Gram matrix, and the state is that of the margins or residuals
  coordinates,  // in l1, columns that cannot have the largest derivative are left out; memory: the margins
};

struct InnerProblem {
  InnerLoss loss;
  Index samples, dimension;
  Rows rows;  // one a sample, labels applied; one a coordinate if `tall`
  bool tall;
  const double* y;  // of the squared loss
};

class InnerLoop {
 public:
  virtual ~InnerLoop() = default;

  /// Iterates to `until`. What is not finite then was so at every later step: it never becomes finite again.
  virtual void advance(InnerState& state, std::int64_t until) = 0;

  /// A point that later iterations depend on, where there is one; it is set before the first of them.
  virtual void set_reference(const double* /*w*/) {}
  virtual const double* reference() const { return nullptr; }
};

}  // namespace implicitbias::kernels
