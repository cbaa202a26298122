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
           R"(The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).

<dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).

Parameters
----------
g : array_like of shape (d,) or (r, c)
    The gradient.
ties : {'first', 'average'}, default 'first'
    Which of several minimizers to take; see SteepestDescent.

Returns
-------
ndarray of g's shape

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).

Examples
--------
>>> ib.Lp(1).steepest([3.0, 3.0], ties="average")
array([-1.5, -1.5]))"),
   ...);
}

}  // namespace

void bind_norms(py::module_& module) {
  py::class_<Gauge, py::smart_holder>(
      module, "Gauge",
      "What margins are normalized in: a norm, or the trace of positive semidefinite matrices.")
      .def(
          "value",
          [](const Gauge& self, Argument<"w", Array> w) {
            return self.gauge_on(w.value.shape)->value(w.value.entries);
          },
          py::arg("w"), R"(The size |w|.

Parameters
----------
w : array_like of shape (d,) or (r, c)

Returns
-------
float

Examples
--------
>>> ib.Lp(2).value([3.0, 4.0])
5.0)")
      .def(
          "dual",
          [](const Gauge& self, Argument<"g", Array> g) {
            return self.gauge_on(g.value.shape)->dual(g.value.entries);
          },
          py::arg("g"),
          R"(The dual size |g|_* = max {<g, v> : |v| <= 1}.

Parameters
----------
g : array_like of shape (d,) or (r, c)

Returns
-------
float

Examples
--------
>>> ib.Lp(1).dual([3.0, -4.0])
4.0)")
      .def_property_readonly("condition", &Gauge::condition,
                             "The factor by which rounding in ``value`` and ``dual`` may be magnified.");
  py::class_<Norm, Gauge, PythonNorm, py::smart_holder>(
      module, "Norm",
      R"(A norm, with its dual and its steepest descent step.

Subclass it for a norm of your own: define ``value(w)``, ``dual(g)`` and ``steepest(g)``, which get and
return arrays of the parameter's shape. Facts about it are attributes of the class: with
``strictly_convex = True`` it gets `max_margin` and `fast_forward`, with ``quadratic = True`` the engines
for steps that are linear in the gradient. Theorem 5's oracle wants one more function, registered with
``implicitbias.as_cvxpy.register``.

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, section 2.4.

Examples
--------
>>> class Double(ib.Norm):
...     strictly_convex = True
...
...     def value(self, w):
...         return 2 * np.linalg.norm(w)
...
...     def dual(self, g):
...         return np.linalg.norm(g) / 2
...
...     def steepest(self, g):
...         return -g / 4
>>> problem = ib.Problem([[3.0, 4.0]], [1], ib.Exponential())
>>> print(f"{ib.max_margin(problem, Double()).value:.4f}")
2.5000)")
      .def(py::init<>())
      .def(
          "steepest",
          [](const Norm& self, Argument<"g", Array> g) { return steepest(self, g.value, Ties::first); },
          py::arg("g"),
          R"(The steepest descent step dw = argmin_v <g, v> + |v|^2 / 2 (eq. 11).

<dw, -g> = |dw|^2 = |g|_*^2 (eq. 12).

Parameters
----------
g : array_like of shape (d,) or (r, c)
    The gradient.

Returns
-------
ndarray of g's shape

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, eqs. (11)-(12).

Examples
--------
>>> ib.Lp(math.inf).steepest([3.0, -4.0])
array([-7.,  7.]))")
      .def_property_readonly("quadratic", &Norm::quadratic,
                             "Whether |w|^2 is a quadratic form: steepest steps are linear in the gradient.")
      .def_property_readonly(
          "strictly_convex", &Norm::strictly_convex,
          "Whether the norm and its dual are strictly convex: maximum margin directions are unique, and "
          "steepest steps depend continuously on the gradient.");
  bind_nouns<Norm>(module, "norms", Norms{});
  bind_ties(module, Norms{});
}

}  // namespace implicitbias::bindings
