#include <cmath>

#include "callback_step_size.hpp"
#include "implicitbias/registry/recordings.hpp"
#include "implicitbias/registry/step_sizes.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_step_sizes(py::module_& module) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  py::class_<StepSize, PythonStepSize, py::smart_holder>(module, "StepSize",
                                                         R"(A rule for the step sizes eta_t.

Subclass it for a rule of your own: define ``step_size``, which returns eta_t, a finite number >= 0. By the
names of its arguments it says what it looks at: ``t``, the iteration from 0; ``log_loss``, log L(w_t), of the
batch where there is one; ``log_gradient``, the logarithm of the gradient's norm, dual to the one in which
margins are normalized; ``log_smoothness``, that of the method's smoothness bound, where it has one. Where
eta_t may leave the range of doubles, as 1 / L does, define ``log_step_size`` instead, its logarithm. The rule
must depend on its arguments alone: a run that is loaded goes on by what it makes of them.

Examples
--------
>>> isinstance(ib.Constant(0.1), ib.StepSize)
True
>>> class Polyak(ib.StepSize):  # (L - 0) / |grad L|^2
...     def log_step_size(self, log_loss, log_gradient):
...         return log_loss - 2 * log_gradient
>>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
>>> print(ib.Run(problem, ib.GradientDescent(), Polyak()).advance(30).w.round(6))
[0.2 0.4])")
      .def(py::init<>())
      .def(
          "log_step",
          [](const StepSize& self, Argument<"t", std::int64_t> t,
             Argument<"log_smoothness", double> log_smoothness, Argument<"log_loss", double> log_loss,
             Argument<"log_gradient", double> log_gradient) {
            if (t.value < 0 || t.value >= self.length())
              throw InvalidValueError(
                  message("t: the rule has steps 0 to ", self.length() - 1, ", got ", t.value));
            if (self.needs_heading())
              throw InvalidValueError(
                  message("log_step: ", self.rule(), " looks at the ray of a run's next step"));
            return self.log_step({.t = t.value,
                                  .log_smoothness = log_smoothness.value,
                                  .log_loss = log_loss.value,
                                  .log_gradient = log_gradient.value});
          },
          py::arg("t"), py::arg("log_smoothness"), py::arg("log_loss") = unknown,
          py::arg("log_gradient") = unknown,
          R"(The logarithm of eta_t.

Parameters
----------
t : int
    The iteration, from 0.
log_smoothness : float
    log beta(w_t), the logarithm of the method's smoothness bound; rules such as Constant ignore it.
log_loss, log_gradient : float, optional
    log L(w_t), and the logarithm of the norm of its gradient, for rules of your own that look at them.

Returns
-------
float

Raises
------
InvalidValueError
    If the rule has no step t, or looks at the ray of a run's next step.

Examples
--------
>>> ib.LossNormalized().log_step(0, -100.0)
100.0)")
      .def_property_readonly("bounded", &StepSize::bounded,
                             "Whether some finite eta bounds all steps, however small the loss becomes.")
      .def_property_readonly("summable", &StepSize::summable,
                             "Whether the steps have a finite sum, so that w converges by the rule alone.")
      .def_property_readonly(
          "length",
          [](const StepSize& self) {
            const auto length = self.length();
            return Convert<std::optional<std::int64_t>>::write(
                length < std::numeric_limits<std::int64_t>::max() ? std::optional(length) : std::nullopt);
          },
          "The number of steps the rule has, or None for a rule without an end.");
  bind_nouns<StepSize>(module, "step_sizes", StepSizes{});
}

void bind_recordings(py::module_& module) {
  bind_nouns<MiniBatch>(module, "batches", Batches{});

  py::class_<Recording, py::smart_holder>(module, "Recording",
                                          R"(A rule for the iterations that a run records: Every or LogSpaced.

Examples
--------
>>> isinstance(ib.Every(10), ib.Recording)
True)")
      .def(
          "after", [](const Recording& self, Argument<"t", std::int64_t> t) { return self.after(t.value); },
          py::arg("t"), R"(The first recorded iteration after t.

Parameters
----------
t : int

Returns
-------
int

Examples
--------
>>> ib.Every(10).after(25)
30)");
  bind_nouns<Recording>(module, "recordings", Recordings{});
}

}  // namespace implicitbias::bindings
