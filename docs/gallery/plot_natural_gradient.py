r"""
Natural gradient descent and its step size
==========================================

Natural gradient descent and mirror descent have the same flow, and with infinitely small steps the same
limit (section 2.3 of Gunasekar et al., 2018). With finite steps they part: Proposition 3a computes by how
much after one step, and Example 3 shows it in a figure. Richardson's extrapolation of the limits of finite
steps to :math:`\eta = 0` gives the flow's limit back, to eight digits.
"""

import matplotlib.pyplot as plt
import numpy as np

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
problem = ib.datasets.example_2().problem(ib.Squared())
etas = np.linspace(0.002, 0.12, 60)
natural = ib.Sweep(problem, ib.NaturalGradient(ib.Entropy()), list(etas)).advance(20_000)
mirror = ib.Sweep(problem, ib.MirrorDescent(ib.Entropy()), list(etas)).advance(20_000)
flow = ib.flow(problem, ib.NaturalGradient(ib.Entropy()))

figure, ax = plt.subplots(figsize=(7.2, 4.4), layout="constrained")
ax.plot(etas, [run.w[0] for run in natural.runs], lw=2, label="natural gradient descent")
ax.plot(etas, [run.w[0] for run in mirror.runs], "--", lw=2, label="mirror descent")
ax.plot(0, flow.w[0], "o", color="black", clip_on=False, zorder=3, label=r"flow, $\eta \to 0$")
ax.plot(0.1, 0.6, "s", mfc="none", color="black", label="exact: (0.6, 0.2) at 0.1")
ax.set(xlabel=r"step size $\eta$", ylabel="$w_1$ of the limit")
figure.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# Mirror descent does not feel the step; natural gradient descent starts at the same point and leaves it in
# proportion to the step.

# %%
# Halving the step twice, and combining what is found so that the terms in :math:`\eta` and :math:`\eta^2`
# cancel:

halves = [
    ib.Run(problem, ib.NaturalGradient(ib.Entropy()), eta).advance(100_000).w
    for eta in (0.004, 0.002, 0.001, 0.0005)
]
table = [np.array(halves)]
for order in range(1, len(halves)):
    table.append((2**order * table[-1][1:] - table[-1][:-1]) / (2**order - 1))
print("finite step 0.0005:", halves[-1])
print("extrapolated:      ", table[-1][0])
print("flow:              ", flow.w)
print(ib.compare(flow, ib.predict(problem, ib.NaturalGradient(ib.Entropy()), flow=True)))
