"""Faults in norms: where a steepest step goes."""

from .mutant import Mutant

NORMS = [
    Mutant(
        "steepest descent goes uphill",
        "geometry/norms/lp.hpp",
        (
            ("dw = -g;", "dw = g;"),
            (
                "return entry == 0 ? 0.0 : std::copysign(sum, -entry);",
                "return entry == 0 ? 0.0 : std::copysign(sum, entry);",
            ),
            ("dw[i] = -g[i];", "dw[i] = g[i];"),
            ("dw = tied * (g.array() * -share);", "dw = tied * (g.array() * share);"),
            ("dw *= balance(sum);", "dw *= -balance(sum);"),
        ),
        "thm1-start, thm1b, thm1b-any, rem1, momentum-any, eq10, eq12, norm-any, ex4, ex4-flow, "
        "fig1c, ex4-law, thm5-max, adaboost, rudin-cycle, rosset-same, fan2025.rate, fan2025.muon, "
        "fan2025.figure, baek2026.signum, li2026.momentum",
    ),
    Mutant(
        "p and q are swapped",
        "geometry/norms/lp.hpp",
        (("return fraction > 0 && 1 + 1 / fraction == p ? fraction : power;", "return p - 1;"),),
        "eq4, thm1, thm1a",
    ),
    Mutant(
        "quadratic norms multiply by D",
        "geometry/norms/quadratic.hpp",
        (("cholesky_.solveInPlace(dw);", "dw = (D_ * dw).eval();"),),
        "eq4, manifold, quadnorm",
    ),
    Mutant(
        "the nuclear step is the Frobenius step",
        "geometry/norms/schatten.hpp",
        (("lp_.steepest(values, ties, step);", "step = -values;"),),
        "eq12, thm5, xie_li2024.spectral",
    ),
    Mutant(
        "tied coordinates are not averaged",
        "geometry/norms/lp.hpp",
        (
            (
                "dw = tied * (g.array() * -share);",
                "Index first = 0; tied.maxCoeff(&first); dw.setZero(); dw[first] = -g[first];",
            ),
        ),
        "ties, ties-any",
    ),
    Mutant(
        "steps in weighted norms are too long",
        "geometry/norms/weighted.hpp",
        (("dw.array() /= weights_.array();", "dw *= 1;"),),
        "eq12",
    ),
    Mutant(
        "coordinate descent moves every coordinate",
        "geometry/norms/lp.hpp",
        (("dw = tied * (g.array() * -share);", "dw = -g;"),),
        "eq12, stagewise, ties",
    ),
]
