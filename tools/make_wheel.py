"""Make a manylinux wheel of this clone, look at what is inside, and test it where no compiler is.

    python tools/make_wheel.py --zig    # manylinux_2_17, by the zig compiler (the package ziglang)
    python tools/make_wheel.py          # by the machine's own compiler, as new as its C library

It needs Linux and the packages of the extra `wheel` in pyproject.toml. The source distribution is made first,
and the wheel from it, in an environment of its own; both end in --out.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from elftools.elf.elffile import ELFFile

ROOT = Path(__file__).resolve().parents[1]
MACHINE = platform.machine()
MODULES = {"_core", "_kernels_baseline"} | (
    {"_kernels_x86_64_v3", "_kernels_x86_64_v4"} if MACHINE == "x86_64" else set()
)
SUFFIXES = {".css", ".js", ".py", ".pyi", ".so", ".typed"}
LARGEST = 6_000_000  # bytes of all modules together, as they are installed

# zig's compiler asks for processors in its own spelling. CMake takes it for Clang, which it is.
WRAPPER = """#!/bin/bash
exec "{zig}" c++ -target {machine}-linux-gnu.2.17 "${{@/#-march=x86-64-v/-march=x86_64_v}}"
"""


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command, whose output is seen, and stop if it fails."""
    print("==", *command, flush=True)
    begin = time.monotonic()
    subprocess.run(command, cwd=cwd, env=env, check=True)
    print(f"== {time.monotonic() - begin:.0f} s", flush=True)


def refuse(archive: Path, complaints: Iterable[str]) -> None:
    """Stop if there is something to complain of."""
    if found := list(complaints):
        sys.exit("\n".join([f"{archive.name}:", *found]))


def build(folder: Path, zig: bool) -> tuple[Path, Path]:
    """Return a source distribution and the wheel made from it."""
    environment = dict(os.environ)
    if zig:
        import ziglang

        wrapper = folder / "c++"
        wrapper.write_text(WRAPPER.format(zig=Path(ziglang.__file__).parent / "zig", machine=MACHINE))
        wrapper.chmod(0o755)
        environment["CXX"] = str(wrapper)
    every_level = "-Ccmake.define.IMPLICITBIAS_ANY_MACHINE=ON"
    run(sys.executable, "-m", "build", every_level, "--outdir", folder, env=environment)
    return next(folder.glob("*.tar.gz")), next(folder.glob("*.whl"))


def check_sdist(sdist: Path) -> None:
    """Refuse a source distribution with files that are not in the repository."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    with tarfile.open(sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    refuse(sdist, (f"stray file {name}" for name in names - set(listed.stdout.split("\n")) - {"PKG-INFO"}))


def repair(wheel: Path, out: Path, zig: bool) -> Path:
    """Return the wheel with the tag that it deserves; with zig, that of manylinux_2_17 or none."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    auditwheel = (sys.executable, "-m", "auditwheel")
    run(*auditwheel, "show", wheel, env=environment)
    tag = f"manylinux_2_17_{MACHINE}" if zig else "auto"
    folder = wheel.parent / "repaired"
    run(*auditwheel, "repair", "--plat", tag, "--wheel-dir", folder, wheel, env=environment)
    return Path(shutil.copy(next(folder.glob("*.whl")), out))


def check_wheel(wheel: Path) -> None:
    """Refuse a wheel that lacks something or has too much."""

    def complaints() -> Iterable[str]:
        with zipfile.ZipFile(wheel) as archive:
            names = {PurePosixPath(name) for name in archive.namelist() if not name.endswith("/")}
            metadata = next(name.parent for name in names if name.match("*.dist-info/WHEEL"))
            for name in names:
                if name.parts[0] not in {"implicitbias", str(metadata)}:
                    yield f"stray file {name}"
                elif name.parts[0] == "implicitbias" and name.suffix not in SUFFIXES:
                    yield f"no file of a package: {name}"
            for wanted in ("py.typed", "_core/__init__.pyi"):
                if PurePosixPath("implicitbias", wanted) not in names:
                    yield f"no {wanted}"
            for kept in (ROOT / "LICENSE", ROOT / "NOTICE", *(ROOT / "licenses").iterdir()):
                name = metadata / "licenses" / kept.relative_to(ROOT).as_posix()
                if name not in names or archive.read(str(name)) != kept.read_bytes():
                    yield f"no {name}, or another text"
            libraries = {name.name.partition(".")[0]: name for name in names if name.suffix == ".so"}
            if libraries.keys() != MODULES:
                yield f"modules {sorted(libraries)}, not {sorted(MODULES)}"
            size = sum(archive.getinfo(str(name)).file_size for name in libraries.values())
            if size > LARGEST:
                yield f"modules of {size} bytes together, which are more than {LARGEST}"
            for name in libraries.values():
                with archive.open(str(name)) as file:
                    if ELFFile(file).get_section_by_name(".symtab"):
                        yield f"{name} is not stripped"

    refuse(wheel, complaints())


def test(wheel: Path, tests: list[str]) -> None:
    """Run tests on the wheel in a fresh environment, with nothing else on the PATH."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(sys.executable, "-m", "venv", folder / "venv")
        python = folder / "venv" / "bin" / "python"
        kept = {key: value for key, value in os.environ.items() if key not in {"CC", "CXX", "PYTHONPATH"}}
        environment = {**kept, "PATH": str(python.parent)}
        run(
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--only-binary=:all:",
            f"{wheel}[test]",
            env=environment,
        )
        # Away from the clone, so that what is installed is what is imported.
        copy = folder / "copy"
        for part in ("tests", "docs", "tools"):
            shutil.copytree(ROOT / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
        for file in ("pyproject.toml", "README.md", "CONTRIBUTING.md"):
            shutil.copy(ROOT / file, copy)
        run(python, "-m", "pytest", "-q", *tests, cwd=copy, env=environment)


def main() -> None:
    """Take the command line's options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--zig", action="store_true", help="compile with zig, for manylinux_2_17")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="where both go (default: dist)")
    parser.add_argument(
        "--tests",
        nargs="+",
        default=["tests"],
        metavar="ARG",
        help="what pytest runs (default: the fast tests)",
    )
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        sdist, made = build(Path(name), options.zig)
        check_sdist(sdist)
        shutil.copy(sdist, options.out)
        wheel = repair(made, options.out.resolve(), options.zig)
    check_wheel(wheel)
    test(wheel, options.tests)
    print(f"{wheel}: {wheel.stat().st_size} bytes")


if __name__ == "__main__":
    main()
