"""Claims of one's own: what they must say, and how wrong answers are refused."""

import math
import re

import numpy as np
import pytest

import implicitbias as ib

PROBLEM = ib.Problem([[1.0, 0], [0, 1]], [1, -1], ib.Exponential())
RUN = ib.Run(PROBLEM, ib.GradientDescent()).advance(100)


class Shrinks(ib.Claim):
    statement = "the loss falls below 1"
    hypotheses = (("the data are separable", True),)

    def judge(self, run, tolerance):
        return ib.Judgment(
            "holds" if run.log_loss < 0 else "not yet converged", f"log L = {run.log_loss:.3g}"
        )


def of(**parts):
    return type("Own", (Shrinks,), parts)(PROBLEM, RUN.method)


def answering(value):
    return lambda *_: value


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"hypotheses": [("the data are separable", np.bool_(True))]},
        {"hypotheses": iter([("the data are separable", True)])},
        {"run_hypotheses": answering([])},
        {"bracket": answering(RUN.bracket)},
        {"default_tolerance": 0.5},
    ],
)
def test_what_a_claim_may_answer(parts):
    report = ib.compare(RUN, of(**parts))
    assert report.verdict == "holds"
    assert all(type(holds) is bool for _, holds in report.hypotheses)


PAIRS = "a list of pairs (text, True or False)"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"judge": answering(None)}, "Own.judge: expected a Judgment, got None; write Judgment("),
        ({"judge": answering("holds")}, "Own.judge: expected a Judgment, got 'holds'; write Judgment("),
        ({"hypotheses": None}, f"Own.hypotheses: expected {PAIRS}, got None; write [("),
        ({"hypotheses": "separable"}, f"Own.hypotheses: expected {PAIRS}, got 'separable'; write [("),
        (
            {"hypotheses": [("separable", "no")]},
            f"Own.hypotheses: expected {PAIRS}, got a tuple of length 2; ",
        ),
        ({"run_hypotheses": answering([1])}, f"Own.run_hypotheses: expected {PAIRS}, got 1; write [("),
        ({"open_hypotheses": answering(None)}, f"Own.open_hypotheses: expected {PAIRS}, got None; write [("),
        ({"remark": answering(None)}, "Own.remark: expected a text, got None; write "),
        ({"statement": None}, "Own.statement: expected a text, got None"),
        ({"statement": ""}, "Own.statement: expected a line of text that is not empty, got ''"),
        ({"bracket": answering(3)}, "Own.bracket: expected a Bracket or None, got 3; write run.bracket"),
        ({"default_tolerance": "x"}, "Own.default_tolerance: expected a number, got 'x'"),
        ({"applies_to": answering(False)}, "Own.applies_to: expected an error raised where "),
    ],
)
def test_what_it_may_not(parts, message):
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError), match=f"^{re.escape(message)}"):
        ib.compare(RUN, of(**parts))


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("maybe", "x"), "verdict: expected 'holds', .* got 'maybe'"),
        ((None, "x"), "verdict: expected 'holds', .* got None"),
        (("holds", 3), "reason: expected a text, got 3"),
        (("holds", "x", "0.1"), "gap: expected a number, got '0.1'; write gap=0.1"),
        (("holds", "x", 0.1, None), "angle: expected a number, got None"),
    ],
)
def test_judgments(parts, message):
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError), match=f"^{message}"):
        ib.Judgment(*parts)
    assert math.isnan(ib.Judgment("holds", "x").gap)


def test_what_a_claim_is_about():
    with pytest.raises(ib.InvalidTypeError, match="^problem: expected a Problem, got a MirrorDescent"):
        Shrinks(RUN.method, PROBLEM)
    with pytest.raises(ib.InvalidTypeError, match="^method: expected a Method, got nothing; write Shrinks"):
        Shrinks(PROBLEM)


def test_an_error_within_is_as_it_is():
    with pytest.raises(ZeroDivisionError):
        ib.compare(RUN, of(judge=lambda self, run, tolerance: 1 / 0))
