// Methods that divide, entry by entry, by the root of an average of squared gradients: Adam and RMSProp.
//
// They keep sqrt(v) rather than v. A square leaves the range of doubles where its root is 1e-154; the root
// needs no more range than the gradients, and shares their scale (common_scale.hpp). Their steps hardly
// depend on the size of a gradient, so that there is no bound below which a step does not raise the loss.
#pragma once

#include "implicitbias/geometry/norms/lp.hpp"
#include "implicitbias/methods/common_scale.hpp"
#include "implicitbias/methods/method.hpp"

namespace implicitbias {

class Adaptive : public ProportionalMethod, public Recalling {
 public:
  explicit Adaptive(double eps) : eps_(not_negative(eps, "eps")) {}

  double eps() const { return eps_; }

  // Where eps does not count a step has entries of about 1 in modulus: steepest descent in l_inf.
  std::shared_ptr<const Gauge> geometry() const final { return std::make_shared<Lp>(infinity); }
  bool forgets_scale() const final { return true; }
  DefaultRule default_rule() const final { return DefaultRule::set_sizes; }
  double log_smoothness(const Vector&, double, double) const final {
    return std::numeric_limits<double>::quiet_NaN();
  }
  double log_weight(std::int64_t, double log_eta, double) const final { return log_eta; }

 protected:
  static kernels::MoveRecipe adaptive_move(kernels::MoveRecipe::Kind kind,
                                           const kernels::AverageRecipe& average, double weight_decay) {
    kernels::MoveRecipe move{kind};
    move.average = average;
    move.weight_decay = weight_decay;
    move.weight = kernels::MoveRecipe::Weight::rate;
    return move;
  }

  /// r becomes sqrt(beta r^2 + (1 - beta) g^2), in units of the new scale.
  static void average_squares(const CommonScale& scale, double beta, const Vector& gradient,
                              const Vector& from, Vector& r) {
    const double kept = scale.kept(std::sqrt(beta)), added = scale.added(std::sqrt(1 - beta));
    for (Index i = 0; i < r.size(); ++i) r[i] = std::hypot(kept * from[i], added * gradient[i]);
  }

  /// Writes dw_i = -m_i / (r_i + eps) for m and r in units of exp(log_scale), and returns the log of what is
  /// left to be multiplied; 0 / 0 is 0. Either the scale or eps is the unit of the denominator, whichever is
  /// larger: neither then over- nor underflows.
  double divide(const Vector& m, const Vector& r, double log_scale, Vector& dw) const {
    const double log_unit = std::max(log_scale, log_eps_);
    const double root = std::exp(log_scale - log_unit), added = std::exp(log_eps_ - log_unit);
    for (Index i = 0; i < dw.size(); ++i) dw[i] = m[i] == 0 ? 0 : -m[i] / (root * r[i] + added);
    return log_scale - log_unit;
  }

  Vector coordinates(const State& state) const final { return state.w; }
  void place(const Vector& q, State& state) const final { state.w = q; }

  /// sqrt(v) on a smooth curve, with weights as `RecentCurve` gives them.
  static Eigen::MatrixXd root_mean_squares(const Recent& recent, const Eigen::MatrixXd& weights) {
    return (recent.gradients.cwiseAbs2() * weights).cwiseMax(0).cwiseSqrt();
  }

  /// Writes the increments for such m and sqrt(v).
  void divide(const Eigen::MatrixXd& m, const Eigen::MatrixXd& r, Recent& recent) const {
    Vector dw(m.rows());
    for (Index j = 0; j < m.cols(); ++j) {
      const double log_left = divide(Vector(m.col(j)), Vector(r.col(j)), recent.log_scale, dw);
      recent.increments.col(j) = std::exp(log_left + recent.log_eta[j] + recent.log_unit) * dw;
    }
  }

 private:
  double eps_;
  double log_eps_ = std::log(eps_);
};

}  // namespace implicitbias
