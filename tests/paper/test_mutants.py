"""Statements fail when the code is broken on purpose: each under some fault, and under each fault some."""

import pytest

from implicitbias.paper import statements
from mutants import MUTANTS
from mutants.planting import build, caught, sources_with


def test_faults_can_be_planted(tmp_path):
    # Where a line has changed that a fault replaces, planting says so.
    sources = sources_with(MUTANTS, tmp_path)
    for mutant in MUTANTS:
        assert f'"{mutant.name}"' in (sources / mutant.path).read_text()


def test_every_statement_with_a_verdict_is_named_by_a_fault():
    named = {key for mutant in MUTANTS for key in mutant.catchers}
    assert named == {each.key for each in statements(of="all") if each.expect != "open"}


@pytest.mark.thorough
def test_faults_are_caught(tmp_path):
    installed = build(MUTANTS, tmp_path)
    assert caught(installed, "") == []
    found = {mutant.name: caught(installed, mutant.name, mutant.catchers) for mutant in MUTANTS}
    missed = {mutant.name: set(mutant.catchers) - set(found[mutant.name]) for mutant in MUTANTS}
    assert {name: keys for name, keys in missed.items() if keys} == {}
