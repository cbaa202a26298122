r"""
A factorized matrix looks for the nuclear norm
==============================================

Write a matrix as :math:`W = U U'` and let gradient descent move the factor U. The steps are ordinary, but
the predictor is not: on separable data W converges in direction to the maximum margin over positive
semidefinite matrices of trace one, the nuclear norm (Theorem 7 of Gunasekar et al., 2018), from every start
of full rank. That margin has solutions of low rank; gradient descent on W itself, which maximizes the
Frobenius margin, ends at a matrix of full rank.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
rng = np.random.default_rng(1)
d, n = 8, 24
X = rng.standard_normal((n, d, d))
X = (X + X.transpose(0, 2, 1)) / 2
hidden = rng.standard_normal((d, 1))
problem = ib.Problem(X, np.sign(np.einsum("nij,ij->n", X, hidden @ hidden.T)), ib.Exponential())

factorized = ib.FactorizedGradientDescent()
runs = {}
for scale in (1e-2, 1.0):
    start = scale * rng.standard_normal((d, d))
    run = ib.Run(problem, factorized, ib.LossNormalized(), w0=start).advance(10**6)
    runs[rf"factor, $|U_0| \approx {d * scale:g}$"] = run
    print(ib.compare(run, ib.predict(problem, factorized)))
plain = ib.Run(problem, ib.GradientDescent(), ib.LossNormalized()).advance(10**5)
best = ib.predict(problem, factorized).solve().value

figure, (left, right) = plt.subplots(1, 2, figsize=(8.6, 4.2), layout="constrained")
for style, (name, run) in zip(("-", "--"), runs.items(), strict=True):
    rows = run.trajectory
    seen = rows.margin > 0
    left.loglog(rows.t[seen], 1 - rows.margin[seen] / best, style, label=name)
left.set(xlabel="iteration $t$", ylabel="relative gap of the margin", xlim=(10, None))
for marker, (name, run) in zip("os^", [*runs.items(), ("no factor", plain)], strict=True):
    values = np.linalg.svd(run.w, compute_uv=False)
    right.semilogy(np.arange(1, d + 1), values / values[0], marker + "-", ms=5, label=name)
right.set(xlabel="rank", ylim=(1e-10, 2), ylabel="singular value of W over the largest")
handles, labels = right.get_legend_handles_labels()
figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# Both starts reach the same margin (left); their spectra fall off after a few values, and that of plain
# gradient descent does not (right).

# %%
# Rectangular matrices
# --------------------
# :math:`U V'` is a block of a symmetric product, and :func:`implicitbias.lift` makes the symmetric problem.

X = rng.standard_normal((12, 3, 5))
rectangular = ib.Problem(X, np.sign(X[:, 0, 0]), ib.Exponential())
lifted = ib.lift(rectangular)
run = ib.Run(lifted, factorized, ib.LossNormalized(10), w0=0.1 * rng.standard_normal((8, 8))).advance(10**5)
nuclear = ib.max_margin(rectangular, ib.Schatten(1), tolerance=1e-3).bracket
W = run.w[:3, 3:]
share = (rectangular.y * np.einsum("nij,ij->n", X, W)).min() / ib.Schatten(1).value(W) / nuclear.upper
print(f"U V' has {share:.2%} of the maximum nuclear norm margin, at least")
