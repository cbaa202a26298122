// How far a run is from its limit, without a solver.
//
// For every w and every alpha in the simplex,
//
//     min_n m_n(w) / |w|  <=  gamma* = max_{|w| <= 1} min_n m_n(w)  <=  |sum_n alpha_n y_n x_n|_* .
//
// A run offers two alphas: its soft-max weights, and their average over the run weighted by the steps. Both
// sides are widened by a bound on their rounding. The dual of a gauge may depend on the sign: hence
// -gradient below. On a model all of this is about the predictor w and the gauge that the geometry induces.
#pragma once

#include <algorithm>

#include "implicitbias/methods/method.hpp"
#include "implicitbias/problems/problem.hpp"

namespace implicitbias {

struct Certificate {
  double margin;       // normalized margin of the iterate; -inf at w = 0
  double bound;        // upper bound on gamma* from the iterate's soft-max weights
  double best_margin;  // a bracket on gamma*, including rounding:
  double best_bound;   // the best of both sides so far
};

/// The smallest margin over |theta|^degree; -inf at 0.
inline double normalized_margin(const Vector& z, double size, int degree) {
  double margin = size > 0 ? z.minCoeff() : -infinity;
  for (int k = 0; k < degree && size > 0; ++k) margin /= size;
  return margin;
}

/// How far theta is from the KKT conditions of min |theta| such that all margins are at least 1, up to its
/// scale: 1 - degree (min_n z_n) / (|theta| |sum_n p_n grad z_n|_*), with the soft-max weights p. By Euler's
/// identity <theta, sum_n p_n grad z_n> is degree sum_n p_n z_n. So it is 0 where that gradient is one of
/// |theta| up to its scale and only smallest margins have weight, and positive elsewhere.
inline double kkt_residual(const Evaluation& at, const Vector& theta, const Gauge& gauge, int degree) {
  const double size = gauge.value(theta), force = gauge.dual(-at.gradient);
  if (!(at.log_loss < infinity) || !(size > 0) || !(force > 0)) return infinity;
  return 1 - degree * (at.z.minCoeff() / size / force);
}

/// `best` holds the bracket so far.
inline Certificate certify(const State& state, const Evaluation& at, const Gauge& gauge, double radius,
                           const Certificate& best) {
  const double size = gauge.value(at.w(state.w));
  Certificate now = best;
  now.margin = normalized_margin(at.z, size, 1);
  now.bound = gauge.dual(-at.in_w());

  // Inner products of length d and sums over n samples err by this much at most, relative to
  // |w| |x_n|_* <= |w| B, and subnormal products by the smallest normal number each.
  const auto terms = static_cast<double>(at.z.size() + at.in_w().size() + 16);
  const double unit = epsilon * gauge.condition() * radius;
  const double subnormal = terms * std::numeric_limits<double>::min();
  if (size > 0) now.best_margin = std::max(best.best_margin, now.margin - terms * unit - subnormal / size);
  now.best_bound = std::min(best.best_bound, now.bound + terms * unit + subnormal);

  // The average is a sum of t terms. Far from 1 its weights may have under- or overflowed.
  if (state.weight_sum > 1e-200 && state.weight_sum < 1e200) {
    const double average = gauge.dual(-state.gradient_sum / state.weight_sum);
    const double added = (static_cast<double>(state.t) + terms) * unit + subnormal;
    now.best_bound = std::min(now.best_bound, average + added);
  }
  return now;
}

}  // namespace implicitbias
