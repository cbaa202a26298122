// Losses written in Python.
#pragma once

#include <pybind11/trampoline_self_life_support.h>

#include "implicitbias/losses/loss.hpp"
#include "own_noun.hpp"

namespace implicitbias::bindings {

/// The C++ side of a Python subclass of Loss. Problems use what `fitted` makes of it.
class PythonLoss : public Loss, public py::trampoline_self_life_support {
 public:
  using Loss::Loss;

  bool monotone() const override;
  bool bounds_curvature() const override;
  bool convex() const override;
  bool exponential_tail() const override;

  LossValue evaluate(VectorView z, VectorSlot slopes) const override { return fitted()->evaluate(z, slopes); }
  void slopes(VectorView z, VectorSlot out) const override { fitted()->slopes(z, out); }
  double balance(VectorView z, VectorView v) const override { return fitted()->balance(z, v); }
  std::shared_ptr<const Loss> fitted() const override;
  bool any_thread() const override { return false; }
};

}  // namespace implicitbias::bindings
