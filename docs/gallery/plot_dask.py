r"""
A sweep on a Dask cluster
=========================

Any executor of ``concurrent.futures`` can compute a sweep, and a Dask client has one. Work goes out in
chunks, the data once to each worker, and a chunk whose worker dies goes out again. Which runs are computed
together is fixed by the sweep alone, so that the same bits come back from one core, from two processes on
this machine, and from a cluster. The sweep asks how far steepest descent in :math:`\ell_p` is from its
limit (Theorem 5 of Gunasekar et al., 2018), by exponent and step.
"""

import tempfile

import matplotlib.pyplot as plt
import numpy as np
from distributed import Client, LocalCluster

import implicitbias as ib

rng = np.random.default_rng(0)
X = rng.standard_normal((10, 3))
problem = ib.Problem(X, np.sign(X @ rng.standard_normal(3)), ib.Exponential())
exponents, scales = np.linspace(1.1, 4, 30), np.geomspace(0.02, 2, 30)


def fresh():
    """Return the sweep, at its beginning."""
    methods = [ib.SteepestDescent(ib.Lp(p)) for p in exponents]
    return ib.Sweep(problem, methods, [ib.LossNormalized(scale) for scale in scales])


# %%
# Workers are processes that import this file: what starts them belongs under the guard. The folder outlives
# the cluster, and the same call goes on where it was.

if __name__ == "__main__":
    sweep = fresh()
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
        Client(cluster) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        sweep.advance(3000, client.get_executor(), checkpoint=folder)
    print(f"{sweep.size} runs to t = {sweep.t}")

    alone = fresh().advance(3000)
    same = all(
        np.array_equal(one.w, other.w) for one, other in zip(sweep.runs.flat, alone.runs.flat, strict=True)
    )
    print("bit by bit the same without a cluster:", same)

# %%
# The certified gap after 3000 steps, of all nine hundred runs:

if __name__ == "__main__":
    gaps = np.array([[run.bracket.gap for run in row] for row in sweep.runs])
    figure, ax = plt.subplots(figsize=(7, 4.6), layout="constrained")
    image = ax.pcolormesh(scales, exponents, np.log10(gaps), cmap="cividis", shading="nearest")
    ax.set(xscale="log", xlabel="scale of the step over $1/(B^2 L)$", ylabel="exponent $p$ of the norm")
    figure.colorbar(image, label=r"$\log_{10}$ of the certified gap")
    plt.show()

# %%
# The gap is small, dark, for long steps and for exponents near 1; short steps and large exponents are slow.
# How to do the same on SLURM is on :doc:`a page of its own <slurm_sweep>`.
