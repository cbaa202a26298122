// Potentials written in Python.
#pragma once

#include <pybind11/trampoline_self_life_support.h>

#include "implicitbias/geometry/potential.hpp"
#include "own_noun.hpp"

namespace implicitbias::bindings {

/// The C++ side of a Python subclass of Potential. It cannot know the parameter's shape before `on`.
class PythonPotential : public Potential, public py::trampoline_self_life_support {
 public:
  using Potential::Potential;

  double value(VectorView w) const override { return flat(w)->value(w); }
  void link(VectorView w, VectorSlot z) const override { flat(w)->link(w, z); }
  void inverse_link(VectorView z, VectorSlot w) const override { flat(z)->inverse_link(z, w); }
  void solve(VectorView w, VectorView g, VectorSlot out) const override { flat(w)->solve(w, g, out); }
  void solve_dual(VectorView z, VectorView g, VectorSlot out) const override {
    flat(z)->solve_dual(z, g, out);
  }
  double divergence(VectorView w, VectorView v) const override { return flat(w)->divergence(w, v); }
  std::shared_ptr<const Metric> on(const Shape& shape) const override;

  std::shared_ptr<const Norm> geometry() const override;
  double modulus() const override;
  bool quadratic() const override;
  bool separable() const override;

 private:
  std::shared_ptr<const Potential> flat(VectorView v) const { return on_shape({{v.size()}}); }
};

}  // namespace implicitbias::bindings
