// Whole iterations in a level's module: a gradient and a move that know their data, without a copy of the
// state. The plain loop of an iteration (run_loop.cpp) says what they compute; these listed few do the same
// faster.
#pragma once

#include <cstdint>
#include <memory>

#include "implicitbias/kernels/products.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias::kernels {

/// The parts of a run's state that iterations change.
struct InnerState {
  std::int64_t t;
  double* w;
  double* memory[4];
  Index memory_size;     // of memory[0]
  double* gradient_sum;  // null where it is not kept
  double weight_sum, largest_step;
  std::int64_t largest_step_t, last_violation;
};

/// Loops on at most so many coordinates are compiled for their number.
inline constexpr Index tiny_dimension = 8;

enum class Variant {
  plain,
  hessian,      // through X'X, where the problem and the move are tiny
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

  double entry(Index sample, Index coordinate) const {
    return tall ? rows.data[coordinate * rows.stride + sample] : rows.data[sample * rows.stride + coordinate];
  }
};

class InnerLoop {
 public:
  virtual ~InnerLoop() = default;

  /// Whether a state with this memory[0] is in the range that it iterates in.
  virtual bool takes(const double* /*memory*/) const { return true; }

  /// Iterates to `until`. What is not finite then was so at every later step: it never becomes finite again.
  virtual void advance(InnerState& state, std::int64_t until) = 0;

  /// What later iterations depend on besides the state, where there is something.
  virtual Index kept_size() const { return 0; }
  virtual const double* kept() const { return nullptr; }
  /// Before the first iteration and wherever the state was changed from outside; `kept` is null where there
  /// is only the state to go on from.
  virtual void enter(const InnerState& /*state*/, const double* /*kept*/) {}
};

}  // namespace implicitbias::kernels
