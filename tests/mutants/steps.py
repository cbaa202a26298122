"""Faults in step sizes."""

from .mutant import Mutant

STEPS = [
    Mutant(
        "steps by max, as printed",
        "step_sizes/loss_normalized.hpp",
        (
            (
                "return std::min(log_cap_, scale_.rule->log_step(context) - context.log_smoothness);",
                "const double log_step = scale_.rule->log_step(context) - context.log_smoothness;\n"
                "return log_cap_ < infinity ? std::max(log_cap_, log_step) : log_step;",
            ),
        ),
        "thm5-unbounded, thm5-max, shrinkage",
    ),
    Mutant(
        "exact line search stops halfway",
        "step_sizes/exact_line_search.hpp",
        (
            (
                "return log_shrinkage_ + context.heading->log_minimizer();",
                "return log_shrinkage_ + context.heading->log_minimizer() - std::log(2.0);",
            ),
        ),
        "adaboost, rudin, rudin-cycle",
    ),
    Mutant(
        "exact line search overshoots",
        "step_sizes/exact_line_search.hpp",
        (
            (
                "return log_shrinkage_ + context.heading->log_minimizer();",
                "return log_shrinkage_ + context.heading->log_minimizer() + std::log(1.5);",
            ),
        ),
        "adaboost, rudin-cycle, shrinkage",
    ),
    Mutant(
        "polynomial steps are those of the theorem",
        "step_sizes/polynomial.hpp",
        (
            (
                "return log_eta_ - power_ * std::log1p(static_cast<double>(context.t));",
                "return -context.log_smoothness;",
            ),
        ),
        "thm5-summable",
    ),
    Mutant(
        "polynomial steps do not shrink",
        "step_sizes/polynomial.hpp",
        (("return log_eta_ - power_ * std::log1p(static_cast<double>(context.t));", "return log_eta_;"),),
        "thm5-summable",
    ),
    Mutant(
        "normalized steps do not shrink",
        "step_sizes/normalized.hpp",
        (
            (
                "return log_length == -infinity ? -infinity : length_.log_step(context) - log_length;",
                "return log_length == -infinity ? -infinity : std::log(length_.eta()) - log_length;",
            ),
        ),
        "xie_li2024.box, xie_li2024.spectral, xie_li2024.summable",
    ),
]
