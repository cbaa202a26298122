#include "callback_method.hpp"
#include "implicitbias/problems/problem.hpp"
#include "implicitbias/registry/methods.hpp"
#include "implicitbias/step_sizes/loss_normalized.hpp"
#include "implicitbias/step_sizes/normalized.hpp"
#include "implicitbias/step_sizes/polynomial.hpp"
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
      py::arg("beta"), R"(Polyak's momentum: gamma = 0.

Parameters
----------
beta : float or array_like of shape (T,)
    Not negative; an array holds one number a step.

Returns
-------
Momentum
    Of the class that it is called on.

Examples
--------
>>> ib.DualMomentum.heavy_ball(0.9)
DualMomentum(beta=0.9, gamma=0.0))");
  cls.def_static(
      "nesterov", [](Argument<"beta", Coefficient> beta) { return K(beta.value, beta.value); },
      py::arg("beta"), R"(Nesterov's momentum: gamma = beta.

Parameters
----------
beta : float or array_like of shape (T,)
    Not negative; an array holds one number a step.

Returns
-------
Momentum
    Of the class that it is called on.

Examples
--------
>>> ib.DualMomentum.nesterov(0.9)
DualMomentum(beta=0.9, gamma=0.9))");
}

std::shared_ptr<StepSize> make(DefaultRule rule) {
  switch (rule) {
    case DefaultRule::set_lengths:
      return std::make_shared<Normalized>(0.1, 0.5);
    case DefaultRule::set_sizes:
      return std::make_shared<Polynomial>(0.1, 0.5);
    case DefaultRule::loss_normalized:
      return std::make_shared<LossNormalized>(StepRule(), infinity);
  }
  return nullptr;
}

}  // namespace

void bind_methods(py::module_& module) {
  const py::class_<Momentum, py::smart_holder> momentum(
      module, "Momentum", R"(Momentum for mirror descent, of the dual or of the primal variables.

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, eqs. (7)-(8).

Examples
--------
>>> isinstance(ib.PrimalMomentum(0.9), ib.Momentum)
True)");
  bind_nouns<Momentum>(module, "momenta", Momenta{});
  bind_named_momenta<DualMomentum>(module);
  bind_named_momenta<PrimalMomentum>(module);
  bind_nouns<EMA>(module, "averages", Averages{});

  py::class_<Constraint, py::smart_holder>(
      module, "Constraint",
      R"(A convex set that mirror descent stays in: NonNegative, Box, Ball, Affine or Simplex.

On losses with a finite root and on strictly monotone ones, each step is followed by the Bregman projection on
the set, with Euclidean the nearest point. Runs in a NonNegative, Box or Ball must start inside, and do unless
they are given w0; in an Affine or Simplex the first step projects w0. What the bracket of a run says under a
constraint, its docstring tells.

References
----------
Gunasekar et al. (2018), arXiv:1802.08246, eq. (4) and Theorem 1a.

Examples
--------
>>> isinstance(ib.Simplex(), ib.Constraint)
True)")
      .def_property_readonly("affine", &Constraint::affine,
                             "Whether the set is affine, {w : G w = h}: then Theorem 1a is about it.");
  bind_nouns<Constraint>(module, "constraints", Constraints{});

  py::class_<Method, PythonMethod, py::smart_holder>(
      module, "Method", R"(An immutable optimization rule: where a run starts, and how it steps.

Subclass it for a method of your own. ``init(problem, w0)`` returns a dict with ``"w"``, of shape
``problem.shape``, and whatever the method is to remember, arrays or numbers, each by a name; w0 is None where a
run is given none. ``step(state, gradient, eta, t)`` gets that dict, the gradient of the loss (of its sum over the
samples), the step size and the iteration, and returns the dict after the step: all of it, or ``"w"`` alone
where nothing else changes. Arrays are copies, of float64, in both directions. A step must depend on its
arguments alone (draw random numbers with ``np.random.default_rng(t)``): a run that is loaded goes on by what
it makes of them.

Attributes of the class say more: ``norm``, in which norm margins are normalized, l2 unless it is stated;
``default_step_size``, what runs on monotone losses take where no step size is given; ``inertial = False``, that
steps go along the last gradient alone, so that `behavior` takes a loss that rises for a sign of divergence.
Runs iterate in the plain loop, and are certified, recorded and saved like any other; no claim is made of them.

Examples
--------
>>> isinstance(ib.GradientDescent(), ib.Method)
True
>>> ib.SteepestDescent(ib.Lp(1)).geometry
Lp(p=1.0)
>>> class HeavyBall(ib.Method):
...     def __init__(self, beta=0.9):
...         self.beta = beta
...
...     def init(self, problem, w0):
...         w = np.zeros(problem.shape) if w0 is None else w0
...         return {"w": w, "velocity": np.zeros(problem.shape)}
...
...     def step(self, state, gradient, eta, t):
...         velocity = self.beta * state["velocity"] - eta * gradient
...         return {"w": state["w"] + velocity, "velocity": velocity}
>>> problem = ib.Problem([[1.0, 0.5], [0.5, 1.0]], [1, 1], ib.Exponential())
>>> run = ib.Run(problem, HeavyBall(), 0.1).advance(10_000)
>>> run.bracket.lower <= ib.max_margin(problem, ib.Lp(2)).value <= run.bracket.upper
True)")
      .def(py::init<>())
      .def_property_readonly(
          "geometry", [](const Method& self) { return std::const_pointer_cast<Gauge>(self.geometry()); },
          "The norm, or other gauge, in which margins are normalized.")
      .def_property_readonly(
          "default_step_size", [](const Method& self) { return make(self.default_rule()); },
          "The step sizes of a run on a monotone loss that is given none.\n\n"
          "``Normalized(0.1, 0.5)`` along averages of gradients, which remember larger losses;\n"
          "``Polynomial(0.1, 0.5)`` where a step is about as long as eta whatever the gradient;\n"
          "``LossNormalized()`` for all others, of which some take no such steps and have to be given some.")
      .def_property_readonly(
          "inertial", &Method::inertial,
          "Whether steps go along past gradients, too: the loss may then rise on the way to a solution.")
      .def(
          "default_start",
          [](const Method& self, Argument<"problem", std::shared_ptr<const Problem>> problem) {
            const Shape& shape = problem.value->shape();
            return to_array(self.on(*problem.value)->default_start(shape), shape);
          },
          py::arg("problem"),
          R"(Where a run on this problem starts unless it is given w0.

Parameters
----------
problem : Problem

Returns
-------
ndarray of the problem's parameter shape
    argmin psi for a potential, 0 for the others that have one.

Raises
------
InvalidValueError
    If the method does not go with the problem, or has no default start.

Examples
--------
>>> problem = ib.Problem([[1.0, 2.0]], [1.0], ib.Squared())
>>> ib.MirrorDescent(ib.Entropy()).default_start(problem)
array([1., 1.]))");
  bind_nouns<Method>(module, "methods", Methods{});

  bind_gauge<PsdTrace>(module);
}

}  // namespace implicitbias::bindings
