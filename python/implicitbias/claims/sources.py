"""Where a result is stated: a paper and its place there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """A publication.

    Attributes
    ----------
    authors : str
        As it is cited: "Soudry et al."
    year : int
    title : str
    url : str
        A DOI, or an address that lasts.
    """

    authors: str
    year: int
    title: str
    url: str

    def __str__(self) -> str:
        return f"{self.authors} ({self.year})"


GUNASEKAR = Paper(
    "Gunasekar et al.",
    2018,
    "Characterizing Implicit Bias in Terms of Optimization Geometry",
    "https://proceedings.mlr.press/v80/gunasekar18a.html",
)
SOUDRY = Paper(
    "Soudry et al.",
    2018,
    "The Implicit Bias of Gradient Descent on Separable Data",
    "https://jmlr.org/papers/v19/18-188.html",
)
QIAN = Paper(
    "Qian & Qian",
    2019,
    "The Implicit Bias of AdaGrad on Separable Data",
    "https://doi.org/10.48550/arXiv.1906.03559",
)


def _arxiv(authors: str, year: int, title: str, number: str) -> Paper:
    return Paper(authors, year, title, f"https://doi.org/10.48550/arXiv.{number}")


FAN = _arxiv(
    "Fan et al.",
    2025,
    "Implicit Bias of Spectral Descent and Muon on Multiclass Separable Data",
    "2502.04664",
)
NACSON = _arxiv(
    "Nacson, Srebro & Soudry",
    2019,
    "Stochastic Gradient Descent on Separable Data: Exact Convergence with a Fixed Learning Rate",
    "1806.01796",
)
LI = _arxiv(
    "Li, Tang & Zou",
    2026,
    "The Implicit Bias of Steepest Descent with Mini-batch Stochastic Gradient",
    "2602.11557",
)
ZHANG = _arxiv("Zhang, Zou & Cao", 2024, "The Implicit Bias of Adam on Separable Data", "2406.10650")
WANG = _arxiv(
    "Wang et al.",
    2021,
    "The Implicit Bias for Adaptive Optimization Algorithms on Homogeneous Neural Networks",
    "2012.06244",
)
BAEK = _arxiv(
    "Baek, Song & Yun",
    2026,
    "Implicit Bias of Per-sample Adam on Separable Data: Departure from the Full-batch Regime",
    "2510.26303",
)
XIE = _arxiv("Xie & Li", 2024, "Implicit Bias of AdamW: l_inf-Norm Constrained Optimization", "2404.04454")
CHEN_LION = _arxiv(
    "Chen et al.", 2024, "Lion Secretly Solves Constrained Optimization: As Lyapunov Predicts", "2310.05898"
)
CHEN_MUON = _arxiv("Chen, Li & Liu", 2025, "Muon Optimizes Under Spectral Norm Constraints", "2506.15054")
PESME = _arxiv("Pesme et al.", 2024, "Implicit Bias of Mirror Flow on Separable Data", "2406.12763")
SUN = _arxiv(
    "Sun et al.",
    2022,
    "Mirror Descent Maximizes Generalized Margin and Can Be Implemented Efficiently",
    "2205.12808",
)
JI_DUAL = _arxiv(
    "Ji, Srebro & Telgarsky", 2021, "Fast Margin Maximization via Dual Acceleration", "2107.00595"
)
JI_PATH = _arxiv(
    "Ji et al.", 2020, "Gradient Descent Follows the Regularization Path for General Losses", "2006.11226"
)
JI_RAY = Paper(
    "Ji & Telgarsky",
    2019,
    "The Implicit Bias of Gradient Descent on Nonseparable Data",
    "https://proceedings.mlr.press/v99/ji19a.html",
)


class Source(str):
    """Where a claim is stated, as reports print it: "Theorem 5", or "Qian & Qian (2019)".

    Attributes
    ----------
    paper : Paper or None
        None for a claim of one's own.
    theorem : str
        Its number: of a theorem ("5", "1a") or a section ("2.1"); empty where the whole paper is meant.
    beyond : bool
        Whether the claim goes further than the theorem, for the theorem's reason.
    conjecture : bool
        Whether nobody has proved it: this package has tried it, and the paper has what is nearest to it.
    """

    paper: Paper | None
    theorem: str
    beyond: bool
    conjecture: bool

    def __new__(
        cls, paper: Paper | None, theorem: str = "", *, beyond: bool = False, conjecture: bool = False
    ) -> "Source":
        """Word it."""
        if paper is None or not theorem:
            text = str(paper or theorem or "a claim of one's own")
        else:
            text = f"{'Section' if '.' in theorem and paper is GUNASEKAR else 'Theorem'} {theorem}"
            if paper is not GUNASEKAR:
                text = f"{paper}, {text}"
        if conjecture:
            text = f"a conjecture beyond {text} (this package)"
        elif beyond:
            text = f"beyond {text} (this package)"
        source = super().__new__(cls, text)
        source.paper, source.theorem = paper, theorem
        source.beyond, source.conjecture = beyond, conjecture
        return source

    @property
    def number(self) -> str:
        """A theorem's number in the first paper; for any other result, whose it is."""
        return self.theorem if self.theorem and self.paper is GUNASEKAR else str(self)
