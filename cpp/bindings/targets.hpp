// Targets as Python has them: numbers, several numbers a sample, or labels of classes.
#pragma once

#include "arguments.hpp"
#include "implicitbias/losses/loss.hpp"
#include "implicitbias/problems/problem.hpp"

namespace implicitbias::bindings {

/// Reads the argument y as this loss takes it, for so many samples.
Targets read_targets(py::handle source, const Loss& loss, Index samples);

/// A copy of them, as they were given.
py::array to_targets(const Problem& problem);

/// A copy of what the classes of a multiclass problem are called, None for others.
py::typing::Optional<py::array> to_classes(const Problem& problem);

}  // namespace implicitbias::bindings
