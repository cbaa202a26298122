// Metrics written in Python.
#pragma once

#include <pybind11/trampoline_self_life_support.h>

#include "implicitbias/geometry/metric.hpp"
#include "own_noun.hpp"

namespace implicitbias::bindings {

/// The C++ side of a Python subclass of Metric. It cannot know the parameter's shape before `on`.
class PythonMetric : public Metric, public py::trampoline_self_life_support {
 public:
  using Metric::Metric;

  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    on({{w.size()}})->solve(w, g, out);
  }
  std::shared_ptr<const Metric> on(const Shape& shape) const override;
};

/// Writes H^-1 g for the H that a method `matrix` returns at w, where parameters have this shape.
void solve_in_matrix(const OwnNoun& own, const Shape& shape, VectorView w, VectorView g, VectorSlot out);

}  // namespace implicitbias::bindings
