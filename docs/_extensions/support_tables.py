"""Which engine a run gets, which runs can be fast-forwarded and which have claims: asked, noun by noun.

The nouns are those of ``tests/examples.py``, which has a row for each.
"""

import sys
from itertools import groupby
from pathlib import Path

import numpy as np
import scipy.sparse
from restructured_text import escaped, table
from written import write

import implicitbias as ib

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import examples

YES, NO, NONE, REFUSED = "yes", "no", "none", "refused"


def problem_for(loss):
    """Return 40 samples of shape (2, 2), symmetric, or (2,) for classes, that a w separates or fits."""
    X = np.random.default_rng(0).standard_normal((40, 2, 2))
    X = X + X.transpose(0, 2, 1)
    scores = np.einsum("nij,ij->n", X, np.diag([1.5, 0.5]))
    if loss.multiclass:
        return ib.Problem(X[:, 0], (X[:, 0, 0] > 0).astype(int), loss)
    return ib.Problem(X, np.where(scores < 0, -1.0, 1.0) if loss.monotone else scores, loss)


def run_of(method, loss=None, step_size=None, problem=None, **options):
    """Return a run before its first step, or None where the parts do not go together."""
    problem = problem or problem_for(loss or ib.Exponential())
    w0 = 0.5 * np.eye(2) if isinstance(method, ib.FactorizedGradientDescent) else None
    try:
        return ib.Run(problem, method, step_size or ib.Constant(1e-3), w0=w0, **options)
    except ib.ImplicitBiasError:
        return None


def form(run):
    """Return the form that a run begins in."""
    return REFUSED if run is None else run.form


def leaps(run):
    """Return whether a run can be fast-forwarded: to t = 1, as further on it may be refused for its data."""
    try:
        return NO if run is None else run.fast_forward(1) and YES
    except (ib.InvalidTypeError, ib.InvalidValueError):
        return NO


def claim(run):
    """Return who says where a run ends, if anybody does."""
    found = None if run is None else ib.predict(run.problem, run.method)
    return NONE if found is None else escaped(str(found.source))


def of_method(method):
    """Return what is asked of a method."""
    root, margin = run_of(method, ib.Squared()), run_of(method)
    return form(root), form(margin), leaps(margin), claim(root), claim(margin)


def of_loss(loss):
    """Return what is asked of a loss."""
    run = run_of(ib.GradientDescent(), loss)
    facts = [YES if getattr(loss, fact) else NO for fact in ("monotone", "convex", "exponential_tail")]
    return (*facts, form(run), leaps(run), claim(run))


def of_step_size(step_size):
    """Return what is asked of a step rule."""
    run = run_of(ib.GradientDescent(), step_size=step_size)
    return form(run), leaps(run)


def text(value):
    """Return an argument of a noun as short as it can be written: 4/3, not sixteen digits; ... for arrays."""
    if hasattr(value, "_fields"):
        defaults = getattr(value, "_defaults", {})
        pairs = [(name, text(getattr(value, name))) for name in value._fields]
        given = [
            said if position == 0 else f"{name}={said}"
            for position, (name, said) in enumerate(pairs)
            if name not in defaults or said != text(defaults[name])
        ]
        return f"{type(value).__name__}({', '.join(given)})"
    if isinstance(value, float):
        thirds = 3 * value
        return f"{thirds:g}/3" if thirds % 3 and thirds % 1 == 0 else f"{value:g}"
    return "..." if isinstance(value, np.ndarray) else str(value)


def compact(nouns, ask):
    """Return rows (name, answers): one for a class whose nouns have the same answers, else one for each."""
    rows = []
    for kind, members in groupby(nouns, type):
        answers = {text(noun): ask(noun) for noun in members}
        if len(set(answers.values())) == 1:
            rows.append(
                (f":py:class:`{kind.__name__} <implicitbias.{kind.__name__}>`", *answers.popitem()[1])
            )
        else:
            rows += [(f"``{name}``", *answer) for name, answer in answers.items()]
    return rows


def sizes():
    """Return rows: what is run, on how many samples and parameters, and the form that it gets."""
    rng = np.random.default_rng(0)
    rows = []
    for name, method, loss, n, d in (
        ("l2, exponential loss", ib.GradientDescent(), ib.Exponential(), 10, 3),
        ("l2, exponential loss", ib.GradientDescent(), ib.Exponential(), 50, 100),
        ("l2, exponential loss", ib.GradientDescent(), ib.Exponential(), 2000, 20),
        ("l4/3, exponential loss", ib.SteepestDescent(ib.Lp(4 / 3)), ib.Exponential(), 50, 100),
        ("l1, exponential loss", ib.SteepestDescent(ib.Lp(1)), ib.Exponential(), 100, 500),
        ("l2, squared loss", ib.GradientDescent(), ib.Squared(), 1797, 64),
        ("l2, Huber loss", ib.GradientDescent(), ib.Huber(1.0), 1797, 64),
    ):
        X = rng.standard_normal((n, d))
        y = np.where(X[:, 0] < 0, -1.0, 1.0) if loss.monotone else X[:, 0]
        run = ib.Run(ib.Problem(X, y, loss), method, ib.Constant(1e-5))
        rows.append((name, f"{n:,} x {d}", form(run.advance(200))))  # some engines begin later
    return rows


def storages():
    """Return rows: how samples are stored or drawn, and the form that gradient descent gets."""
    dense = np.random.default_rng(0).standard_normal((40, 4))
    y = np.where(dense[:, 0] < 0, -1.0, 1.0)
    kinds = {
        "float64": dense,
        "float32": dense.astype(np.float32),
        "sparse": scipy.sparse.csr_array(dense),
    }
    gd = ib.GradientDescent()
    rows = [(name, form(run_of(gd, problem=ib.Problem(X, y, ib.Exponential())))) for name, X in kinds.items()]
    rows.append(("random batches", form(run_of(gd, batch=ib.MiniBatch(8, 0)))))
    diagonal = ib.Problem(dense, y, ib.Exponential(), model=ib.Diagonal(2))
    deep = ib.Run(diagonal, gd, ib.Constant(1e-3), w0=np.full(8, 0.5))
    rows.append(("a model other than Linear()", form(deep)))
    wide = ib.Problem(np.tile(dense.astype(np.float32), (300, 4)), np.tile(y, 300), ib.Exponential())
    for threads in (1, 2):
        rows.append(
            (f"float32, 12,000 x 16, threads={threads}", form(run_of(gd, problem=wide, threads=threads)))
        )
    return rows


def tables():
    """Return all tables by file name."""
    steepest = [ib.SteepestDescent(norm) for norm in examples.NORMS]
    mirror = [ib.MirrorDescent(potential) for potential in examples.POTENTIALS]
    ends = ("fast-forward", "claim, squared loss", "claim, exponential loss")
    forms = ("form, squared loss", "form, exponential loss")

    def inside(methods, part):
        """Return rows of methods under the names of the norms or potentials that they have."""
        return compact([getattr(each, part) for each in methods], lambda noun: asked[repr(noun)])

    asked = {repr(each.norm): of_method(each) for each in steepest}
    asked |= {repr(each.potential): of_method(each) for each in mirror}
    about_losses = ("Loss", "monotone", "convex", "exponential tail", "form", "fast-forward", "claim")
    found = {
        "methods": (("Method", *forms, *ends), compact(examples.METHODS, of_method)),
        "norms": (("Steepest descent in", *forms, *ends), inside(steepest, "norm")),
        "potentials": (("Mirror descent with", *forms, *ends), inside(mirror, "potential")),
        "losses": (about_losses, compact(examples.LOSSES, of_loss)),
        "step_sizes": (("Step rule", "form", "fast-forward"), compact(examples.STEP_SIZES, of_step_size)),
        "sizes": (("Run", "n x d", "form"), sizes()),
        "storages": (("Samples", "form of gradient descent"), storages()),
    }
    return {
        f"{name}.rst": "\n".join(table(rows, head, style="support")) for name, (head, rows) in found.items()
    }


def setup(app):
    """Write the tables before Sphinx reads the pages that include them."""
    app.connect("builder-inited", lambda app: write(Path(app.srcdir) / "_generated" / "support", tables()))
    return {"parallel_read_safe": True}
