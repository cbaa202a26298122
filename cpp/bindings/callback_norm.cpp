#include "callback_norm.hpp"

#include <cmath>

namespace implicitbias::bindings {

namespace {

bool stated_quadratic(const OwnNoun& own) { return own.flag("quadratic", false); }

bool stated_strictly_convex(const OwnNoun& own) {
  return own.defines("strictly_convex") ? own.flag("strictly_convex", false) : stated_quadratic(own);
}

double stated_condition(const OwnNoun& own) {
  const double number = own.number("condition").value_or(1);
  if (!(number >= 1) || !std::isfinite(number))
    throw InvalidValueError(message(own.type(), ".condition: expected a number of at least 1, got ", number));
  return number;
}

/// Calls the three methods of a Python norm with copies of the right shape, and checks what comes back.
class CallbackNorm final : public Norm {
 public:
  CallbackNorm(py::object self, Shape shape)
      : own_(std::move(self), py::type::of<Norm>()), shape_(std::move(shape)) {
    for (const char* method : {"value", "dual", "steepest"}) own_.require(method);
    quadratic_ = stated_quadratic(own_);
    strictly_convex_ = stated_strictly_convex(own_);
    condition_ = stated_condition(own_);
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
            message(own_.type(), ": expected |dw|^2 = <dw, -g> = |g|_*^2 for dw = steepest(g) (eq. 12), ",
                    "got |dw| = ", size, ", <dw, -g> = ", descent, ", |g|_* = ", dual));
      if (quadratic_) check_parallelogram(g, g.array().cos());
    }
  }

  double value(VectorView w) const override { return number("value", w); }
  double dual(VectorView g) const override { return number("dual", g); }

  void steepest(VectorView g, Ties, VectorSlot dw) const override {
    const InPython python;
    dw = own_.array("steepest", shape_, to_array(g, shape_));
    require_finite(dw, own_.returned("steepest()"));
  }

 private:
  /// Norms with a quadratic square, and no others, satisfy |u + v|^2 + |u - v|^2 = 2 |u|^2 + 2 |v|^2.
  void check_parallelogram(const Vector& u, const Vector& v) const {
    const auto square = [this](const Vector& w) { return std::pow(value(w), 2); };
    const double diagonals = square(u + v) + square(u - v), sides = 2 * (square(u) + square(v));
    if (!(std::abs(diagonals - sides) <= 1e-6 * sides))
      throw InvalidValueError(
          message(own_.type(),
                  ".quadratic: expected |u + v|^2 + |u - v|^2 = 2 |u|^2 + 2 |v|^2 where it is True, got ",
                  diagonals, " and ", sides, "; write quadratic = False"));
  }

  double number(const char* method, VectorView argument) const {
    const InPython python;
    const std::string returned = own_.returned(message(method, "()"));
    const double result = read_real(own_.attr(method)(to_array(argument, shape_)), returned.c_str());
    if (!(result >= 0) || !std::isfinite(result))
      throw InvalidValueError(message(returned, ": expected a finite number >= 0, got ", result));
    return result;
  }

  OwnNoun own_;
  Shape shape_;
  bool quadratic_, strictly_convex_;
  double condition_;
};

}  // namespace

bool PythonNorm::quadratic() const {
  const InPython python;
  return stated_quadratic({python_object<Norm>(*this), py::type::of<Norm>()});
}

bool PythonNorm::strictly_convex() const {
  const InPython python;
  return stated_strictly_convex({python_object<Norm>(*this), py::type::of<Norm>()});
}

double PythonNorm::condition() const {
  const InPython python;
  return stated_condition({python_object<Norm>(*this), py::type::of<Norm>()});
}

std::shared_ptr<const Norm> PythonNorm::on(const Shape& shape) const {
  const InPython python;
  auto norm = std::make_shared<CallbackNorm>(python_object<Norm>(*this), shape);
  norm->check_contract();
  return norm;
}

}  // namespace implicitbias::bindings
