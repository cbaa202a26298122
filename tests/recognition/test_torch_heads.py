"""The heads of docs/gallery/torch_heads.py: what torch and scikit-learn end at."""

import sys
from pathlib import Path

import numpy as np
import pytest

import implicitbias as ib

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"


@pytest.fixture
def heads(monkeypatch):
    monkeypatch.syspath_prepend(GALLERY)
    import torch_heads

    yield torch_heads
    sys.modules.pop("torch_heads")


def test_scikit_learn(heads, capsys):
    pytest.importorskip("sklearn")
    X, y = heads.digits(3)
    problem = ib.Problem(X, y, ib.CrossEntropy())
    gaps = {}
    for name, W in heads.heads_of_sklearn(X, y):
        heads.report(name, problem, W)
        gaps[name] = ib.certify(problem, W, ib.Lp(2), 0.01).gap
    assert gaps["LinearSVC"] < 0.02  # what it minimizes is the margin's own program
    assert gaps["LogisticRegression"] > gaps["LinearSVC"]
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_torch(heads):
    torch = pytest.importorskip("torch")
    X, y = heads.digits(3)
    problem = ib.Problem(X, y, ib.CrossEntropy())
    found = {name: (kept, states) for name, kept, states in heads.heads_of_torch(X, y, 300)}
    assert {"SGD", "Adam"} <= set(found)
    kept, states = found["SGD"]
    iterates = ib.Iterates(problem, ib.Lp(2), kept, states)
    torch.manual_seed(0)
    head = torch.nn.Linear(64, 10, dtype=torch.float64)
    start = np.column_stack([head.weight.detach().numpy(), head.bias.detach().numpy()])
    run = ib.Run(problem, ib.GradientDescent(), 5.0 / len(X), w0=start).advance(300)
    np.testing.assert_allclose(iterates.w, run.w, rtol=1e-6, atol=1e-9)
    assert iterates.margin == pytest.approx(run.margin, rel=1e-6)
    assert ib.certify(problem, states[-1], ib.Lp(2)) == ib.certify(problem, iterates.w, ib.Lp(2))
    with pytest.raises(ib.InvalidTypeError, match=r"w.detach\(\).cpu\(\).numpy\(\)"):
        ib.certify(problem, torch.nn.Linear(65, 10).weight, ib.Lp(2))
