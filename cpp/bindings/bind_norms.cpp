#include "callback_norm.hpp"
#include "implicitbias/registry/norms.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

namespace {

py::array_t<double> steepest(const Norm& norm, const Array& g, Ties ties) {
  Vector dw(g.entries.size());
  norm.on(g.shape)->steepest(g.entries, ties, dw);
  return to_array(dw, g.shape);
}

template <class... K>
void bind_ties(py::module_& module, TypeList<K...>) {
  (py::reinterpret_borrow<py::class_<K, Norm, py::smart_holder>>(module.attr(K::name))
       .def(
           "steepest",
           [](const K& self, Argument<"g", Array> g, Argument<"ties", Ties> ties) {
             return steepest(self, g.value, ties.value);
           },
           py::arg("g"), py::arg("ties") = "first",
           "The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).\n\n"
           "Parameters\n----------\ng : array_like of shape (d,) or (r, c)\n    The gradient.\n"
           "ties : {'first', 'average'}\n    See SteepestDescent."),
   ...);
}

}  // namespace

void bind_norms(py::module_& module) {
  py::class_<Gauge, py::smart_holder>(
      module, "Gauge",
      "In what margins are normalized: a norm, or the trace of positive semidefinite matrices.")
      .def(
          "value",
          [](const Gauge& self, Argument<"w", Array> w) {
            return self.gauge_on(w.value.shape)->value(w.value.entries);
          },
          py::arg("w"), "|w|.\n\nParameters\n----------\nw : array_like of shape (d,) or (r, c)")
      .def(
          "dual",
          [](const Gauge& self, Argument<"g", Array> g) {
            return self.gauge_on(g.value.shape)->dual(g.value.entries);
          },
          py::arg("g"),
          "|g|_* = max {<g, v> : |v| <= 1}.\n\nParameters\n----------\ng : array_like of shape (d,) or (r, "
          "c)")
      .def_property_readonly("condition", &Gauge::condition,
                             "By how much rounding in ``value`` and ``dual`` may be magnified.");
  py::class_<Norm, Gauge, PythonNorm, py::smart_holder>(
      module, "Norm",
      "A norm, with its dual and its steepest descent step.\n\n"
      "Subclass it for a norm of your own: define ``value(w)``, ``dual(g)`` and ``steepest(g)``, which get\n"
      "and return arrays of the parameter's shape. Facts about it are attributes of the class: with\n"
      "``strictly_convex = True`` it gets `max_margin` and `fast_forward`, with ``quadratic = True`` the\n"
      "engines for steps that are linear in the gradient. Theorem 5's oracle wants one more function,\n"
      "registered with ``implicitbias.as_cvxpy.register``.")
      .def(py::init<>())
      .def(
          "steepest",
          [](const Norm& self, Argument<"g", Array> g) { return steepest(self, g.value, Ties::first); },
          py::arg("g"),
          "The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).\n\n"
          "It satisfies <dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).\n\n"
          "Parameters\n----------\ng : array_like of shape (d,) or (r, c)\n    The gradient.")
      .def_property_readonly("quadratic", &Norm::quadratic,
                             "Whether |w|^2 is a quadratic form: steepest steps are linear in the gradient.")
      .def_property_readonly("strictly_convex", &Norm::strictly_convex,
                             "Whether it and its dual are strictly convex: maximum margin directions are "
                             "unique, and steepest steps depend continuously on the gradient.");
  bind_nouns<Norm>(module, "norms", Norms{});
  bind_ties(module, Norms{});
}

}  // namespace implicitbias::bindings
