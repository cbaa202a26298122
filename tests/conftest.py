"""Data that several files use."""

import os
import signal
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

import implicitbias as ib
from implicitbias.command_line import app as cli

os.environ["MPLBACKEND"] = "Agg"
for name, examples in {"tests": 30, "thorough": 300}.items():  # .ci/thorough asks for the second
    settings.register_profile(
        name, deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile("tests")


def separable(n, d, seed=0):
    """Gaussian samples labeled by a hidden direction."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    y = np.sign(X @ rng.standard_normal(d))
    return X, y


@pytest.fixture(autouse=True)
def no_figure_stays_open():
    """Close pyplot's figures: it warns of more than twenty, whichever tests have drawn them."""
    yield
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close("all")


@pytest.fixture
def problem():
    return ib.Problem(*separable(20, 5), ib.Exponential())


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """The command line in this process: arguments -> exit status, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["implicitbias", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return run


@pytest.fixture
def write(tmp_path):
    """Write a file: its name and its text -> its path."""

    def written(name, text):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture
def heeded_signals():
    """SIGINT and SIGTERM do what they usually do, here and in processes started from here.

    nohup, cron and a shell's ``&`` start the tests with SIGINT ignored, which every child would inherit.
    """
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    former = {number: signal.signal(number, handler) for number, handler in usual.items()}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


def samples(n, d, seed=0):
    """Return samples of length about 1, random labels and a w of length about sqrt(d)."""
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) / np.sqrt(d), rng.choice([-1.0, 1], n), rng.standard_normal(d)


def draws(batch, samples, steps):
    """How often each sample is drawn: residuals are so large that every draw moves its coordinate by 1."""
    problem = ib.Problem(np.eye(samples), np.full(samples, -0.5), ib.LogCosh())
    start = np.full(samples, 2.0**40)
    run = ib.Run(
        problem, ib.GradientDescent(), ib.Constant(1.0), w0=start, batch=batch, record=ib.every(1)
    ).advance(steps)
    return -np.diff(run.trajectory.w, axis=0).astype(int)


class Taxicab(ib.Norm):
    """The l1 norm, written as a user would."""

    def __repr__(self):
        return "Taxicab()"

    def value(self, w):
        return np.abs(w).sum()

    def dual(self, g):
        return np.abs(g).max()

    def steepest(self, g):
        step = np.zeros_like(g)
        largest = np.unravel_index(np.argmax(np.abs(g)), g.shape)
        step[largest] = -g[largest]
        return step
