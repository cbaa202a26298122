#include "implicitbias/registry/models.hpp"

#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_models(py::module_& module) {
  py::class_<Model, py::smart_holder>(
      module, "Model", R"(How the predictor w is made of the parameters theta, which a method moves.

Models are homogeneous: c theta makes c^degree w. So the margins of a run are normalized by |theta|^degree, in
the method's norm. `Run.kkt_residual` says how far theta is from the KKT conditions of min |theta| such that all
margins are at least 1. Where the least |theta|^degree for a w is proportional to a norm of w, `Run.bracket` is
about the maximum margin in that norm, `Run.induced_norm`. Models iterate in the plain loop.

References
----------
Lyu and Li (2020), "Gradient Descent Maximizes the Margin of Homogeneous Neural Networks", arXiv:1906.05890.

Examples
--------
>>> isinstance(ib.Diagonal(), ib.Model)
True)")
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
