#include "callback_metric.hpp"
#include "callback_potential.hpp"
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
      R"(A Riemannian metric w -> H(w) for natural gradient descent (eq. 9).

Subclass it for a metric of your own: define ``matrix(w)``, which gets an array of the parameter's shape
and returns a symmetric positive definite (d, d) array (d = r c, row-major, for matrices).

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, eq. (9).

Examples
--------
>>> class Diagonal(ib.Metric):
...     def matrix(self, w):
...         return np.diag(1 / w)
>>> Diagonal().solve([1.0, 2.0], [1.0, 1.0])
array([1., 2.]))")
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
          R"(The vector H(w)^-1 g.

Parameters
----------
w, g : array_like of shape (d,) or (r, c)
    Where, and what: of the same shape.

Returns
-------
ndarray of g's shape

Raises
------
DomainError
    If w is outside the domain of the metric.

Examples
--------
>>> ib.Entropy().solve([1.0, 2.0], [1.0, 1.0])
array([1., 2.]))");

  py::class_<Potential, PythonPotential, Metric, py::smart_holder>(
      module, "Potential",
      R"(A strictly convex potential psi with its link function grad psi; its Hessian is a Metric.

Subclass it for a potential of your own: define ``value(w)``, ``link(w)`` (its gradient) and
``inverse_link(z)`` (the w whose gradient is z), which get arrays of the parameter's shape. They are tried
before a run starts. It starts at ``inverse_link(0)``, where psi is least.

Attributes of the class say more: ``norm``, in which margins are normalized (l2 unless it is stated);
``modulus``, that of strong convexity in this norm, which LossNormalized needs; ``quadratic = True`` where the
link is linear; ``separable = True`` where psi is a sum of functions of one entry each, which Box, NonNegative
and Ball(Lp(inf), r) ask for. NaturalGradient, and mirror descent under an Affine constraint, ask for a method
``matrix(w)``, too, the Hessian as a Metric has it. No claim of the paper's is made of such runs.

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, section 2.2.

Examples
--------
>>> isinstance(ib.Entropy(), ib.Potential), ib.Entropy().quadratic
(True, False)
>>> class LogCosh(ib.Potential):  # of z, in the dual: sum_i log cosh z_i
...     def value(self, w):
...         return ((1 + w) * np.log1p(w) + (1 - w) * np.log1p(-w)).sum() / 2
...
...     def link(self, w):
...         return np.arctanh(w)
...
...     def inverse_link(self, z):
...         return np.tanh(z)
>>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
>>> run = ib.Run(problem, ib.MirrorDescent(LogCosh()), 0.05).advance(1000)
>>> print(run.w.round(4), run.off_manifold < 1e-12)
[0.2068 0.3966] True)")
      .def(py::init<>())
      .def(
          "value",
          [](const Potential& self, Parameter w) {
            const auto potential = self.on_shape(w.value.shape);
            check_domain(*potential, w.value, "w");
            return potential->value(w.value.entries);
          },
          py::arg("w"), R"(The value psi(w).

Parameters
----------
w : array_like of shape (d,) or (r, c)

Returns
-------
float

Raises
------
DomainError
    If w is outside the domain of psi.

Examples
--------
>>> ib.Entropy().value([1.0, 1.0])
-2.0)")
      .def(
          "link",
          [](const Potential& self, Parameter w) {
            const auto potential = self.on_shape(w.value.shape);
            check_domain(*potential, w.value, "w");
            if (const std::string complaint = potential->beyond_range(w.value.entries); !complaint.empty())
              throw DomainError("w: " + complaint);
            Vector z(w.value.entries.size());
            potential->link(w.value.entries, z);
            return to_array(z, w.value.shape);
          },
          py::arg("w"), R"(The dual variables grad psi(w).

Parameters
----------
w : array_like of shape (d,) or (r, c)

Returns
-------
ndarray of w's shape

Raises
------
DomainError
    If w is outside the domain of psi, or a dual variable beyond the range of doubles.

Examples
--------
>>> ib.Entropy().link([1.0, 1.0])
array([0., 0.]))")
      .def(
          "inverse_link",
          [](const Potential& self, Argument<"z", Array> z) {
            Vector w(z.value.entries.size());
            self.on_shape(z.value.shape)->inverse_link(z.value.entries, w);
            return to_array(w, z.value.shape);
          },
          py::arg("z"), R"(The w with grad psi(w) = z.

Parameters
----------
z : array_like of shape (d,) or (r, c)

Returns
-------
ndarray of z's shape

Examples
--------
>>> ib.Entropy().inverse_link([0.0, 0.0])
array([1., 1.]))")
      .def(
          "divergence",
          [](const Potential& self, Parameter w, Argument<"v", Array> v) {
            check_same(w.value, v.value, "v");
            const auto potential = self.on_shape(w.value.shape);
            check_domain(*potential, v.value, "v");
            return potential->divergence(w.value.entries, v.value.entries);
          },
          py::arg("w"), py::arg("v"),
          R"(Bregman divergence D(w, v) = psi(w) - psi(v) - <grad psi(v), w - v>.

Parameters
----------
w, v : array_like of shape (d,) or (r, c)
    Of the same shape.

Returns
-------
float
    Not negative; infinite for w outside the closed domain.

Raises
------
DomainError
    If v is outside the domain of psi.

Examples
--------
>>> ib.Euclidean().divergence([3.0, 4.0], [0.0, 0.0])
12.5)")
      .def_property_readonly("quadratic", &Potential::quadratic,
                             "Whether psi is quadratic: then its Hessian is constant.")
      .def_property_readonly(
          "separable", &Potential::separable,
          "Whether psi is a sum of functions of one entry each, for parameters of any shape.");
  publish(module, py::type::of<Metric>());
  bind_nouns<Potential>(module, "potentials", Potentials{});
}

}  // namespace implicitbias::bindings
