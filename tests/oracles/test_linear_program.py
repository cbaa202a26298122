"""Linear programs end, whatever they are asked."""

from pathlib import Path

import numpy as np
import pytest
import scipy.optimize

import implicitbias as ib
from implicitbias.oracles.linear_program import linear_program
from implicitbias.oracles.norms import oracle_of

X, y = np.array([[1.0, 0, 0.5], [1, 2, 0], [0, 1, -1]]), np.array([1.0, 1, -1])


def dual_norm():
    oracle_of(ib.PolyhedralNorm(np.vstack([np.eye(3), X]), 1)).dual(X[0])


def positive_point():
    problem = ib.Problem(X[:2], X[:2] @ [1.0, 2, 3], ib.Squared())
    ib.predict(problem, ib.MirrorDescent(ib.Entropy())).solve()


def separability():
    ib.separability(ib.Problem(X, y, ib.Logistic()))


def maximum_margin():
    ib.predict(ib.Problem(X, y, ib.Logistic()), ib.SteepestDescent(ib.Lp(1))).solve()


@pytest.mark.parametrize("ask", [dual_norm, positive_point, separability, maximum_margin])
def test_every_linear_program_has_a_time_limit(ask, monkeypatch):
    limits = []

    def linprog(*arguments, options, **rest):
        limits.append(options["time_limit"])
        return solve(*arguments, options=options, **rest)

    solve = scipy.optimize.linprog
    monkeypatch.setattr("scipy.optimize.linprog", linprog)
    ask()
    assert limits
    assert 0 < max(limits) <= 600


def test_all_are_asked_in_one_place():
    files = Path(ib.__file__).parent.rglob("*.py")
    assert [file.stem for file in files if "linprog(" in file.read_text()] == ["linear_program"]


def test_where_one_method_gives_up_another_goes_on(monkeypatch):
    methods = []

    def linprog(*arguments, method, **rest):
        methods.append(method)
        answer = solve(*arguments, method=method, **rest)
        if len(methods) == 1:
            answer.status = 1  # time limit reached
        return answer

    solve = scipy.optimize.linprog
    monkeypatch.setattr("scipy.optimize.linprog", linprog)
    assert linear_program([1.0], bounds=[(2, 3)]).x == 2
    assert methods == ["highs-ds", "highs-ipm"]


def test_programs_without_a_solution():
    with pytest.raises(ib.OracleError, match="^the linear program has no solution: .*infeasible"):
        linear_program([1.0], A_eq=[[1.0]], b_eq=[-1.0])
