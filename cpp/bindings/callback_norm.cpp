#include "callback_norm.hpp"

#include <cmath>
#include <optional>

namespace implicitbias::bindings {

namespace {

/// A fact that the class of a Python norm states, as an attribute or a property; nothing where it does not.
std::optional<py::object> stated(const py::object& self, const char* fact) {
  if (py::type::of(self).attr(fact).is(py::type::of<Norm>().attr(fact))) return std::nullopt;
  return self.attr(fact);
}

bool flag(const py::object& value, const std::string& name) {
  return python_checks().attr("flag")(value, name).cast<bool>();
}

bool stated_quadratic(const py::object& self) {
  const auto value = stated(self, "quadratic");
  return value && flag(*value, type_name(self) + ".quadratic");
}

bool stated_strictly_convex(const py::object& self) {
  const auto value = stated(self, "strictly_convex");
  return value ? flag(*value, type_name(self) + ".strictly_convex") : stated_quadratic(self);
}

double stated_condition(const py::object& self) {
  const auto value = stated(self, "condition");
  if (!value) return 1;
  const std::string name = type_name(self) + ".condition";
  const double number = read_real(*value, name.c_str());
  if (!(number >= 1) || !std::isfinite(number))
    throw InvalidValueError(message(name, ": expected a number of at least 1, got ", number));
  return number;
}

/// Calls the three methods of a Python norm with copies of the right shape, and checks what comes back.
class CallbackNorm final : public Norm {
 public:
  CallbackNorm(py::object self, Shape shape)
      : self_(std::move(self)), type_(type_name(self_)), shape_(std::move(shape)) {
    for (const char* method : {"value", "dual", "steepest"})
      if (py::type::of(self_).attr(method).is(py::type::of<Norm>().attr(method)))
        throw InvalidTypeError(message(type_, ": expected a method ", method, ", found none"));
    quadratic_ = stated_quadratic(self_);
    strictly_convex_ = stated_strictly_convex(self_);
    condition_ = stated_condition(self_);
  }

  bool quadratic() const override { return quadratic_; }
  bool strictly_convex() const override { return strictly_convex_; }
  double condition() const override { return condition_; }

  /// Certificates trust the three methods, so they are tried on a few gradients first.
  void check_contract() const {
    Vector g(shape_.size()), dw(shape_.size());
    for (int trial = 1; trial <= 3; ++trial) {
      for (Index i = 0; i < g.size(); ++i) g[i] = std::sin(trial * (2.0 + static_cast<double>(i)));
      steepest(g, Ties::first, dw);
      const double dual = this->dual(g), size = value(dw), descent = -dw.dot(g);
      const double tolerance = 1e-6 * dual;
      if (!(std::abs(size - dual) <= tolerance) || !(std::abs(descent - dual * dual) <= tolerance * dual))
        throw InvalidValueError(
            message(type_, ": expected |dw|^2 = <dw, -g> = |g|_*^2 for dw = steepest(g) (eq. 12), ",
                    "got |dw| = ", size, ", <dw, -g> = ", descent, ", |g|_* = ", dual));
      if (quadratic_) check_parallelogram(g, g.array().cos());
    }
  }

  ~CallbackNorm() override {
    py::gil_scoped_acquire gil;
    self_ = py::object();
  }

  double value(VectorView w) const override { return number("value", w); }
  double dual(VectorView g) const override { return number("dual", g); }

  void steepest(VectorView g, Ties, VectorSlot dw) const override {
    py::gil_scoped_acquire gil;
    const std::string returned = type_ + ".steepest() returned";
    const Array result = read_array(self_.attr("steepest")(to_array(g, shape_)), returned.c_str(), {0, 1, 2});
    if (result.shape != shape_)
      throw InvalidValueError(message(returned, ": expected an array of shape ", shape_.text(),
                                      ", got shape ", result.shape.text()));
    if (!result.entries.allFinite())
      throw InvalidValueError(message(returned, ": expected finite numbers, got NaN or infinity"));
    dw = result.entries;
  }

 private:
  /// Norms with a quadratic square, and no others, satisfy |u + v|^2 + |u - v|^2 = 2 |u|^2 + 2 |v|^2.
  void check_parallelogram(const Vector& u, const Vector& v) const {
    const auto square = [this](const Vector& w) { return std::pow(value(w), 2); };
    const double diagonals = square(u + v) + square(u - v), sides = 2 * (square(u) + square(v));
    if (!(std::abs(diagonals - sides) <= 1e-6 * sides))
      throw InvalidValueError(message(
          type_, ".quadratic: expected |u + v|^2 + |u - v|^2 = 2 |u|^2 + 2 |v|^2 where it is True, got ",
          diagonals, " and ", sides, "; write quadratic = False"));
  }

  double number(const char* method, VectorView argument) const {
    py::gil_scoped_acquire gil;
    const std::string returned = type_ + "." + method + "() returned";
    const double result = read_real(self_.attr(method)(to_array(argument, shape_)), returned.c_str());
    if (!(result >= 0) || !std::isfinite(result))
      throw InvalidValueError(message(returned, ": expected a finite number >= 0, got ", result));
    return result;
  }

  py::object self_;
  std::string type_;
  Shape shape_;
  bool quadratic_, strictly_convex_;
  double condition_;
};

}  // namespace

namespace {

py::object python(const PythonNorm& norm) { return py::cast(static_cast<const Norm*>(&norm)); }

}  // namespace

bool PythonNorm::quadratic() const {
  py::gil_scoped_acquire gil;
  return stated_quadratic(python(*this));
}

bool PythonNorm::strictly_convex() const {
  py::gil_scoped_acquire gil;
  return stated_strictly_convex(python(*this));
}

double PythonNorm::condition() const {
  py::gil_scoped_acquire gil;
  return stated_condition(python(*this));
}

std::shared_ptr<const Norm> PythonNorm::on(const Shape& shape) const {
  py::gil_scoped_acquire gil;
  auto norm = std::make_shared<CallbackNorm>(python(*this), shape);
  norm->check_contract();
  return norm;
}

}  // namespace implicitbias::bindings
