// Models written in Python.
#pragma once

#include <pybind11/trampoline_self_life_support.h>

#include "implicitbias/models/model.hpp"
#include "own_noun.hpp"

namespace implicitbias::bindings {

/// The C++ side of a Python subclass of Model, which cannot know the predictor's shape: `on` makes one that
/// does, and alone is asked for more than the facts.
class PythonModel : public Model, public py::trampoline_self_life_support {
 public:
  std::shared_ptr<const Model> on(const Shape& predictor) const override;
  std::string text() const override;
  int degree() const override;

  Shape parameters() const override { unfit(); }
  void predict(const Vector&, Vector&) const override { unfit(); }
  void pull_back(const Vector&, const Vector&, Vector&) const override { unfit(); }
  double reach(VectorView) const override { unfit(); }
  std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>&) const override { unfit(); }

 private:
  [[noreturn]] static void unfit() { throw InvalidValueError("model: expected one of a problem"); }
};

}  // namespace implicitbias::bindings
