"""The reference: a page for every public name, from its docstring, and one for each kind of noun."""

import inspect
import re
from dataclasses import dataclass
from pathlib import Path

from public_names import public_names
from restructured_text import escaped, heading, hidden_toctree, table
from written import write

import implicitbias as ib


@dataclass(frozen=True)
class Group:
    """Names that are listed together.

    ``kinds`` are those of the registry, whose nouns need no line here; ``names`` are others.
    """

    file: str
    title: str
    about: str
    names: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def members(self):
        """Return the public names of the group: abstract kinds and functions first, then the nouns."""
        public = public_names()
        nouns = [noun.__name__ for kind in self.kinds for noun in ib._core.registry[kind]]
        whole = [
            f"{name}.{member}"
            for name in self.names
            if inspect.ismodule(public.get(name))
            for member in public[name].__all__
        ]
        return [*(name for name in self.names if not inspect.ismodule(public.get(name))), *nouns, *whole]


GROUPS = (
    Group(
        "problems",
        "Problems and data",
        "What is lost: samples, labels and a loss, and where they come from.",
        ("Problem", "lift", "datasets", "problems"),
    ),
    Group(
        "losses",
        "Losses",
        "Losses with a finite root have limit points, monotone ones limit directions.",
        ("Loss",),
        ("losses",),
    ),
    Group("models", "Models", "How the predictor is made of the parameters.", ("Model",), ("models",)),
    Group(
        "methods",
        "Methods",
        "Rules for one step, and the momentum that they may have.",
        ("Method", "GradientDescent", "Muon", "Signum", "Momentum"),
        ("methods", "momenta", "averages"),
    ),
    Group(
        "norms",
        "Norms",
        "The geometry of steepest descent, of margins and of certificates.",
        ("Norm", "max_norm", "sum_norm", "dual_norm", "as_cvxpy"),
        ("norms",),
    ),
    Group(
        "potentials",
        "Potentials and metrics",
        "The geometry of mirror descent and of natural gradients.",
        ("Potential", "Metric"),
        ("potentials",),
    ),
    Group("constraints", "Constraints", "Sets that iterates stay in.", ("Constraint",), ("constraints",)),
    Group("step_sizes", "Step rules", "How long steps are.", ("StepSize",), ("step_sizes",)),
    Group(
        "runs",
        "Runs",
        "What iterates, records and certifies itself; and runs of other programs.",
        (
            "Run",
            "Trajectory",
            "Bracket",
            "Iterates",
            "SupportVectors",
            "Behavior",
            "behavior",
            "Recording",
            "every",
            "log_spaced",
        ),
        ("recordings", "batches"),
    ),
    Group("sweeps", "Sweeps", "Many runs at once.", ("Sweep", "Verdicts")),
    Group(
        "oracles",
        "Oracles and certificates",
        "Independent answers, each with a proof.",
        ("max_margin", "MarginSolution", "certify", "Certificate", "separability", "Separability"),
    ),
    Group(
        "claims",
        "Claims",
        "What theorems say of one problem and method, and how a run is held against it.",
        (
            "predict",
            "why_no_claim",
            "compare",
            "Report",
            "Claim",
            "Judgment",
            "Limit",
            "asymptote",
            "Asymptote",
            "bounded_accumulator",
            "limit_direction",
        ),
    ),
    Group(
        "paths",
        "Flows and paths",
        "Limits of small steps, and the paths that methods are compared with.",
        ("flow", "Flow", "paths"),
    ),
    Group(
        "recognition",
        "Recognition",
        "Which norm somebody's weights are maximizing the margin in.",
        ("fingerprint", "Fingerprint"),
    ),
    Group("estimators", "Estimators", "For pipelines of scikit-learn.", ("estimators",)),
    Group("plot", "Figures", "Each function draws on the axes that it is given, or makes some.", ("plot",)),
    Group(
        "explorer",
        "Explorer",
        "A page on which points move, and separators and verdicts follow.",
        ("explore",),
    ),
    Group(
        "paper",
        "Papers",
        "Statements, each with an experiment that may contradict it.",
        ("statement", "paper"),
    ),
    Group(
        "errors",
        "Errors and versions",
        "What is raised, what is warned of, and what made a result.",
        (
            "ImplicitBiasError",
            "InvalidTypeError",
            "InvalidValueError",
            "DomainError",
            "NotSeparableError",
            "OracleError",
            "BusyError",
            "CheckpointError",
            "WorkersLostError",
            "CheckpointWarning",
            "DataWarning",
            "show_versions",
        ),
    ),
)


def missing():
    """Return the public names that no group has, and names of groups that are not public."""
    public = {name for name, value in public_names().items() if not inspect.ismodule(value)}
    grouped = {name for group in GROUPS for name in group.members()}
    return sorted(public ^ grouped)


def members_of(cls):
    """Return the documented public members of a class that it or a base in this package defines."""
    own = [base for base in cls.__mro__ if base.__module__.startswith("implicitbias")]
    names = dict.fromkeys(name for base in own for name in vars(base) if not name.startswith("_"))
    ours = [name for name in names if not name.endswith("_request")]  # scikit-learn's metaclass adds those
    return [name for name in ours if inspect.getdoc(inspect.getattr_static(cls, name))]


def role_of(value):
    """Return the role of the Python domain that refers to a public value."""
    if inspect.isclass(value):
        return "exc" if issubclass(value, BaseException) else "class"
    return "func" if inspect.isroutine(value) else "data"


DIRECTIVES = {"exc": "autoexception", "class": "autoclass", "func": "autofunction", "data": "py:data"}


def about(value):
    """Return the first paragraph of a docstring, without the signature that pybind11 puts before it."""
    if isinstance(value, dict):
        return f"By name: {', '.join(f'``{each}``' for each in value)}."
    text = inspect.getdoc(value) or ""
    if re.match(r"\w+\(.*\) -> ", text):
        text = text.partition("\n")[2].strip()
    return escaped(" ".join(text.partition("\n\n")[0].split()))


def page(name, value, with_gallery):
    """Return the page of a public name."""
    full, role = f"implicitbias.{name}", role_of(value)
    lines = [*heading(full), f".. {DIRECTIVES[role]}:: {full}"]
    if inspect.isclass(value) and members_of(value):
        lines.append(f"   :members: {', '.join(members_of(value))}")
    if role == "data":
        lines += ["", f"   {about(value)}"]
    if with_gallery:
        lines += ["", f".. minigallery:: {full}", "   :add-heading: In the gallery", "   :heading-level: -"]
    return "\n".join([*lines, ""])


def group_page(group):
    """Return the page of a group: a line a name, and the names' pages below it."""
    public = {name: public_names()[name] for name in group.members()}
    rows = [
        (f":py:{role_of(value)}:`{name} <implicitbias.{name}>`", about(value))
        for name, value in public.items()
    ]
    lines = [*heading(group.title), group.about, "", *table(rows, widths="30 70", style="names")]
    return "\n".join(lines + hidden_toctree(f"{name} <implicitbias.{name}>" for name in public))


def index():
    """Return the first page of the reference."""
    rows = [(f":doc:`{group.title} <{group.file}>`", group.about) for group in GROUPS]
    first = "Every public name, under its full name. ``import implicitbias as ib`` is how examples begin."
    lines = [*heading("Reference"), first, "", *table(rows, widths="30 70", style="names")]
    return "\n".join(lines + hidden_toctree(group.file for group in GROUPS))


def write_pages(folder, with_gallery=False):
    """Write all pages into a folder."""
    if missing():
        raise ValueError(f"GROUPS: these names are public or listed, but not both: {', '.join(missing())}")
    public = public_names()
    pages = {f"{group.file}.rst": group_page(group) for group in GROUPS} | {"index.rst": index()}
    for group in GROUPS:
        for name in group.members():
            pages[f"implicitbias.{name}.rst"] = page(name, public[name], with_gallery)
    write(folder, pages)


def setup(app):
    """Write the pages before Sphinx looks for any."""

    def begin(app):
        write_pages(Path(app.srcdir) / "reference", "sphinx_gallery.gen_gallery" in app.extensions)

    app.connect("builder-inited", begin)
    return {"parallel_read_safe": True}
