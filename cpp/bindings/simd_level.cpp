// Which SIMD level's kernels are used: the best that the processor has, or a lower one where the environment
// asks for it.
#include <cstdlib>
#include <string>
#include <vector>

#ifdef _MSC_VER
#include <intrin.h>
#endif

#include "implicitbias/errors.hpp"
#include "implicitbias/kernels/table.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

namespace py = pybind11;

namespace {

struct Level {
  const char* name;
  const char* module;
  bool (*supported)();
};

#ifdef IMPLICITBIAS_X86_64
bool has_x86_64_v3() {
#ifdef _MSC_VER
  int leaf1[4], leaf7[4];
  __cpuid(leaf1, 1);
  __cpuidex(leaf7, 7, 0);
  constexpr int fma = 1 << 12, osxsave = 1 << 27, avx2 = 1 << 5, bmi2 = 1 << 8;
  return (leaf1[2] & fma) && (leaf1[2] & osxsave) && (_xgetbv(0) & 6) == 6 && (leaf7[1] & avx2) &&
         (leaf7[1] & bmi2);
#else
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
#endif
}
#endif

// From the best to what every processor has.
const std::vector<Level> levels = {
#ifdef IMPLICITBIAS_X86_64
    {"x86-64-v3", "implicitbias._kernels_x86_64_v3", has_x86_64_v3},
#endif
    {"baseline", "implicitbias._kernels_baseline", [] { return true; }},
};

constexpr const char* variable = "IMPLICITBIAS_SIMD";

const Level& chosen() {
  const char* value = std::getenv(variable);
  const std::string asked = value ? value : "";
  bool known = asked.empty();
  std::string names;
  for (const Level& level : levels) {
    // A level that is asked for hides the better ones, and what the processor lacks is never taken.
    known = known || asked == level.name;
    if (known && level.supported()) return level;
    names += std::string(names.empty() ? "" : ", ") + level.name;
  }
  throw py::import_error(message(variable, ": expected one of ", names, " or nothing, got ", asked));
}

}  // namespace

void bind_simd_level(py::module_& module) {
  const Level& level = chosen();
  const auto capsule = py::module_::import(level.module).attr("table").cast<py::capsule>();
  kernels::table = capsule.get_pointer<const kernels::Table>();
  module.def(
      "simd_level", [&level] { return level.name; },
      "The SIMD level of the kernels in use: the best that the processor has, unless the environment "
      "variable\n"
      "IMPLICITBIAS_SIMD names a lower one.");
}

}  // namespace implicitbias::bindings
