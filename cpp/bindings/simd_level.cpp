// Which SIMD level's kernels are used: the best that the processor has, or a lower one where the environment
// asks for it.
#include <cstdlib>
#include <string>
#include <vector>

#ifdef IMPLICITBIAS_X86_64
#ifdef _MSC_VER
#include <intrin.h>
#else
#include <cpuid.h>
#endif
#endif

#include "implicitbias/base/errors.hpp"
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
struct Leaf {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

Leaf cpuid(unsigned number) {
  Leaf leaf;
#ifdef _MSC_VER
  int registers[4];
  __cpuidex(registers, static_cast<int>(number), 0);
  leaf = {static_cast<unsigned>(registers[0]), static_cast<unsigned>(registers[1]),
          static_cast<unsigned>(registers[2]), static_cast<unsigned>(registers[3])};
#else
  __get_cpuid_count(number, 0, &leaf.eax, &leaf.ebx, &leaf.ecx, &leaf.edx);
#endif
  return leaf;
}

/// Whether the operating system saves these registers: bits 1 and 2 stand for vectors of up to 256 bits, 5 to
/// 7 for masks and vectors of 512.
bool saves(unsigned registers) {
#ifdef _MSC_VER
  return (_xgetbv(0) & registers) == registers;
#else
  unsigned low = 0, high = 0;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & registers) == registers;
#endif
}

// Not by __builtin_cpu_supports, which says no to everything where the runtime library behind it was not
// initialized, as in what zig links.
bool has_x86_64_v3() {
  const Leaf leaf1 = cpuid(1), leaf7 = cpuid(7);
  constexpr unsigned fma = 1u << 12, osxsave = 1u << 27, avx2 = 1u << 5, bmi2 = 1u << 8;
  return (leaf1.ecx & fma) && (leaf1.ecx & osxsave) && saves(0x6) && (leaf7.ebx & avx2) && (leaf7.ebx & bmi2);
}

bool has_x86_64_v4() {
#ifdef IMPLICITBIAS_X86_64_V4
  constexpr unsigned f = 1u << 16, dq = 1u << 17, cd = 1u << 28, bw = 1u << 30, vl = 1u << 31;
  constexpr unsigned all = f | dq | cd | bw | vl;
  return has_x86_64_v3() && saves(0xe6) && (cpuid(7).ebx & all) == all;
#else
  return false;  // its kernels were not compiled
#endif
}
#endif

// From the best to what every processor has.
const std::vector<Level> levels = {
#ifdef IMPLICITBIAS_X86_64
    {"x86-64-v4", "implicitbias._kernels_x86_64_v4", has_x86_64_v4},
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
