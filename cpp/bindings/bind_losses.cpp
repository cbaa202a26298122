#include <cmath>

#include "callback_loss.hpp"
#include "implicitbias/registry/losses.hpp"
#include "nouns.hpp"
#include "parts.hpp"

namespace implicitbias::bindings {

void bind_losses(py::module_& module) {
  py::class_<Loss, PythonLoss, py::smart_holder>(
      module, "Loss",
      R"(A family of scalar losses l(u, y), summed over the samples.

Subclass it for a loss of your own. With a finite root: define ``value(z)`` and ``slope(z)``, which get an
array of residuals z = u - y, of any length, and return l >= 0, least at 0, and l', one number each. Monotone:
define ``log_value(z)`` and ``log_slope(z)``, which get margins z = y u and return log l and log(-l'), so that
nothing underflows. (With ``monotone = True``, ``value`` and ``slope`` will do, until one of them underflows.)

Attributes of the class say what else is known, each False unless it is stated: ``convex``, and of a monotone
loss ``bounds_curvature`` (l'' <= l, for LossNormalized) and ``exponential_tail`` (-l' ~ exp(-z)). A `Problem`
tries the functions and the facts first: slopes must be the derivatives of the values. Runs iterate in the
plain loop, and are certified and saved like any other; no claim of the paper's is made of them.

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, Properties 1 and 2.

Examples
--------
>>> isinstance(ib.Logistic(), ib.Loss), ib.Logistic().monotone, ib.Huber(1.0).monotone
(True, True, False)
>>> class Hyperbolic(ib.Loss):  # sqrt(1 + z^2) - 1
...     convex = True
...
...     def value(self, z):
...         return z**2 / (np.sqrt(1 + z**2) + 1)
...
...     def slope(self, z):
...         return z / np.sqrt(1 + z**2)
>>> problem = ib.Problem([[1.0, 2.0]], [1.0], Hyperbolic())
>>> print(ib.Run(problem, ib.GradientDescent(), 0.1).advance(1000).w.round(6))
[0.2 0.4])")
      .def(py::init<>())
      .def_property_readonly(
          "monotone", &Loss::monotone,
          "True for strictly monotone losses (Property 2), False for a finite root (Property 1).")
      .def_property_readonly("convex", &Loss::convex, "Whether l is convex, as ExactLineSearch asks.")
      .def_property_readonly(
          "strictly_convex", &Loss::strictly_convex,
          "Whether l is convex and straight nowhere, so that minima are unique where the rows "
          "have full rank.")
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
