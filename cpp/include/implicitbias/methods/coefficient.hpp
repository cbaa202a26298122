// A coefficient of momentum: one number for all t, or an array with one number for each step. A run goes no
// further than such an array is long.
#pragma once

#include <cmath>

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/types.hpp"
#include "implicitbias/kernels/recipe.hpp"

namespace implicitbias {

class Coefficient {
 public:
  Coefficient() : values_(Vector::Zero(1)) {}
  Coefficient(Vector values, bool scheduled) : values_(std::move(values)), scheduled_(scheduled) {}

  bool scheduled() const { return scheduled_; }
  const Vector& values() const { return values_; }
  double at(std::int64_t t) const { return values_[scheduled_ ? t : 0]; }
  bool zero() const { return values_.isZero(0); }
  std::int64_t length() const {
    return scheduled_ ? values_.size() : std::numeric_limits<std::int64_t>::max();
  }

  /// Null where it is 0 throughout.
  kernels::CoefficientRecipe recipe() const { return {zero() ? nullptr : values_.data(), scheduled_}; }

  /// Returns itself if all of it is finite and not negative.
  const Coefficient& checked(const char* argument) const {
    if (values_.size() == 0)
      throw InvalidValueError(message(argument, ": expected at least one number, got none"));
    for (Index t = 0; t < values_.size(); ++t)
      if (!(values_[t] >= 0) || !std::isfinite(values_[t]))
        throw InvalidValueError(message(argument, ": expected finite numbers >= 0, got ", values_[t]));
    return *this;
  }

 private:
  Vector values_;
  bool scheduled_ = false;
};

}  // namespace implicitbias
