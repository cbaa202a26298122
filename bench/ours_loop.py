"""The package itself, with its default recording: log-spaced rows, each with a certificate."""

import implicitbias as ib


def prepare(X, y, p, **options):
    """Return the descent in l_p as a function of the number of steps; to be called once."""
    problem = ib.Problem(X, y, ib.Exponential())
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), ib.LossNormalized(), **options)
    return lambda steps: run.advance(steps).w
