r"""
The norm as a hyper-parameter
=============================

If an optimizer chooses the norm of the margin, then the norm is a hyper-parameter, and cross-validation may
choose it. ``MaxMarginClassifier`` and ``DescentClassifier`` are scikit-learn estimators, so that
``GridSearchCV`` takes norms and methods as it takes numbers. Two relevant features among forty favor
:math:`\ell_1`; many small ones favor :math:`\ell_\infty`, as the bounds on generalization in terms of the
margins of these norms say (Rosset, Zhu and Hastie, 2004; section 3.2 of Gunasekar et al., 2018).
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GridSearchCV, StratifiedKFold

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
norms = ["Lp(1)", "Lp(4/3)", "Lp(2)", "Lp(4)", "Lp(inf)"]
names = [r"$\ell_1$", r"$\ell_{4/3}$", r"$\ell_2$", r"$\ell_4$", r"$\ell_\infty$"]
rng = np.random.default_rng(0)
sparse, dense = np.zeros(40), rng.choice([-1.0, 1.0], 41)
sparse[:2] = 1.0
worlds = {
    "all features alike": (rng.choice([-1.0, 1.0], (80, 41)), dense),
    "two relevant features": (rng.standard_normal((80, 40)), sparse),
}
folds = StratifiedKFold(5, shuffle=True, random_state=0)

figure, ax = plt.subplots(figsize=(7.2, 4.2), layout="constrained")
for style, (world, (X, truth)) in zip(("s--", "o-"), worlds.items(), strict=True):
    y = np.where(X @ truth > 0, "yes", "no")
    model = ib.estimators.MaxMarginClassifier(tolerance=1e-4)
    search = GridSearchCV(model, {"norm": norms}, cv=folds).fit(X, y)
    mean, spread = search.cv_results_["mean_test_score"], search.cv_results_["std_test_score"]
    ax.errorbar(names, mean, spread / np.sqrt(5), fmt=style, capsize=3, label=world)
    print(f"{world}: {search.best_params_['norm']} with accuracy {search.best_score_:.2f}")
    print(f"    certified: {search.best_estimator_.bracket_}")
ax.set(xlabel="norm of the margin", ylabel="accuracy on held-out data")
figure.legend(loc="outside lower center", ncols=2, frameon=False)
plt.show()

# %%
# The solid curve falls from left to right and the dashed one rises: which norm is good depends on the
# world, and no optimizer is the best for both.

# %%
# Methods are hyper-parameters in the same way. ``DescentClassifier`` is a run that stops where its margin
# is certified to the tolerance:

descent = ib.estimators.DescentClassifier(step_size=ib.LossNormalized(), tolerance=0.05)
methods = [ib.SteepestDescent(ib.Lp(p)) for p in (4 / 3, 2, 3)]
search = GridSearchCV(descent, {"method": methods}, cv=folds).fit(X, y)
print(search.best_params_, f"after {search.best_estimator_.n_iter_} steps")
