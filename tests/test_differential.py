"""Random problems on which all answers must agree; see differential.py."""

import pytest

import differential


@pytest.mark.parametrize(
    "numbers",
    [
        range(200),
        *(pytest.param(range(k, k + 1000), marks=pytest.mark.thorough) for k in range(200, 10_200, 1000)),
    ],
    ids=lambda numbers: f"{numbers.start} to {numbers.stop - 1}",
)
def test_nothing_disagrees(numbers, tmp_path, monkeypatch):
    monkeypatch.setattr(differential.Case, "folder", tmp_path, raising=False)
    found = []
    for number in numbers:
        found += differential.examined(number, leap=number % 10 == 0)
    assert found == []
