// Methods written in Python.
#pragma once

#include <pybind11/trampoline_self_life_support.h>

#include "implicitbias/methods/method.hpp"
#include "own_noun.hpp"

namespace implicitbias::bindings {

/// The C++ side of a Python subclass of Method. Runs use what `on` makes of it.
class PythonMethod : public Method, public py::trampoline_self_life_support {
 public:
  using Method::Method;

  std::shared_ptr<const Method> on(const Problem& problem) const override;
  std::shared_ptr<const Gauge> geometry() const override;

  bool inertial() const override;

  Vector default_start(const Shape& shape) const override { return Vector::Zero(shape.size()); }
  double log_smoothness(const Vector&, double, double) const override {
    return std::numeric_limits<double>::quiet_NaN();
  }
  void step(const State& now, const Vector&, double, double, State& next) const override { next = now; }
};

}  // namespace implicitbias::bindings
