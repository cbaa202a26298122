"""Docstrings are complete, their examples run, and signatures can be read."""

import ast
import doctest
import inspect
import io
import math
import re
import tokenize
from dataclasses import is_dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pytest

import implicitbias as ib
from implicitbias.paper import registry

PACKAGE = Path(ib.__file__).parent
NOUNS = [noun for kind in ib._core.registry.values() for noun in kind]


def exported(module, prefix=""):
    for name in module.__all__:
        value = getattr(module, name)
        if inspect.ismodule(value):
            yield from exported(value, f"{name}.")
        elif inspect.isclass(value) or inspect.isroutine(value):
            yield prefix + name, value


def bases(cls):
    """Return the class and those of the package that it inherits from, public or not."""
    return [each for each in cls.__mro__ if each.__module__.startswith("implicitbias")]


PUBLIC = dict(exported(ib))
CLASSES = {
    base.__qualname__: base for each in PUBLIC.values() if inspect.isclass(each) for base in bases(each)
}
MEMBERS = {
    f"{name}.{member}": (cls, value)
    for name, cls in CLASSES.items()
    for member, value in vars(cls).items()
    if not member.startswith("_")
}
METHODS = {
    name: getattr(cls, name.rpartition(".")[2])
    for name, (cls, value) in MEMBERS.items()
    if callable(value) or isinstance(value, classmethod | staticmethod)
}
PROPERTIES = {
    name: value
    for name, (cls, value) in MEMBERS.items()
    if isinstance(value, property | cached_property)
    and name.rpartition(".")[2] not in getattr(cls, "_fields", ())
}
CALLABLES = {**PUBLIC, **METHODS}


def sections(value):
    """Return the text of a docstring by the headings of its sections, the summary under ''."""
    text = inspect.getdoc(value) or ""
    if re.match(r"\w+\(.*\) -> ", text):
        text = text.partition("\n")[2].strip()  # pybind11 puts the signature first
    parts = re.split(r"^(\w[\w ]*)\n-+$", text, flags=re.MULTILINE)
    return {
        "": parts[0].strip(),
        **{head: body.strip("\n") for head, body in zip(parts[1::2], parts[2::2], strict=True)},
    }


def has_summary(found):
    """Return whether a docstring opens with one line that is a sentence, or a formula, and an empty line."""
    return re.fullmatch(r"\S.*\.", found[""].partition("\n\n")[0]) is not None


def entries(section):
    """Return what a section says of each name: ``a, b : type`` and the indented lines that follow."""
    found = {}
    for entry in re.split(r"\n(?=\S)", section):
        head, colon, _ = entry.partition("\n")[0].partition(" : ")
        if colon:
            found |= dict.fromkeys(head.split(", "), entry)
    return found


def signature_of(value):
    """Return the parameters of a callable by name, each with whether it has a default, and if it returns."""
    try:
        signature = inspect.signature(value)
    except ValueError:
        return compiled_signature(value)
    starred = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    found = {
        starred.get(each.kind, "") + each.name: each.default is not each.empty
        for each in signature.parameters.values()
        if each.name != "self"
    }
    return found, not inspect.isclass(value) and signature.return_annotation not in (None, "None")


def compiled_signature(value):
    """Read the signature that pybind11 writes into a docstring; exceptions and abstract classes have none."""
    function = value.__init__ if inspect.isclass(value) else value
    first = (function.__doc__ or "").partition("\n")[0]
    if not re.match(r"\w+\(.*\) -> ", first):
        return {}, False
    function = ast.parse(f"def {first}: ...").body[0]
    arguments = [*function.args.posonlyargs, *function.args.args]
    required = len(arguments) - len(function.args.defaults)
    found = {each.arg: i >= required for i, each in enumerate(arguments) if each.arg != "self"}
    named = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    found |= {each.arg: default is not None for each, default in named}
    return found, ast.unparse(function.returns) != "None"


@pytest.mark.parametrize("name", CALLABLES)
def test_docstrings_of_callables_are_complete(name):
    value = CALLABLES[name]
    found = sections(value)
    parameters, returns = signature_of(value)
    assert has_summary(found)
    described = entries(found.get("Parameters", ""))
    if is_dataclass(value) or hasattr(value, "_field_defaults"):  # arguments of a result are attributes
        described |= entries(found.get("Attributes", ""))
    assert parameters.keys() - described.keys() == set(), "parameters without a description"
    if not is_dataclass(value):
        optional = {each for each, has_default in parameters.items() if has_default}
        assert {each for each in optional if not re.search("default|optional", described[each])} == set()
    if returns:
        assert "Returns" in found or "Yields" in found
    assert ">>> " in found.get("Examples", "")


@pytest.mark.parametrize("name", PROPERTIES)
def test_properties_have_a_summary(name):
    assert has_summary(sections(PROPERTIES[name]))


def with_examples():
    finder = doctest.DocTestFinder(exclude_empty=True, recurse=False)
    for name, value in {**CALLABLES, **PROPERTIES}.items():
        yield from (each for each in finder.find(value, name, module=False) if each.examples)


@pytest.mark.parametrize("example", list(with_examples()), ids=lambda each: each.name)
def test_examples_run(example, monkeypatch, tmp_path):
    example.globs = {"ib": ib, "np": np, "math": math, "__name__": "__main__"}
    monkeypatch.chdir(tmp_path)  # an example may write files
    registry.statements()  # the paper's own are registered on first use, and stay; those of an example do not
    monkeypatch.setattr(registry, "_registered", dict(registry._registered))
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


def path_in_package(file):
    return file.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=path_in_package)
def test_comments_name_their_subject(file):
    tokens = tokenize.generate_tokens(io.StringIO(file.read_text()).readline)
    comments = [each for each in tokens if each.type == tokenize.COMMENT]
    alone = {each.start[0] for each in comments if each.line.strip().startswith("#")}
    opening = [each.string for each in comments if each.start[0] - 1 not in alone]
    nameless = re.compile(r"# ?(it|its|that|those|this|these|they)\b", re.IGNORECASE)
    assert [each for each in opening if nameless.match(each)] == []
