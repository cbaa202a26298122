// Where a run is: t, w, what its method remembers, and the sums of its certificates. Later iterations depend
// on the state alone, so that a checkpoint holds exactly the state and the recorded rows, and what follows a
// checkpoint is bit-identical to a run without one.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "implicitbias/base/types.hpp"

namespace implicitbias {

/// Stands for t after a leap beyond 2^53, where a double no longer counts iterations.
inline constexpr std::int64_t uncounted = std::numeric_limits<std::int64_t>::max();

/// A vector, matrix or number that a method remembers, by its name in checkpoints.
struct Slot {
  std::string name;
  Shape shape;  // a size of -1 is whatever the run began with
};

/// All that a run needs to go on: a checkpoint is exactly this and the recorded trajectory.
struct State {
  std::int64_t t = 0;
  double log10_t = -infinity;  // kept where t is uncounted
  Vector w;
  std::vector<Vector> memory;   // what else the method keeps, a vector for each of Method::slots
  std::vector<Slot> own_slots;  // or of these, where a method of the user's began with them
  // Sum of the normalized gradients weighted by the steps taken, and of the weights: their quotient is
  // X'(alpha y) for a convex alpha, hence a certificate (see certificate.hpp).
  Vector gradient_sum;
  double weight_sum = 0;
  // The largest log(eta_t beta(w_t)) so far and the first t at which it was taken: Theorem 5 asks for <= 0.
  double largest_step = -infinity;
  std::int64_t largest_step_t = 0;
  std::int64_t last_violation = -1;  // the last t at which eta beta exceeded 1; -1 if none did
  // What the engine that iterates depends on besides (see engines/engine.hpp); empty where it starts anew
  // from w.
  Vector kept;
  double error = 0;  // of w, as estimated when it was last integrated rather than iterated
};

/// Whether the sums of the averaged certificate are in range. Where a loss of 1e150 and more has taken them
/// beyond, the average starts anew: it is one of any weights, and those that follow would not count beside
/// these.
inline bool averages(const State& state) {
  return state.weight_sum < 1e150 && std::isfinite(state.gradient_sum.sum());
}

/// Whether the second time is later.
inline bool later(std::int64_t t, double log10_t, std::int64_t other_t, double other_log10_t) {
  return t == uncounted && other_t == uncounted ? other_log10_t > log10_t : other_t > t;
}

inline double log10_time(const State& state) {
  return state.t == uncounted ? state.log10_t : std::log10(static_cast<double>(state.t));
}

/// out = base + exp(log_scale) direction, also where the factor alone over- or underflows. `out` may be
/// `direction`.
inline void add_scaled(const Vector& base, double log_scale, const Vector& direction, Vector& out) {
  if (std::abs(log_scale) < 700) {
    out = base + std::exp(log_scale) * direction;
  } else {
    const double half = std::exp(log_scale / 2);
    out = base + half * (half * direction);
  }
}

}  // namespace implicitbias
