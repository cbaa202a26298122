"""Every statement's check can fail, and does when the code is broken on purpose; every fault is caught."""

import pytest

from implicitbias.paper import statements
from mutants import build, caught, table


@pytest.mark.thorough
def test_faults_are_caught(tmp_path):
    installed = build(tmp_path)
    assert caught(installed, "") == []
    catches = dict(table(installed))
    assert [fault for fault, keys in catches.items() if not keys] == []
    assert {each.key for each in statements()} - {key for keys in catches.values() for key in keys} == set()
