"""``implicitbias sweep``: a study from a file."""

import numpy as np
import pandas as pd
import pytest

import implicitbias as ib

STUDY = """
steps = 200

[sweep]
data = "iris_setosa"
loss = "Logistic()"
method = ["SteepestDescent(Lp(1))", "GradientDescent"]
step_size = {small = 0.001, default = "LossNormalized"}
w0 = [[0, 0, 0, 0], [0.1, 0, 0, 0.5]]
record = "LogSpaced(10)"

[outputs]
tables = ["sweep.csv", "sweep.nc"]
margins = "margins.png"

[[phase]]
x = "step_size"
y = "method"
file = "phase.png"
"""


def test_a_study(command, tmp_path):
    (tmp_path / "study.toml").write_text(STUDY)
    status, shown, _ = command("sweep", "study.toml", "--executor", "threads", "--workers", "2")
    assert status == 0
    assert "8 runs, 0 of them stopped" in shown
    assert "8 runs: " in shown
    out = tmp_path / "study-out"
    assert (out / "study.toml").read_text() == STUDY
    assert {"sweep.csv", "sweep.nc", "margins.png", "phase.png"} <= {each.name for each in out.iterdir()}
    table = pd.read_csv(out / "sweep.csv")
    problem = ib.datasets.iris_setosa().problem(ib.Logistic())
    run = ib.Run(problem, ib.GradientDescent(), 0.001, w0=[0.1, 0, 0, 0.5], record=ib.log_spaced(10)).advance(
        200
    )
    mine = table[(table.method == "GradientDescent") & (table.step_size == "small") & (table.w0 == 1)]
    np.testing.assert_allclose(mine.log_loss, run.trajectory.log_loss, rtol=1e-12)

    status, _, error = command("sweep", "study.toml")
    assert status == 2
    assert "--resume goes on" in error
    (out / "sweep.csv").unlink()
    (tmp_path / "study.toml").write_text(STUDY.replace("steps = 200", "steps = 400"))
    assert command("sweep", "study.toml", "--resume", "--quiet", "--no-oracle")[:2] == (0, "")
    assert pd.read_csv(out / "sweep.csv").t.max() > 200
    (tmp_path / "study.toml").write_text(STUDY.replace("0.001", "0.002"))
    status, _, error = command("sweep", "study.toml", "--resume")
    assert status == 2
    assert "the folder of another sweep (its step_size differ)" in error.replace("\n", " ")
    assert (out / "study.toml").read_text() == STUDY.replace("steps = 200", "steps = 400")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("steps = 200", "", "steps: expected a number of steps, or fast_forward, got neither"),
        ("steps = 200", "steps = -1", "steps: expected an int from 0"),
        ("steps = 200", "fast_forward = -1", "fast_forward: expected a positive"),
        ("steps = 200", "steps = 200\nadaptive = 7", "adaptive: expected a float between 0 and 1"),
        ("steps = 200", "stps = 200", "stps: a study has no such word; it has sweep, data, steps"),
        ("steps = 200", "steps = ", "study: 'study.toml' cannot be read"),
        ('data = "iris_setosa"', "", "sweep.data: expected it in the table [sweep], got nothing"),
        ('data = "iris_setosa"', 'data = "nowhere.csv"', "data: expected"),
        ('"GradientDescent"', '"Gradient"', "method: 'Gradient' cannot be read (Gradient is unknown)"),
        ('"GradientDescent"', "3", "method: expected a text, got 3"),
        (
            '"GradientDescent"',
            '"SteepestDescent(Lp(1))"',
            "method: expected labels that tell the values apart",
        ),
        ("small = 0.001", "small = -1", "step_size: "),
        ('"sweep.nc"', '"sweep.xls"', "outputs.tables: its ending: expected '.nc', '.zarr' or '.csv'"),
        ('file = "phase.png"', "", "phase.file: expected a text, got None"),
    ],
)
def test_mistakes_in_a_study(command, tmp_path, old, new, message):
    (tmp_path / "study.toml").write_text(STUDY.replace(old, new))
    status, _, error = command("sweep", "study.toml")
    assert status == 2
    assert message in error.replace("\n", " ")


def test_options_without_effect(command, tmp_path):
    (tmp_path / "study.toml").write_text(STUDY)
    for arguments, message in [
        (["--resume"], "resume: expected runs in 'study-out', found none"),
        (["--workers", "2"], "workers: --workers has no effect"),
        (["--address", "tcp://x"], "address: --address has no effect"),
        (["--executor", "spark"], "Invalid value"),
    ]:
        status, _, error = command("sweep", "study.toml", *arguments)
        assert status == 2
        assert message in error.replace("\n", " ")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_study_on_dask(command, tmp_path):
    pytest.importorskip("distributed")
    (tmp_path / "study.toml").write_text(STUDY)
    assert command("sweep", "study.toml", "--executor", "dask", "--quiet")[0] == 0
    assert len(pd.read_csv(tmp_path / "study-out" / "sweep.csv")) > 100
