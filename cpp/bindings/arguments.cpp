#include "arguments.hpp"

#include <algorithm>
#include <cmath>

namespace implicitbias::bindings {

namespace {

void refuse_masked(py::handle source, const char* argument) {
  if (py::module_::import("numpy").attr("ma").attr("is_masked")(source).cast<bool>())
    throw InvalidValueError(message(argument, ": expected complete data, got masked entries"));
}

/// Whether it is an array of doubles as it is read, and of no subclass: most arguments are, and those of
/// checkpoints.
bool is_plain(py::handle source) {
  return Py_TYPE(source.ptr()) == py::detail::npy_api::get().PyArray_Type_ &&
         py::isinstance<py::array_t<double, py::array::c_style>>(source);
}

/// Whether no integer is beyond 2^53. They are looked at before they are cast: 2^53 + 1 would round to 2^53.
/// NumPy has cast them already where it makes one array of integers and other numbers.
bool holds_integers(py::handle source, const py::object& seen, const std::string& kind, int width) {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  if (kind == "u" && width == 8) return seen.attr("max")().cast<std::uint64_t>() <= std::uint64_t{most};
  if (kind == "i" && width == 8)
    return seen.attr("max")().cast<std::int64_t>() <= most &&
           seen.attr("min")().cast<std::int64_t>() >= -most;
  const bool table = py::hasattr(source, "select_dtypes");
  if (kind != "f" || !(table || PyList_Check(source.ptr()) || PyTuple_Check(source.ptr()))) return true;
  const py::object integers = table ? py::object(source.attr("select_dtypes")("integer"))
                                    : py::reinterpret_borrow<py::object>(source);
  const py::object entries =
      py::module_::import("numpy").attr("asarray")(integers, py::arg("dtype") = "object").attr("ravel")();
  const py::int_ limit(most);
  for (const py::handle entry : entries)
    if (PyLong_Check(entry.ptr()) &&
        (py::cast<py::object>(entry) > limit || py::cast<py::object>(entry) < -limit))
      return false;
  return true;
}

}  // namespace

std::string type_name(py::handle object) {
  return py::type::handle_of(object).attr("__name__").cast<std::string>();
}

void wrong_type(const char* argument, const std::string& expected, py::handle seen) {
  try {
    python_checks().attr("refuse")(argument, expected, seen);
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_TypeError)) throw;
    throw InvalidTypeError(py::str(error.value()).cast<std::string>());
  }
  throw InvalidTypeError(message(argument, ": expected ", expected));  // the call above threw already
}

py::module_ python_checks() { return py::module_::import("implicitbias._arguments"); }

double read_real(py::handle source, const char* argument) {
  // Text and arrays have no place here even where Python's float() would take them.
  if (py::isinstance<py::bool_>(source) || !PyNumber_Check(source.ptr()) ||
      (py::isinstance<py::array>(source) && py::reinterpret_borrow<py::array>(source).ndim() > 0))
    wrong_type(argument, "a real number", source);
  if (py::isinstance<py::array>(source)) refuse_masked(source, argument);
  const double value = PyFloat_AsDouble(source.ptr());
  if (value == -1.0 && PyErr_Occurred()) {
    const bool overflow = PyErr_ExceptionMatches(PyExc_OverflowError);
    if (!overflow && !PyErr_ExceptionMatches(PyExc_TypeError) && !PyErr_ExceptionMatches(PyExc_ValueError))
      throw py::error_already_set();
    PyErr_Clear();
    if (overflow) throw InvalidValueError(message(argument, ": the number is too large for a double"));
    wrong_type(argument, "a real number", source);
  }
  return value;
}

std::int64_t read_integer(py::handle source, const char* argument) {
  constexpr double most = 0x1p53;  // up to which a double that is a whole number was meant as one: 1e6
  if (PyFloat_Check(source.ptr())) {
    const double value = PyFloat_AS_DOUBLE(source.ptr());
    if (std::abs(value) <= most && value == std::floor(value)) return static_cast<std::int64_t>(value);
  }
  if (py::isinstance<py::bool_>(source) || !PyIndex_Check(source.ptr()))
    wrong_type(argument, "an integer", source);
  const auto index = py::reinterpret_steal<py::object>(PyNumber_Index(source.ptr()));
  if (!index) {
    if (!PyErr_ExceptionMatches(PyExc_TypeError)) throw py::error_already_set();
    PyErr_Clear();
    wrong_type(argument, "an integer", source);
  }
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
  if (overflow != 0)
    throw InvalidValueError(message(argument, ": expected an integer below 2^63 in size, got ",
                                    py::str(index).cast<std::string>().substr(0, 40)));
  return value;
}

py::array read_numbers(py::handle source, const char* argument, std::initializer_list<std::size_t> dimensions,
                       bool keep_single) {
  static constexpr const char* expected = "an array of real numbers";
  if (source.is_none()) wrong_type(argument, expected, source);
  if (is_plain(source)) {
    auto array = py::reinterpret_borrow<py::array>(source);
    check_dimensions(array, argument, dimensions);
    return array;
  }
  refuse_masked(source, argument);
  const auto numpy = py::module_::import("numpy");
  py::object seen;
  try {
    seen = numpy.attr("asarray")(source);
  } catch (const py::error_already_set& error) {
    if (!error.matches(PyExc_Exception) || error.matches(PyExc_MemoryError)) throw;
    throw InvalidValueError(message(argument, ": expected ", expected,
                                    ", got something numpy.asarray refuses (",
                                    py::str(error.value()).cast<std::string>(), ")"));
  }
  const auto dtype = seen.attr("dtype");
  const auto kind = dtype.attr("kind").cast<std::string>();
  const auto width = dtype.attr("itemsize").cast<int>();
  if (std::string("fiub").find(kind) == std::string::npos || width > 8)
    wrong_type(argument, std::string(expected) + " that float64 can hold", seen);
  constexpr int c_order = py::array::c_style | py::array::forcecast;
  const auto array = keep_single && kind == "f" && width == 4
                         ? py::array(py::array_t<float, c_order>::ensure(seen))
                         : py::array(py::array_t<double, c_order>::ensure(seen));
  if (!array) throw py::error_already_set();
  check_dimensions(array, argument, dimensions);
  if (array.size() > 0 && !holds_integers(source, seen, kind, width))
    throw InvalidValueError(message(
        argument, ": expected integers of at most 2^53, which float64 holds exactly; subtract an offset"));
  return array;
}

void check_dimensions(const py::array& array, const char* argument,
                      std::initializer_list<std::size_t> dimensions) {
  const auto seen = static_cast<std::size_t>(array.ndim());
  if (std::find(dimensions.begin(), dimensions.end(), seen) != dimensions.end()) return;
  std::string wanted;
  for (std::size_t count : dimensions) wanted += (wanted.empty() ? "" : " or ") + std::to_string(count);
  const bool flat = wanted == "1", column = seen == 2 && (array.shape(0) == 1 || array.shape(1) == 1);
  throw InvalidValueError(message(argument, ": expected an array of ", wanted,
                                  flat ? " dimension" : " dimensions", ", got shape ", shape_of(array).text(),
                                  flat && column ? message("; write numpy.ravel(", argument, ")") : ""));
}

Shape shape_of(const py::array& array) { return {{array.shape(), array.shape() + array.ndim()}}; }

Array read_array(py::handle source, const char* argument, std::initializer_list<std::size_t> dimensions) {
  const py::array array = read_numbers(source, argument, dimensions, false);
  return {shape_of(array), Eigen::Map<const Vector>(static_cast<const double*>(array.data()), array.size())};
}

namespace {

bool is_list(py::handle object) {
  if (!py::isinstance<py::sequence>(object) || py::isinstance<py::str>(object) ||
      py::isinstance<py::bytes>(object))
    return false;
  if (PySequence_Size(object.ptr()) >= 0) return true;
  PyErr_Clear();  // arrays of no dimension, and classes
  return false;
}

}  // namespace

std::vector<Index> Convert<std::vector<Index>>::read(py::handle source, const char* argument) {
  if (!is_list(source)) wrong_type(argument, "a list of integers", source);
  std::vector<Index> list;
  for (const py::handle number : source) list.push_back(read_integer(number, argument));
  return list;
}

py::tuple Convert<std::vector<Index>>::write(const std::vector<Index>& value) {
  py::tuple list(value.size());
  for (std::size_t i = 0; i < value.size(); ++i) list[i] = py::int_(value[i]);
  return list;
}

std::vector<std::vector<Index>> Convert<std::vector<std::vector<Index>>>::read(py::handle source,
                                                                               const char* argument) {
  static constexpr const char* expected = "a list of lists of indices";
  if (!is_list(source)) wrong_type(argument, expected, source);
  std::vector<std::vector<Index>> lists;
  for (const py::handle list : source) {
    if (!is_list(list)) wrong_type(argument, expected, list);
    lists.push_back(Convert<std::vector<Index>>::read(list, argument));
  }
  return lists;
}

py::tuple Convert<std::vector<std::vector<Index>>>::write(const std::vector<std::vector<Index>>& value) {
  py::tuple lists(value.size());
  for (std::size_t k = 0; k < value.size(); ++k) lists[k] = Convert<std::vector<Index>>::write(value[k]);
  return lists;
}

py::array_t<double> to_array(const std::vector<double>& entries, std::vector<py::ssize_t> shape) {
  return py::array_t<double>(std::move(shape), entries.data());
}

py::array_t<double> to_array(VectorView entries, const Shape& shape) {
  return py::array_t<double>(std::vector<py::ssize_t>(shape.sizes.begin(), shape.sizes.end()),
                             entries.data());
}

}  // namespace implicitbias::bindings
