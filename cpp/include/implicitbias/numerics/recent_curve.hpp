// A smooth curve f of t by its values at t, t - h, t - 2h, ...: what averages over its past, sums and shifts
// make of it.
//
// With D = d/dt the shift by one iteration is E = exp(D), and whatever commutes with shifts is a series in D:
// an exponential average (1 - beta) / (1 - beta / E), a sum 1 / (E - 1) = (1/D) D / (e^D - 1). On the
// polynomial through the values such a series ends, and is a small matrix: each row has the weights of the
// values.
#pragma once

#include <Eigen/LU>

#include "implicitbias/base/types.hpp"

namespace implicitbias {

class RecentCurve {
 public:
  using Weights = Eigen::MatrixXd;

  /// By so many values, h iterations apart.
  RecentCurve(int values, double h)
      : h_(h), points_(values, values), fitted_(values, values), slope_(Weights::Zero(values, values)) {
    for (int j = 0; j < values; ++j) points_.row(j) = powers(-j);
    fitted_ = points_.inverse();
    for (int k = 1; k < values; ++k) slope_(k - 1, k) = k / h;
  }

  int values() const { return static_cast<int>(points_.rows()); }
  double h() const { return h_; }

  /// The averages a with a(t) = beta a(t - 1) + (1 - beta) f(t), at the times of the values.
  Weights average(double beta) const {
    // The coefficients c_k of (1 - beta) / (1 - beta exp(-D)).
    Vector c = Vector::Zero(values());
    c[0] = 1;
    for (int k = 1; k < values(); ++k) {
      double term = 1;
      for (int i = 1; i <= k; ++i) c[k] += beta / (1 - beta) * (term *= -1.0 / i) * c[k - i];
    }
    return points_ * series(c) * fitted_;
  }

  /// f(t) - f(t - 1), at the times of the values.
  Weights change() const {
    Vector c = Vector::Zero(values());
    double term = -1;
    for (int k = 1; k < values(); ++k) c[k] = term *= -1.0 / k;
    return points_ * series(c) * fitted_;
  }

  /// The value at t - 1.
  Vector before() const { return (powers(-1 / h_) * fitted_).transpose(); }

  /// The derivative at t of the curve that f is the increments of, f(t) = q(t + 1) - q(t).
  Vector derivative() const { return (powers(0) * series(sum()) * fitted_).transpose(); }

  /// How far that curve is from q(t), at the times of the values.
  Weights way() const {
    Weights integrals(values(), values());
    for (int j = 0; j < values(); ++j)
      for (int k = 0; k < values(); ++k) integrals(j, k) = h_ * std::pow(-j, k + 1) / (k + 1);
    return integrals * series(sum()) * fitted_;
  }

 private:
  Eigen::RowVectorXd powers(double x) const {
    Eigen::RowVectorXd result(points_.cols());
    for (Index k = 0; k < result.size(); ++k) result[k] = std::pow(x, static_cast<double>(k));
    return result;
  }

  /// The coefficients of D / (e^D - 1).
  Vector sum() const {
    Vector c = Vector::Zero(values());
    c[0] = 1;
    for (int k = 1; k < values(); ++k) {
      double factorial = 1;
      for (int i = 1; i <= k; ++i) c[k] -= c[k - i] / (factorial *= i + 1);
    }
    return c;
  }

  Weights series(const Vector& c) const {
    Weights result = Weights::Zero(values(), values()), power = Weights::Identity(values(), values());
    for (int k = 0; k < values(); ++k) {
      result += c[k] * power;
      power = power * slope_;
    }
    return result;
  }

  double h_;
  Weights points_, fitted_, slope_;  // values of a polynomial's coefficients, back, and of its derivative
};

}  // namespace implicitbias
