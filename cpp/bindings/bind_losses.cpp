#include <cmath>

#include "implicitbias/losses/exponential.hpp"
#include "implicitbias/losses/logistic.hpp"
#include "implicitbias/losses/squared.hpp"
#include "implicitbias/registry/losses.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_losses(py::module_& module) {
  py::class_<Loss, py::smart_holder>(module, "Loss",
                                     R"(A family of scalar losses l(u, y), summed over the samples.

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, Properties 1 and 2.

Examples
--------
>>> isinstance(ib.Logistic(), ib.Loss), ib.Logistic().monotone, ib.Huber(1.0).monotone
(True, True, False))")
      .def_property_readonly(
          "monotone", &Loss::monotone,
          "True for strictly monotone losses (Property 2), False for a finite root (Property 1).")
      .def_property_readonly("convex", &Loss::convex, "Whether l is convex, as ExactLineSearch asks.")
      .def_property_readonly("exponential_tail", &Loss::exponential_tail,
                             "Whether -l' falls like exp(-margin), as Theorem 5 asks.")
      .def_property_readonly("bounds_curvature", &Loss::bounds_curvature,
                             "Whether l'' <= l everywhere, as LossNormalized asks.")
      .def_property_readonly(
          "multiclass", &Loss::multiclass,
          "Whether it takes class labels, and margins of a sample's class over the others.")
      .def(
          "evaluate",
          [](const Loss& self, Argument<"z", Array> z) {
            const Vector& entries = z.value.entries;
            if (entries.size() == 0) throw InvalidValueError("z: expected at least one number, got none");
            const auto& sizes = z.value.shape.sizes;
            const auto grouped = self.grouped(sizes.size() == 2 ? sizes[1] : 1);
            Vector slopes(entries.size());
            const LossValue value = (grouped ? *grouped : self).evaluate(entries, slopes);
            if (std::isnan(value.log_loss) || slopes.hasNaN())
              throw DomainError("z: the logarithm of the loss overflows there");
            return std::tuple(value.log_loss, value.log_scale, to_array(slopes, z.value.shape));
          },
          py::arg("z"),
          R"(The summed loss and its derivatives, in the log domain.

Parameters
----------
z : array_like of shape (n,) or (n, m)
    Margins y <w, x> for a monotone loss, residuals <w, x> - y otherwise. In two dimensions a row is one
    sample: the margins of its class over the others, or the residuals of its targets.

Returns
-------
log_loss, log_scale : float
slopes : ndarray of z's shape
    l'(z_n) = exp(log_scale) slopes_n; for a monotone loss the slopes sum to -1.

Raises
------
DomainError
    If the logarithm of the loss overflows.
InvalidValueError
    If z is empty or not finite.

Examples
--------
>>> log_loss, log_scale, slopes = ib.Squared().evaluate([1.0, -2.0])
>>> print(f"{math.exp(log_loss):.6g}", math.exp(log_scale) * slopes)
5 [ 2. -4.])");
  bind_nouns<Loss>(module, "losses", Losses{});
}

}  // namespace implicitbias::bindings
