#include "callback_norm.hpp"

#include <cmath>

namespace implicitbias::bindings {

namespace {

/// Calls the three methods of a Python norm with copies of the right shape, and checks what comes back.
class CallbackNorm final : public Norm {
 public:
  CallbackNorm(py::object self, Shape shape)
      : self_(std::move(self)), type_(type_name(self_)), shape_(std::move(shape)) {
    for (const char* method : {"value", "dual", "steepest"})
      if (py::type::of(self_).attr(method).is(py::type::of<Norm>().attr(method)))
        throw InvalidTypeError(message(type_, ": expected a method ", method, ", found none"));
  }

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
};

}  // namespace

std::shared_ptr<const Norm> PythonNorm::on(const Shape& shape) const {
  py::gil_scoped_acquire gil;
  auto norm = std::make_shared<CallbackNorm>(py::cast(static_cast<const Norm*>(this)), shape);
  norm->check_contract();
  return norm;
}

}  // namespace implicitbias::bindings
