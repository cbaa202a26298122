// What a run is in as arrays by name, as checkpoints hold it, and back.
#pragma once

#include "arguments.hpp"
#include "implicitbias/methods/method.hpp"
#include "implicitbias/runs/trajectory.hpp"

namespace implicitbias::bindings {

/// w0, or what a method takes for it, for parameters of this shape.
Vector read_start(py::handle source, const Method& method, const Shape& shape);

py::dict trajectory_arrays(const Trajectory& trajectory, const Shape& shape);
Trajectory read_trajectory(const py::dict& arrays, const Shape& shape, bool monotone);

/// What the method remembers, by name; `prefixed` where other arrays are to be beside it.
py::dict memory_arrays(const State& state, const Method& method, const Shape& shape, bool prefixed = false);
py::dict state_arrays(const State& state, const Method& method, const Shape& shape);
State read_state(const py::dict& arrays, const Method& method, const Shape& shape, bool monotone);

}  // namespace implicitbias::bindings
