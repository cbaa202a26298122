#include "callback_potential.hpp"

#include <algorithm>
#include <cmath>

#include "callback_metric.hpp"

namespace implicitbias::bindings {

namespace {

OwnNoun own_potential(const PythonPotential& potential) {
  return {python_object<Potential>(potential), py::type::of<Potential>()};
}

double stated_modulus(const OwnNoun& own) {
  const double number = own.number("modulus").value_or(0);
  if (!(number >= 0) || !std::isfinite(number))
    throw InvalidValueError(message(own.type(), ".modulus: expected a finite number >= 0, got ", number));
  return number;
}

/// Calls the methods of a Python potential with copies of the right shape, and checks what comes back.
class CallbackPotential final : public Potential {
 public:
  CallbackPotential(py::object self, Shape shape)
      : own_(std::move(self), py::type::of<Potential>()), shape_(std::move(shape)) {
    own_.require("value", "(self, w): return psi(w), a number");
    own_.require("link", "(self, w): return its gradient");
    own_.require("inverse_link", "(self, z): return the w whose gradient is z");
    quadratic_ = own_.flag("quadratic", false);
    separable_ = own_.flag("separable", false);
    modulus_ = stated_modulus(own_);
    norm_ = own_.norm("norm")->on(shape_);
    has_matrix_ = own_.defines("matrix");
  }

  double value(VectorView w) const override {
    const double result = number(w);
    if (std::isnan(result))
      throw InvalidValueError(message(own_.returned("value()"), ": expected a number, got NaN"));
    return result;
  }

  void link(VectorView w, VectorSlot z) const override { z = call("link", w); }

  // Where w overflows, the run says so.
  void inverse_link(VectorView z, VectorSlot w) const override {
    w = call("inverse_link", z);
    if (w.hasNaN())
      throw InvalidValueError(message(own_.returned("inverse_link()"), ": expected numbers, got NaN"));
  }

  /// A quadratic psi has H^-1 as its inverse link.
  void solve(VectorView w, VectorView g, VectorSlot out) const override {
    if (quadratic_ && !has_matrix_) return inverse_link(g, out);
    if (!has_matrix_)
      throw InvalidTypeError(
          message(own_.type(),
                  ": expected a method matrix, the Hessian of its value, found none; write "
                  "def matrix(self, w): return an array of shape (d, d)"));
    solve_in_matrix(own_, shape_, w, g, out);
  }
  void solve_dual(VectorView z, VectorView g, VectorSlot out) const override {
    Vector w(z.size());
    inverse_link(z, w);
    solve(w, g, out);
  }

  double divergence(VectorView w, VectorView v) const override { return std::max(gap(w, v), 0.0); }

  /// A run may start where no trial was made.
  std::string outside_domain(VectorView w) const override {
    const Vector z = call("link", w);
    if (!z.allFinite()) return own_.type() + ".link() is not finite there";
    value(w);
    const Vector back = call("inverse_link", z);
    if (back.allFinite())
      require_near(back, w, 1e-3, "inverse_link()",
                   "the inverse of link(), got inverse_link(link(w)) = ", " where w = ");
    return "";
  }

  /// Where the gradient vanishes.
  Vector default_start(const Shape&) const override {
    const Vector w = call("inverse_link", Vector::Zero(shape_.size()));
    if (!w.allFinite())
      throw InvalidValueError(message("w0: expected one, because ", own_.type(),
                                      ".inverse_link(0) is not finite: the potential has no minimum"));
    return w;
  }

  std::shared_ptr<const Norm> geometry() const override { return norm_; }
  double modulus() const override { return modulus_; }
  bool quadratic() const override { return quadratic_; }
  bool separable() const override { return separable_; }

  /// Runs trust the two links and the facts, so that they are tried first. Where a trial leaves the domain,
  /// it tells nothing.
  void check_contract() const {
    Vector w(shape_.size()), other(shape_.size());
    for (int trial = 0; trial < 3; ++trial) {
      const Vector z = probe(trial);
      w = call("inverse_link", z);
      const Vector back = w.allFinite() ? call("link", w) : w;
      if (!back.allFinite()) continue;
      require_near(back, z, 1e-5, "inverse_link()",
                   "the inverse of link(), got link(inverse_link(z)) = ", " where z = ");
      check_gradient(w, z);
      other = call("inverse_link", -0.7 * z);
      if (quadratic_ && other.allFinite())
        require_near(other, -0.7 * w, 1e-5, "quadratic",
                     "a linear inverse_link() where it is True, got inverse_link(-0.7 z) = ",
                     " where -0.7 inverse_link(z) = ");
      if (modulus_ > 0 && other.allFinite()) check_modulus(w, other);
      if (separable_) check_separable(w, z);
    }
  }

 private:
  /// psi(w), or NaN where it is none.
  double number(VectorView w) const {
    const InPython python;
    return read_real(own_.attr("value")(to_array(w, shape_)), own_.returned("value()").c_str());
  }

  /// D(w, v), but for rounding.
  double gap(const Vector& w, const Vector& v) const {
    return number(w) - number(v) - call("link", v).dot(w - v);
  }

  Vector call(const char* method, VectorView argument) const {
    const InPython python;
    return own_.array(method, shape_, to_array(argument, shape_));
  }

  /// Numbers of size 1/2 to 1, positive, negative and of either sign: symmetric matrices, where they are
  /// square.
  Vector probe(int trial) const {
    const bool square = shape_.sizes.size() == 2 && shape_.sizes[0] == shape_.sizes[1];
    const Index side = square ? shape_.sizes[0] : 1;
    Vector z(shape_.size());
    for (Index i = 0; i < z.size(); ++i) {
      const Index row = i / side, column = i % side;
      const auto k = static_cast<double>(square ? std::min(row, column) * side + std::max(row, column) : i);
      const double size = 0.75 + 0.25 * std::sin(2 + k),
                   sign = trial == 2 ? std::cos(3 * k + 1) : 1 - trial * 2;
      z[i] = std::copysign(size, sign);
    }
    return z;
  }

  void require_near(const Vector& seen, const Vector& expected, double tolerance, const char* member,
                    const char* what, const char* where) const {
    Index worst = 0;
    const double error = (seen - expected).cwiseAbs().maxCoeff(&worst);
    if (error > tolerance * expected.lpNorm<Eigen::Infinity>())
      throw InvalidValueError(message(own_.type(), ".", member, ": expected ", what, seen[worst], where,
                                      expected[worst], " (entry ", worst, ")"));
  }

  /// Along w itself, which leaves no cone.
  void check_gradient(const Vector& w, const Vector& z) const {
    constexpr double step = 1e-3;
    const double before = number((1 - step) * w), at = number(w), after = number((1 + step) * w);
    const double slope = z.dot(w);
    if (contradicts(slope, before, at, after, step))
      throw InvalidValueError(message(own_.type(),
                                      ".link(): expected the gradient of value(), got <link(w), w> = ", slope,
                                      " where differences of values say ", (after - before) / (2 * step)));
  }

  void check_modulus(const Vector& w, const Vector& v) const {
    const double least = modulus_ / 2 * std::pow(norm_->value(w - v), 2), found = gap(w, v);
    if (found < least - 1e-5 * (least + std::abs(number(w)) + std::abs(number(v))))
      throw InvalidValueError(message(own_.type(),
                                      ".modulus: expected D(w, v) >= modulus |w - v|^2 / 2, got ", found,
                                      " and ", least, "; write a smaller modulus"));
  }

  /// Entries of w depend on their own entries of z alone.
  void check_separable(const Vector& w, const Vector& z) const {
    Vector changed = z;
    changed[0] *= 0.5;
    Vector moved = call("inverse_link", changed);
    moved[0] = w[0];
    if (moved.allFinite())
      require_near(moved, w, 1e-9, "separable",
                   "False, as an entry of inverse_link(z) changes with another entry of z: got ",
                   ", before ");
  }

  OwnNoun own_;
  Shape shape_;
  bool quadratic_, separable_, has_matrix_;
  double modulus_;
  std::shared_ptr<const Norm> norm_;
};

}  // namespace

std::shared_ptr<const Metric> PythonPotential::on(const Shape& shape) const {
  const InPython python;
  auto potential = std::make_shared<CallbackPotential>(python_object<Potential>(*this), shape);
  potential->check_contract();
  return potential;
}

std::shared_ptr<const Norm> PythonPotential::geometry() const {
  const InPython python;
  return own_potential(*this).norm("norm");
}

double PythonPotential::modulus() const {
  const InPython python;
  return stated_modulus(own_potential(*this));
}

bool PythonPotential::quadratic() const {
  const InPython python;
  return own_potential(*this).flag("quadratic", false);
}

bool PythonPotential::separable() const {
  const InPython python;
  return own_potential(*this).flag("separable", false);
}

}  // namespace implicitbias::bindings
