"""The colors of the page and its figures, light and dark."""

from typing import NamedTuple


class Theme(NamedTuple):
    """Colors by what they are for; a method has one of `curves`, and points none but ink."""

    paper: str
    ink: str
    muted: str
    grid: str
    accent: str
    curves: tuple[str, ...]


# Okabe and Ito's colors, which all readers tell apart; on dark paper as much lighter as reads like ink.
THEMES = {
    "light": Theme(
        "#ffffff", "#1b1f24", "#5b6470", "#e4e7eb", "#0b57d0", ("#0072B2", "#D55E00", "#008A63", "#B0508A")
    ),
    "dark": Theme(
        "#171a1f", "#eceff3", "#a3adba", "#2c323a", "#8ab4ff", ("#63B8F0", "#FF9552", "#37CFA0", "#EBA0CC")
    ),
}
