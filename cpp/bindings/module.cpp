#include "parts.hpp"

PYBIND11_MODULE(_core, module) {
  namespace py = pybind11;
  using namespace implicitbias::bindings;

  module.doc() = "The compiled core of implicitbias.";
  module.attr("registry") = py::dict();

  bind_simd_level(module);
  bind_errors(module);
  bind_losses(module);
  bind_problem(module);
  bind_norms(module);
  bind_potentials(module);
  bind_methods(module);
  bind_step_sizes(module);
  bind_recordings(module);
  bind_run_loop(module);
}
