#include "own_noun.hpp"

#include <algorithm>
#include <cmath>

#include "implicitbias/geometry/norms/lp.hpp"

namespace implicitbias::bindings {

bool OwnNoun::defines(const char* member) const {
  if (!py::hasattr(kind_, member)) return py::hasattr(self_, member);
  return !py::type::of(self_).attr(member).is(kind_.attr(member));
}

void OwnNoun::require(const char* method, const char* signature) const {
  if (!defines(method))
    throw InvalidTypeError(message(type_, ": expected a method ", method, ", found none",
                                   signature ? message("; write def ", method, signature) : ""));
}

bool OwnNoun::flag(const char* fact, bool otherwise) const {
  return defines(fact) ? python_checks().attr("flag")(self_.attr(fact), named(fact)).cast<bool>() : otherwise;
}

std::optional<double> OwnNoun::number(const char* fact) const {
  if (!defines(fact)) return std::nullopt;
  return read_real(self_.attr(fact), named(fact).c_str());
}

std::shared_ptr<const Norm> OwnNoun::norm(const char* fact) const {
  if (!defines(fact)) return std::make_shared<Lp>(2.0);
  return Convert<std::shared_ptr<const Norm>>::read(attr(fact), named(fact).c_str());
}

Vector read_returned(const py::object& result, const std::string& returned, const Shape& shape) {
  Array array = read_array(result, returned.c_str(), any_dimensions);
  if (array.shape != shape)
    throw InvalidValueError(
        message(returned, ": expected an array of shape ", shape.text(), ", got shape ", array.shape.text()));
  return std::move(array.entries);
}

void require_finite(const Vector& entries, const std::string& returned) {
  if (!entries.allFinite())
    throw InvalidValueError(message(returned, ": expected finite numbers, got NaN or infinity"));
}

bool contradicts(double slope, double before, double at, double after, double step) {
  const double left = (at - before) / step, right = (after - at) / step, mean = (left + right) / 2;
  const double bend = std::abs(right - left), size = std::max(std::abs(slope), std::abs(mean));
  const double rounding = 1e-6 * (std::abs(before) + std::abs(after)) / step;
  return std::abs(slope - mean) > 1e-3 * size + 3 * bend + rounding;  // false where any of them is NaN
}

}  // namespace implicitbias::bindings
