"""Faults in potentials and constraints: where mirror descent goes."""

from .mutant import Mutant

POTENTIALS = [
    Mutant(
        "the entropy's inverse link is linear",
        "geometry/potentials/entropy.hpp",
        (
            (
                "for (Index i = 0; i < z.size(); ++i) w[i] = std::exp(z[i]);",
                "for (Index i = 0; i < z.size(); ++i) w[i] = 1 + z[i];",
            ),
        ),
        "eq4, eq10-paths, prop3a",
    ),
    Mutant(
        "the Euclidean inverse link halves",
        "geometry/potentials/euclidean.hpp",
        (("w = z;", "w = z / 2;"),),
        "sec2.1, ali2019.sharp, meng2024.cycle",
    ),
    Mutant(
        "the simplex is met by a shift",
        "geometry/constraints/simplex.hpp",
        (("w /= sum;", "w.array() += (1 - sum) / static_cast<double>(w.size());"),),
        "thm1a, rem1",
    ),
    Mutant(
        "the inverse link of squared lp norms is stretched",
        "geometry/potentials/squared_lp.hpp",
        (("w = -w;", "w *= -2;"),),
        "eq4, thm1a, manifold",
    ),
    Mutant(
        "gradient descent goes along squares",
        "geometry/potentials/euclidean.hpp",
        (("w = z;", "w = z.array() * z.array().abs();"),),
        "soudry2018.loss, eq4",
    ),
    Mutant(
        "the hyperbolic entropy starts small",
        "geometry/potentials/hyperbolic_entropy.hpp",
        (
            (
                "return std::abs(z) < far ? beta_ * std::sinh(z) : std::copysign(std::exp(std::abs(z) + "
                "log_half_), z);",
                "return 1e-8 * std::sinh(z);",
            ),
        ),
        "woodworth2020.kernel",
    ),
    Mutant(
        "a power's inverse link is linear",
        "geometry/potentials/power_potential.hpp",
        (("return std::copysign(std::pow(std::abs(z), 1 / (p_ - 1)), z);", "return z;"),),
        "sun2022.margin",
    ),
    Mutant(
        "the hyperbolic entropy's inverse link is linear",
        "geometry/potentials/hyperbolic_entropy.hpp",
        (
            (
                "return std::abs(z) < far ? beta_ * std::sinh(z) : std::copysign(std::exp(std::abs(z) + "
                "log_half_), z);",
                "return beta_ * z;",
            ),
        ),
        "woodworth2020.q-alpha, woodworth2020.network, pesme2024.hyperbolic",
    ),
    Mutant(
        "the inverse link of cosh is linear",
        "geometry/potentials/cosh.hpp",
        (("return std::asinh(z);", "return z;"),),
        "pesme2024.cosh, pesme2024.euclidean",
    ),
    Mutant(
        "bounds are not kept",
        "geometry/constraints/bounds.hpp",
        (("if (clipped == w) return;", "return;"),),
        "constraints.free",
    ),
]
