"""What the registry generates for every noun."""

import inspect
import pickle
import pprint

import pytest

import examples
from implicitbias import InvalidTypeError, _core

NOUNS = [noun for kind in examples.ALL.values() for noun in kind]


def test_every_registered_class_has_an_example():
    for kind, classes in _core.registry.items():
        assert {type(noun) for noun in examples.ALL[kind]} == set(classes)


@pytest.mark.parametrize("noun", NOUNS, ids=repr)
def test_pickle_equality_hash(noun):
    twin = pickle.loads(pickle.dumps(noun))
    assert twin == noun
    assert hash(twin) == hash(noun)
    assert noun != "something else"


def test_different_nouns_differ():
    for i, one in enumerate(NOUNS):
        assert all(one != other for other in NOUNS[:i])


@pytest.mark.parametrize("noun", NOUNS, ids=repr)
def test_repr_names_every_field(noun):
    text = repr(noun)
    assert text.startswith(type(noun).__name__ + "(")
    assert all(f"{field}=" in text for field in noun._fields)
    assert pprint.pformat(noun, width=1) == text


@pytest.mark.parametrize("noun", [noun for noun in NOUNS if noun._fields], ids=repr)
def test_none_is_a_type_error_that_names_the_argument(noun):
    fields = {field: getattr(noun, field) for field in noun._fields}
    for name in set(fields) - {"momentum", "constraint", "rank"}:  # which may be None
        with pytest.raises((InvalidTypeError, ValueError), match=f"^{name}: expected .* got None"):
            type(noun)(**{**fields, name: None})


@pytest.mark.parametrize("noun", NOUNS, ids=repr)
def test_immutable(noun):
    for name in noun._fields:
        with pytest.raises(AttributeError):
            setattr(noun, name, getattr(noun, name))


def test_final_classes_refuse_subclasses():
    for classes in _core.registry.values():
        for noun in classes:
            with pytest.raises(TypeError):
                type("Sub", (noun,), {})


def test_documented():
    for classes in _core.registry.values():
        for noun in classes:
            assert len(inspect.getdoc(noun)) > 10
