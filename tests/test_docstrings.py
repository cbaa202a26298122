"""The examples in docstrings run, and signatures can be read."""

import doctest
import inspect
import math

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.paper import registry

PUBLIC = {name: getattr(ib, name) for name in ib.__all__ if not inspect.ismodule(getattr(ib, name))}
NOUNS = [noun for kind in ib._core.registry.values() for noun in kind]


def with_examples():
    finder = doctest.DocTestFinder(exclude_empty=True)
    for name, value in PUBLIC.items():
        yield from (each for each in finder.find(value, name, module=False) if each.examples)


@pytest.mark.parametrize("example", list(with_examples()), ids=lambda each: each.name)
def test_examples_run(example, monkeypatch):
    example.globs = {"ib": ib, "np": np, "math": math, "__name__": "__main__"}
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))  # an example may add a statement
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    complaints = []
    runner.run(example, out=complaints.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(complaints)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.__name__)
def test_signatures_of_nouns_name_their_fields(noun):
    signature = inspect.signature(noun)
    assert list(signature.parameters) == list(noun._fields)
    required = [each for each in signature.parameters.values() if each.default is each.empty]
    if not required:
        assert noun() == noun(*(each.default for each in signature.parameters.values()))
