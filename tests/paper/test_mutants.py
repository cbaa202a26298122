"""Every statement's check can fail, and does when the code is broken on purpose; every fault is caught."""

import pytest

from implicitbias.paper import statements
from mutants import MUTANTS, build, caught, sources_with_faults, table

# Statements that must fail, and would hold under no fault of this package.
BEYOND_FAULTS = {
    "lasso-any": "forward stagewise would have to be the lasso",
    "squared-w": "gradient descent on W would have to find the matrix of low rank",
    "lem8-alternating": "its gradients and cones are computed in NumPy",
}


def test_faults_can_be_planted(tmp_path):
    # Where a line has changed that a fault replaces, planting says so.
    sources = sources_with_faults(tmp_path)
    for mutant in MUTANTS:
        assert f'"{mutant.name}"' in (sources / mutant.path).read_text()


@pytest.mark.thorough
def test_faults_are_caught(tmp_path):
    installed = build(tmp_path)
    assert caught(installed, "") == []
    catches = dict(table(installed))
    assert [fault for fault, keys in catches.items() if not keys] == []
    never = {each.key for each in statements()} - {key for keys in catches.values() for key in keys}
    assert never == set(BEYOND_FAULTS)
