#include "implicitbias/problems/problem.hpp"
#include "implicitbias/registry/methods.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

namespace {

/// The two momenta that have names of their own.
template <class K>
void bind_named_momenta(py::module_& module) {
  auto cls = py::reinterpret_borrow<py::class_<K, Momentum, py::smart_holder>>(module.attr(K::name));
  cls.def_static(
      "heavy_ball", [](Argument<"beta", Coefficient> beta) { return K(beta.value, Coefficient()); },
      py::arg("beta"), "Polyak's momentum: gamma = 0.");
  cls.def_static(
      "nesterov", [](Argument<"beta", Coefficient> beta) { return K(beta.value, beta.value); },
      py::arg("beta"), "Nesterov's momentum: gamma = beta.");
}

}  // namespace

void bind_methods(py::module_& module) {
  const py::class_<Momentum, py::smart_holder> momentum(module, "Momentum", "Momentum for mirror descent.");
  bind_nouns<Momentum>(module, "momenta", Momenta{});
  bind_named_momenta<DualMomentum>(module);
  bind_named_momenta<PrimalMomentum>(module);

  const py::class_<Constraint, py::smart_holder> constraint(module, "Constraint",
                                                            "An affine constraint set.");
  bind_nouns<Constraint>(module, "constraints", Constraints{});

  py::class_<Method, py::smart_holder>(module, "Method", "An immutable optimization rule.")
      .def_property_readonly(
          "geometry", [](const Method& self) { return std::const_pointer_cast<Gauge>(self.geometry()); },
          "In what its margins are normalized: a norm, or another gauge.")
      .def(
          "default_start",
          [](const Method& self, Argument<"problem", std::shared_ptr<const Problem>> problem) {
            const Shape& shape = problem.value->shape();
            return to_array(self.on(*problem.value)->default_start(shape), shape);
          },
          py::arg("problem"),
          "Where a run on this problem starts unless it is given w0.\n\nParameters\n----------\nproblem : "
          "Problem");
  bind_nouns<Method>(module, "methods", Methods{});

  // The geometry of a method, and nothing that a user makes: it is not in the registry.
  py::class_<PsdTrace, Gauge, py::smart_holder>(module, PsdTrace::name, PsdTrace::doc, py::is_final())
      .def("__repr__", [](const PsdTrace&) { return PsdTrace::name; })
      .def(
          "__eq__", [](const PsdTrace&, const py::object& other) { return py::isinstance<PsdTrace>(other); },
          py::arg("other"))
      .def("__hash__", [](const PsdTrace&) { return py::hash(py::str(PsdTrace::name)); });
}

}  // namespace implicitbias::bindings
