#include "data.hpp"

#include <limits>

namespace implicitbias::bindings {

namespace {

/// The module, if somebody has imported it: nothing is one of its objects otherwise.
py::object imported(const char* module) {
  const py::dict modules = py::module_::import("sys").attr("modules");
  return modules.contains(module) ? py::object(modules[module]) : py::none();
}

bool is_sparse(py::handle source) {
  const auto scipy = imported("scipy.sparse");
  return !scipy.is_none() && scipy.attr("issparse")(source).cast<bool>();
}

std::string dtype_of(py::handle array) { return py::str(array.attr("dtype")).cast<std::string>(); }

template <class T>
GivenSamples dense(const py::array& array, bool in_place) {
  Shape parameter{{array.shape() + 1, array.shape() + array.ndim()}};
  const DenseArray<T> rows{static_cast<const T*>(array.data()), array.shape(0), parameter.size(), keep(array),
                           in_place};
  return {rows, std::move(parameter), in_place};
}

GivenSamples read_mapped(py::handle source, const char* argument) {
  const py::array map = source.attr("view")();  // whose shape nobody else can change
  map.attr("setflags")(py::arg("write") = false);
  check_dimensions(map, argument, {2, 3});
  const bool single = py::isinstance<py::array_t<float>>(map);
  if (!single && !py::isinstance<py::array_t<double>>(map))
    throw InvalidTypeError(
        message(argument, ": expected float64 or float32 of this machine's byte order in a ",
                "memory map, got dtype ", dtype_of(map), "; numpy.array(X) loads and converts it"));
  if (!(map.flags() & py::array::c_style) || !map.attr("flags").attr("aligned").cast<bool>())
    throw InvalidValueError(message(argument,
                                    ": expected a memory map in C order, contiguous and aligned, as ",
                                    "its rows are read where they lie; numpy.array(X) loads it"));
  return single ? dense<float>(map, true) : dense<double>(map, true);
}

/// Reads the compressed rows of a csr_array in canonical format.
template <class T>
SparseArray<T> compressed(const py::object& csr) {
  const auto as = [&](const char* name, auto type) {
    using Entry = decltype(type);
    const auto array = py::array_t<Entry, py::array::c_style | py::array::forcecast>::ensure(csr.attr(name));
    if (!array) throw py::error_already_set();
    return std::vector<Entry>(array.data(), array.data() + array.size());
  };
  const py::tuple shape = csr.attr("shape");
  return {shape[0].cast<Index>(), shape[1].cast<Index>(), as("indptr", Index{}),
          as("indices", std::int32_t{}), as("data", T{})};
}

GivenSamples read_sparse(py::handle source, const char* argument) {
  const auto sparse = py::module_::import("scipy.sparse");
  const py::tuple shape = source.attr("shape");
  if (shape.size() != 2)
    throw InvalidValueError(message(argument, ": expected a sparse array of 2 dimensions, got shape ",
                                    py::str(shape).cast<std::string>()));
  const auto dimension = shape[1].cast<Index>();
  if (dimension > std::numeric_limits<std::int32_t>::max())
    throw InvalidValueError(
        message(argument, ": expected at most 2^31 - 1 features in a sparse array, got ", dimension));
  const auto kind = source.attr("dtype").attr("kind").cast<std::string>();
  const auto width = source.attr("dtype").attr("itemsize").cast<int>();
  if (std::string("fiub").find(kind) == std::string::npos || width > 8)
    throw InvalidTypeError(message(argument,
                                   ": expected a sparse array of real numbers that float64 can hold, ",
                                   "got dtype ", dtype_of(source)));
  const bool single = kind == "f" && width == 4;
  try {
    // Damaged ones are refused before anybody follows their indices.
    if (py::hasattr(source, "check_format")) source.attr("check_format")(true);
    if (source.attr("format").cast<std::string>() == "coo")
      sparse.attr("coo_array")(
          py::make_tuple(source.attr("data"), py::make_tuple(source.attr("row"), source.attr("col"))),
          py::arg("shape") = shape);
    // Duplicates of small integers are not to overflow, those of 64 bits and truths to be what they are.
    const bool integers = (kind == "i" || kind == "u") && width == 8;
    const auto number = py::str(single ? "float32" : "float64");
    auto csr = sparse.attr("csr_array")(integers || kind == "b" ? py::object(source.attr("copy")())
                                                                : source.attr("astype")(number));
    if (integers) read_array(csr.attr("data"), argument, {1});
    csr = csr.attr("astype")(number);
    csr.attr("sum_duplicates")();
    if (single) return {compressed<float>(csr), Shape{{dimension}}};
    return {compressed<double>(csr), Shape{{dimension}}};
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_ValueError) && !error.matches(PyExc_TypeError)) throw;
    throw InvalidValueError(message(argument, ": expected a valid sparse array, got one that SciPy refuses (",
                                    py::str(error.value()).cast<std::string>(), ")"));
  }
}

template <class T>
py::object write(const DenseArray<T>& array, const std::vector<py::ssize_t>& shape) {
  using Owner = std::shared_ptr<const void>;
  const py::capsule owner(new Owner(array.owner), [](void* kept) { delete static_cast<Owner*>(kept); });
  return py::array_t<T>(shape, array.data, owner);
}

template <class T>
py::object write(const SparseArray<T>& array, const std::vector<py::ssize_t>& shape) {
  const auto copy = [](const auto& entries) {
    using Entry = std::decay_t<decltype(entries[0])>;
    return py::array_t<Entry>(static_cast<py::ssize_t>(entries.size()), entries.data());
  };
  const auto parts = py::make_tuple(copy(array.values), copy(array.columns), copy(array.starts));
  return py::module_::import("scipy.sparse")
      .attr("csr_array")(parts, py::arg("shape") = py::make_tuple(shape[0], shape[1]));
}

}  // namespace

std::shared_ptr<const void> keep(const py::object& object) {
  return std::shared_ptr<const py::object>(new py::object(object), [](const py::object* kept) {
    const py::gil_scoped_acquire gil;
    delete kept;
  });
}

bool is_mapped(py::handle array) {
  return py::isinstance(array, py::module_::import("numpy").attr("memmap")) && !array.attr("_mmap").is_none();
}

GivenSamples read_samples(py::handle source, const char* argument) {
  if (is_sparse(source)) return read_sparse(source, argument);
  if (is_mapped(source)) return read_mapped(source, argument);
  const py::array array = read_numbers(source, argument, {2, 3}, true);
  if (py::isinstance<py::array_t<float>>(array)) return dense<float>(array, false);
  return dense<double>(array, false);
}

py::object to_samples(const Data& data, const Shape& parameter) {
  return std::visit(
      [&](const auto& array) -> py::object {
        // What is read in place came from `read_samples`, which knows its owner.
        if constexpr (requires { array.in_place; })
          if (array.in_place) return *std::static_pointer_cast<const py::object>(array.owner);
        std::vector<py::ssize_t> shape{array.count};
        shape.insert(shape.end(), parameter.sizes.begin(), parameter.sizes.end());
        return write(array, shape);
      },
      data);
}

}  // namespace implicitbias::bindings
