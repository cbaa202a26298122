"""``implicitbias sweep``: a study of many runs, from a file."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InvalidValueError
from ..runs.sweep.sweep import Sweep
from .console import complain, console, saying
from .output_files import make_folder, refuse_unwritable_places, show_file, to_file, to_folder, written
from .study_file import Study, read_study


class ExecutorName(StrEnum):
    """Who computes."""

    processes = "processes"
    threads = "threads"
    loky = "loky"
    dask = "dask"


def sweep(
    study: Annotated[
        Path,
        typer.Argument(
            metavar="STUDY",
            parser=to_file,
            help="A .toml file with a study of problems, methods and steps, and its outputs.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", parser=to_folder, help="Folder for the runs, tables and figures (STUDY-out)."
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the runs in the folder.")] = False,
    executor: Annotated[
        ExecutorName | None,
        typer.Option(metavar="NAME", help="processes, threads, loky or dask; without it, this process."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, metavar="NUMBER", help="How many, of processes, threads or loky.")
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS", help="Of the scheduler of Dask; without it, a cluster on this machine."
        ),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", parser=to_file, help="A file for a line whenever runs come back, with the time."
        ),
    ] = None,
    oracle: Annotated[
        bool, typer.Option("--oracle/--no-oracle", help="Hold the runs against the claims about them.")
    ] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
) -> None:
    """Sweep: many runs on any number of machines, saved as they go.

    Exit status: 0, 2 for bad arguments, files and lost workers, 130 after Ctrl-C;
    --resume then goes on.
    """
    if address is not None and executor is not ExecutorName.dask:
        raise InvalidValueError("address: --address has no effect without --executor dask")
    if workers is not None and executor in (None, ExecutorName.dask):
        raise InvalidValueError(
            "workers: --workers has no effect without --executor processes, threads or loky"
        )
    if log is not None and log.resolve() == study.resolve():
        raise InvalidValueError(f"log: expected another file than the study, got {str(log)!r}")
    folder = out if out is not None else Path(f"{study.stem}-out")
    refuse_unwritable_places(folder, log)
    asked = read_study(study)
    runs = folder / "runs"
    if runs.exists() and not resume:
        raise InvalidValueError(f"out: {str(folder)!r} has runs already; --resume goes on with them")
    if resume and not runs.exists():
        raise InvalidValueError(f"resume: expected runs in {str(folder)!r}, found none")
    make_folder(folder)
    with saying(nothing=quiet):
        if not resume:
            _keep(study, folder)
        console.print(f"{asked.sweep!r}, saved in {folder}", soft_wrap=True, highlight=False)
        try:
            with _working(executor, workers, address) as crew:
                _advance(asked, crew, runs, progress=not quiet, log=log)
        except KeyboardInterrupt:
            complain(f"interrupted; implicitbias sweep {study} --out {folder} --resume goes on")
            raise typer.Exit(130) from None
        if resume:  # only now it is certain that the runs are this study's
            _keep(study, folder)
        if not _report(asked, folder, oracle):
            raise typer.Exit(2)


def _keep(study: Path, folder: Path) -> None:
    """Have the study in the folder, which can then be published."""
    if study.resolve() != (folder / study.name).resolve():
        shutil.copyfile(study, folder / study.name)


def _advance(
    study: Study, executor: Executor | None, runs: Path, *, progress: bool, log: Path | None
) -> None:
    if study.steps is not None:
        study.sweep.advance(study.steps, executor, runs, progress, adaptive=study.adaptive, log=log)
    if study.fast_forward is not None:
        study.sweep.fast_forward(study.fast_forward, executor, runs, progress, log=log)


@contextmanager
def _working(
    name: ExecutorName | None, workers: int | None, address: str | None
) -> Iterator[Executor | None]:
    """Have an executor while this lasts."""
    match name:
        case None:
            yield None
        case ExecutorName.processes:
            with ProcessPoolExecutor(workers) as pool:
                yield pool
        case ExecutorName.threads:
            with ThreadPoolExecutor(workers) as pool:
                yield pool
        case ExecutorName.loky:
            executor = _needed("joblib.externals.loky").get_reusable_executor(workers)
            try:
                yield executor
            finally:
                executor.shutdown()
        case ExecutorName.dask:
            distributed = _needed("distributed")
            try:
                client = distributed.Client(address)
            except OSError as error:
                raise InvalidValueError(f"address: no scheduler of Dask answers at {address!r}") from error
            with client:
                yield client.get_executor()


def _needed(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        name = module.partition(".")[0]
        raise InvalidValueError(
            f"executor: it needs the package {name}; write pip install 'implicitbias[sweep]'"
        ) from error


def _report(study: Study, folder: Path, oracle: bool) -> bool:
    """Say what came of the runs and write the files; return whether all are written."""
    sweep = study.sweep
    failed = sum(map(bool, sweep.messages.ravel()))
    console.print(f"{sweep.size:,} runs, {failed:,} of them stopped before their end")
    if oracle:
        from ..claims.comparison import compare

        console.print(str(compare(sweep)), soft_wrap=True)
    files = [(folder / name, _table_writer(sweep)) for name in study.tables]
    if study.margins is not None:
        files.append((folder / study.margins, _margins_writer(sweep)))
    files += [(folder / phase["file"], _phase_writer(sweep, phase)) for phase in study.phases]
    there = [_write(path, write) for path, write in files]  # one that fails does not keep the others
    return all(there)


def _write(path: Path, write: Callable[[Path], None]) -> bool:
    there = written(path, write)
    if there:
        show_file(path)
    return there


def _table_writer(sweep: Sweep) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        match path.suffix:
            case ".csv":
                sweep.to_pandas().to_csv(path)
            case ".nc":
                sweep.to_xarray().to_netcdf(path)
            case _:
                sweep.to_xarray().to_zarr(path, mode="w", consolidated=False)

    return write


def _margins_writer(sweep: Sweep) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        from ..plot import margins

        _save(margins(sweep, band="quantiles"), path)

    return write


def _phase_writer(sweep: Sweep, phase: dict[str, str]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        from ..plot import phase as draw

        drawn = draw(sweep, phase["x"], phase["y"], phase.get("value", "gap"), panels=phase.get("panels"))
        _save(drawn[0] if isinstance(drawn, list) else drawn, path)

    return write


def _save(ax: Any, path: Path) -> None:
    import matplotlib.pyplot as plt

    ax.figure.savefig(path, dpi=150)
    plt.close(ax.figure)
