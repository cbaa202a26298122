// What the core throws. The bindings turn each into the Python class of the same name.
#pragma once

#include <cmath>
#include <sstream>
#include <stdexcept>
#include <string>

namespace implicitbias {

struct InvalidValueError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

struct InvalidTypeError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// An iterate left the set on which the problem is defined; the state is the last valid one.
struct DomainError : std::domain_error {
  using std::domain_error::domain_error;
};

/// A run is being advanced by somebody else.
struct BusyError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Builds a message from its parts, numbers in a form short enough to read.
template <class... Parts>
std::string message(const Parts&... parts) {
  std::ostringstream stream;
  (stream << ... << parts);
  return stream.str();
}

/// For constructors: returns the argument if it is positive, and finite unless it may be infinite.
inline double positive(double value, const char* argument, bool may_be_infinite = false) {
  if (!(value > 0) || (!may_be_infinite && !std::isfinite(value)))
    throw InvalidValueError(
        message(argument, ": expected a positive ", may_be_infinite ? "" : "finite ", "number, got ", value));
  return value;
}

inline double not_negative(double value, const char* argument) {
  if (!(value >= 0) || !std::isfinite(value))
    throw InvalidValueError(message(argument, ": expected a finite number >= 0, got ", value));
  return value;
}

}  // namespace implicitbias
