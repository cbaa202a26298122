// What a run is in as arrays by name, as checkpoints hold it, and back.
#pragma once

#include "arguments.hpp"
#include "implicitbias/methods/method.hpp"
#include "implicitbias/runs/trajectory.hpp"

namespace implicitbias::bindings {

/// w0, or what a method takes for it.
Vector read_start(py::handle source, const Method& method, const Problem& problem);

py::dict trajectory_arrays(const Trajectory& trajectory, const Shape& shape);
/// The same with w and, where the model is not linear, theta beside it.
py::dict trajectory_columns(const Trajectory& trajectory, const Problem& problem);
Trajectory read_trajectory(const py::dict& arrays, const Shape& shape, bool monotone);

/// What the method remembers, by name; `prefixed` where other arrays are to be beside it.
py::dict memory_arrays(const State& state, const Method& method, const Shape& shape, bool prefixed = false);
py::dict state_arrays(const State& state, const Method& method, const Shape& shape);
/// For a problem whose parameters have this shape.
State read_state(const py::dict& arrays, const Method& method, const Problem& problem);

}  // namespace implicitbias::bindings
