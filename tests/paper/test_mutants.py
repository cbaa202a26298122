"""Statements fail when the code is broken on purpose, but for those listed here; every fault is caught."""

import pytest

from implicitbias.paper import statements
from mutants import MUTANTS, build, caught, sources_with_faults, table

# Statements that must fail, and would hold under no fault of this package.
BEYOND_FAULTS = {
    "lasso-any": "forward stagewise would have to be the lasso",
    "squared-w": "gradient descent on W would have to find the matrix of low rank",
    "lem8-alternating": "its gradients and cones are computed in NumPy",
}
# Statements of later papers that no fault of these turns, each kind with a reason.
BEYOND_FAULTS_OF_THE_FIELD = {
    "inequalities that hold for other methods, too": (
        *("nacson2019.rate", "nacson2019.direction", "ji_telgarsky2019.offset", "ali2019.ridge"),
        *("ali2019.tuned", "wu2024.acceleration", "fan2025.lemma1", "lyu_li2020.rises", "sun2022.table"),
        "tsilivis2025.rises",
    ),
    "limits that the faults leave where they are": ("woodworth2020.kernel", "meng2024.safe", "wang2021.l2"),
    "what is tried is a potential's value, or data alone": ("pesme2024.horizon", "ardeshir2021.transition"),
    "a method would have to gain a rate, a step or a limit that it has not": (
        *(
            "soudry2018.polynomial",
            "suggala2018.separator",
            "nacson2019.constant",
            "nacson2019b.neighborhood",
        ),
        *("ji_telgarsky2019.bounded", "woodworth2020.any-start", "lyu_li2020.any", "lyu_li2020.by-norm"),
        *(
            "ji2021.momentum",
            "wang2021.adagrad",
            "ardeshir2021.below",
            "sun2022.euclidean",
            "wu2023.monotone",
        ),
        *("wu2023.exponential", "wu2024.small", "zhang2024.too-long", "ravi2024.rest", "fan2025.others"),
        *("baek2026.sign", "constraints.compact", "woodworth2020.deeper", "lyu_li2020.maximum"),
        *("tsilivis2025.method-alone", "gronich_vardi2026.too-large", "gronich_vardi2026.eps"),
        *("gunasekar2018b.any-start", "gunasekar2018b.space"),
    ),
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
    turned = {key for keys in catches.values() for key in keys}
    assert {each.key for each in statements()} - turned == set(BEYOND_FAULTS)
    later = {
        each.key for each in statements(of="all") if each.paper != "gunasekar2018" and each.expect != "open"
    }
    assert later - turned <= {key for keys in BEYOND_FAULTS_OF_THE_FIELD.values() for key in keys}


def test_what_no_fault_turns_is_there():
    known = {each.key for each in statements(of="all")}
    assert {key for keys in BEYOND_FAULTS_OF_THE_FIELD.values() for key in keys} | set(BEYOND_FAULTS) <= known
