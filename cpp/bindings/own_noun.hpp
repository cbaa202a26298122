// What nouns written in Python share: how they are called, and the facts that their classes state.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "arguments.hpp"

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace implicitbias::bindings {

/// Python, as it is used to: with the GIL, and with subnormal numbers, which the loop takes for 0.
class InPython {
 public:
#if defined(__SSE2__) || defined(_M_X64)
  InPython() : before_(_mm_getcsr()) { _mm_setcsr(before_ & ~unsigned{_MM_FLUSH_ZERO_ON}); }
  ~InPython() { _mm_setcsr(before_); }
#else
  InPython() {}
#endif
  InPython(const InPython&) = delete;
  InPython& operator=(const InPython&) = delete;

 private:
  py::gil_scoped_acquire gil_;
#if defined(__SSE2__) || defined(_M_X64)
  unsigned before_;
#endif
};

/// The entries of an array that somebody's code returned, if it has this shape.
Vector read_returned(const py::object& result, const std::string& returned, const Shape& shape);

/// An object whose class somebody wrote in Python, deriving from `kind`. All but the destructor needs the
/// GIL.
class OwnNoun {
 public:
  OwnNoun(py::object self, py::handle kind) : self_(std::move(self)), kind_(kind), type_(type_name(self_)) {}
  OwnNoun(const OwnNoun&) = delete;
  OwnNoun& operator=(const OwnNoun&) = delete;
  ~OwnNoun() {
    py::gil_scoped_acquire gil;
    self_ = py::object();
  }

  /// The name of its class.
  const std::string& type() const { return type_; }
  const py::object& self() const { return self_; }
  py::object attr(const char* name) const { return self_.attr(name); }

  /// Whether it has a member that its kind has not, or another one in its place.
  bool defines(const char* member) const;

  /// Throws InvalidTypeError where it lacks a method; `signature` is how to write one.
  void require(const char* method, const char* signature = nullptr) const;

  /// A fact that the class states, as an attribute or a property, and what holds where it does not.
  bool flag(const char* fact, bool otherwise) const;
  std::optional<double> number(const char* fact) const;
  /// A norm that it states; l2 where it states none.
  std::shared_ptr<const Norm> norm(const char* fact) const;

  /// What complaints about a result are called: "Mine.value() returned".
  std::string returned(const std::string& call) const { return message(type_, ".", call, " returned"); }

  /// Calls a method whose result is an array of this shape, whatever is in it.
  template <class... Arguments>
  Vector array(const char* method, const Shape& shape, Arguments&&... arguments) const {
    return read_returned(self_.attr(method)(std::forward<Arguments>(arguments)...),
                         returned(message(method, "()")), shape);
  }

 private:
  std::string named(const char* fact) const { return type_ + "." + fact; }

  py::object self_;
  py::handle kind_;
  std::string type_;
};

/// The Python object of a noun written in Python, of this kind.
template <class Kind>
py::object python_object(const std::type_identity_t<Kind>& noun) {
  return py::cast(&noun);
}

/// Throws unless all entries are finite.
void require_finite(const Vector& entries, const std::string& returned);

/// Whether a slope contradicts values of the function a step before, at, and a step after a point. Where
/// these do not lie about on a line, as at a kink, it does not; and what rounding in single precision may do
/// is let pass.
bool contradicts(double slope, double before, double at, double after, double step);

}  // namespace implicitbias::bindings
