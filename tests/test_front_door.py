"""The mistakes that newcomers make, at every door: the same error everywhere, with the cure in it."""

import inspect
import math
import re

import numpy as np
import pytest

import examples
import implicitbias as ib
from conftest import separable
from implicitbias import _core

X, y = separable(6, 4)
SECRET = 0.12345678901  # stands in all data, and in no message
X[0, 0] = SECRET
LABELED, FITTED = ib.Problem(X, y, ib.Logistic()), ib.Problem(X, y, ib.Squared())
DESCENT = ib.GradientDescent()
NOUNS = [noun for nouns in _core.registry.values() for noun in nouns]


def run(problem=LABELED):
    return ib.Run(problem, DESCENT, 0.01)


# What every parameter of a public function takes, by its name; the rest has defaults.
FITTING = {
    "problem": LABELED,
    "method": DESCENT,
    "norm": ib.Lp(2),
    "norms": ib.Lp(1),
    "loss": ib.Logistic(),
    "run": run(),
    "runs": run(),
    "claim": ib.predict(LABELED, DESCENT),
    "potential": ib.Euclidean(),
    "X": X,
    "y": y,
    "t": [1],
    "z": X[0],
    "w": X[0],
    "steps": 3,
    "path": "nowhere.npz",
    "draw": ib.plot.margins,
    "file": "nowhere.gif",
    "paths": ib.paths.regularization(LABELED, ib.Lp(2), [1.0]),
    "seconds": 1.0,
    "weights": [1.0, 2.0],
    "groups": [[0, 1]],
    "blocks": [[2]],
    "G": [[1.0, 1.0]],
    "h": [1.0],
    "A": np.eye(2),
    "D": np.eye(2),
    "p": 2,
    "power": 0.5,
    "eta": 0.1,
    "etas": [0.1],
    "beta": 0.5,
    "delta": 1.0,
    "cap": 1.0,
    "radius": 1.0,
    "lower": 0.0,
    "upper": 1.0,
    "size": 2,
    "seed": 0,
    "only": None,
    "columns": {},
}

# For a parameter of this name: what is written by mistake, what the message says of it, and the cure.
MISTAKES = {
    "norm": [
        ("l2", "'l2'", "Lp(2)"),
        ("nuclear", "'nuclear'", "Schatten(1)"),
        (math.inf, "inf", "Lp(math.inf)"),
        (ib.Lp, "the class Lp", "Lp(2)"),
        (X, "an array of shape (6, 4)", "QuadraticNorm(D)"),
    ],
    "norms": [("linf", "'linf'", "Lp(math.inf)"), (1, "1", "Lp(1)")],
    "method": [
        (ib.GradientDescent, "the function GradientDescent", "GradientDescent()"),
        (ib.AdaGrad, "the class AdaGrad", "AdaGrad()"),
        ("sgd", "'sgd'", "GradientDescent()"),
        (ib.Lp(2), "Lp(p=2.0)", "SteepestDescent(norm)"),
        (ib.Entropy(), "Entropy()", "MirrorDescent(potential)"),
        (None, "None", "GradientDescent()"),
    ],
    "problem": [
        (X, "an array of shape (6, 4)", "Problem(X, y, loss)"),
        ((X, y), "a tuple of length 2", "Problem(X, y, loss)"),
        (run(), "a Run", "run.problem"),
        (None, "None", "Problem(X, y, loss)"),
    ],
    "loss": [
        ("logistic", "'logistic'", "Logistic()"),
        (ib.Exponential, "the class Exponential", "Exponential()"),
        ("mse", "'mse'", "Squared()"),
        (ib.Huber, "the class Huber", "Huber(delta)"),
    ],
    "momentum": [
        (0.9, "0.9", "PrimalMomentum.heavy_ball(0.9)"),
        ("nesterov", "'nesterov'", "PrimalMomentum.nesterov(0.9)"),
    ],
    "constraint": [("simplex", "'simplex'", "Simplex()"), (ib.Simplex, "the class Simplex", "Simplex()")],
    "potential": [("entropy", "'entropy'", "Entropy()"), (ib.Entropy, "the class Entropy", "Entropy()")],
    "batch": [
        (2, "2", "MiniBatch(2, seed=0)"),
        (ib.MiniBatch, "the class MiniBatch", "MiniBatch(2, seed=0)"),
    ],
    "record": [(10, "10", "Every(10)"), (ib.log_spaced, "the function log_spaced", "log_spaced()")],
    "step_size": [
        ("constant", "'constant'", "Constant(0.1)"),
        (ib.Constant, "the class Constant", "Constant(0.1)"),
    ],
    "run": [
        (LABELED, "a Problem", "Run(problem, method)"),
        (None, "None", "Run(problem, method)"),
    ],
    "runs": [(LABELED, "a Problem", "Run(problem, method)")],
    "claim": [("5", "'5'", "predict(problem, method)")],
    "p": [("inf", "'inf'", "Lp(math.inf)"), ("2", "'2'", "Lp(2)")],
    "q": [("inf", "'inf'", "q=math.inf")],
    "eta": [("0.1", "'0.1'", "eta=0.1")],
    "tolerance": [("1e-3", "'1e-3'", "tolerance=0.001")],
    "every": [("60", "'60'", "every=60")],
    "size": [("2", "'2'", "size=2")],
    "seed": [("7", "'7'", "seed=7")],
    "threads": [("2", "'2'", "threads=2")],
    "steps": [("1e6", "'1e6'", "steps=1000000")],
    "per_decade": [("20", "'20'", "per_decade=20")],
    "max_steps": [("1e6", "'1e6'", "max_steps=1000000")],
    "max_seconds": [("60", "'60'", "max_seconds=60")],
    "progress": [(1, "1", "progress=True")],
    "flow": [(1, "1", "flow=True")],
    "replace": [(1, "1", "replace=True")],
    "nesterov": [(1, "1", "nesterov=True")],
    "bias_correction": [(0, "0", "bias_correction=False")],
    "beta1": [("0.9", "'0.9'", "beta1=0.9")],
    "eps": [("1e-8", "'1e-8'", "eps=1e-08")],
    "weight_decay": [("0.1", "'0.1'", "weight_decay=0.1")],
    "intercept": [(1, "1", "intercept=True")],
    "standardize": [(0, "0", "standardize=False")],
}
AVERAGE = [
    (0.9, "0.9", "EMA(0.9)"),
    ("nesterov", "'nesterov'", "EMA(0.9, nesterov=True)"),
    (ib.DualMomentum(0.5), "DualMomentum(beta=0.5, gamma=0.0)", "EMA(0.5)"),
]
MISTAKES_OF = {("SteepestDescent", "momentum"): AVERAGE, ("NewtonSchulzDescent", "momentum"): AVERAGE}
# What means something else there.
MEANING_ELSE = {
    ("as_cvxpy", "norm"),  # of one's own classes, too
    ("statement", "tolerance"),  # or three
    ("path", "claim"),  # or several
}


def parameters(function):
    """The parameters of a function and whether to give them, of a compiled one by its docstring."""
    try:
        return {
            name: each.default is each.empty and each.kind != each.VAR_KEYWORD
            for name, each in inspect.signature(function).parameters.items()
            if name != "self"
        }
    except ValueError:
        text = (function.__init__ if isinstance(function, type) else function).__doc__
        return dict.fromkeys(re.findall(r"(\w+): ", text.partition("\n")[0].partition("self: ")[2]), True)


def doors():
    """All public functions, of modules too, all nouns that one writes, runs, and the methods of Run."""
    for module in (ib, ib.paths, ib.problems, ib.plot, ib.datasets):
        for name in dir(module) if module is ib else module.__all__:
            thing = getattr(module, name)
            if inspect.isroutine(thing) or thing in (*NOUNS, ib.Problem, ib.Run, ib.Sweep, ib.Iterates):
                yield thing
    yield from (ib.Run.advance, ib.Run.fast_forward, ib.Run.support_vectors)


def cases():
    for door in doors():
        for name in parameters(door):
            if (door.__name__, name) not in MEANING_ELSE:
                mistakes = MISTAKES_OF.get((door.__name__, name), MISTAKES.get(name, ()))
                for wrong, seen, cure in mistakes:
                    yield pytest.param(door, name, wrong, seen, cure, id=f"{door.__qualname__}-{name}-{seen}")


CASES = list(cases())


@pytest.mark.parametrize(("door", "name", "wrong", "seen", "cure"), CASES)
def test_a_message_names_argument_seen_expected_and_cure(door, name, wrong, seen, cure):
    taken = parameters(door)
    given = {each: FITTING[each] for each in taken if taken[each] and each in FITTING} | {name: wrong}
    if door in (ib.flow, ib.paths.stagewise) and name != "problem":
        given["problem"] = FITTED
    if door.__qualname__.startswith("Run."):
        given["self"] = run()
    if name == "every":
        given["checkpoint"] = "nowhere.npz"
    places = [given.pop("norms")] if "norms" in given else []
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError)) as raised:
        door(*places, **given)
    message = str(raised.value).splitlines()[0]
    assert message.startswith(f"{name}: expected "), message
    assert f", got {seen}" in message, message
    assert "; write " in message, message
    assert cure in message.partition("; write ")[2], message
    assert str(SECRET)[:6] not in message


def test_every_kind_of_mistake_is_made():
    assert {case.values[1] for case in CASES} >= MISTAKES.keys()
    assert len(CASES) > 120


@pytest.mark.parametrize("noun", [each for kind in examples.ALL.values() for each in kind], ids=repr)
def test_calls_that_fit_no_signature_show_no_data(noun):
    fields = {name: getattr(noun, name) for name in noun._fields}
    with pytest.raises(ib.InvalidTypeError, match=r"^nothing: \w+ has no such argument; write \w+") as raised:
        type(noun)(**fields, nothing=X)
    assert "array(" not in str(raised.value)
    with pytest.raises(ib.InvalidTypeError, match=r"^\w+: expected at most \d+ arguments? by place, got \d+"):
        type(noun)(*fields.values(), *[X] * 5)
    for name in fields:
        rest = {other: value for other, value in fields.items() if other != name}
        message = refusal(type(noun), **rest)
        written = f"{name}: expected .*, got nothing; write {type(noun).__name__}"
        assert message is None or re.match(written, message)


def refusal(call, **arguments):
    try:
        call(**arguments)
    except ib.InvalidTypeError as error:
        return str(error)
    return None


def test_methods_show_no_data_either():
    for call in (LABELED.evaluate, ib.Lp(2).value, ib.Entropy().divergence, _core.read_array):
        with pytest.raises(ib.InvalidTypeError) as raised:
            call(X, X, X, X, X)
        assert "Invoked with" not in str(raised.value)
        assert str(SECRET)[:6] not in str(raised.value)
        with pytest.raises(ib.InvalidTypeError, match="^[a-z]+: expected .*, got nothing; write "):
            call()
    with pytest.raises(ib.InvalidTypeError, match="^w: .*twice"):
        ib.Lp(2).value(X[0], w=X[0])


@pytest.mark.parametrize(
    ("targets", "cures"),
    [
        (y, ["Problem(X, y, Logistic())", "Problem(X, y, Exponential())", "Problem(X, y, Squared())"]),
        ((y + 1) / 2, ["Problem(X, 2 * y - 1, Logistic())", "Problem(X, y, Squared())"]),
        (X[:, 0], ["Problem(X, y, Squared())", "Problem(X, y, Huber(delta))", "numbers, not labels"]),
        (["a", "b", "c"], ["Problem(X, y, CrossEntropy())", "or Problem(X, y, PairwiseLogistic())"]),
    ],
)
def test_a_problem_without_a_loss_says_which_there_are(targets, cures):
    with pytest.raises(ib.InvalidTypeError, match="^loss: expected a Loss, got nothing; write ") as raised:
        ib.Problem(X, targets)
    assert all(cure in str(raised.value) for cure in cures)
    assert (" Problem(X, y, Logistic" in str(raised.value)) == (np.array_equal(np.unique(targets), [-1, 1]))


@pytest.mark.parametrize(
    ("labels", "cure"),
    [
        ((y + 1) / 2, "2 * y - 1 for y"),
        (y > 0, "2 * y - 1 for y"),
        (np.where(y > 0, 7, 2), "numpy.where(y == 7, 1, -1) for y"),
        (X[:, 0], "Problem(X, y, Squared())"),
        (np.where(y > 0, "yes", "no"), "numpy.where(y == label, 1, -1)"),
    ],
)
def test_other_labels(labels, cure):
    with pytest.raises((ib.InvalidValueError, ib.InvalidTypeError), match="^y: expected ") as raised:
        ib.Problem(X, labels, ib.Logistic())
    assert f"; write {cure}" in str(raised.value)


def test_other_labels_at_other_doors():
    zeros = ib.Problem(X, (y + 1) / 2, ib.Squared())
    for door in (ib.separability, lambda problem: ib.max_margin(problem, ib.Lp(2))):
        with pytest.raises(ib.InvalidTypeError, match=r"^problem: expected labels .*; write 2 \* y - 1"):
            door(zeros)
    with pytest.raises(ib.InvalidValueError, match=r"^labels: expected .*; write 2 \* labels - 1"):
        ib.problems.adaboost(np.sign(X), zeros.y)


@pytest.mark.parametrize(
    ("radii", "seen"), [([1.0, SECRET], r"radii\[1\]"), ([-1.0, 2], r"radii\[0\] = -1"), ([], "none")]
)
def test_radii_are_not_printed(radii, seen):
    with pytest.raises(ib.InvalidValueError, match=f"^radii: expected positive .*, got {seen}"):
        ib.paths.regularization(LABELED, ib.Lp(2), radii)


def test_what_the_cures_say_works():
    scope = {**vars(ib), **{name: getattr(ib, name) for name in ib.__all__}, "math": math, "numpy": np}
    scope |= {"problem": LABELED, "method": DESCENT, "X": X, "y": y, "loss": ib.Logistic(), "norm": ib.Lp(2)}
    scope |= {"run": run(), "D": np.eye(4), "potential": ib.Entropy(), "delta": 1.0}
    for mistakes in MISTAKES.values():
        for _, _, cure in mistakes:
            if not re.match(r"\w+=", cure):
                eval(cure, scope)


def test_truth_of_separability():
    assert ib.separability(LABELED)
    assert not ib.separability(ib.Problem([[1.0], [1.0]], [1, -1], ib.Logistic()))


def test_no_reason_where_there_is_a_claim():
    assert ib.why_no_claim(LABELED, DESCENT) is None
    assert "section 3.3" in ib.why_no_claim(FITTED, ib.AdaGrad())


def test_columns_by_name():
    for problem, there, missing in ((LABELED, "margin", "residual"), (FITTED, "loss", "margin")):
        rows = run(problem).advance(10).trajectory
        assert there in rows
        assert missing not in rows
        assert 0 not in rows
        assert list(rows) == list(rows.keys())
        for name in rows.keys():  # noqa: SIM118
            np.testing.assert_array_equal(rows[name], getattr(rows, name))
        for wrong in (missing, "to_csv", "_columns", 0):
            with pytest.raises(KeyError, match=f"this run records .*{there}"):
                rows[wrong]


def test_figures_refuse_claims_of_another_problem():
    pytest.importorskip("matplotlib")
    one, other = (ib.Problem([[2.0, 1], [1, c]], [1, 1], ib.Exponential()) for c in (3.0, 4.0))
    runs = ib.Run(one, DESCENT).advance(10)
    ib.plot.path(runs, ib.predict(one, DESCENT))
    with pytest.raises(ib.InvalidValueError, match=r"^claim: .*another loss; write predict\(run\.problem"):
        ib.plot.path(runs, ib.predict(other, DESCENT))


def test_versions(capsys):
    ib.show_versions()
    printed = dict(re.split(r"  +", line, maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert printed["implicitbias"] == ib.__version__
    assert printed["NumPy"] == np.__version__
    assert printed["Eigen"] == _core.eigen_version()
    assert printed["SIMD level"] == _core.simd_level()
    assert {"Python", "SciPy", "cvxpy", "compiler", "threads"} <= printed.keys()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"labels": 3}, "labels: expected 1 texts, one a run, got 3"),
        ({"labels": [None]}, "labels: expected texts, got None"),
        ({"ax": 3}, "ax: expected matplotlib Axes, as of plt.subplots(), got 3"),
        ({"ax": np.array([None])}, "ax: expected matplotlib Axes, as of plt.subplots(), got an array"),
        ({"oracle": "no"}, "oracle: expected True or False, got 'no'"),
    ],
)
@pytest.mark.parametrize("plot", [ib.plot.margins, ib.plot.gaps, ib.plot.paths, ib.plot.path])
def test_figures_refuse_what_they_cannot_draw_and_leave_none_behind(plot, arguments, message):
    from matplotlib import pyplot as plt

    if plot is ib.plot.path and "oracle" in arguments:
        return
    drawn = (
        [FITTING["paths"], run()] if plot is ib.plot.paths else [run(ib.Problem(X[:, :2], y, ib.Logistic()))]
    )
    before = plt.get_fignums()
    with pytest.raises((ib.InvalidTypeError, ib.InvalidValueError), match=f"^{re.escape(message)}"):
        plot(*drawn, **arguments)
    assert plt.get_fignums() == before
