"""How near to the maximum margin linear classifiers of scikit-learn come, norm by norm."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.svm import LinearSVC

import implicitbias as ib

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
    """Return the smallest margin of a sample's class over another one, for weights of norm 1."""
    scores = model.decision_function(X)
    own = scores[np.arange(len(y)), y]
    scores[np.arange(len(y)), y] = -np.inf
    weights = np.column_stack([model.coef_, model.intercept_])
    return (own - scores.max(axis=1)).min() / norm.value(weights)


print(f"{'share of the maximum margin in':33}" + "".join(f"{name:>7}" for name in norms))
for name, model in models.items():
    shares = (margin(model, norm) / best[each].bracket_.upper for each, norm in norms.items())
    print(f"{name:33}" + "".join(f"{share:7.3f}" for share in shares))
