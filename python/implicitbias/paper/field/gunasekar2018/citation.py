"""The first paper, its sections and who states them."""

from ...citation import Paper
from ...registry import stated_in

PAPER = Paper(
    key="gunasekar2018",
    authors="Gunasekar, Lee, Soudry and Srebro",
    year=2018,
    title="Characterizing Implicit Bias in Terms of Optimization Geometry",
    venue="ICML",
    arxiv="1802.08246",
)
# The modules of its statements, in its order, and their headings.
_CHAPTERS = {
    "Section 2: losses with a unique finite root": (
        "section_2_mirror",
        "section_2_dual",
        "section_2_momentum",
        "section_2_natural",
        "section_2_steepest",
        "section_2_coordinate",
    ),
    "Section 3: strictly monotone losses": (
        "section_3_1_gradient_descent",
        "section_3_2_theorem_5",
        "section_3_2_steps",
        "section_3_2_late",
        "section_3_2_boosting",
        "section_3_2_paths",
        "section_3_3_adagrad",
    ),
    "Section 4: factorized matrices": ("section_4", "section_4_squared", "section_4_margin", "lemma_8"),
}
SECTIONS = {module: heading for heading, modules in _CHAPTERS.items() for module in modules}
statement = stated_in(PAPER, prefix="")
