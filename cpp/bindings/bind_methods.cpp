#include "implicitbias/registry.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_methods(py::module_& module) {
  py::class_<Method, py::smart_holder>(module, "Method", "An immutable optimisation rule.")
      .def_property_readonly(
          "geometry",
          [](const Method& self) { return Convert<std::shared_ptr<const Norm>>::write(self.geometry()); },
          "The norm in which its margins are normalised.");
  bind_nouns<Method>(module, "methods", Methods{});
}

}  // namespace implicitbias::bindings
