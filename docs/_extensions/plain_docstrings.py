"""Docstrings as they are meant: |w|_p is no markup, and signatures need no types beside the Parameters."""

import ast
import re

from restructured_text import escaped


def _escape(app, what, name, value, options, lines):
    """Escape the prose of a docstring in place, and not its examples, which begin with >>>."""
    example = False
    for k, line in enumerate(lines):
        example = line.strip().startswith(">>>") or (example and line.strip() != "")
        parameter = re.match(r"[*\w, ]+ : ", line)  # numpydoc escapes names of parameters
        if not example:
            start = parameter.end() if parameter else 0
            lines[k] = line[:start] + escaped(line[start:])


def _shorten(app, what, name, value, options, signature, returns):
    """Return a signature that pybind11 wrote, without self and types: the Parameters have those."""
    if not signature or ": " not in signature:
        return None
    arguments = ast.parse(f"def f{signature}: ...").body[0].args
    for each in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        each.annotation = None
    arguments.args = [each for each in arguments.args if each.arg != "self"]
    return f"({ast.unparse(arguments)})", None


def setup(app):
    """Come before numpydoc."""
    app.connect("autodoc-process-docstring", _escape, priority=100)
    app.connect("autodoc-process-signature", _shorten, priority=100)
    return {"parallel_read_safe": True}
