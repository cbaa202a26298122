// The parts of the module, one source file each.
#pragma once

#include <pybind11/pybind11.h>

namespace implicitbias::bindings {

void bind_build_info(pybind11::module_& module);
void bind_simd_level(pybind11::module_& module);
void bind_errors(pybind11::module_& module);
void bind_losses(pybind11::module_& module);
void bind_norms(pybind11::module_& module);
void bind_potentials(pybind11::module_& module);
void bind_methods(pybind11::module_& module);
void bind_step_sizes(pybind11::module_& module);
void bind_recordings(pybind11::module_& module);
void bind_models(pybind11::module_& module);
void bind_problem(pybind11::module_& module);
void bind_run_loop(pybind11::module_& module);
/// To be called when all is bound.
void explain_misfits(pybind11::module_& module);

}  // namespace implicitbias::bindings
