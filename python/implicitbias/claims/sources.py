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
    """

    paper: Paper | None
    theorem: str
    beyond: bool

    def __new__(cls, paper: Paper | None, theorem: str = "", *, beyond: bool = False) -> "Source":
        """Word it."""
        if paper is None or not theorem:
            text = str(paper or theorem or "a claim of one's own")
        else:
            text = f"{'Section' if '.' in theorem else 'Theorem'} {theorem}"
            if paper is not GUNASEKAR:
                text = f"{paper}, {text}"
        source = super().__new__(cls, f"beyond {text} (this package)" if beyond else text)
        source.paper, source.theorem, source.beyond = paper, theorem, beyond
        return source
