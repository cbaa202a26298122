"""
A sweep on a cluster with SLURM
===============================

SLURM gives the machines, dask-jobqueue the workers, and the folder outlives them all: when the program is
killed, run it again, and it goes on. Run it on the login node: ``python slurm_sweep.py slurm``. Without
``slurm`` it uses the cores of this machine.

This page is shown without its output, as there is no SLURM on the machine that builds the site.
"""

import sys

import numpy as np

import implicitbias as ib


def cluster(kind):
    """Return a cluster of Dask: jobs of SLURM, or processes of this machine."""
    if kind == "slurm":
        from dask_jobqueue import SLURMCluster

        jobs = SLURMCluster(cores=1, memory="2GB", walltime="01:00:00")
        jobs.adapt(minimum=1, maximum=200)  # so many jobs, as long as there are chunks to compute
        return jobs
    from distributed import LocalCluster

    return LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0")


def main():
    """Sweep over scales and starts, and say how the runs stand."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((10, 3))
    problem = ib.Problem(X, np.sign(X @ rng.standard_normal(3)), ib.Exponential())
    methods = [ib.SteepestDescent(ib.Lp(p)) for p in (1, 4 / 3, 2)]
    scales = [ib.LossNormalized(scale) for scale in np.linspace(0.1, 1, 10)]
    sweep = ib.Sweep(problem, methods, scales, list(rng.standard_normal((20, 3))))
    from distributed import Client

    with cluster(*sys.argv[1:] or ["local"]) as workers, Client(workers) as client:
        sweep.advance(10_000, client.get_executor(), checkpoint="sweep")
    print(f"{sweep.size} runs to t = {sweep.t}; {ib.compare(sweep)}")


if __name__ == "__main__":
    main()
