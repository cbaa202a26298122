// Several runs on one small problem at once, one a SIMD lane, by one method with steps of their own. Each
// lane is computed by operations on itself alone: what it comes to depends neither on the others nor on their
// number. The plain loop (run_loop.cpp) says what they compute.
#pragma once

#include <memory>
#include <vector>

#include "implicitbias/kernels/inner_loop.hpp"

namespace implicitbias::kernels {

/// The states of as many runs as there are lanes, at one t: entry j of run i is [j * lanes + i]. Of the lanes
/// beyond the first so many, some may stay as they are.
struct LaneState {
  std::int64_t t;
  Index runs;
  Vector w, dual, rest, gradient_sum;  // as many entries a run as it has coordinates
  Vector weight_sum, largest_step;     // one a run
  std::vector<std::int64_t> largest_step_t, last_violation;
};

class LaneLoop {
 public:
  virtual ~LaneLoop() = default;

  virtual Index lanes() const = 0;

  /// Has the lanes take these steps from now on, one rule each. All have the smoothness bound of one method.
  virtual void follow(const std::vector<StepRecipe>& steps) = 0;

  /// Iterates to `until`, and stops before where a lane is at a point from which it cannot go on, or was at
  /// one a few iterations before; returns whether none is.
  virtual bool advance(LaneState& state, std::int64_t until) = 0;
};

/// Whether there are lanes for such moves, of a method that does not forget the scale of derivatives.
inline bool has_lanes(const MoveRecipe& move) {
  using Kind = MoveRecipe::Kind;
  if (!move.bare()) return false;
  return move.kind == Kind::coordinate || move.kind == Kind::identity || move.kind == Kind::power ||
         (move.kind == Kind::mirror && move.momentum == MoveRecipe::Momentum::none &&
          move.link < MoveRecipe::Link::simplex);
}

/// Whether a whole iteration of a vector of runs stays in registers.
inline bool is_tiny(const InnerProblem& problem) {
  return problem.samples <= tiny_samples && problem.dimension <= tiny_dimension;
}

/// Of more entries the products of one run are as fast as those of several.
inline constexpr Index most_lane_entries = 1 << 14;

/// Likewise, for losses of problems that are small, and dense in double precision.
inline bool has_lanes(const InnerProblem& problem) {
  using Kind = LossRecipe::Kind;
  const Kind kind = problem.loss.kind;
  return problem.samples * problem.dimension <= most_lane_entries && !problem.batch && !problem.scores &&
         std::holds_alternative<DenseRowsOf<double>>(problem.rows) &&
         (kind == Kind::exponential || kind == Kind::logistic || kind == Kind::squared);
}

/// And for steps.
inline bool has_lanes(const StepRecipe& steps) {
  return steps.size == StepRecipe::Size::given && !steps.etas;
}

}  // namespace implicitbias::kernels
