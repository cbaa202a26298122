// Norms written in Python.
#pragma once

#include <pybind11/trampoline_self_life_support.h>

#include "own_noun.hpp"

namespace implicitbias::bindings {

/// The C++ side of a Python subclass of Norm. It cannot know the parameter's shape before `on`.
class PythonNorm : public Norm, public py::trampoline_self_life_support {
 public:
  using Norm::Norm;

  double value(VectorView w) const override { return flat(w)->value(w); }
  double dual(VectorView g) const override { return flat(g)->dual(g); }
  void steepest(VectorView g, Ties ties, VectorSlot dw) const override { flat(g)->steepest(g, ties, dw); }
  std::shared_ptr<const Norm> on(const Shape& shape) const override;

  bool quadratic() const override;
  bool strictly_convex() const override;
  double condition() const override;

 private:
  std::shared_ptr<const Norm> flat(VectorView v) const { return on({{v.size()}}); }
};

}  // namespace implicitbias::bindings
