// A quantity entry by entry, such as G0 of AdaGrad: one number for all entries of the parameter, or an array
// of the parameter's shape.
#pragma once

#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/types.hpp"

namespace implicitbias {

class Entrywise {
 public:
  Entrywise() : values_(Vector::Zero(1)) {}
  Entrywise(Vector values, Shape shape) : values_(std::move(values)), shape_(std::move(shape)) {}

  const Vector& values() const { return values_; }
  /// Empty for a number.
  const Shape& shape() const { return shape_; }

  /// The entries, where parameters have this many.
  Vector spread(Index size) const {
    return shape_.sizes.empty() ? Vector(Vector::Constant(size, values_[0])) : values_;
  }

  /// Throws unless it is a number or an array of this shape.
  void check(const Shape& shape, const char* argument) const {
    if (!shape_.sizes.empty() && shape_ != shape)
      throw InvalidValueError(
          message(argument, ": expected a number or shape ", shape.text(), ", got ", shape_.text()));
  }

 private:
  Vector values_;
  Shape shape_;
};

}  // namespace implicitbias
