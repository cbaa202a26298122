"""Faults in experiments: in what they compare runs with, and in how they measure."""

from .mutant import Mutant


def _in(paper: str, name: str, old: str, new: str, caught_by: str) -> Mutant:
    return Mutant(name, f"paper/field/{paper}.py", ((old, new),), caught_by)


PAPERS = [
    _in(
        "separable",
        "margin gaps are squared",
        "return 1 - own / largest",
        "return (1 - own / largest) ** 2",
        "soudry2018.margin, ji_telgarsky2021.schedule",
    ),
    _in(
        "separable",
        "margin gaps are a hundredth",
        "own, largest = (float((rows @ v).min() / np.linalg.norm(v, p)) for v in (w, best))",
        "own, largest = (float((rows @ v).min() / np.linalg.norm(v, p)) for v in (w, best)); "
        "own = largest - (largest - own) / 100",
        "nacson2019.direction",
    ),
    _in(
        "exponents",
        "exponents are fitted to square roots",
        "x, y = np.log(t[counted]), np.log(gaps[counted])",
        "x, y = np.log(t[counted]), np.log(gaps[counted]) / 2",
        "ji2021.rate, ji_telgarsky2021.rate, zhang2024.constant, nacson2019.rate, ji2020.rate, "
        "ji_telgarsky2019.offset-rate",
    ),
    _in(
        "exponents",
        "exponents are fitted to squares",
        "rest = y - y.mean() - slope * x0",
        "rest = y - y.mean() - slope * x0; slope *= 2",
        "wu2024.small, ji2021.momentum, ji_telgarsky2021.schedule",
    ),
    _in(
        "fan2025",
        "each descent is measured in its own norm",
        "trial.measure(NAMES[norm], max(0.0, gap(X, y, run.w, best[other], other)))",
        "trial.measure(NAMES[norm], max(0.0, gap(X, y, run.w, best[norm], norm)))",
        "fan2025.others",
    ),
    _in(
        "fan2025",
        "the maximum margin is taken for the separator's norm",
        "gamma = margin(X, y, best[norm]) / norm_of(best[norm], norm)",
        "gamma = norm_of(best[norm], norm) / margin(X, y, best[norm])",
        "fan2025.lemma1",
    ),
    _in(
        "ravi2024",
        "machines of one class against the rest see all pairs",
        "return X, y, best, machines",
        "return X, y, best, best",
        "ravi2024.rest",
    ),
    _in(
        "ardeshir2021",
        "features are too few",
        "d = max(n, round(over * 2 * n * np.log(n)))",
        "d = max(n, round(over * 0.2 * n * np.log(n)))",
        "ardeshir2021.transition, ardeshir2021.all",
    ),
    _in(
        "ardeshir2021",
        "features are too many",
        "d = max(n, round(over * 2 * n * np.log(n)))",
        "d = max(n, round(over * 32 * n * np.log(n)))",
        "ardeshir2021.below",
    ),
    _in(
        "pesme2024",
        "horizons are held against l_2",
        "u /= np.linalg.norm(u, norm)",
        "u /= np.linalg.norm(u)",
        "pesme2024.horizon",
    ),
    _in(
        "ali2019",
        "the loss is taken for half of the squares",
        "t = ends * 2 * n * eta",
        "t = ends * n * eta",
        "ali2019.ridge",
    ),
    _in(
        "gunasekar2018/section_2_coordinate",
        "the lasso is read off the stagewise path",
        "return steps.w[within], path.at_norm(steps.l1_norms[within])",
        "return steps.w[within], steps.w[within]",
        "lasso-any",
    ),
    _in(
        "gunasekar2018/lemma_8",
        "every sample supports",
        "return np.asarray(margins <= margins.min() * (1 + NEARLY))",
        "return np.ones(len(margins), bool)",
        "lem8-alternating",
    ),
]
