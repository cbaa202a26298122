#include "callback_metric.hpp"
#include "implicitbias/registry/potentials.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

namespace {

using Parameter = Argument<"w", Array>;

/// A parameter of the potential's domain.
void check_domain(const Potential& potential, const Array& w, const char* argument) {
  if (const std::string complaint = potential.outside_domain(w.entries); !complaint.empty())
    throw DomainError(message(argument, ": ", complaint));
}

void check_same(const Array& one, const Array& other, const char* argument) {
  if (one.shape != other.shape)
    throw InvalidValueError(
        message(argument, ": expected shape ", one.shape.text(), ", got ", other.shape.text()));
}

}  // namespace

void bind_potentials(py::module_& module) {
  py::class_<Metric, PythonMetric, py::smart_holder>(
      module, "Metric",
      "A Riemannian metric w -> H(w) for natural gradient descent (eq. 9).\n\n"
      "Subclass it for a metric of your own: define ``matrix(w)``, which gets an array of the parameter's "
      "shape\n"
      "and returns a symmetric positive definite (d, d) array (d = r c, row-major, for matrices).")
      .def(py::init<>())
      .def(
          "solve",
          [](const Metric& self, Parameter w, Argument<"g", Array> g) {
            check_same(w.value, g.value, "g");
            const auto metric = self.on(w.value.shape);
            if (const std::string complaint = metric->outside(w.value.entries); !complaint.empty())
              throw DomainError("w: " + complaint);
            Vector out(g.value.entries.size());
            metric->solve(w.value.entries, g.value.entries, out);
            return to_array(out, g.value.shape);
          },
          py::arg("w"), py::arg("g"),
          "H(w)^-1 g.\n\nParameters\n----------\nw, g : array_like of shape (d,) or (r, c)");

  py::class_<Potential, Metric, py::smart_holder>(
      module, "Potential",
      "A strictly convex potential psi with its link function grad psi; its Hessian is a Metric.")
      .def(
          "value",
          [](const Potential& self, Parameter w) {
            const auto potential = self.on_shape(w.value.shape);
            check_domain(*potential, w.value, "w");
            return potential->value(w.value.entries);
          },
          py::arg("w"), "psi(w).")
      .def(
          "link",
          [](const Potential& self, Parameter w) {
            const auto potential = self.on_shape(w.value.shape);
            check_domain(*potential, w.value, "w");
            Vector z(w.value.entries.size());
            potential->link(w.value.entries, z);
            return to_array(z, w.value.shape);
          },
          py::arg("w"), "The dual variables grad psi(w).")
      .def(
          "inverse_link",
          [](const Potential& self, Argument<"z", Array> z) {
            Vector w(z.value.entries.size());
            self.on_shape(z.value.shape)->inverse_link(z.value.entries, w);
            return to_array(w, z.value.shape);
          },
          py::arg("z"), "The w with grad psi(w) = z.")
      .def(
          "divergence",
          [](const Potential& self, Parameter w, Argument<"v", Array> v) {
            check_same(w.value, v.value, "v");
            const auto potential = self.on_shape(w.value.shape);
            check_domain(*potential, v.value, "v");
            return potential->divergence(w.value.entries, v.value.entries);
          },
          py::arg("w"), py::arg("v"),
          "Bregman divergence D(w, v) = psi(w) - psi(v) - <grad psi(v), w - v>; infinite for w outside the "
          "closed domain.")
      .def_property_readonly("quadratic", &Potential::quadratic, "Whether psi is quadratic.");
  bind_nouns<Potential>(module, "potentials", Potentials{});
}

}  // namespace implicitbias::bindings
