"""Try every statement of every paper, and store the verdicts for the site: docs/verdicts.json.

    python tools/store_verdicts.py [--effort fast|default|thorough] [--out FILE]

Takes some minutes on two cores with the default effort. What is stored of a statement is its verdict, the
measurement that decided it and the tolerance, with the versions and the command that made all of them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[1] / "docs" / "verdicts.json"
FLAGS = {"fast": ["--fast"], "default": [], "thorough": ["--thorough"]}


def decisive(statement: dict[str, Any]) -> dict[str, Any] | None:
    """Return the measurement that speaks most against what is expected."""
    found: list[dict[str, Any]] = statement["measurements"]

    def value(each: dict[str, Any]) -> float:
        return float(each["value"])  # "infinity" in the report

    if statement["must"] == "open":
        return max(found, key=value, default=None)
    against = min if statement["must"] == "fails" and statement["verdict"] != "holds" else max
    return against(found, key=lambda each: value(each) / each["tolerance"], default=None)


def stored(report: dict[str, Any], command: list[str]) -> dict[str, Any]:
    """Return what the site needs of a report."""
    return {
        "command": " ".join(command),
        "date": datetime.now(UTC).date().isoformat(),
        "versions": report["versions"],
        "statements": {
            each["key"]: {
                "verdict": each["verdict"],
                "as_expected": each["as_expected"],
                "decisive": decisive(each),
                "measurements": len(each["measurements"]),
                "hypotheses": each["hypotheses"],
                "seconds": round(each["seconds"], 1),
            }
            for each in report["statements"]
        },
    }


def main() -> int:
    """Run the command, and store what it found; the exit status is the command's."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--effort", choices=FLAGS, default="default")
    parser.add_argument("--out", type=Path, default=TARGET)
    given = parser.parse_args()
    command = ["implicitbias", "paper", "--of", "all", *FLAGS[given.effort]]
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run([sys.executable, "-m", *command, "--out", folder], check=False)
        report = Path(folder) / "report.json"
        if not report.exists():
            return tried.returncode or 1
        found = stored(json.loads(report.read_text(encoding="utf-8")), command)
    given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    return tried.returncode


if __name__ == "__main__":
    raise SystemExit(main())
