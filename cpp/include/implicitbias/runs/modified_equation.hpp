// The differential equation whose solution passes through the iterates.
//
// Let E be the shift by one iteration and D = E - 1. A smooth curve through the iterates has
//     q' = log(1 + D) q = D q - D^2 q / 2 + D^3 q / 3 - ...
// (Newton's series: q' = f - f'f/2 + f'f'f/3 + f''(f,f)/12 - ... for q(t + 1) = q(t) + f(q(t)), backward
// error analysis's modified equation). Its terms are differences of a few iterates that start at q, so that
// any method that can say its increments has it, and a step size that depends on t as well. The k-th term is
// of order t^-k.
#pragma once

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "implicitbias/kernels/flush_subnormals.hpp"
#include "implicitbias/methods/method.hpp"
#include "implicitbias/problems/cancellation.hpp"
#include "implicitbias/problems/problem.hpp"
#include "implicitbias/step_sizes/step_size.hpp"

namespace implicitbias {

class ModifiedEquation {
 public:
  ModifiedEquation(std::shared_ptr<const Problem> problem, std::shared_ptr<const Method> method,
                   std::shared_ptr<const StepSize> step_size, double log_radius, State start)
      : problem_(std::move(problem)),
        method_(std::move(method)),
        step_size_(std::move(step_size)),
        log_radius_(log_radius),
        state_(std::move(start)),
        start_(method_->chart()->coordinates(state_)),
        at_(problem_->rows().count(), problem_->dimension()),
        cancellation_(*problem_, method_->forgets_scale(), problem_->rows().count()) {}

  virtual ~ModifiedEquation() = default;

  /// The coordinates at which the run is.
  const Vector& start() const { return start_; }

  /// The number of terms that are known.
  virtual int most_terms() const { return 4; }

  /// So many iterations what a step goes by lags behind.
  virtual double lag() const { return 0; }

  /// The parameters at these coordinates.
  const Vector& point(const Vector& q) {
    method_->chart()->place(q, state_);
    return state_.w;
  }

  /// Writes dq / d log t, by the first terms of the series; false where an iterate leaves the domain or the
  /// rule for the step size does not go on smoothly.
  [[nodiscard]] virtual bool velocity(double log_t, const Vector& q, int terms, Vector& out) {
    const kernels::FlushSubnormals flush;
    // Terms that are lost in rounding are not computed.
    while (terms > 1 && (terms - 1) * log_t > 38) --terms;
    Vector iterate = q;
    increments_.resize(static_cast<std::size_t>(most_terms()));
    for (int k = 0; k < terms; ++k) {
      Vector& f = increments_[static_cast<std::size_t>(k)];
      if (!increment(log_t, log_t + std::log1p(k * std::exp(-log_t)), iterate, f)) return false;
      if (k + 1 < terms) iterate += std::exp(-log_t) * f;
    }
    out = increments_[0];
    for (int k = 1; k < terms; ++k) {
      for (int j = 0; j + k < terms; ++j) {
        const auto at = static_cast<std::size_t>(j);
        increments_[at] = increments_[at + 1] - increments_[at];
      }
      out += (k % 2 ? -1.0 : 1.0) / (k + 1) * increments_[0];
    }
    return out.allFinite();
  }

  /// The derivative of sign(v) |v|^powers in q by differences, for v = dq / d log t by the first term alone;
  /// NaN where it has none.
  Matrix jacobian(double log_t, const Vector& q, const Vector& powers) {
    const Index d = q.size();
    Matrix result = Matrix::Constant(d, d, std::numeric_limits<double>::quiet_NaN());
    Vector here(d), there(d), shifted = q;
    const auto link = [&](Vector& v) {
      v = v.binaryExpr(powers, [](double entry, double power) {
        return power == 1 ? entry : std::copysign(std::pow(std::abs(entry), power), entry);
      });
    };
    if (!velocity(log_t, q, 1, here)) return result;
    // Margins change by about 1 while log t does.
    const double shift = 1e-6 * here.lpNorm<Eigen::Infinity>();
    link(here);
    for (Index i = 0; i < d; ++i) {
      shifted[i] = q[i] + shift;
      if (!velocity(log_t, shifted, 1, there)) return result;
      link(there);
      // Where q absorbs the shift, as AdaGrad's log G = -1.8e308 of a feature that is 0, it does not move.
      const double change = shifted[i] - q[i];
      if (change > 0) {
        result.col(i) = (there - here) / change;
      } else {
        result.col(i).setZero();
      }
      shifted[i] = q[i];
    }
    return result;
  }

 protected:
  /// The method's state at these coordinates; false where they are not in its domain.
  [[nodiscard]] bool place(const Vector& q) {
    if (!q.allFinite()) return false;
    method_->chart()->place(q, state_);
    return state_.w.allFinite();
  }

  /// Evaluates the loss there, with its gradient at `query`, and the step size that is taken then.
  [[nodiscard]] bool look(double log_t, const Vector& query, double& log_eta) {
    if (!problem_->evaluate(query, at_)) return false;
    log_eta = step_size_->late_log_step(log_t, method_->log_smoothness(state_.w, at_.log_loss, log_radius_));
    return std::isfinite(log_eta);
  }

  const Method& method() const { return *method_; }
  const State& state() const { return state_; }
  double log_scale() const { return at_.log_scale; }
  const Vector& gradient(const Vector& query) { return cancellation_.cleared(query, at_); }

 private:
  bool increment(double log_unit, double log_t, const Vector& q, Vector& out) {
    double log_eta;
    if (!place(q) || !look(log_t, state_.w, log_eta)) return false;
    out.resize(q.size());
    method_->flow()->increment(state_, gradient(state_.w), at_.log_scale, log_eta, log_unit, out);
    return true;
  }

  std::shared_ptr<const Problem> problem_;
  std::shared_ptr<const Method> method_;
  std::shared_ptr<const StepSize> step_size_;
  double log_radius_;
  State state_;
  Vector start_;
  Evaluation at_;
  Cancellation cancellation_;
  std::vector<Vector> increments_;
};

}  // namespace implicitbias
