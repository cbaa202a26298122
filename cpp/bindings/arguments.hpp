// How Python values become C++ arguments and back. Every argument is read here, by name, so that every
// complaint names the argument, what was seen and what was expected.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/typing.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "implicitbias/base/entrywise.hpp"
#include "implicitbias/base/errors.hpp"
#include "implicitbias/base/fields.hpp"
#include "implicitbias/base/types.hpp"
#include "implicitbias/geometry/norm.hpp"
#include "implicitbias/methods/coefficient.hpp"
#include "implicitbias/step_sizes/step_rule.hpp"

namespace implicitbias::bindings {

namespace py = pybind11;

/// A validated copy of an array of real numbers, in row-major order.
struct Array {
  Shape shape;
  Vector entries;
};

/// Of arrays whose shape is whatever somebody chose.
inline constexpr std::initializer_list<std::size_t> any_dimensions = {0, 1, 2, 3, 4, 5, 6, 7, 8};

double read_real(py::handle source, const char* argument);
std::int64_t read_integer(py::handle source, const char* argument);
/// An array of real numbers in row-major order, copied only where it is none: of doubles, or of floats where
/// they are to be kept. Throws unless it has one of `dimensions` dimensions.
py::array read_numbers(py::handle source, const char* argument, std::initializer_list<std::size_t> dimensions,
                       bool keep_single);
void check_dimensions(const py::array& array, const char* argument,
                      std::initializer_list<std::size_t> dimensions);
Shape shape_of(const py::array& array);
/// A copy of one of doubles.
Array read_array(py::handle source, const char* argument, std::initializer_list<std::size_t> dimensions);

py::array_t<double> to_array(VectorView entries, const Shape& shape);
py::array_t<double> to_array(const std::vector<double>& entries, std::vector<py::ssize_t> shape);

/// The checks of the Python layer, which word what is wrong for both layers.
py::module_ python_checks();
[[noreturn]] void wrong_type(const char* argument, const std::string& expected, py::handle seen);
std::string type_name(py::handle object);

/// A value to be returned of which the stub file says that it may be None.
template <class T>
py::typing::Optional<T> optional(py::object value) {
  return py::reinterpret_steal<py::typing::Optional<T>>(value.release());
}

/// Reads and writes one type of argument; `hint` is what the stub file says of it.
template <class T>
struct Convert;

template <>
struct Convert<double> {
  static constexpr auto hint = py::detail::const_name("float");
  static double read(py::handle source, const char* argument) { return read_real(source, argument); }
  static double write(double value) { return value; }
};

template <>
struct Convert<std::int64_t> {
  static constexpr auto hint = py::detail::const_name("int");
  static std::int64_t read(py::handle source, const char* argument) { return read_integer(source, argument); }
  static std::int64_t write(std::int64_t value) { return value; }
};

template <>
struct Convert<std::optional<std::int64_t>> {
  static constexpr auto hint = py::detail::const_name("int | None");
  static std::optional<std::int64_t> read(py::handle source, const char* argument) {
    if (source.is_none()) return std::nullopt;
    return read_integer(source, argument);
  }
  static py::typing::Optional<py::int_> write(const std::optional<std::int64_t>& value) {
    return optional<py::int_>(value ? py::object(py::int_(*value)) : py::none());
  }
};

template <>
struct Convert<Vector> {
  static constexpr auto hint = py::detail::const_name("numpy.typing.ArrayLike");
  static Vector read(py::handle source, const char* argument) {
    return read_array(source, argument, {1}).entries;
  }
  static py::array_t<double> write(const Vector& value) { return to_array(value, {{value.size()}}); }
};

template <>
struct Convert<Matrix> {
  static constexpr auto hint = py::detail::const_name("numpy.typing.ArrayLike");
  static Matrix read(py::handle source, const char* argument) {
    const Array array = read_array(source, argument, {2});
    return Eigen::Map<const Matrix>(array.entries.data(), array.shape.sizes[0], array.shape.sizes[1]);
  }
  static py::array_t<double> write(const Matrix& value) {
    return to_array(Eigen::Map<const Vector>(value.data(), value.size()), {{value.rows(), value.cols()}});
  }
};

/// Lists of indices, tuples of tuples in Python.
template <>
struct Convert<std::vector<std::vector<Index>>> {
  static constexpr auto hint =
      py::detail::const_name("collections.abc.Sequence[collections.abc.Sequence[int]]");
  static std::vector<std::vector<Index>> read(py::handle source, const char* argument);
  static py::tuple write(const std::vector<std::vector<Index>>& value);
};

/// A list of numbers of things.
template <>
struct Convert<std::vector<Index>> {
  static constexpr auto hint = py::detail::const_name("collections.abc.Sequence[int]");
  static std::vector<Index> read(py::handle source, const char* argument);
  static py::tuple write(const std::vector<Index>& value);
};

/// An array that is read where its shape is known.
template <>
struct Convert<py::object> {
  static constexpr auto hint = py::detail::const_name("numpy.typing.ArrayLike");
  static py::object read(py::handle source, const char*) {
    return py::reinterpret_borrow<py::object>(source);
  }
};

/// A parameter or a gradient, whatever its shape.
template <>
struct Convert<Array> {
  // Any, so that an override of a norm's or metric's method may say what it takes.
  static constexpr auto hint = py::detail::const_name("typing.Any");
  static Array read(py::handle source, const char* argument) {
    Array array = read_array(source, argument, {1, 2});
    if (!array.entries.allFinite())
      throw InvalidValueError(message(argument, ": expected finite numbers, got NaN or infinity"));
    return array;
  }
};

template <>
struct Convert<Ties> {
  static constexpr auto hint = py::detail::const_name("typing.Literal['first', 'average']");
  static Ties read(py::handle source, const char* argument) {
    const py::str chosen = python_checks().attr("choice")(source, argument, "first", "average");
    return chosen.cast<std::string>() == "first" ? Ties::first : Ties::average;
  }
  static py::str write(Ties value) { return py::str(value == Ties::first ? "first" : "average"); }
};

template <>
struct Convert<bool> {
  static constexpr auto hint = py::detail::const_name("bool");
  static bool read(py::handle source, const char* argument) {
    return python_checks().attr("flag")(source, argument).cast<bool>();
  }
  static bool write(bool value) { return value; }
};

template <>
struct Convert<Coefficient> {
  static constexpr auto hint = py::detail::const_name("float | numpy.typing.ArrayLike");
  static Coefficient read(py::handle source, const char* argument) {
    const Array array = read_array(source, argument, {0, 1});
    return Coefficient(array.entries, !array.shape.sizes.empty());
  }
  static py::object write(const Coefficient& value) {
    if (value.scheduled()) return to_array(value.values(), {{value.values().size()}});
    return py::float_(value.at(0));
  }
};

template <>
struct Convert<Entrywise> {
  static constexpr auto hint = py::detail::const_name("float | numpy.typing.ArrayLike");
  static Entrywise read(py::handle source, const char* argument) {
    Array array = read_array(source, argument, {0, 1, 2});
    return Entrywise(std::move(array.entries), std::move(array.shape));
  }
  static py::object write(const Entrywise& value) {
    if (value.shape().sizes.empty()) return py::float_(value.values()[0]);
    return to_array(value.values(), value.shape());
  }
};

/// A noun of the package, never None.
template <class Noun>
struct Convert<std::shared_ptr<const Noun>> {
  static constexpr auto hint = py::detail::make_caster<Noun>::name;
  static std::shared_ptr<const Noun> read(py::handle source, const char* argument) {
    if (!py::isinstance<Noun>(source))
      python_checks().attr("instance")(source, py::type::of<Noun>(), argument);
    // An object that __new__ made and __init__ never saw.
    if (!reinterpret_cast<py::detail::instance*>(source.ptr())->get_value_and_holder().holder_constructed())
      throw InvalidTypeError(message(argument, ": got an object whose __init__ was never called"));
    return source.cast<std::shared_ptr<Noun>>();
  }
  static std::shared_ptr<Noun> write(const std::shared_ptr<const Noun>& value) {
    return std::const_pointer_cast<Noun>(value);  // every noun is immutable
  }
};

/// A rule for step sizes, or the number or the array that stands for one. A constant is a number again.
template <>
struct Convert<StepRule> {
  static constexpr auto hint =
      py::detail::make_caster<StepSize>::name + py::detail::const_name(" | float | numpy.typing.ArrayLike");
  static StepRule read(py::handle source, const char* argument) {
    return {Convert<std::shared_ptr<const StepSize>>::read(
        python_checks().attr("step_rule")(source, argument), argument)};
  }
  static py::object write(const StepRule& value) {
    if (const auto* constant = dynamic_cast<const Constant*>(value.rule.get()))
      return py::float_(constant->eta());
    return py::cast(Convert<std::shared_ptr<const StepSize>>::write(value.rule));
  }
};

/// A function argument that knows its own name.
template <FixedString Name, class T>
struct Argument {
  T value;
};

/// The same for a pointer, or an object, that is null where Python says None.
template <FixedString Name, class T>
struct OptionalArgument {
  T value;
};

}  // namespace implicitbias::bindings

namespace pybind11::detail {

template <implicitbias::FixedString Name, class T>
struct type_caster<implicitbias::bindings::Argument<Name, T>> {
  using Converter = implicitbias::bindings::Convert<T>;
  using Value = implicitbias::bindings::Argument<Name, T>;
  PYBIND11_TYPE_CASTER(Value, Converter::hint);

  bool load(handle source, bool) {
    value.value = Converter::read(source, Name.text);
    return true;
  }
};

template <implicitbias::FixedString Name, class T>
struct type_caster<implicitbias::bindings::OptionalArgument<Name, T>> {
  using Converter = implicitbias::bindings::Convert<T>;
  using Value = implicitbias::bindings::OptionalArgument<Name, T>;
  PYBIND11_TYPE_CASTER(Value, Converter::hint + const_name(" | None"));

  bool load(handle source, bool) {
    if (!source.is_none()) value.value = Converter::read(source, Name.text);
    return true;
  }
};

}  // namespace pybind11::detail
