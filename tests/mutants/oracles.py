"""Faults in oracles, claims and paths: what runs are compared with."""

from .mutant import Mutant

ORACLES = [
    Mutant(
        "the oracle's margin is a mean",
        "oracles/max_margin.py",
        (("return float((margins - rounding).min()), w", "return float(margins.mean()), w"),),
        "sec3.1, late, thm5, thm5-start, thm5-ties, thm5-lemma, thm5-unbounded, late-norms, "
        "late-mirror, rosset, gap-law, thm6-limit, thm6-late, lem8",
    ),
    Mutant(
        "the predicted projection leaves the constraint out",
        "claims/projection.py",
        (
            (
                "rows, targets = np.vstack([rows, self.constraint.G]), np.append(targets, self.constraint.h)",
                "pass",
            ),
        ),
        "thm1a",
    ),
    Mutant(
        "steps without a bound are taken for bounded ones",
        "claims/max_margin.py",
        (("open_ones.append((text, run.step_size.bounded))", "open_ones.append((text, True))"),),
        "thm5-unbounded",
    ),
    Mutant(
        "the margin over positive matrices is a mean",
        "oracles/psd_max_margin.py",
        (
            (
                "least = float((np.tensordot(A, W, 2) / needed).min())",
                "least = float((np.tensordot(A, W, 2) / needed).mean())",
            ),
        ),
        "thm7, thm7-psd",
    ),
    Mutant(
        "support vectors are the others",
        "runs/support_vectors.py",
        (
            (
                "on = margins[-1] <= (1 + tolerance) * smallest",
                "on = margins[-1] > (1 + tolerance) * smallest",
            ),
        ),
        "lem8",
    ),
    Mutant(
        "monotone paths are the others",
        "paths/lasso_path.py",
        (
            (
                "return bool(np.all(np.diff(sizes, axis=0) >= -1e-9 * sizes.max(axis=0)))",
                "return not np.all(np.diff(sizes, axis=0) >= -1e-9 * sizes.max(axis=0))",
            ),
        ),
        "lasso",
    ),
    Mutant(
        "weights over positive matrices are equal",
        "oracles/psd_max_margin.py",
        (
            (
                "weights = weights * needed / float(weights @ needed)",
                "weights = np.full(len(weights), 1 / len(weights))",
            ),
        ),
        "thm7-rate",
    ),
]
