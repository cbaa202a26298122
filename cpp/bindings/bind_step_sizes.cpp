#include "implicitbias/registry/recordings.hpp"
#include "implicitbias/registry/step_sizes.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_step_sizes(py::module_& module) {
  py::class_<StepSize, py::smart_holder>(module, "StepSize", "A rule for the step sizes eta_t.")
      .def(
          "log_step",
          [](const StepSize& self, Argument<"t", std::int64_t> t,
             Argument<"log_smoothness", double> log_smoothness) {
            if (t.value < 0 || t.value >= self.length())
              throw InvalidValueError(
                  message("t: the rule has steps 0 to ", self.length() - 1, ", got ", t.value));
            if (self.needs_ray())
              throw InvalidValueError(
                  "log_step: this rule looks at the loss along the ray of a run's next step");
            return self.log_step({t.value, log_smoothness.value});
          },
          py::arg("t"), py::arg("log_smoothness"),
          "log eta_t, where the logarithm of the local smoothness bound is `log_smoothness`.");
  bind_nouns<StepSize>(module, "step_sizes", StepSizes{});
}

void bind_recordings(py::module_& module) {
  bind_nouns<MiniBatch>(module, "batches", Batches{});

  py::class_<Recording, py::smart_holder>(module, "Recording", "Which iterations a run records.")
      .def(
          "after", [](const Recording& self, Argument<"t", std::int64_t> t) { return self.after(t.value); },
          py::arg("t"), "The first recorded iteration after t.");
  bind_nouns<Recording>(module, "recordings", Recordings{});
}

}  // namespace implicitbias::bindings
