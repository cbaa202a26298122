"""The papers whose statements are tried, and where they are found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Paper:
    """A paper, or another collection of statements.

    Attributes
    ----------
    key : str
        For ``--of``: first author and year.
    authors : str
    year : int
    title : str
    venue : str, default ''
    arxiv : str, default ''
        The number on arXiv.
    doi : str, default ''

    Examples
    --------
    >>> paper = ib.paper.papers()["soudry2018"]
    >>> print(paper.citation)
    Soudry, Hoffer, Nacson, Gunasekar and Srebro (JMLR 2018), arXiv:1710.10345
    """

    key: str
    authors: str
    year: int
    title: str
    venue: str = ""
    arxiv: str = ""
    doi: str = ""

    @property
    def identifier(self) -> str:
        """The paper's number, such as "arXiv:1802.08246"; the DOI where it has no other, or nothing."""
        return f"arXiv:{self.arxiv}" if self.arxiv else f"doi:{self.doi}" if self.doi else ""

    @property
    def address(self) -> str:
        """The paper's address on the web, or nothing."""
        if self.arxiv:
            return f"https://arxiv.org/abs/{self.arxiv}"
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def published(self) -> bool:
        """Whether the paper has appeared: conjectures of this package and open questions have not."""
        return bool(self.venue or self.identifier)

    @property
    def citation(self) -> str:
        """The authors, where and when the paper appeared, and its number."""
        appeared = " ".join(filter(None, (self.venue, str(self.year) if self.year else "")))
        return ", ".join(
            filter(None, (f"{self.authors} ({appeared})" if appeared else self.authors, self.identifier))
        )
