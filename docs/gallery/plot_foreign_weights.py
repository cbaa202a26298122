r"""
How far from the maximum margin is scikit-learn?
================================================

Weights of any program can be certified: the lower side of the bracket is their own margin, the upper side a
bound by duality that no solver needs be trusted for (Theorem 5 of Gunasekar et al., 2018; for several
classes Fan et al., 2025, Lemma 1). Ten digits, six classifiers, three norms: ``LogisticRegression`` with
hardly any penalty and ``SGDClassifier`` descend a loss whose limit is the :math:`\ell_2` maximum margin,
and ``LinearSVC`` separates each class from the rest.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.svm import LinearSVC

import implicitbias as ib

plt.style.use("seaborn-v0_8-colorblind")
X, y = load_digits(return_X_y=True)
X, y = X[:300] / 16, y[:300]
norms = {"l1": ib.Lp(1), "l2": ib.Lp(2), "linf": ib.Lp(np.inf)}
best = {name: ib.estimators.MaxMarginClassifier(norm).fit(X, y) for name, norm in norms.items()}
others = [
    LogisticRegression(C=1e10, max_iter=100_000),
    LinearSVC(C=1e3, max_iter=100_000),
    SGDClassifier(alpha=1e-8, max_iter=10_000, tol=1e-6, random_state=0),
]
models = {f"MaxMarginClassifier, {name}": model for name, model in best.items()}
models |= {type(model).__name__: model.fit(X, y) for model in others}


def margin(model, norm):
    """Return the smallest margin of a sample's class over another one, for coef_ of norm 1."""
    scores = model.decision_function(X)
    own = scores[np.arange(len(y)), y]
    scores[np.arange(len(y)), y] = -np.inf
    return (own - scores.max(axis=1)).min() / norm.value(model.coef_)


shares = np.array(
    [
        [margin(model, norm) / best[each].bracket_.upper for each, norm in norms.items()]
        for model in models.values()
    ]
)
print(f"{'share of the maximum margin in':33}" + "".join(f"{name:>7}" for name in norms))
for name, row in zip(models, shares, strict=True):
    print(f"{name:33}" + "".join(f"{share:7.3f}" for share in row))

# %%
# The same numbers as bars:

figure, ax = plt.subplots(figsize=(7.6, 4.4), layout="constrained")
places = np.arange(len(models))
for shift, column, name in zip(
    (-0.27, 0, 0.27), shares.T, (r"$\ell_1$", r"$\ell_2$", r"$\ell_\infty$"), strict=True
):
    ax.barh(places + shift, column, height=0.25, label=name)
ax.set_yticks(places, models)
ax.invert_yaxis()
ax.set(xlabel="share of the maximum margin", xlim=(0, 1))
figure.legend(loc="outside lower center", ncols=3, frameon=False)
plt.show()

# %%
# Each ``MaxMarginClassifier`` fills its own bar and no other; of scikit-learn's three, two come nearest in
# :math:`\ell_2`, and ``SGDClassifier``, which stopped before all samples were right, has a negative margin
# and no bar.
