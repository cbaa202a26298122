"""The package broken on purpose, in one way at a time: which statements of the paper notice?

A statement notices by its verdict: an experiment that raises an error says nothing about the statement.

``python tests/mutants.py`` builds a copy with all the faults in it, dormant, and prints who catches what;
names of faults select some.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Mutant:
    """A fault, by name: with MUTANT=name in the environment each old statement becomes the new one."""

    name: str
    file: str  # beneath cpp/include/implicitbias (.hpp) or python/implicitbias (.py)
    edits: tuple[tuple[str, str], ...]

    @property
    def path(self) -> str:
        return (
            "cpp/include/implicitbias/" if self.file.endswith(".hpp") else "python/implicitbias/"
        ) + self.file


MUTANTS = [
    Mutant(
        "steepest descent goes uphill",
        "geometry/norms/lp.hpp",
        (
            ("dw = -g;", "dw = g;"),
            (
                "return entry == 0 ? 0.0 : std::copysign(sum, -entry);",
                "return entry == 0 ? 0.0 : std::copysign(sum, entry);",
            ),
            ("dw[i] = -g[i];", "dw[i] = g[i];"),
            ("dw = tied * (g.array() * -share);", "dw = tied * (g.array() * share);"),
            ("dw *= balance(sum);", "dw *= -balance(sum);"),
        ),
    ),
    Mutant(
        "a factor goes uphill",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "out *= -2;",
                "out *= 2;",
            ),
        ),
    ),
    Mutant(
        "p and q are swapped",
        "geometry/norms/lp.hpp",
        (("return fraction > 0 && 1 + 1 / fraction == p ? fraction : power;", "return p - 1;"),),
    ),
    Mutant("primal momentum is dropped", "methods/momentum.hpp", (("if (beta == 0) return;", "return;"),)),
    Mutant(
        "dual momentum adds primal differences",
        "methods/momentum.hpp",
        (
            (
                "move += beta().at(now.t) * (now.z - now.previous_z);",
                "move += beta().at(now.t) * (now.w - now.previous_w);",
            ),
        ),
    ),
    Mutant(
        "steps by max, as printed",
        "step_sizes/loss_normalized.hpp",
        (
            (
                "return std::min(log_cap_, scale_.rule->log_step(context) - context.log_smoothness);",
                "const double log_step = scale_.rule->log_step(context) - context.log_smoothness;\n"
                "return log_cap_ < infinity ? std::max(log_cap_, log_step) : log_step;",
            ),
        ),
    ),
    Mutant(
        "half of the lifted samples",
        "problems/lift.py",
        (
            ("lifted[:, :r, r:] = X / 2", "lifted[:, :r, r:] = X / 4"),
            ("lifted[:, r:, :r] = X.transpose(0, 2, 1) / 2", "lifted[:, r:, :r] = X.transpose(0, 2, 1) / 4"),
        ),
    ),
    Mutant(
        "lifted samples as printed",
        "problems/lift.py",
        (
            ("lifted[:, :r, r:] = X / 2", "lifted[:, :r, r:] = X"),
            ("lifted[:, r:, :r] = X.transpose(0, 2, 1) / 2", "lifted[:, r:, :r] = X.transpose(0, 2, 1)"),
        ),
    ),
    Mutant(
        "half of the gradient in U",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "out *= -2;",
                "out *= -1;",
            ),
        ),
    ),
    Mutant(
        "the start of a factor is normalized",
        "methods/factorized_gradient_descent.hpp",
        (("state.memory = {state.w};", "state.memory = {state.w / state.w.norm()};"),),
    ),
    Mutant(
        "mirror descent forgets w(0)",
        "methods/mirror_descent.hpp",
        (("potential_->link(state.w, z);", "potential_->link(Vector::Ones(z.size()), z);"),),
    ),
    Mutant(
        "the entropy's inverse link is linear",
        "geometry/potentials/entropy.hpp",
        (
            (
                "for (Index i = 0; i < z.size(); ++i) w[i] = std::exp(z[i]);",
                "for (Index i = 0; i < z.size(); ++i) w[i] = 1 + z[i];",
            ),
        ),
    ),
    Mutant(
        "the Euclidean inverse link halves", "geometry/potentials/euclidean.hpp", (("w = z;", "w = z / 2;"),)
    ),
    Mutant(
        "natural gradient steps are mirror steps",
        "methods/natural_gradient.hpp",
        (
            (
                "add_scaled(now.w, log_eta + log_scale, next.w, next.w);",
                "next.w = now.w.array() * (-std::exp(log_eta + log_scale) * gradient.array()).exp();",
            ),
        ),
    ),
    Mutant(
        "the simplex is met by a shift",
        "geometry/constraints/simplex.hpp",
        (("w /= sum;", "w.array() += (1 - sum) / static_cast<double>(w.size());"),),
    ),
    Mutant(
        "quadratic norms multiply by D",
        "geometry/norms/quadratic.hpp",
        (("cholesky_.solveInPlace(dw);", "dw = (D_ * dw).eval();"),),
    ),
    Mutant(
        "the nuclear step is the Frobenius step",
        "geometry/norms/schatten.hpp",
        (("lp_.steepest(values, ties, step);", "step = -values;"),),
    ),
    Mutant(
        "the oracle's margin is a mean",
        "oracles/max_margin.py",
        (("return float((margins - rounding).min()), w", "return float(margins.mean()), w"),),
    ),
    Mutant(
        "exact line search stops halfway",
        "step_sizes/exact_line_search.hpp",
        (
            (
                "return log_shrinkage_ + context.heading->log_minimizer();",
                "return log_shrinkage_ + context.heading->log_minimizer() - std::log(2.0);",
            ),
        ),
    ),
    Mutant(
        "exact line search overshoots",
        "step_sizes/exact_line_search.hpp",
        (
            (
                "return log_shrinkage_ + context.heading->log_minimizer();",
                "return log_shrinkage_ + context.heading->log_minimizer() + std::log(1.5);",
            ),
        ),
    ),
    Mutant(
        "AdaGrad adds up gradients, not squares",
        "methods/adagrad.hpp",
        (
            (
                "next.w += now.w;",
                "next.w += now.w; next.memory[0] = (now.memory[0].array().exp() + "
                "std::exp(log_scale) * gradient.array().abs()).log();",
            ),
        ),
    ),
    Mutant(
        "AdaGrad steps without its accumulator",
        "methods/adagrad.hpp",
        (
            (
                "kernels::adagrad_step(gradient, log_scale, std::exp(log_eta), next.memory[0], next.w);",
                "kernels::adagrad_step(gradient, log_scale, 1, next.memory[0], next.w); "
                "next.w = -std::exp(log_eta + log_scale) * gradient;",
            ),
        ),
    ),
    Mutant(
        "momentum does not look ahead",
        "methods/momentum.hpp",
        (("point = w + gamma_.at(t) * (w - previous_w);", "point = w;"),),
    ),
    Mutant(
        "tied coordinates are not averaged",
        "geometry/norms/lp.hpp",
        (
            (
                "dw = tied * (g.array() * -share);",
                "Index first = 0; tied.maxCoeff(&first); dw.setZero(); dw[first] = -g[first];",
            ),
        ),
    ),
    Mutant(
        "half of a diagonal network goes uphill",
        "models/diagonal.hpp",
        (("out.tail(size_).array() *= -g.array();", "out.tail(size_).array() *= g.array();"),),
    ),
    Mutant(
        "a factor of a product goes uphill",
        "models/product.hpp",
        (
            (
                "Eigen::Map<Matrix>(out.data(), rows_, width()).noalias() = G * V(theta);",
                "Eigen::Map<Matrix>(out.data(), rows_, width()).noalias() = -G * V(theta);",
            ),
        ),
    ),
    Mutant(
        "the first layer goes uphill",
        "models/deep_linear.hpp",
        (("gradient = behind;", "gradient = -behind;"),),
    ),
    Mutant(
        "the first filter goes uphill",
        "models/convolution.hpp",
        (("out.head(size_) = behind;", "out.head(size_) = -behind;"),),
    ),
    Mutant(
        "steps in weighted norms are too long",
        "geometry/norms/weighted.hpp",
        (("dw.array() /= weights_.array();", "dw *= 1;"),),
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
    ),
    Mutant(
        "the inverse link of squared lp norms is stretched",
        "geometry/potentials/squared_lp.hpp",
        (("w = -w;", "w *= -2;"),),
    ),
    Mutant(
        "steps without a bound are taken for bounded ones",
        "claims/max_margin.py",
        (("open_ones.append((text, run.step_size.bounded))", "open_ones.append((text, True))"),),
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
    ),
    Mutant(
        "steps are clipped where the loss exceeds 1",
        "methods/mirror_descent.hpp",
        (
            (
                "add_scaled(move, log_eta + log_scale, -gradient, move);",
                "add_scaled(move, log_eta + std::min(log_scale, 0.0), -gradient, move);",
            ),
        ),
    ),
    Mutant(
        "polynomial steps are those of the theorem",
        "step_sizes/polynomial.hpp",
        (
            (
                "return log_eta_ - power_ * std::log1p(static_cast<double>(context.t));",
                "return -context.log_smoothness;",
            ),
        ),
    ),
    Mutant(
        "AdaGrad forgets the step size",
        "methods/adagrad.hpp",
        (
            (
                "kernels::adagrad_step(gradient, log_scale, std::exp(log_eta), next.memory[0], next.w);",
                "kernels::adagrad_step(gradient, log_scale, 0.3, next.memory[0], next.w);",
            ),
            (
                "dq[i] = -std::copysign(std::exp(log_eta + log_unit + log_gradient - (before + added) / 2), "
                "gradient[i]);",
                "dq[i] = -std::copysign(0.3 * std::exp(log_unit + log_gradient - (before + added) / 2), "
                "gradient[i]);",
            ),
        ),
    ),
    Mutant(
        "a factor forgets the step size",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "add_scaled(now.memory[0], log_eta + log_scale, next.memory[0], next.memory[0]);",
                "add_scaled(now.memory[0], std::log(0.01) + log_scale, next.memory[0], next.memory[0]);",
            ),
        ),
    ),
    Mutant(
        "a factor grows by itself",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "direct(now.memory[0], gradient, next.memory[0]);",
                "direct(now.memory[0], gradient, next.memory[0]); "
                "next.memory[0] += 0.5 * std::exp(-log_scale) * now.memory[0];",
            ),
        ),
    ),
    Mutant(
        "a factor has a column for every row",
        "methods/factorized_gradient_descent.hpp",
        (
            (
                "state.memory = {state.w};",
                "const Index rank = state.w.size() / side_; Matrix U(side_, rank + side_); "
                "U << Eigen::Map<const Matrix>(state.w.data(), side_, rank), "
                "3.0 * Matrix::Identity(side_, side_); "
                "state.memory = {Eigen::Map<const Vector>(U.data(), U.size())};",
            ),
        ),
    ),
    Mutant(
        "natural gradient descent is mirror descent",
        "methods/natural_gradient.hpp",
        (
            (
                "add_scaled(now.w, log_eta + log_scale, next.w, next.w);",
                "Vector z(now.w.size()); potential_->link(now.w, z); "
                "add_scaled(z, log_eta + log_scale, -gradient, z); potential_->inverse_link(z, next.w);",
            ),
        ),
    ),
    Mutant(
        "coordinate descent moves every coordinate",
        "geometry/norms/lp.hpp",
        (("dw = tied * (g.array() * -share);", "dw = -g;"),),
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
    ),
    Mutant(
        "gradient descent goes along squares",
        "geometry/potentials/euclidean.hpp",
        (("w = z;", "w = z.array() * z.array().abs();"),),
    ),
    Mutant(
        "polynomial steps do not shrink",
        "step_sizes/polynomial.hpp",
        (("return log_eta_ - power_ * std::log1p(static_cast<double>(context.t));", "return log_eta_;"),),
    ),
    Mutant(
        "the hyperbolic entropy starts small",
        "geometry/potentials/hyperbolic_entropy.hpp",
        (
            (
                "return std::abs(z) < far ? beta_ * std::sinh(z) : std::copysign(std::exp(std::abs(z) + "
                "log_half_), z);",
                "return 1e-8 * std::sinh(z);",
            ),
        ),
    ),
    Mutant(
        "Adam divides every entry by the largest root",
        "methods/adaptive.hpp",
        (
            (
                "for (Index i = 0; i < dw.size(); ++i) dw[i] = m[i] == 0 ? 0 : "
                "-m[i] / (root * r[i] + added);",
                "dw = -m / (root * r.maxCoeff() + added);",
            ),
        ),
    ),
    Mutant(
        "eps is forgotten",
        "methods/adaptive.hpp",
        (
            (
                "for (Index i = 0; i < dw.size(); ++i) dw[i] = m[i] == 0 ? 0 : "
                "-m[i] / (root * r[i] + added);",
                "for (Index i = 0; i < dw.size(); ++i) "
                "dw[i] = m[i] == 0 || root == 0 ? 0 : -m[i] / (root * r[i]);",
            ),
        ),
    ),
    Mutant(
        "Lion goes along the derivatives",
        "methods/lion.hpp",
        (
            (
                "dw = dw.unaryExpr([](double entry) { return entry == 0 ? 0.0 : std::copysign(1.0, -entry); "
                "});",
                "dw /= -std::max(dw.lpNorm<Eigen::Infinity>(), 1e-300);",
            ),
        ),
    ),
    Mutant(
        "averages of gradients do not forget",
        "methods/ema.hpp",
        (
            (
                "memory[0] = scale.kept(beta_) * former[0] + scale.added(1 - beta_) * gradient;",
                "memory[0] = former[0].isZero() ? scale.added(1.0) * gradient : scale.kept(1.0) * former[0];",
            ),
        ),
    ),
    Mutant(
        "acceleration forgets",
        "methods/dual_acceleration.hpp",
        (("memory[0] = t / (t + 1) * (now.memory[0] - gradient);", "memory[0] = 0 * gradient;"),),
    ),
    Mutant(
        "Newton and Schulz do not iterate",
        "methods/newton_schulz_descent.hpp",
        (("X = (a * X + B * X).eval();", "X *= 1.0;"),),
    ),
    Mutant(
        "singular values keep their sizes",
        "geometry/norms/schatten.hpp",
        (("lp_.steepest(values, ties, step);", "step = -values;"),),
    ),
    Mutant(
        "normalized steps do not shrink",
        "step_sizes/normalized.hpp",
        (
            (
                "return log_length == -infinity ? -infinity : length_.log_step(context) - log_length;",
                "return log_length == -infinity ? -infinity : std::log(length_.eta()) - log_length;",
            ),
        ),
    ),
    Mutant(
        "a power's inverse link is linear",
        "geometry/potentials/power_potential.hpp",
        (("return std::copysign(std::pow(std::abs(z), 1 / (p_ - 1)), z);", "return z;"),),
    ),
    Mutant(
        "the hyperbolic entropy's inverse link is linear",
        "geometry/potentials/hyperbolic_entropy.hpp",
        (
            (
                "return std::abs(z) < far ? beta_ * std::sinh(z) : std::copysign(std::exp(std::abs(z) + "
                "log_half_), z);",
                "return beta_ * z;",
            ),
        ),
    ),
    Mutant(
        "the inverse link of cosh is linear",
        "geometry/potentials/cosh.hpp",
        (("return std::asinh(z);", "return z;"),),
    ),
    Mutant(
        "the polynomial tail is exponential",
        "losses/polynomial_tail.hpp",
        (
            (
                "return std::log(power_) - (margin > 0 ? (power_ + 1) * std::log1p(margin) : 0.0);",
                "return std::log(power_) - std::max(margin, 0.0);",
            ),
        ),
    ),
    Mutant(
        "cross-entropy weighs the classes alike",
        "losses/cross_entropy.hpp",
        (
            (
                "weights.segment(n * group_, group_) = soft[n] - margins.array();",
                "weights.segment(n * group_, group_).setZero();",
            ),
        ),
    ),
    Mutant(
        "every batch has the first samples",
        "problems/mini_batch.hpp",
        (
            (
                "kernels::pick_batch(recipe(), order.size(), random.data(), order.data(), batch.data());",
                "for (std::size_t i = 0; i < batch.size(); ++i) batch[i] = static_cast<Index>(i);",
            ),
        ),
    ),
    Mutant(
        "bounds are not kept",
        "geometry/constraints/bounds.hpp",
        (("if (clipped == w) return;", "return;"),),
    ),
]

# Seconds a statement may take: some run without end under a fault, as a search for data that never succeeds.
LIMIT = 30

# Runs in the copy: which statements are not as expected?
_EXAMINE = """
import json, signal, sys
from importlib.machinery import PathFinder
class Copy:
    find_spec = staticmethod(lambda name, path=None, target=None:
        PathFinder.find_spec(name, path or [sys.argv[1]]) if name.startswith("implicitbias") else None)
sys.meta_path.insert(0, Copy)  # before what an editable install may have put there
from implicitbias.paper import examine, statements
import implicitbias
assert implicitbias.__file__.startswith(sys.argv[1]), implicitbias.__file__

def too_long(*_):
    raise TimeoutError  # an error of the experiment, as any other
signal.signal(signal.SIGALRM, too_long)

def finding(statement):
    signal.alarm(int(sys.argv[2]))
    try:
        return examine(statement, "fast")
    finally:
        signal.alarm(0)

findings = [finding(each) for each in statements(of="all")]
others = [each for each in findings if each.verdict not in (each.statement.expect, "error")]
print(json.dumps([each.statement.key for each in others]))
"""


def plant(folder: Path) -> None:
    """Put every fault, dormant, into the sources beneath a folder."""
    for mutant in MUTANTS:
        file = folder / mutant.path
        for old, new in mutant.edits:
            _plant(file, mutant.name, old, new)
    # The faults are in the plain form of the iterations; tests/engines/test_forms.py holds others against it.
    loop = folder / "cpp/src/runs/run_loop.cpp"
    choice = "if (!parts_.plain)"
    assert choice in loop.read_text()
    loop.write_text(loop.read_text().replace(choice, "if (false)"))
    types = folder / "cpp/include/implicitbias/base/types.hpp"
    types.write_text(
        types.read_text()
        .replace(
            "namespace implicitbias {",
            "namespace implicitbias {\n\ninline bool mutant(const char* name) {\n"
            '  static const char* const active = std::getenv("MUTANT");\n'
            "  return active && std::strcmp(active, name) == 0;\n}\n",
            1,
        )
        .replace("#pragma once", "#pragma once\n\n#include <cstdlib>\n#include <cstring>", 1)
    )


def _plant(file: Path, name: str, old: str, new: str) -> None:
    text = file.read_text()
    count = text.count(old)
    assert count == 1, f"{file}: expected {old!r} once, found it {count} times"
    if file.suffix == ".hpp":
        replacement = f'if (mutant("{name}")) {{ {new} }} else {{ {old} }}'
    else:
        indent = re.search(rf"^( *){re.escape(old)}", text, re.M)[1]
        condition = f'if __import__("os").environ.get("MUTANT") == "{name}":'
        replacement = f"{condition}\n{indent}    {new}\n{indent}else:\n{indent}    {old}"
    file.write_text(text.replace(old, replacement))


def sources_with_faults(folder: Path) -> Path:
    """Return a copy of the sources with the faults in it."""
    sources = folder / "sources"
    files = subprocess.check_output(
        ["git", "ls-files", "-z", "cpp", "python", "*.toml", "*.txt", "*.md"], cwd=ROOT
    )
    names = [name for name in files.decode().split("\0") if name] + ["LICENSE", "NOTICE"]
    for name in names:
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_bytes((ROOT / name).read_bytes())
    plant(sources)
    return sources


def build(folder: Path) -> Path:
    """Build a copy of the package with the faults in it; return where it can be imported from."""
    sources, installed = sources_with_faults(folder), folder / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", installed, sources]
    subprocess.run(command, check=True)
    return installed


def caught(installed: Path, name: str) -> list[str]:
    """Return the statements whose verdict is another with one fault active, or with none for ""."""
    environment = {**os.environ, "MUTANT": name}
    command = [sys.executable, "-W", "ignore", "-c", _EXAMINE, str(installed), str(LIMIT)]
    done = subprocess.run(command, env=environment, cwd=installed, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def table(installed: Path, names: Sequence[str] = ()) -> Iterator[tuple[str, list[str]]]:
    """Yield every fault, or those of these names, with the statements that catch it."""
    for mutant in MUTANTS:
        if names and mutant.name not in names:
            continue
        yield mutant.name, caught(installed, mutant.name)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        place = build(Path(name))
        assert sys.argv[1:] or not caught(place, "")
        print("| fault | caught by |\n|---|---|")
        for fault, keys in table(place, sys.argv[1:]):
            print(f"| {fault} | {', '.join(keys)} |", flush=True)
