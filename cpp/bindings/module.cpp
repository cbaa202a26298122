#include <Eigen/Core>
#include <string>

#include "parts.hpp"

namespace {

std::string eigen_version() {
  std::string version = std::to_string(EIGEN_WORLD_VERSION);
  for (const int part : {EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION})
    version.append(".").append(std::to_string(part));
  return version;
}

std::string compiler() {
#if defined(__clang__)
  return "Clang " __clang_version__;
#elif defined(__GNUC__)
  return "GCC " __VERSION__;
#elif defined(_MSC_VER)
  return "MSVC " + std::to_string(_MSC_FULL_VER);
#else
  return "unknown";
#endif
}

}  // namespace

PYBIND11_MODULE(_core, module) {
  namespace py = pybind11;
  using namespace implicitbias::bindings;

  module.doc() = "The compiled core of implicitbias.";
  module.attr("registry") = py::dict();

  module.def("eigen_version", eigen_version, "The version of Eigen that is compiled in.");
  module.def("compiler", compiler, "What compiled this module.");
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
