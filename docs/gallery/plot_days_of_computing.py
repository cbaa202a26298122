r"""
Days of computing, and a killed process
=======================================

Some questions need :math:`10^{10}` iterations: the margin of gradient descent grows like :math:`1/\log t`
(Soudry et al., 2018). ``advance(checkpoint=...)`` saves such a run as it goes. Here a process is killed in
its midst, as a power cut would do, and the run goes on from the file, bit by bit as if nothing had
happened.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

# %%
# A program that would run for an hour, and saves twice a second:

program = """
import sys
import numpy as np
import implicitbias as ib

rng = np.random.default_rng(2)
X = rng.standard_normal((20, 5))
problem = ib.Problem(X, np.sign(X @ rng.standard_normal(5)), ib.Exponential())
run = ib.Run(problem, ib.GradientDescent(), ib.Constant(0.003))
run.advance(10**10, checkpoint=sys.argv[1], every=0.5)
"""

# %%
# It is started, and killed without warning once it has saved itself a few times.

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "run.npz")
    job = subprocess.Popen([sys.executable, "-c", program, file])
    seen = set()
    while len(seen) < 3 and job.poll() is None:
        time.sleep(0.05)
        if file.exists():
            seen.add(file.stat().st_mtime_ns)
    job.kill()
    job.wait()
    run = ib.Run.load(file)
print(f"saved at t = {run.t:,} of {run.until:,}")

# %%
# The same run without interruption, up to the same t, and then both for a while:

again = ib.Run(run.problem, run.method, run.step_size).advance(run.t)
print("the file has the same bits as a run that was never killed:", np.array_equal(again.w, run.w))
run.advance(100_000)
again.advance(100_000)
print("and so have a hundred thousand steps more:", np.array_equal(again.w, run.w))

# %%
# What it found: two sides of a bracket, and a curve without a seam.

figure, ax = plt.subplots(figsize=(7.6, 4.8), layout="constrained")
ib.plot.margins(run, ax=ax, labels=["killed and resumed"])
plt.show()

# %%
# Nothing shows where the process was killed; the margin, solid, goes on towards the dotted maximum.

# %%
# On the command line every run saves itself, and ``implicitbias run --resume results/l2.npz`` goes on.
# Ctrl-C and SIGTERM save before they interrupt; a disk that is full is a warning, and the run goes on.
