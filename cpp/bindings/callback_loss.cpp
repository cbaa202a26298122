#include "callback_loss.hpp"

#include <array>
#include <cmath>

namespace implicitbias::bindings {

namespace {

/// Losses that define the logarithms are monotone, unless they say otherwise.
bool stated_monotone(const OwnNoun& own) { return own.flag("monotone", own.defines("log_value")); }

/// Calls the two functions of a Python loss with copies of all residuals or margins, and checks what comes
/// back.
class CallbackLoss final : public Loss {
 public:
  explicit CallbackLoss(py::object self) : own_(std::move(self), py::type::of<Loss>()) {
    if (own_.flag("multiclass", false))
      refuse("multiclass",
             "expected False: losses of your own have one score a sample, got True; those of classes are ",
             "CrossEntropy, MulticlassExponential and PairwiseLogistic");
    monotone_ = stated_monotone(own_);
    in_logs_ =
        monotone_ && (own_.defines("log_value") || own_.defines("log_slope") || !own_.defines("value"));
    if (in_logs_) {
      own_.require("log_value", "(self, margins): return log l, one number a margin");
      own_.require("log_slope", "(self, margins): return log(-l'), one number a margin");
    } else {
      own_.require("value", "(self, z): return l, one number for each of z");
      own_.require("slope", "(self, z): return l', one number for each of z");
    }
    convex_ = own_.flag("convex", false);
    bounds_curvature_ = own_.flag("bounds_curvature", false);
    exponential_tail_ = own_.flag("exponential_tail", false);
    if (!monotone_ && (bounds_curvature_ || exponential_tail_))
      refuse(bounds_curvature_ ? "bounds_curvature" : "exponential_tail",
             "expected False for a loss with a finite root, got True");
  }

  bool monotone() const override { return monotone_; }
  bool bounds_curvature() const override { return bounds_curvature_; }
  bool convex() const override { return convex_; }
  bool exponential_tail() const override { return exponential_tail_; }
  bool any_thread() const override { return false; }

  LossValue evaluate(VectorView z, VectorSlot slopes) const override {
    const Vector values = this->values(z);
    CallbackLoss::slopes(z, slopes);
    // Where they overflow, so does the loss: runs say so, and at which step.
    if (values.maxCoeff() == infinity || slopes.array().abs().maxCoeff() == infinity) return {infinity, 0.0};
    if (monotone_) return soft_max([&](Index n) { return values[n]; }, slopes);
    return {std::log(values.sum()), 0.0};
  }

  void slopes(VectorView z, VectorSlot out) const override {
    if (!monotone_) {
      out = call("slope", z);
    } else if (in_logs_) {
      out = logs("log_slope", z);
    } else {
      out = -call("slope", z);
      require_positive("slope", z, out, "negative");
      out = out.array().log();
    }
  }

  double balance(VectorView z, VectorView v) const override {
    Vector slopes(z.size());
    CallbackLoss::slopes(z, slopes);
    return monotone_ ? log_balance([&](Index n) { return slopes[n]; }, v) : slopes.dot(v);
  }

  /// Runs trust the facts and the slopes, so that they are tried first: on both sides of 0, from .01 to 20,
  /// and not at round numbers, where losses have their kinks.
  void check_contract() const {
    constexpr std::array<double, 7> sizes = {0.0117, 0.1303, 0.7071, 1.9021, 4.3013, 9.7031, 19.1047};
    Vector z(6 * sizes.size());
    for (Index k = 0; k < z.size(); ++k) {
      const Index probe = k / 3, size = probe < 7 ? 6 - probe : probe - 7;
      const double at = (probe < 7 ? -1 : 1) * sizes[static_cast<std::size_t>(size)];
      z[k] = at + static_cast<double>(k % 3 - 1) * step(at);
    }
    Vector slopes(z.size());
    const Vector values = this->values(z);
    CallbackLoss::slopes(z, slopes);
    if (monotone_)
      check_decrease(z, values);
    else
      check_minimum(z, values);
    for (Index k = 1; k < z.size(); k += 3) {
      // Of the logarithm, for a monotone loss: this is of the size of 1 wherever the tail is exponential.
      const double slope = monotone_ ? -std::exp(slopes[k] - values[k]) : slopes[k];
      if (contradicts(slope, values[k - 1], values[k], values[k + 1], step(z[k])))
        refuse(in_logs_ ? "log_slope()" : "slope()", "it contradicts ", in_logs_ ? "log_value()" : "value()",
               ": at ", z[k], monotone_ ? " it says that (log l)' = " : " it says that l' = ", slope,
               ", and differences of values say ", (values[k + 1] - values[k - 1]) / (z[k + 1] - z[k - 1]));
      if (bounds_curvature_) check_curvature(k, z, values, slopes);
    }
    if (convex_) check_convexity(z, slopes);
    if (exponential_tail_) check_tail();
  }

 private:
  template <class... Parts>
  [[noreturn]] void refuse(const char* member, const Parts&... parts) const {
    throw InvalidValueError(message(own_.type(), ".", member, ": ", parts...));
  }

  static double step(double at) { return 1e-3 * std::max(1.0, std::abs(at)); }

  /// l(z_n), or log l(z_n) for a monotone loss. Infinite where it overflows.
  Vector values(VectorView z) const {
    if (in_logs_) return logs("log_value", z);
    Vector result = call("value", z);
    if (monotone_) {
      require_positive("value", z, result, "positive");
      return result.array().log();
    }
    for (Index n = 0; n < z.size(); ++n)
      if (result[n] < 0)
        throw InvalidValueError(message(own_.returned("value()"), ": expected numbers >= 0, got ", result[n],
                                        " at residual ", z[n]));
    return result;
  }

  Vector logs(const char* method, VectorView z) const {
    Vector result = call(method, z);
    for (Index n = 0; n < z.size(); ++n)
      if (result[n] == -infinity)
        throw InvalidValueError(message(own_.returned(message(method, "()")),
                                        ": expected finite numbers, got -inf at margin ", z[n],
                                        ", the logarithm of what has underflowed; write it so that it does "
                                        "not, such as -margin for log(exp(-margin))"));
    return result;
  }

  void require_positive(const char* method, VectorView z, const Vector& numbers, const char* sign) const {
    for (Index n = 0; n < z.size(); ++n)
      if (!(numbers[n] > 0))
        throw InvalidValueError(message(
            own_.returned(message(method, "()")), ": expected ", sign, " numbers, got ",
            numbers[n] == 0 ? 0.0 : (sign[0] == 'n' ? -1 : 1) * numbers[n], " at margin ", z[n],
            numbers[n] == 0 ? "; define log_value and log_slope, the logarithms of l and -l', which do not "
                              "underflow"
                            : "; write monotone = False for a loss that does not decrease"));
  }

  Vector call(const char* method, VectorView z) const {
    const InPython python;
    const Vector result = own_.array(method, {{z.size()}}, Convert<Vector>::write(z));
    for (Index n = 0; n < z.size(); ++n)
      if (std::isnan(result[n]))
        throw InvalidValueError(message(own_.returned(message(method, "()")),
                                        ": expected numbers, got NaN at ",
                                        monotone_ ? "margin " : "residual ", z[n]));
    return result;
  }

  void check_decrease(const Vector& z, const Vector& values) const {
    for (Index k = 1; k < z.size(); ++k)
      if (values[k] > values[k - 1] + 1e-6 * (std::abs(values[k]) + std::abs(values[k - 1])) + 1e-300)
        refuse("monotone", "expected a loss that decreases where it is True, got log l = ", values[k - 1],
               " at margin ", z[k - 1], " and ", values[k], " at ", z[k],
               "; write monotone = False for a loss with a finite root");
  }

  void check_minimum(const Vector& z, const Vector& values) const {
    const double least = this->values(Vector::Zero(1))[0];
    for (Index k = 0; k < z.size(); ++k)
      if (values[k] < least - 1e-6 * least)
        refuse("value()", "expected the minimum at residual 0, got l = ", least, " there and ", values[k],
               " at ", z[k], "; write monotone = True for a loss that decreases in the margin");
  }

  /// A loss with l'' <= l that decreases has l'(z + h) - l'(z - h) <= 2 h l(z - h).
  void check_curvature(Index k, const Vector& z, const Vector& values, const Vector& slopes) const {
    const double before = std::exp(slopes[k - 1] - values[k - 1]);
    const double after = std::exp(slopes[k + 1] - values[k - 1]);
    const double curvature = (before - after) / (z[k + 1] - z[k - 1]);
    if (curvature > 1.001 + 1e-6 * (before + after) / step(z[k]))
      refuse("bounds_curvature", "expected l'' <= l where it is True, got l'' = ", curvature, " l at margin ",
             z[k], "; write bounds_curvature = False");
  }

  void check_convexity(const Vector& z, const Vector& slopes) const {
    for (Index k = 1; k < z.size(); ++k) {
      const double rise = monotone_ ? slopes[k - 1] - slopes[k] : slopes[k] - slopes[k - 1];
      const double size = std::abs(slopes[k]) + std::abs(slopes[k - 1]);
      if (rise < -1e-6 * size)
        refuse("convex", "expected slopes that do not decrease where it is True, got ",
               monotone_ ? "log(-l') = " : "l' = ", slopes[k - 1], " at ", z[k - 1], " and ", slopes[k],
               " at ", z[k], "; write convex = False");
    }
  }

  /// Of -l' ~ exp(-m), log(-l') + m tends to 0.
  void check_tail() const {
    const Vector margins = Vector{{40, 80}};
    Vector slopes(2);
    CallbackLoss::slopes(margins, slopes);
    if (!(std::abs(slopes[1] - slopes[0] + 40) <= 0.5))
      refuse("exponential_tail", "expected -l' ~ exp(-margin) where it is True, got log(-l') = ", slopes[0],
             " at margin 40 and ", slopes[1], " at 80; write exponential_tail = False");
  }

  OwnNoun own_;
  bool monotone_, in_logs_, convex_, bounds_curvature_, exponential_tail_;
};

OwnNoun own_loss(const PythonLoss& loss) { return {python_object<Loss>(loss), py::type::of<Loss>()}; }

}  // namespace

bool PythonLoss::monotone() const {
  const InPython python;
  return stated_monotone(own_loss(*this));
}

bool PythonLoss::bounds_curvature() const {
  const InPython python;
  return own_loss(*this).flag("bounds_curvature", false);
}

bool PythonLoss::convex() const {
  const InPython python;
  return own_loss(*this).flag("convex", false);
}

bool PythonLoss::exponential_tail() const {
  const InPython python;
  return own_loss(*this).flag("exponential_tail", false);
}

std::shared_ptr<const Loss> PythonLoss::fitted() const {
  const InPython python;
  auto loss = std::make_shared<CallbackLoss>(python_object<Loss>(*this));
  loss->check_contract();
  return loss;
}

}  // namespace implicitbias::bindings
