// Losses of several runs, one a lane.
#pragma once

#include <cmath>

#include "lanes.hpp"

namespace implicitbias::kernels::level {

/// As `Weights`, of each run.
struct LaneWeights {
  Wide shift, total, loss;
};

// Of margins in units of log 2: z = margin / log 2, so that a weight is a power of two. A weight of a run
// depends on its shift, and on whether its smallest margin is near 0: see losses/formulas.hpp.
//
// Weights below 2^-54 / n of the largest are 0: all of them together change no digit. `beyond` is where they
// begin.

inline constexpr double log_2 = 0.6931471805599453;

IMPLICITBIAS_INLINE Wide lane_weight(const Wide& log_weight, const Wide& z, const Wide& beyond) {
  return z > beyond ? Wide{} : lane_power_of_two(log_weight);
}

/// How far beyond the largest weight, or 1 where that is less, a margin counts.
inline double counting_margins(Index samples) { return 54 + std::log2(static_cast<double>(samples)); }

struct ExponentialLanes {
  static constexpr bool monotone = true;
  Wide beyond, shift, total{};
  IMPLICITBIAS_INLINE ExponentialLanes(const Wide& smallest, double counting)
      : beyond(smallest + counting),
        shift(absolute(smallest) <= all(tail_begins / log_2) ? Wide{} : smallest) {}
  IMPLICITBIAS_INLINE Wide weigh(const Wide& z) {
    const Wide s = lane_weight(shift - z, z, beyond);
    total += s;
    return s;
  }
  IMPLICITBIAS_INLINE LaneWeights sums() const { return {shift * log_2, total, total}; }
};

/// While some margin is near 0.
struct LogisticLanes {
  static constexpr bool monotone = true;
  Wide beyond;
  Mask far;
  Wide shift, total{}, excess{}, below{};
  IMPLICITBIAS_INLINE LogisticLanes(const Wide& smallest, double counting)
      : beyond((smallest > Wide{} ? smallest : Wide{}) + counting),
        far(smallest > all(tail_begins / log_2)),
        shift(far ? smallest : Wide{}) {}
  IMPLICITBIAS_INLINE Wide weigh(const Wide& z) {
    const Wide zero{}, one = all(1.0), least = all(-1000.0);
    const Wide near = -absolute(z);
    const Wide u = lane_weight(far ? shift - z : near > least ? near : least, z, beyond);
    const Wide s = far ? u : (z < zero ? one : u) / (one + u);
    total += s;
    excess += excess * u + u;
    below += z < zero ? -z : zero;
    return s;
  }
  IMPLICITBIAS_INLINE LaneWeights sums() const {
    return {shift * log_2, total, far ? total : logarithm_of_one_plus(excess) + below * log_2};
  }
};

struct SquaredLanes {
  static constexpr bool monotone = false;
  IMPLICITBIAS_INLINE SquaredLanes(const Wide&, double) {}
  IMPLICITBIAS_INLINE Wide weigh(const Wide& r) { return -2.0 * r; }
  IMPLICITBIAS_INLINE LaneWeights sums() const { return {Wide{}, all(1.0), Wide{}}; }
};

}  // namespace implicitbias::kernels::level
