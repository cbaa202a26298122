#include "arguments.hpp"
#include "parts.hpp"

namespace {

namespace py = pybind11;

/// Has methods and properties refuse an object that __new__ made and __init__ never saw. pybind11 would
/// allocate it where it is first looked at, and construct nothing.
void refuse_uninitialized(const py::module_& module) {
  for (const auto& [name, value] : module.attr("__dict__").cast<py::dict>()) {
    if (!PyType_Check(value.ptr())) continue;
    if (auto* type = py::detail::get_type_info(reinterpret_cast<PyTypeObject*>(value.ptr())))
      type->operator_new = [](std::size_t) -> void* {
        throw implicitbias::InvalidTypeError("self: got an object whose __init__ was never called");
      };
  }
}

}  // namespace

PYBIND11_MODULE(_core, module) {
  using namespace implicitbias::bindings;

  module.doc() = "The compiled core of implicitbias.";
  module.attr("registry") = py::dict();
  module.attr("__all__") = py::list();

  bind_build_info(module);
  bind_simd_level(module);
  bind_errors(module);
  bind_losses(module);
  bind_norms(module);
  bind_models(module);
  bind_problem(module);
  bind_potentials(module);
  bind_step_sizes(module);
  bind_methods(module);
  bind_recordings(module);
  bind_run_loop(module);
  refuse_uninitialized(module);
  explain_misfits(module);
}
