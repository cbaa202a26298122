"""Draw the figure of the README."""

import math

import implicitbias as ib

data = ib.datasets.iris_setosa()
problem = ib.Problem(data.X, data.y, loss=ib.Exponential())
runs = []
for p in (1, 4 / 3, 2, math.inf):
    run = ib.Run(problem, ib.SteepestDescent(ib.Lp(p)), step_size=ib.LossNormalized())
    runs.append(run.advance(10**6))
    print(ib.compare(run, ib.predict(problem, run.method)))
ib.plot.margins(runs).figure.savefig("margins.png", dpi=120)
