"""The explorer without a browser: states, links, edits, words, and the code that does the same."""

import math
from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import implicitbias as ib
from implicitbias.explorer.curve import GEOMETRIES, METHODS, MOMENTA, STEPS, Curve
from implicitbias.explorer.edits import edited
from implicitbias.explorer.link import link_of, read_link
from implicitbias.explorer.presets import PRESETS
from implicitbias.explorer.scene import scene_of, whole_scene
from implicitbias.explorer.script import script_of
from implicitbias.explorer.state import LOSSES, State, state_of

numbers = st.floats(-1e6, 1e6)
curves = st.builds(
    Curve,
    st.sampled_from(list(METHODS)),
    st.sampled_from(list(GEOMETRIES)),
    st.one_of(st.floats(1, 60), st.just(math.inf)),
    st.floats(1e-3, 1),
    st.sampled_from(list(MOMENTA)),
    st.floats(0, 0.99),
    st.sampled_from(list(STEPS)),
    st.floats(1e-6, 10),
    st.integers(0, 20),
)


@st.composite
def states(draw):
    d = draw(st.integers(2, 4))
    X = draw(st.lists(st.tuples(*[numbers] * d), max_size=6))
    y = draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=len(X), max_size=len(X)))
    chosen = draw(st.lists(curves, min_size=1, max_size=4))
    symmetric = d == 3 and draw(st.booleans())
    axes = draw(st.permutations(range(d if X or symmetric else 2)))[:2]
    return State(
        tuple(X),
        tuple(y),
        draw(st.sampled_from(LOSSES)),
        tuple(chosen),
        draw(st.floats(0, 300)),
        tuple(axes),
        symmetric,
    )


@given(states())
def test_links_restore_states(state):
    assert read_link("#" + link_of(state)) == state


@given(st.text(max_size=60))
def test_other_links_are_refused_in_words(text):
    with suppress(ib.InvalidValueError):
        assert isinstance(read_link(text), State)


@pytest.mark.parametrize(
    "link",
    [
        "t=301",
        "t=nan",
        "t=x",
        "points=1_1",
        "points=1_2_3",
        "points=1_2_1~1_1",
        "points=inf_2_1",
        "loss=mse",
        "curve=method:sgd",
        "curve=method",
        "curve=eta:x",
        "curve=nothing:1",
        "axes=1_1",
        "axes=1_3",
        "axes=1",
        "points=1/0_2_1",
        "matrices=square",
        "matrices=symmetric&points=1_2_1",
        "nothing=1",
        "t",
    ],
)
def test_links_that_say_what_is_not_are_refused(link):
    with pytest.raises(ib.InvalidValueError, match="^link: it cannot be read "):
        read_link(link)


def moved(state, **edit):
    return edited(state, edit)


STATE = PRESETS["theorem-5"].state()


@pytest.mark.parametrize("loss", ["CrossEntropy()", "PairwiseLogistic()"])
def test_links_with_losses_of_classes_are_refused(loss):
    with pytest.raises(ib.InvalidValueError, match=r"^link: .*loss: expected one of labels -1 and \+1"):
        read_link(f"#loss={loss}&points=1_2_1~2_1_-1")


def test_a_loss_of_a_link_is_written_as_the_menu_has_it():
    assert read_link("#loss=Exponential&points=1_2_1").loss == "Exponential()"
    assert read_link("#loss=Huber(delta=2.0)&points=1_2_1").loss == repr(ib.Huber(2))


def test_numbers_whose_squares_overflow_are_refused():
    with pytest.raises(ib.InvalidValueError, match=r"^points: expected numbers up to 1e\+100"):
        State(((1e200, 0.0),), (1.0,))


def test_edits_of_points():
    there = moved(STATE, do="move", index=0, dx=0.1, dy=-0.2)
    assert there.X[0] == pytest.approx(np.add(STATE.X[0], [0.1, -0.2]), abs=1e-3)
    assert there.X[1:] == STATE.X[1:]
    assert moved(STATE, do="place", index=1, axis=0, value="0.25").X[1] == (0.25, STATE.X[1][1])
    assert moved(STATE, do="label", index=0).y[0] == -STATE.y[0]
    more = moved(STATE, do="add", x=0.5, y=-0.5, pen=-1)
    assert (more.X[-1], more.y[-1]) == ((0.5, -0.5), -1.0)
    assert moved(more, do="remove", index=len(STATE.X)) == STATE
    assert moved(State(((1.0, 2.0),), (1.0,)), do="remove", index=0).X == ()


def test_the_figure_of_points_moves_adds_and_removes():
    columns = {"x": [point[0] for point in STATE.X], "y": [point[1] for point in STATE.X]}
    columns["number"] = list(range(len(STATE.X)))
    assert moved(STATE, do="drag", **columns) == STATE
    x, y, number = ([*column[2:], new] for column, new in zip(columns.values(), (0.3, 0.7, -1), strict=True))
    after = moved(STATE, do="drag", x=x, y=y, number=number, pen=-1)
    assert after == replace(STATE, X=(*STATE.X[2:], (0.3, 0.7)), y=(*STATE.y[2:], -1.0))


def test_another_loss_takes_other_targets_and_steps():
    curve = Curve("steepest", step="normalized")
    regression = moved(replace(STATE, curves=(curve,)), do="loss", value="Squared()")
    assert regression.curves[0].step == "constant"
    real = moved(regression, do="label", index=0, value=2.5)
    assert moved(real, do="loss", value="Logistic()").y[0] == 1.0


@pytest.mark.parametrize(
    "edit",
    [
        {},
        {"do": "fly"},
        {"do": "move", "index": 99, "dx": 0, "dy": 0},
        {"do": "move", "index": 0, "dx": "far", "dy": 0},
        {"do": "move"},
        {"do": "place", "index": 0, "axis": 5, "value": 1},
        {"do": "place", "index": 0, "axis": 0, "value": ""},
        {"do": "add", "x": math.inf, "y": 0},
        {"do": "label", "index": 0, "value": 0.5},
        {"do": "loss", "value": "mse"},
        {"do": "curve", "index": 0, "field": "method", "value": "sgd"},
        {"do": "curve", "index": 9, "field": "p", "value": 2},
        {"do": "time", "value": 301},
        {"do": "axes", "value": [0, 2]},
        {"do": "axes", "value": [0]},
        {"do": "preset", "value": "none"},
        {"do": "drag", "x": [1.0], "y": [], "number": [0]},
    ],
)
def test_edits_that_cannot_be_done_are_refused_in_words(edit):
    with pytest.raises(ib.InvalidValueError, match=r"^\w[\w ]*: "):
        edited(STATE, edit)


def test_curves_number_one_to_four():
    four = STATE
    while len(four.curves) < 4:
        four = moved(four, do="add curve")
    with pytest.raises(ib.InvalidValueError, match="at most 4"):
        moved(four, do="add curve")
    one = replace(STATE, curves=STATE.curves[:1])
    with pytest.raises(ib.InvalidValueError, match="at least one"):
        moved(one, do="remove curve", index=0)


@pytest.mark.parametrize("method", METHODS)
def test_every_control_makes_a_noun(method):
    kind = METHODS[method]
    for geometry in kind.geometries or ("Lp",):
        for momentum in kind.momenta or ("none",):
            for step in STEPS:
                curve = Curve(method, geometry, p=1.5, momentum=momentum, step=step, batch=2)
                made, rule, batch = curve.nouns()
                assert isinstance(made, ib.Method)
                assert isinstance(rule, ib.StepSize)
                assert batch == ib.MiniBatch(2, seed=0)


def ran(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scope = {}
    exec(compile(code, "explored.py", "exec"), scope)
    return scope["runs"]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_run_and_their_code_gives_the_same_numbers(name, tmp_path, monkeypatch, capsys):
    state = PRESETS[name].state()
    scene = whole_scene(state)
    assert all(course.verdict not in ("", "failed", "violated") for course in scene.courses)
    assert scene.pending == []
    runs = ran(script_of(scene), tmp_path, monkeypatch)
    assert len(runs) == len(state.curves)
    printed = capsys.readouterr().out
    for run, course in zip(runs, scene.courses, strict=True):
        assert run.log10_t == pytest.approx(state.log10_t, abs=1e-3)
        np.testing.assert_array_equal(run.w, course.run.w)
        assert repr(run.method) == repr(course.run.method)
        assert course.words in printed
    assert len(list(tmp_path.iterdir())) == 1


def judged(**changes):
    return whole_scene(replace(STATE, **changes))


def test_where_nothing_leaps_it_says_how_far_it_went():
    adam = Curve("adam", step="polynomial", eta=0.1)
    scene = judged(X=((1.0, 0.5), (0.5, 1.0)), y=(1.0, 1.0), curves=(adam, Curve(eta=0.1)), log10_t=200)
    stopped, leapt = scene.courses
    assert stopped.run.t == 10**6
    assert "It iterated to t = 10^6 only. fast_forward leaps no farther: method: expected" in stopped.note
    assert leapt.run.log10_t == pytest.approx(200)
    assert leapt.note == ""


def test_a_step_that_is_too_long_is_spoken_of():
    line = PRESETS["example-2"].state()
    scene = whole_scene(replace(line, curves=(Curve("gradient", eta=5.0),)))
    (course,) = scene.courses
    assert course.note.startswith(f"It stays at t = {course.run.t}: step t = ")
    assert "hypothesis fails" in course.verdict


def test_what_a_noun_refuses_is_spoken_of(tmp_path, monkeypatch):
    (course,) = judged(curves=(Curve("mirror", "SquaredLp", p=5.0),)).courses
    assert course.verdict == "failed"
    assert course.run is None
    assert course.words.startswith("method: 'MirrorDescent(SquaredLp(5))' cannot be read (p: ")
    code = script_of(judged(curves=(Curve("mirror", "SquaredLp", p=5.0),)))
    assert "is refused" in code
    assert ran(code, tmp_path, monkeypatch) == []


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        ((), (), "There are no points"),
        (((0.0, 0.0),), (1.0,), "All points lie at the origin"),
        (((1.0, 2.0),), (1.0,), "All points have one label, and lie on one side"),
        (((1.0, 1.0), (1.0, 1.0)), (1.0, -1.0), "points 1 and 2 contradict each other"),
        (((1.0, 1.0), (1.0, 1.0)), (1.0, 1.0), "All points have one label"),
        (((1.0, 1.0), (0.0, 0.0)), (1.0, -1.0), "some on it"),
        (((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0)), (1.0, 1.0, 1.0), "some on it"),
    ],
)
def test_points_that_are_few_or_coincide_are_spoken_of(X, y, words):
    scene = judged(X=X, y=y)
    assert words in scene.headline
    assert all(course.verdict != "failed" for course in scene.courses)
    compile(script_of(scene), "explored.py", "exec")


@pytest.mark.parametrize(
    ("X", "y", "words"),
    [
        (((1.0, 2.0),), (1.0,), "The solutions fill a line"),
        (((1.0, 2.0), (1.0, 0.0)), (1.0, 3.0), "One w fits all targets"),
        (
            ((1.0, 2.0), (1.0, 2.0)),
            (1.0, 3.0),
            "No w fits all targets: the least-squares solution misses one by 1.",
        ),
        (((1.0, 2.0, 0.0),), (1.0,), "The solutions fill a plane"),
    ],
)
def test_targets_are_spoken_of(X, y, words):
    assert words in judged(X=X, y=y, loss="Squared()", curves=(Curve("gradient"),)).headline


def test_states_of_problems():
    problem = ib.Problem(np.eye(3), [1, -1, 1], ib.PolynomialTail(2.0))
    state = state_of(problem)
    assert (state.X, state.y) == (((1, 0, 0), (0, 1, 0), (0, 0, 1)), (1, -1, 1))
    assert state.problem().loss == problem.loss
    assert [course.run.problem.loss for course in scene_of(state).courses] == [problem.loss] * 3
    one = ib.Problem([[1.0, 2.0]], [3.0], ib.Squared())
    assert all(course.run.residual < 1e-6 for course in scene_of(state_of(one)).courses)


class Own(ib.Loss):
    """A loss of one's own, which no link can name."""

    monotone = True

    def log_value(self, z):
        return -z

    def log_slope(self, z):
        return -z


@pytest.mark.parametrize(
    "problem",
    [
        ib.Problem(np.ones((2, 2, 2)), [1, 1], ib.Exponential()),
        ib.Problem(np.eye(3), ["a", "b", "c"], ib.CrossEntropy()),
        ib.Problem(np.eye(2), [1, 1], ib.Exponential(), model=ib.Diagonal(2)),
        ib.Problem([[1.0], [2.0]], [1, 1], ib.Exponential()),
        ib.Problem(np.ones((1001, 2)), np.ones(1001), ib.Exponential()),
        ib.Problem(np.eye(2), [1, 1], Own()),
    ],
    ids=["matrices", "classes", "model", "one feature", "many", "own loss"],
)
def test_problems_that_it_cannot_show_are_refused(problem):
    with pytest.raises(ib.InvalidValueError, match="^problem: expected "):
        ib.explore(problem)
