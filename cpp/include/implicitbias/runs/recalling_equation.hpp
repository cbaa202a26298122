// The differential equation that a method with memory follows once its averages have forgotten how they
// began.
//
// What is averaged lies on a smooth curve then, and an average of it is a series in derivatives along the
// curve, the k-th of order (k lag / t)^k. To have them without solving for the past the curve is taken
// through a few times, one lag apart: at first all are where the run is, and each round of increments takes
// them to where they were, by one order more.
#pragma once

#include "implicitbias/runs/modified_equation.hpp"

namespace implicitbias {

class RecallingEquation final : public ModifiedEquation {
 public:
  using ModifiedEquation::ModifiedEquation;

  int most_terms() const override { return 6; }
  double lag() const override { return method().recalling()->lag(); }

  [[nodiscard]] bool velocity(double log_t, const Vector& q, int terms, Vector& out) override {
    const kernels::FlushSubnormals flush;
    const std::optional<Recent> recent = look_back(log_t, q, terms);
    if (!recent) return false;
    out = recent->increments * recent->curve.derivative();
    return out.allFinite();
  }

  /// Makes the memory that of a run that has come to q along the curve; false where there is no such curve.
  [[nodiscard]] bool recall(double log_t, const Vector& q, State& state) {
    const std::optional<Recent> recent = look_back(log_t, q, most_terms());
    if (recent) method().recalling()->recall(*recent, q, state);
    return recent.has_value();
  }

 private:
  std::optional<Recent> look_back(double log_t, const Vector& q, int terms) {
    const Recalling& view = *method().recalling();
    const double apart = 1 + lag();
    // Terms that are lost in rounding are not computed.
    while (terms > 1 && (terms - 1) * (log_t - std::log(apart)) > 38) --terms;
    Recent recent{
        RecentCurve(terms, apart), Vector(terms), Eigen::MatrixXd(start().size(), terms), {}, 0, log_t, {}};
    recent.gradients = recent.increments = recent.w;
    const RecentCurve::Weights way = std::exp(-log_t) * recent.curve.way().transpose(),
                               change = view.ahead() * recent.curve.change().transpose();
    Eigen::MatrixXd points = q.replicate(1, terms);
    for (int round = 0; round < terms; ++round) {
      for (int j = 0; j < terms; ++j) {
        if (!place(points.col(j))) return std::nullopt;
        recent.w.col(j) = state().w;
      }
      const Eigen::MatrixXd queries = recent.w + recent.w * change;
      for (int j = 0; j < terms; ++j)
        if (!look(recent, j, log_t, queries.col(j))) return std::nullopt;
      view.increments(recent);
      if (round + 1 < terms) points = (recent.increments * way).colwise() + q;
    }
    return recent;
  }

  bool look(Recent& recent, int j, double log_t, const Vector& query) {
    const double ago = j * recent.curve.h() * std::exp(-log_t);
    if (ago >= 1 || !ModifiedEquation::look(log_t + std::log1p(-ago), query, recent.log_eta[j])) return false;
    if (j == 0) recent.log_scale = log_scale();
    recent.gradients.col(j) = std::exp(log_scale() - recent.log_scale) * gradient(query);
    return true;
  }
};

}  // namespace implicitbias
