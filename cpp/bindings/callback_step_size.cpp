#include "callback_step_size.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace implicitbias::bindings {

/// A rule's class, by the name of its type and the arguments of its method. It holds no reference to the
/// rule.
class PythonStepSize::Callback {
 public:
  explicit Callback(const py::object& self) {
    const OwnNoun own(self, py::type::of<StepSize>());
    type_ = own.type();
    in_logs_ = own.defines("log_step_size");
    if (!in_logs_) own.require("step_size", "(self, t): return eta, a number");
    read_arguments(own.attr(method()));
  }

  const std::string& type() const { return type_; }
  bool asks(const char* argument) const {
    return std::find(arguments_.begin(), arguments_.end(), argument) != arguments_.end();
  }

  double log_step(const py::object& self, const StepContext& context) const {
    py::dict given;
    const auto give = [&](const char* name, const auto& value) {
      if (!asks(name)) return;
      if (value != value)
        throw InvalidValueError(
            message("log_step: this rule looks at ", name, ", expected it as an argument"));
      given[name] = value;
    };
    give("t", context.t);
    give("log_loss", context.log_loss);
    give("log_gradient", context.log_gradient);
    give("log_smoothness", context.log_smoothness);
    const std::string returned = message(type_, ".", method(), "() at t = ", context.t, " returned");
    const double step = read_real(self.attr(method())(**given), returned.c_str());
    if (in_logs_) {
      if (!(step < infinity))
        throw InvalidValueError(
            message(returned, ": expected the logarithm of a step size, finite or -inf for 0, got ", step));
      return step;
    }
    if (!(step >= 0) || !std::isfinite(step))
      throw InvalidValueError(
          message(returned, ": expected a finite number >= 0, got ", step,
                  step == infinity ? "; define log_step_size, its logarithm, for steps of any size" : ""));
    return std::log(step);
  }

 private:
  const char* method() const { return in_logs_ ? "log_step_size" : "step_size"; }

  /// Throws unless each argument is one that a rule may ask for.
  void read_arguments(const py::object& function) {
    const auto inspect = py::module_::import("inspect");
    const py::object parameters = inspect.attr("signature")(function).attr("parameters");
    const py::object kinds = inspect.attr("Parameter");
    for (const py::handle parameter : parameters.attr("values")()) {
      const auto name = parameter.attr("name").cast<std::string>();
      const bool known = std::find(known_.begin(), known_.end(), name) != known_.end();
      const bool optional = !parameter.attr("default").is(kinds.attr("empty")) ||
                            parameter.attr("kind").equal(kinds.attr("VAR_POSITIONAL")) ||
                            parameter.attr("kind").equal(kinds.attr("VAR_KEYWORD"));
      if (known && !parameter.attr("kind").equal(kinds.attr("POSITIONAL_ONLY")))
        arguments_.push_back(name);
      else if (!optional)
        throw InvalidTypeError(message(type_, ".", method(),
                                       ": expected arguments called t, log_loss, log_gradient or "
                                       "log_smoothness, by which a rule says what it looks at, got ",
                                       name));
    }
  }

  static constexpr std::array<std::string_view, 4> known_ = {"t", "log_loss", "log_gradient",
                                                             "log_smoothness"};

  std::string type_;
  bool in_logs_ = false;
  std::vector<std::string> arguments_;
};

double PythonStepSize::log_step(const StepContext& context) const {
  const InPython python;
  return callback()->log_step(python_object<StepSize>(*this), context);
}

std::vector<Need> PythonStepSize::needs() const {
  const InPython python;
  const auto callback = this->callback();
  std::vector<Need> all;
  if (callback->asks("log_gradient")) all.push_back(Need::gradient_norm);
  if (callback->asks("log_smoothness"))
    all.insert(all.end(), {Need::bounded_curvature, Need::smoothness_bound, Need::whole_loss});
  return all;
}

const char* PythonStepSize::rule() const {
  const InPython python;
  return callback()->type().c_str();
}

/// Two threads may make it at once; the first that is done keeps it, for as long as the rule lives.
std::shared_ptr<const PythonStepSize::Callback> PythonStepSize::callback() const {
  {
    const std::lock_guard lock(mutex_);
    if (callback_) return callback_;
  }
  auto made = std::make_shared<const Callback>(python_object<StepSize>(*this));
  const std::lock_guard lock(mutex_);
  if (!callback_) callback_ = std::move(made);
  return callback_;
}

}  // namespace implicitbias::bindings
