"""The page in a real browser, headless: sliders dragged and moved by keys, numbers beside the library's, nothing from
elsewhere, readable in both widths and both colours. Skipped where there is no Chromium or no Playwright."""

import html
import re
import shutil
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

import attractron as at
from attractron.explorer.models import MODELS
from tests.explorer.served import serving

sync_api = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PATH = next(filter(None, map(shutil.which, BROWSERS)), None)
pytestmark = pytest.mark.skipif(PATH is None, reason=f"no browser on the path: none of {', '.join(BROWSERS)}")

PATIENCE = 30_000
"""Milliseconds that the page may take for what takes a second or less on an idle machine."""


@pytest.fixture(scope="module")
def server():
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as play:
        found = play.chromium.launch(executable_path=PATH, args=["--no-sandbox"])
        yield found
        found.close()


class Window:
    """A page in a window of its own, and what it complained about."""

    def __init__(self, browser, server, width=1024, scheme="light", patience=PATIENCE):
        self.patience = patience
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        self.page = self.context.new_page()
        self.page.set_default_timeout(patience)
        self.wrong = []
        here = urlsplit(server.url).netloc
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url}"))
        self.page.on("websocket", lambda socket: self._seen(socket.url, here))
        self.page.on("request", lambda request: self._seen(request.url, here))
        self.page.goto(server.url)
        self.page.wait_for_selector(".verdict b")

    def _seen(self, url, here):
        if urlsplit(url).netloc != here and not url.startswith(("data:", "blob:")):
            self.wrong.append(f"to elsewhere: {url}")

    def box(self, name):
        """The number box of a knob, by what is written above it."""
        return self.page.get_by_label(name, exact=True)

    def numbers(self, names):
        return {name: float(self.box(label).input_value()) for name, label in names.items()}

    def said(self):
        return self.page.locator(".verdict").first.inner_text()

    def settled(self, test):
        """Wait until what the page says passes a test."""
        end = time.monotonic() + self.patience / 1000
        while not test():
            if time.monotonic() > end:
                return False
            self.page.wait_for_timeout(50)
        return True


@pytest.fixture
def window(browser, server):
    opened = []

    def open_one(**options):
        opened.append(Window(browser, server, **options))
        return opened[-1]

    yield open_one
    for each in opened:
        each.context.close()
        assert each.wrong == []


LABELS = {"W": "W (meV)", "U": "U (meV)", "delta": "δ (meV)", "t": "t (meV)", "temperature": "temperature (K)"}


def letters(text):
    return re.sub(r"\W|_", "", html.unescape(text)).casefold()


def summary(values):
    device = at.dots.building_block(**{name: values[name] for name in ("W", "U", "delta", "t")})
    return at.dots.verdict(device, uncertainty={"W": 0.02}, temperature=values["temperature"]).attrs["summary"]


def test_every_slider_is_dragged_and_moved_by_keys(window):
    """The verdict on the page is the library's for the numbers on the page, each time."""
    shown = window(width=1920)
    handles = shown.page.locator(".noUi-handle")
    assert handles.count() == len(LABELS)
    for handle, name in zip(handles.all(), LABELS, strict=True):
        before = shown.numbers(LABELS)
        place = handle.bounding_box()
        x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
        shown.page.mouse.move(x, y)
        shown.page.mouse.down()
        shown.page.mouse.move(x - 12, y, steps=2)
        shown.page.mouse.up()
        handle.press("ArrowLeft")
        shown.page.wait_for_timeout(100)  # what was moved is on its way
        assert shown.settled(lambda: letters(shown.said()) == letters(summary(shown.numbers(LABELS)))), name
        after = shown.numbers(LABELS)
        assert after[name] < before[name]
        assert {key for key in LABELS if after[key] != before[key]} == {name}


def test_a_number_is_typed_a_point_read_out_and_the_study_taken_away(window, tmp_path):
    shown = window(width=1920, scheme="dark")
    shown.box("U (meV)").fill("2.123")
    shown.box("U (meV)").press("Enter")
    wanted = summary({"W": 0.83, "U": 2.123, "delta": 2.41, "t": 0.05, "temperature": 0.05})
    assert shown.settled(lambda: letters(shown.said()) == letters(wanted))
    assert shown.box("U (meV)").input_value() == "2.123"
    place = shown.page.locator("canvas").first.bounding_box()
    shown.page.mouse.move(place["x"] + 0.4 * place["width"], place["y"] + 0.8 * place["height"])
    assert shown.settled(lambda: "(0,0)" in shown.page.locator(".point").first.inner_text())
    with shown.page.expect_download() as waiting:
        shown.page.get_by_role("button", name="study file").first.click()
    waiting.value.save_as(tmp_path / "shown.toml")
    study = at.studies.read(tmp_path / "shown.toml")
    result = at.studies.compute_study(study)
    assert study.question.verdict(study, result).text == wanted
    shown.page.get_by_role("button", name="Python").first.click()
    assert shown.settled(
        lambda: "at.dots.building_block(W=0.83, U=2.123" in shown.page.locator("pre").first.inner_text()
    )


FOCUSED = """() => {
    let at = document.activeElement;
    while (at && at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
    const role = at.getAttribute("role") || at.tagName.toLowerCase();
    const place = at.getBoundingClientRect();
    return role + " " + Math.round(place.x) + " " + Math.round(place.y);
}"""

BRIGHTNESS = """() => {
    const light = colour => {
        const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const find = (root, test) => {
        for (const each of root.querySelectorAll("*")) {
            if (test(each)) return each;
            if (each.shadowRoot) { const inner = find(each.shadowRoot, test); if (inner) return inner; }
        }
    };
    const text = find(document, e => e.classList.contains("verdict"));
    let behind = text, colour = "rgba(0, 0, 0, 0)";
    while (behind && colour === "rgba(0, 0, 0, 0)") {
        colour = getComputedStyle(behind).backgroundColor;
        behind = behind.parentElement || behind.getRootNode().host;
    }
    const [a, b] = [light(getComputedStyle(text).color), light(colour)].sort((p, q) => q - p);
    return (a + 0.05) / (b + 0.05);
}"""


def test_it_is_readable_and_reached_by_the_keyboard(window):
    """Contrast of the text, nothing beyond the edge, nothing over anything; in both widths, dark and light."""
    shown = window(width=1024, scheme="dark")
    shown.page.wait_for_selector("canvas")
    dark = shown.page.get_by_role("button", name="dark")
    assert shown.settled(lambda: "bk-active" in (dark.get_attribute("class") or ""))
    assert_readable(shown, 1024)
    shown.page.set_viewport_size({"width": 1920, "height": 900})
    dark.click()
    assert_readable(shown, 1920)
    reached = {shown.page.evaluate(FOCUSED) for _ in range(45) if not shown.page.keyboard.press("Tab")}
    assert {"select", "input", "slider", "button"} <= {each.partition(" ")[0] for each in reached}
    assert sum(each.startswith("slider") for each in reached) == len(LABELS)


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "scheme"), [(1024, "light"), (1024, "dark"), (1920, "light"), (1920, "dark")])
def test_it_opens_readable(window, width, scheme):
    shown = window(width=width, scheme=scheme)
    shown.page.wait_for_selector("canvas")
    assert_readable(shown, width)


def assert_readable(shown, width):
    assert shown.settled(lambda: shown.page.evaluate(BRIGHTNESS) > 7)
    assert shown.settled(lambda: shown.page.evaluate("document.documentElement.scrollWidth") <= width)
    boxes = shown.page.evaluate(BOXES)
    assert len(boxes) > 15
    for number, box in enumerate(boxes):
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 1
        for other in boxes[number + 1 :]:
            layers = box["height"] > 200 and other["height"] > 200 and abs(box["x"] - other["x"]) < 2
            assert layers or apart(box, other), (box, other)


BOXES = """() => {
    const found = [];
    const walk = root => {
        for (const each of root.querySelectorAll("*")) {
            if (each.matches("canvas, .verdict, .noUi-base, button, select, input")) {
                const {x, y, width, height} = each.getBoundingClientRect();
                if (width && height) found.push({x, y, width, height});
            }
            if (each.shadowRoot) walk(each.shadowRoot);
        }
    };
    walk(document);
    return found;
}"""


def apart(one, other):
    """Whether two boxes touch at most, to two pixels."""
    return (
        one["x"] + one["width"] <= other["x"] + 2
        or other["x"] + other["width"] <= one["x"] + 2
        or one["y"] + one["height"] <= other["y"] + 2
        or other["y"] + other["height"] <= one["y"] + 2
    )


@pytest.fixture(scope="module")
def command():
    """`attractron explore` itself, with its process beside it, all kernels compiled."""
    words = [sys.executable, "-m", "attractron", "explore", "--no-browser"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as running:
        said = next(line for line in running.stdout if "http://" in line)
        yield SimpleNamespace(url=re.search(r"http://\S+", said)[0])
        running.terminate()
        running.wait(20)


@pytest.mark.validation
@pytest.mark.parametrize("kind", MODELS)
def test_every_model_is_shown_and_its_sliders_move(browser, command, kind):
    shown = Window(browser, command, width=1920, patience=60_000)
    if kind != "building-block":
        shown.page.locator("select").first.select_option(label=MODELS[kind])
        assert shown.settled(lambda: "Calculating" in shown.said())
    assert shown.settled(lambda: "Calculating" not in shown.said())
    for handle in shown.page.locator(".noUi-handle:visible").all():
        handle.press("ArrowRight")
        shown.page.wait_for_timeout(50)
    assert shown.settled(lambda: "old" not in shown.page.locator(".verdict").first.get_attribute("class"))
    refused = shown.page.locator(".refused")
    assert refused.count() == 0 or "nm" in refused.first.inner_text()  # metals may touch
    shown.context.close()
    assert shown.wrong == []
