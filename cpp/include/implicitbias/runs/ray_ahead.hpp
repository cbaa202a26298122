// The ray of a run's next step, for the rules that look at it.
#pragma once

#include <cmath>
#include <functional>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/geometry/gauge.hpp"
#include "implicitbias/losses/ray.hpp"
#include "implicitbias/problems/problem.hpp"
#include "implicitbias/step_sizes/heading.hpp"

namespace implicitbias {

class RayAhead final : public Heading {
 public:
  /// Of the step of size 1 along dw from where `at` was taken, for the gradient that the method follows;
  /// `along` writes how margins or residuals change along a direction. All of it must outlive the heading.
  RayAhead(const Loss& loss, const Gauge& geometry, const Evaluation& at, const Vector& gradient, Vector dw,
           std::function<void(const Vector&, Vector&)> along)
      : loss_(loss),
        geometry_(geometry),
        at_(at),
        gradient_(gradient),
        dw_(std::move(dw)),
        along_(std::move(along)) {
    // Neither tiny nor huge steps may underflow or overflow where they meet the samples.
    const double largest = dw_.lpNorm<Eigen::Infinity>();
    const int exponent = largest > 0 && std::isfinite(largest) ? std::ilogb(largest) : 0;
    dw_ = dw_.unaryExpr([exponent](double entry) { return std::scalbn(entry, -exponent); });
    log_unit_ = exponent * std::log(2.0);
  }

  double log_length() const override { return log_unit_ + std::log(geometry_.value(dw_)); }
  double log_descent() const override {
    const double size = gradient_.lpNorm<Eigen::Infinity>();
    const double descent = -(gradient_ / size).dot(dw_);
    return descent > 0 ? log_unit_ + std::log(size) + std::log(descent) : -infinity;
  }
  double log_loss() const override { return at_.log_loss - at_.log_scale; }

  double log_minimizer() const override {
    Vector v(at_.z.size());
    along_(dw_, v);
    if (!v.allFinite()) throw DomainError("the predictions overflow along the ray");
    const double log_s = Ray(loss_, at_.z, v).log_minimizer();
    if (log_s < infinity) return log_s - log_unit_;
    Index moved = 0;
    dw_.cwiseAbs().maxCoeff(&moved);
    const bool alone = (dw_.array() != 0).count() == 1;
    throw DomainError(message("no margin falls along the ray",
                              alone ? message(", on which w[", moved, "] alone moves") : "",
                              ", so that the loss has no minimum there but tends to 0"));
  }

 private:
  const Loss& loss_;
  const Gauge& geometry_;
  const Evaluation& at_;
  const Vector& gradient_;
  Vector dw_;
  std::function<void(const Vector&, Vector&)> along_;
  double log_unit_;
};

/// Of a step that is along no ray of the gradient: only its length is known.
class LengthAhead final : public Heading {
 public:
  explicit LengthAhead(double log_length) : log_length_(log_length) {}

  double log_length() const override { return log_length_; }
  double log_descent() const override { return std::numeric_limits<double>::quiet_NaN(); }
  double log_loss() const override { return std::numeric_limits<double>::quiet_NaN(); }
  double log_minimizer() const override { return std::numeric_limits<double>::quiet_NaN(); }

 private:
  double log_length_;
};

}  // namespace implicitbias
