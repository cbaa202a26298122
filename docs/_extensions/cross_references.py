"""Names in docstrings that become links, and those of other packages, which have none."""

import inspect

from numpydoc.xref import DEFAULT_LINKS
from public_names import public_names


def aliases():
    """Return by the last part of each public class what numpydoc links it to, and words that are no links."""
    classes = {name: value for name, value in public_names().items() if inspect.isclass(value)}
    words = {word: word for word in DEFAULT_LINKS}
    return words | {name.rpartition(".")[2]: f"implicitbias.{name}" for name in classes}


# What needs no target: names of other packages and words in the place of types; `Gauge` is no public name.
FOREIGN = [("py:.*", r"(?!implicitbias\.).*"), ("py:class", r"implicitbias\._core\.Gauge")]
