#include "implicitbias/registry/recordings.hpp"
#include "implicitbias/registry/step_sizes.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_step_sizes(py::module_& module) {
  py::class_<StepSize, py::smart_holder>(module, "StepSize", R"(A rule for the step sizes eta_t.

Examples
--------
>>> isinstance(ib.Constant(0.1), ib.StepSize)
True)")
      .def(
          "log_step",
          [](const StepSize& self, Argument<"t", std::int64_t> t,
             Argument<"log_smoothness", double> log_smoothness) {
            if (t.value < 0 || t.value >= self.length())
              throw InvalidValueError(
                  message("t: the rule has steps 0 to ", self.length() - 1, ", got ", t.value));
            if (self.looks_ahead())
              throw InvalidValueError(
                  message("log_step: ", self.rule(), " looks at the ray of a run's next step"));
            return self.log_step({t.value, log_smoothness.value});
          },
          py::arg("t"), py::arg("log_smoothness"),
          R"(The logarithm of eta_t.

Parameters
----------
t : int
    The iteration, from 0.
log_smoothness : float
    log beta(w_t), the logarithm of the method's smoothness bound; rules such as Constant ignore it.

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
