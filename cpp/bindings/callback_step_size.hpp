// Step size rules written in Python.
#pragma once

#include <pybind11/trampoline_self_life_support.h>

#include <memory>
#include <mutex>

#include "implicitbias/step_sizes/step_size.hpp"
#include "own_noun.hpp"

namespace implicitbias::bindings {

/// The C++ side of a Python subclass of StepSize.
class PythonStepSize : public StepSize, public py::trampoline_self_life_support {
 public:
  double log_step(const StepContext& context) const override;
  /// What follows from what the rule asks for by the names of its arguments.
  std::vector<Need> needs() const override;
  const char* rule() const override;

 private:
  class Callback;
  std::shared_ptr<const Callback> callback() const;

  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Callback> callback_;  // made when it is first asked for
};

}  // namespace implicitbias::bindings
