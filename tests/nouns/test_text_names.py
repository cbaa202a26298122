"""Methods as text: what tables call them, and what reads back."""

import pytest

import examples
import implicitbias as ib
from implicitbias.nouns.as_text import file_stem, mathtext, plain
from implicitbias.nouns.from_text import read_noun

NAMES = {
    "l2": ib.SteepestDescent(ib.Lp(2)),
    "l1 (ties averaged)": ib.SteepestDescent(ib.Lp(1), "average"),
    "linf (momentum 0.9)": ib.Signum(),
    "spectral (Nesterov momentum 0.95)": ib.Muon(),
    "l2 (momentum 0.5, weight decay 0.1)": ib.SteepestDescent(ib.Lp(2), "first", ib.EMA(0.5), 0.1),
    "NewtonSchulzDescent(Nesterov momentum 0.95)": ib.Muon(orthogonalization="newton-schulz"),
    "NewtonSchulzDescent(weight_decay=0.1)": ib.NewtonSchulzDescent(weight_decay=0.1),
    "Adam": ib.Adam(),
    "Adam(0.8)": ib.Adam(0.8),
    "Adam(eps=0, bias_correction=False)": ib.Adam(eps=0.0, bias_correction=False),
    "Lion(weight_decay=0.1)": ib.Lion(weight_decay=0.1),
    "RMSProp(0.9)": ib.RMSProp(0.9),
    "DualAcceleration": ib.DualAcceleration(),
    "AdaGrad": ib.AdaGrad(),
    "AdaGrad(2)": ib.AdaGrad(2.0),
    "GradientDescent": ib.GradientDescent(),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_in_tables(name):
    assert plain(NAMES[name]) == name


def test_names_in_figures():
    assert mathtext(ib.Signum()) == r"$\ell_{\infty}$ (momentum 0.9)"


def test_names_of_files():
    assert file_stem(plain(ib.Signum())) == "linf_momentum_0.9"


READABLE = [each for each in examples.METHODS if "array" not in repr(each)]


@pytest.mark.parametrize("method", READABLE, ids=repr)
def test_reprs_read_back(method):
    assert read_noun(repr(method), ib.Method, "method") == method


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("adam", ib.Adam()),
        ("Adam(eps=0)", ib.Adam(eps=0.0)),
        ("muon", ib.Muon()),
        ("Muon(0.9, orthogonalization='newton-schulz')", ib.Muon(0.9, orthogonalization="newton-schulz")),
        ("signum(1/2)", ib.Signum(0.5)),
        ("gradient_descent(EMA(0.9))", ib.GradientDescent(ib.EMA(0.9))),
        ("SteepestDescent(Lp(inf), momentum=EMA(0.9))", ib.Signum()),
        ("dual_acceleration", ib.DualAcceleration()),
    ],
)
def test_texts_of_the_command_line(text, method):
    assert read_noun(text, ib.Method, "method") == method
