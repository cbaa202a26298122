#include "callback_model.hpp"

#include <cmath>

namespace implicitbias::bindings {

namespace {

int stated_degree(const OwnNoun& own) {
  const auto degree = own.number("degree");
  if (!degree)
    throw InvalidTypeError(message(own.type(),
                                   ": expected a number degree, found none; write degree = 2, say, ",
                                   "where w(c theta) = c^2 w(theta)"));
  if (!(*degree >= 1 && *degree <= 100) || *degree != std::floor(*degree))
    throw InvalidValueError(message(own.type(), ".degree: expected an integer from 1 to 100, got ", *degree));
  return static_cast<int>(*degree);
}

/// Calls the methods of a Python model with copies of the right shape, and checks what comes back.
class CallbackModel final : public Model {
 public:
  CallbackModel(py::object self, Shape predictor)
      : own_(std::move(self), py::type::of<Model>()), predictor_(std::move(predictor)) {
    own_.require("value", "(self, theta): return w, an array of the predictor's shape");
    own_.require("pullback", "(self, theta, g): return the gradient of <g, value(theta)> in theta");
    degree_ = stated_degree(own_);
    bounded_ = own_.defines("reach");
    parameters_ = own_.defines("parameters") ? stated_parameters() : predictor_;
  }

  std::shared_ptr<const Model> on(const Shape& predictor) const override {
    const InPython python;
    return std::make_shared<CallbackModel>(own_.self(), predictor);
  }
  std::string text() const override { return own_.type() + "()"; }
  Shape parameters() const override { return parameters_; }
  int degree() const override { return degree_; }
  bool bounded() const override { return bounded_; }
  std::shared_ptr<const Gauge> induced(const std::shared_ptr<const Gauge>&) const override { return nullptr; }

  void predict(const Vector& theta, Vector& w) const override {
    const InPython python;
    w = numbers("value", own_.array("value", predictor_, to_array(theta, parameters_)));
  }

  void pull_back(const Vector& theta, const Vector& g, Vector& out) const override {
    const InPython python;
    out = numbers("pullback",
                  own_.array("pullback", parameters_, to_array(theta, parameters_), to_array(g, predictor_)));
  }

  // Without a bound of its own |x| says no more than whether there is anything to reach.
  double reach(VectorView x) const override {
    if (!bounded_) return x.stableNorm();
    const InPython python;
    const std::string returned = own_.returned("reach()");
    const double bound = read_real(own_.attr("reach")(to_array(x, predictor_)), returned.c_str());
    if (!(bound >= 0) || !std::isfinite(bound))
      throw InvalidValueError(message(returned, ": expected a finite number >= 0, got ", bound));
    return bound;
  }

  /// Margins and certificates trust the degree, runs the gradient: both are tried at a few points first.
  void check_contract() const {
    constexpr double step = 1e-3;
    const Vector theta = probe(parameters_.size(), 1.3), turn = probe(parameters_.size(), 2.9);
    const Vector g = probe(predictor_.size(), 0.7);
    const auto value = [&](const Vector& at) {
      Vector w(predictor_.size());
      predict(at, w);
      return w;
    };
    const Vector w = value(theta), doubled = value(2 * theta);
    const double expected = std::pow(2.0, degree_) * w.norm();
    const double apart = (doubled - std::pow(2.0, degree_) * w).norm();
    if (!(apart <= 1e-6 * expected))
      refuse("degree", "it says that value(2 theta) = 2^", degree_, " value(theta), of length ", expected,
             ", and they are ", apart, " apart. Margins of models that are not homogeneous mean nothing");
    Vector gradient(parameters_.size());
    pull_back(theta, g, gradient);
    const double slope = gradient.dot(turn), at = g.dot(w);
    const double before = g.dot(value(theta - step * turn)), after = g.dot(value(theta + step * turn));
    if (contradicts(slope, before, at, after, step))
      refuse("pullback()", "it contradicts value(): it says that <g, value(theta)> has the slope ", slope,
             " along a direction, and differences of values say ", (after - before) / (2 * step));
    if (bounded_) {
      const double reached = std::abs(at) / std::pow(theta.norm(), degree_), bound = reach(g);
      if (!(reached <= bound * (1 + 1e-9)))
        refuse("reach()", "expected a bound on |<x, value(theta)>| for |theta|_2 <= 1, got ", bound,
               " where it is ", reached);
    }
  }

 private:
  template <class... Parts>
  [[noreturn]] void refuse(const char* member, const Parts&... parts) const {
    throw InvalidValueError(message(own_.type(), ".", member, ": ", parts...));
  }

  /// Numbers of both signs, of the size of 1, none of them 0.
  static Vector probe(Index size, double pace) {
    Vector entries(size);
    for (Index i = 0; i < size; ++i)
      entries[i] = (i % 3 == 1 ? -1 : 1) * (0.6 + 0.4 * std::sin(pace * static_cast<double>(i + 1)));
    return entries;
  }

  Shape stated_parameters() const {
    const std::string returned = own_.returned("parameters()");
    py::list given;
    for (const Index size : predictor_.sizes) given.append(size);
    const Array sizes = read_array(own_.attr("parameters")(py::tuple(given)), returned.c_str(), {1});
    Shape shape;
    double size = 1;
    for (const double entry : sizes.entries) {
      size *= entry;
      if (!(entry >= 1 && size <= static_cast<double>(largest_size)) || entry != std::floor(entry))
        throw InvalidValueError(
            message(returned, ": expected a shape, integers of at least 1 whose product is at most ",
                    largest_size, ", got ", entry));
      shape.sizes.push_back(static_cast<Index>(entry));
    }
    return shape;
  }

  Vector numbers(const char* method, Vector entries) const {
    if (entries.hasNaN()) refuse(message(method, "()").c_str(), "returned NaN; expected numbers");
    return entries;
  }

  OwnNoun own_;
  Shape predictor_, parameters_;
  int degree_;
  bool bounded_;
};

}  // namespace

std::shared_ptr<const Model> PythonModel::on(const Shape& predictor) const {
  const InPython python;
  const auto model = std::make_shared<CallbackModel>(python_object<Model>(*this), predictor);
  model->check_contract();
  return model;
}

std::string PythonModel::text() const {
  const InPython python;
  return type_name(python_object<Model>(*this)) + "()";
}

int PythonModel::degree() const {
  const InPython python;
  return stated_degree({python_object<Model>(*this), py::type::of<Model>()});
}

}  // namespace implicitbias::bindings
