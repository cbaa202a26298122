#include "callback_model.hpp"
#include "implicitbias/registry/models.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_models(py::module_& module) {
  py::class_<Model, PythonModel, py::smart_holder>(
      module, "Model", R"(How the predictor w is made of the parameters theta, which a method moves.

Models are homogeneous: c theta makes c^degree w. So the margins of a run are normalized by |theta|^degree, in
the method's norm. `Run.kkt_residual` says how far theta is from the KKT conditions of min |theta| such that all
margins are at least 1. Where the least |theta|^degree for a w is proportional to a norm of w, `Run.bracket` is
about the maximum margin in that norm, `Run.induced_norm`. Models iterate in the plain loop.

Subclass it for a model of your own: state its ``degree``, an integer, and define ``value(theta)``, which
returns w, and ``pullback(theta, g)``, the chain rule, which returns the gradient of <g, value(theta)> in theta.
Where theta has another shape than w, ``parameters(shape)`` returns it for w's. `LossNormalized` asks for
``reach(x)``, a bound on |<x, value(theta)>| for |theta|_2 <= 1. Degree, gradient and bound are tried at a few
points where a problem is made, and what the methods return is checked whenever they are called. The model must
depend on their arguments alone. Its runs have margins and `Run.kkt_residual`, and no `Run.induced_norm`.

References
----------
Lyu and Li (2020), "Gradient Descent Maximizes the Margin of Homogeneous Neural Networks", arXiv:1906.05890.

Examples
--------
>>> isinstance(ib.Diagonal(), ib.Model)
True
>>> class Squares(ib.Model):  # w = u * u - v * v, as Diagonal()
...     degree = 2
...     def parameters(self, shape):
...         return (2, *shape)
...     def value(self, theta):
...         return theta[0] ** 2 - theta[1] ** 2
...     def pullback(self, theta, g):
...         return 2 * theta * np.stack([g, -g])
>>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared(), model=Squares())
>>> run = ib.Run(problem, ib.GradientDescent(), 0.01, w0=0.1 * np.ones((2, 2))).advance(2000)
>>> print(run.theta.shape, run.w.round(3))
(2, 2) [0.069 0.466])")
      .def(py::init<>())
      .def_property_readonly(
          "identity", [](const Model& self) { return self.identity(); },
          "Whether the parameters are the predictor, as in Linear().")
      .def_property_readonly(
          "degree", [](const Model& self) { return self.degree(); },
          "The degree of w as a polynomial in theta, 1 for Linear().");
  bind_nouns<Model>(module, "models", Models{});
  bind_gauge<FourierL1>(module);
}

}  // namespace implicitbias::bindings
