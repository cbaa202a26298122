"""The explorer in a real browser: by hand, by keys alone, in both widths and both themes."""

import re
import shutil
import socket
import subprocess
import sys
import time

import pytest

pytest.importorskip("panel", reason="the explorer needs Panel")
sync_api = pytest.importorskip("playwright.sync_api", reason="the browser is driven by playwright")
sync_api.expect.set_options(timeout=20_000)  # milliseconds, on a machine that does much else
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
    pytest.mark.filterwarnings("default"),  # tornado's and asyncio's, of sockets that close
]
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
VERDICTS = "holds|violated|hypothesis fails|not yet converged|no claim|failed"


def started(port):
    """Start the explorer as its users do, and return the process once it answers."""
    command = [sys.executable, "-m", "implicitbias", "explore", "--port", str(port), "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline().startswith(f"The explorer is at http://127.0.0.1:{port}")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    raise AssertionError("the explorer does not listen")


@pytest.fixture(scope="module")
def address():
    from implicitbias.explorer.server import free_port

    port = free_port(0)
    with started(port) as process:
        yield f"http://127.0.0.1:{port}/"
        process.terminate()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS.split(), "--no-first-run"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, address):
    """Open the page; at the end nothing may have gone wrong, or been asked of the network."""
    wrong, pages = [], []

    def open_page(width=1280, theme="light", link="", judged=True):
        context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=theme)
        page = context.new_page()
        page.on("console", lambda said: said.type in ("error", "warning") and wrong.append(said.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request", lambda asked: re.match("http://127|blob:|data:", asked.url) or wrong.append(asked.url)
        )
        page.goto(address + link)
        pages.append(page)
        if judged:
            settled(page)
        return page

    yield open_page
    for page in pages:
        assert "Traceback" not in page.locator("body").inner_text()
        page.context.close()
    assert wrong == []


def settled(page):
    """Wait until every method has its verdict, and return them."""
    badges = page.locator(".badge")
    badges.first.wait_for()
    until = time.monotonic() + 40
    while time.monotonic() < until:
        found = badges.all_inner_texts()
        if found and all(re.fullmatch(VERDICTS, each) for each in found):
            return found
        page.wait_for_timeout(50)
    raise AssertionError(f"no verdicts, but {found}")


def place(page, x, y):
    """Return where a point of the figure of data is on the screen."""
    left, top, width, height, reach = page.evaluate(
        "() => { const view = [...Bokeh.index.query(each => each.model.name === 'data')][0];"
        " const {left, top, width, height} = view.frame.bbox; const at = view.el.getBoundingClientRect();"
        " return [at.x + left, at.y + top, width, height, view.model.x_range.end] }"
    )
    return left + width * (x + reach) / (2 * reach), top + height * (reach - y) / (2 * reach)


def coordinates(page):
    return tuple(float(page.get_by_label(name, exact=True).input_value()) for name in ("x₁", "x₂"))


def comes_to(page, x, y):
    """Wait until the selected point is there; edits that are waiting may still move it."""
    until = time.monotonic() + 20
    while coordinates(page) != pytest.approx((x, y), abs=0.03) and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert coordinates(page) == pytest.approx((x, y), abs=0.03)


def drag(page, start, end):
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    for step in range(1, 11):
        between = [a + (b - a) * step / 10 for a, b in zip(start, end, strict=True)]
        page.mouse.move(*place(page, *between))
        page.wait_for_timeout(30)
    page.mouse.up()


def test_a_point_is_dragged_until_no_separator_is_left_and_back(opened):
    page = opened()
    headline = page.locator(".headline")
    assert headline.inner_text().startswith("Separable")
    assert coordinates_of(page, FIRST) == FIRST
    drag(page, FIRST, (0.6, -1.2))
    comes_to(page, 0.6, -1.2)
    sync_api.expect(headline).to_contain_text("no line through the origin")
    verdicts = settled(page)
    assert verdicts[0] == verdicts[2] == "hypothesis fails"
    assert "linearly separable" in page.locator(".words").first.inner_text()
    drag(page, coordinates(page), FIRST)
    sync_api.expect(headline).to_contain_text("Separable")
    assert "no claim" not in settled(page)


FIRST = (-0.72, 1.92)


def coordinates_of(page, point):
    """Select the point there, and return what the page says of it."""
    page.mouse.click(*place(page, *point))
    sync_api.expect(page.locator(".status")).to_contain_text("Point 1 of")
    return coordinates(page)


def test_the_separator_turns_while_the_hand_drags(opened):
    page = opened()
    before = page.locator(".places td").all_inner_texts()
    page.mouse.move(*place(page, *FIRST))
    page.mouse.down()
    page.mouse.move(*place(page, 0.0, 0.6))
    page.mouse.move(*place(page, 1.4, -0.2))
    sync_api.expect(page.locator(".places td").first).not_to_have_text(before[0])
    page.mouse.up()
    settled(page)


def test_a_click_on_an_empty_place_adds_a_point(opened):
    page = opened()
    page.mouse.click(*place(page, 1.5, 1.7))
    sync_api.expect(page.locator(".status")).to_have_text("Point 15 of 15, +1")
    assert coordinates(page) == pytest.approx((1.5, 1.7), abs=0.03)
    page.get_by_role("button", name="Give the selected point the other label").click()
    sync_api.expect(page.locator(".headline")).to_contain_text("contradict each other")
    page.get_by_role("button", name="Remove the selected point").click()
    sync_api.expect(page.locator(".headline")).to_contain_text("Separable")
    settled(page)


def test_p_moves_the_limit_and_the_verdict_is_read(opened):
    page = opened()
    first = page.locator(".card").first
    assert first.locator("h3").inner_text() == "steepest descent, l1"
    before = page.locator(".places tr").nth(1).inner_text()
    slider = first.get_by_label("p", exact=True)
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    sync_api.expect(first.locator("h3")).to_have_text(re.compile("l2, η = 0.02"))  # as the second
    assert slider.get_attribute("aria-valuetext") == "2"
    settled(page)
    assert page.locator(".places tr").nth(1).inner_text() != before
    assert "Theorem 5" in first.locator(".words").inner_text()


def test_time_goes_to_10_to_the_300(opened):
    page = opened()
    slider = page.get_by_label("Time t")
    slider.focus()
    page.keyboard.press("End")
    sync_api.expect(page.locator(".time output")).to_have_text("10³⁰⁰")
    page.wait_for_timeout(300)
    assert settled(page) == ["holds"] * 3
    page.get_by_text("Python that does the same").click()
    assert ".fast_forward(1e+300)" in page.locator("pre").inner_text()
    page.keyboard.press("Home")


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")])
def test_nothing_leaves_the_screen_and_colors_follow(opened, width, theme):
    page = opened(width, theme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    root = page.locator(".explorer")
    assert root.get_attribute("data-theme") == theme
    axis = "[...Bokeh.index.query(each => each.model.name === 'data')][0].model.below[0]"
    ink = page.evaluate(f"() => parseInt({axis}.axis_label_text_color.slice(1, 3), 16)")
    assert (ink < 128) == (theme == "light")
    page.get_by_role("button", name="Use light colors" if theme == "dark" else "Use dark colors").click()
    assert root.get_attribute("data-theme") != theme
    controls = root.locator("button, select, input, a.button, summary")
    for control in controls.all():
        if control.is_visible() and control.get_attribute("type") != "range":
            box = control.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_by_keys_alone(opened):
    page = opened()

    def to(matches):
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(f"() => {{ {ACTIVE} return ({matches})(active) }}"):
                return
        raise AssertionError(f"Tab never comes to {matches}")

    status = page.locator(".status")
    to("each => each.classList.contains('pad')")
    page.keyboard.press("n")
    sync_api.expect(status).to_contain_text("Point 1 of 14, +1")
    x, y = coordinates(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    sync_api.expect(page.get_by_label("x₂", exact=True)).not_to_have_value(str(y))
    moved = coordinates(page)
    assert moved[0] > x
    assert moved[1] < y
    page.keyboard.press("l")
    sync_api.expect(status).to_contain_text(", \u22121")
    page.keyboard.press("a")
    sync_api.expect(status).to_contain_text("Point 15 of 15")
    page.keyboard.press("Delete")
    sync_api.expect(status).to_contain_text("of 14")
    to("each => each.textContent === 'Python that does the same'")
    page.keyboard.press("Enter")
    sync_api.expect(page.locator("pre")).to_be_visible()
    page.reload()
    settled(page)
    to("each => each.options?.[1]?.value === 'theorem-5'")
    page.keyboard.press("e")  # the first preset whose name begins so
    sync_api.expect(page.locator(".headline")).to_contain_text("solutions")
    assert settled(page)[0] == "holds"


def test_keys_that_are_held_are_added_up_and_do_not_queue(opened):
    page = opened()
    edits = []
    page.on("websocket", lambda found: found.on("framesent", lambda frame: edits.append(str(frame))))
    page.reload()
    settled(page)
    page.locator(".pad").focus()
    page.keyboard.press("n")
    sync_api.expect(page.locator(".status")).to_contain_text("Point 1 of 14")
    x, y = coordinates(page)
    reach = page.evaluate("[...Bokeh.index.query(each => each.model.name === 'data')][0].model.x_range.end")
    edits.clear()
    for _ in range(30):
        page.keyboard.down("ArrowRight")  # repeats, as of a key that is held
    page.keyboard.up("ArrowRight")
    comes_to(page, x + 0.6 * reach, y)
    assert 1 <= sum('"move"' in each for each in edits) <= 5
    settled(page)


def test_a_server_that_is_gone_is_spoken_of(browser):
    from implicitbias.explorer.server import free_port

    port = free_port(0)
    with started(port) as process:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        settled(page)
        gone = page.locator(".gone")
        assert gone.inner_text() == ""
        process.terminate()
        sync_api.expect(gone).to_contain_text(f"implicitbias explore --port {port}")
        page.context.close()


ACTIVE = (
    "let active = document.activeElement;while (active?.shadowRoot) active = active.shadowRoot.activeElement;"
)


def test_a_link_restores_the_state(opened):
    page = opened(link="#loss=Squared()&t=3&points=1_2_1&curve=method:mirror,geometry:Entropy,eta:0.05")
    assert page.locator(".card h3").all_inner_texts() == ["mirror descent, Entropy"]
    assert settled(page) == ["holds"]
    page.get_by_label("Step η").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("!/eta:0.05(&|$)/.test(location.hash)")
    again = opened(link=page.evaluate("location.hash"))
    assert again.evaluate("location.hash") == page.evaluate("location.hash")
    assert again.locator("h3").all_inner_texts() == page.locator("h3").all_inner_texts()


def test_points_that_are_few_or_lie_on_each_other_are_spoken_of(opened):
    page = opened()
    for points, headline in (
        ("", "There are no points"),
        ("0_0_1", "All points lie at the origin"),
        ("1_2_1", "All points have one label"),
        ("1_1_1~1_1_-1", "points 1 and 2 contradict each other"),
        ("1_1_1~-1_-1_1~1_-1_1", "Not separable"),
    ):
        page.evaluate("link => { location.hash = link }", f"points={points}")
        sync_api.expect(page.locator(".headline")).to_contain_text(headline)


def test_a_link_that_cannot_be_read_is_said_to_be(opened):
    page = opened(link="#curve=method:sgd")
    sync_api.expect(page.get_by_role("alert")).to_contain_text(
        "link: it cannot be read (method: expected one of"
    )
