// What this module was made of, for files and reports that say what their numbers depend on.
#include <Eigen/Core>
#include <string>

#include "parts.hpp"

namespace implicitbias::bindings {

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

void bind_build_info(pybind11::module_& module) {
  module.def("eigen_version", eigen_version, "The version of Eigen that is compiled in.");
  module.def("compiler", compiler, "What compiled this module.");
}

}  // namespace implicitbias::bindings
