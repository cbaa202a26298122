// Samples as Python has them: arrays, SciPy's sparse ones, memory-mapped files.
#pragma once

#include "arguments.hpp"
#include "implicitbias/problems/data.hpp"

namespace implicitbias::bindings {

/// A reference that any thread may drop.
std::shared_ptr<const void> keep(const py::object& object);

/// Samples with the shape of one of them.
struct GivenSamples {
  Data data;
  Shape parameter;
  bool mapped = false;
};

/// Reads them without a copy, except of sparse arrays: `data` owns what it refers to.
GivenSamples read_samples(py::handle source, const char* argument);

template <>
struct Convert<GivenSamples> {
  static constexpr auto hint = py::detail::const_name("typing.Any");
  static GivenSamples read(py::handle source, const char* argument) { return read_samples(source, argument); }
};

/// A copy of them, or the memory map that they are read from.
py::object to_samples(const Data& data, const Shape& parameter);

/// Whether an array is a memory map: slices of one are, but not every result of arithmetic with one.
bool is_mapped(py::handle array);

}  // namespace implicitbias::bindings
