"""The page: one function that fills a Bokeh document, on the server of `attractron explore` or in a notebook."""

import base64
import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import log10
from typing import Any

import xarray as xr
from bokeh.document import Document as Page
from bokeh.events import DoubleTap, MouseLeave, MouseMove, RangesUpdate
from bokeh.models import (
    Button,
    Column,
    CustomJS,
    CustomJSTickFormatter,
    Div,
    InlineStyleSheet,
    NumericInput,
    Row,
    Select,
    Slider,
    Toggle,
)

from attractron.core.errors import AttractronError
from attractron.explorer import export
from attractron.explorer.figures import DARK, LIGHT, Picture
from attractron.explorer.knobs import Choice, Knob, choices_of, knobs_of, rounded
from attractron.explorer.lines import lines_of
from attractron.explorer.models import MODELS, check, pictures
from attractron.explorer.point import plain, said
from attractron.explorer.style import DOWNLOAD, as_verdict, refused, sentences, style, typeset
from attractron.explorer.view import QUICK, Answer, followed, study_from, with_changes
from attractron.explorer.worker import Asked, Worker

REST = 250
"""Milliseconds without a change after which the fine picture is calculated."""

STEPS = 200
"""Of a slider."""

ROUNDING = 1e-9
"""Of a slider's length."""

FLEXIBLE = {"flex": "1 1 520px", "max-width": "1100px"}
WRAPPED = ":host { flex-wrap: wrap; gap: 24px; }"


@dataclass
class Panel:
    """A picture on the page with what is said of it.

    Attributes:
        text: of its study, as it was opened or zoomed.
        answer: what it shows.
        said: its verdict.
        current: whether that is of what is shown, or of what was before.
        refusal: why the values on the page have no answer.
        picture: how.
        quick: whether its verdict was quick the last time.
        follows: keys of what it follows while a slider moves; None for all, else it waits until the slider rests.
    """

    text: str
    answer: Answer | None = None
    said: str = ""
    current: bool = True
    refusal: str = ""
    picture: Picture | None = None
    quick: bool = True
    follows: frozenset[str] | None = None
    verdict: Any = field(default_factory=lambda: Div(sizing_mode="stretch_width"))
    point: Any = field(default_factory=lambda: Div(sizing_mode="stretch_width"))
    code: Any = field(default_factory=lambda: Div(sizing_mode="stretch_width", visible=False))
    place: Any = field(default_factory=lambda: Column(Div(text=""), sizing_mode="stretch_width"))


class Explorer:
    """All that is on one page.

    Args:
        page: the Bokeh document.
        texts: studies of its pictures.
        kind: chosen in the list of models; empty for a study of the user's own.
        worker: who answers.
    """

    def __init__(self, page: Page, texts: Sequence[str], kind: str, worker: Worker) -> None:
        self.page, self.worker = page, worker
        self.colours = LIGHT
        self.sheet = InlineStyleSheet(css=style(LIGHT))
        self.generation, self.asked = 0, False
        self.rest: Any = None
        self.sliders: dict[str, tuple[Knob, NumericInput, Slider]] = {}
        self.payload = Div(visible=False, text="")
        self.payload.js_on_change("text", CustomJS(code=DOWNLOAD))
        self.dark = Toggle(label="dark", width=80, name="dark", stylesheets=[self.sheet])
        self.dark.on_change("active", lambda _attr, _old, new: self.paint(DARK if new else LIGHT))
        self.models = Select(title="model", value=kind, options=self._kinds(kind), name="model", width=310)
        self.models.stylesheets = [self.sheet]
        self.models.on_change("value", lambda _attr, _old, new: self.open(pictures(check(new))))
        self.knobs = Column(width=310, name="knobs")
        self.more = Column(width=310, visible=False)
        self.others = Toggle(label="more parameters", width=310, name="more", stylesheets=[self.sheet])
        self.others.js_link("active", self.more, "visible")
        self.frame = Row(sizing_mode="stretch_width", stylesheets=[WRAPPED])
        self.verdict = Div(sizing_mode="stretch_width", stylesheets=[self.sheet], name="verdict")
        self.panels: list[Panel] = []
        self.whole: Row | None = None
        self.open(texts)

    def root(self) -> Row:
        """What the document shows."""
        side = Column(self.models, self.knobs, self.others, self.more, self.dark, self.payload, width=330)
        main = Column(self.verdict, self.frame, sizing_mode="stretch_width")
        self.whole = Row(side, main, sizing_mode="stretch_width", stylesheets=[self.sheet], name="whole")
        self.paint(self.colours)
        return self.whole

    def _kinds(self, kind: str) -> list[tuple[str, str]]:
        own = [("", "your study")] if not kind else []
        return [*own, *MODELS.items()]

    def open(self, texts: Sequence[str]) -> None:
        """Show other studies."""
        self.changes: dict[str, Any] = {}
        self.panels = [Panel(text=text, follows=followed(text)) for text in texts]
        self.moved = ""
        self.place_knobs()
        self.frame.children = [self._column(panel) for panel in self.panels]
        self.paint(self.colours)
        self.verdict.text = '<p class="verdict old">Calculating …</p>'
        self.ask(fine=False)

    def place_knobs(self) -> None:
        """Sliders and lists for all numbers and words of the studies."""
        studies = [study_from(panel.text) for panel in self.panels]
        knobs: dict[str, Knob] = {}
        choices: dict[str, Choice] = {}
        for study in studies:
            knobs |= {knob.name: knob for knob in knobs_of(study) if knob.name not in knobs}
            choices |= {choice.key: choice for choice in choices_of(study) if choice.key not in choices}
        self.sliders = {}
        groups: dict[bool, list[Any]] = {True: [], False: []}
        for knob in sorted(knobs.values(), key=lambda each: "." in each.name):
            groups[knob.given].append(self._slider(knob))
        groups[True] += [self._select(choice) for choice in choices.values()]
        self.knobs.children, self.more.children = groups[True], groups[False] or [Div()]
        self.others.visible = bool(groups[False])
        self.others.active = False

    def _slider(self, knob: Knob) -> Column:
        title = plain(knob.name) + ("" if knob.unit == "1" else f" ({knob.unit})")
        box = NumericInput(title=title, value=knob.value, mode="float", width=110, name=f"box {knob.name}")
        box.stylesheets = [self.sheet]
        ends = [_on_slider(knob, end) for end in (knob.low, knob.high)]
        slider = Slider(
            start=ends[0],
            end=ends[1],
            value=_on_slider(knob, knob.value),
            step=(ends[1] - ends[0]) / STEPS,
            show_value=False,
            tooltips=False,
            width=170,
            format=CustomJSTickFormatter(code="return ''"),
            name=f"slider {knob.name}",
            styles={"align-self": "end"},
            stylesheets=[self.sheet],
        )
        slider.on_change("value", lambda _attr, _old, new: self.slid(knob.name, new))
        box.on_change("value", lambda _attr, _old, new: self.typed(knob.name, new))
        self.sliders[knob.name] = (knob, box, slider)
        return Row(box, slider)

    def _select(self, choice: Choice) -> Select:
        options = [*([("", "default")] if choice.value == "" else []), *((each, each) for each in choice.allowed)]
        chosen = Select(title=choice.name.replace("_", " "), value=choice.value, options=options, width=310)
        chosen.name, chosen.stylesheets = f"choice {choice.name}", [self.sheet]
        chosen.on_change("value", lambda _attr, _old, new: self.set(choice.key, new or None))
        return chosen

    def slid(self, name: str, place: float) -> None:
        """A slider was moved: its number is shown and used."""
        knob, box, slider = self.sliders[name]
        value = rounded(10**place if knob.log else place)
        if abs(_on_slider(knob, float(box.value)) - place) > ROUNDING * (slider.end - slider.start):
            box.value = value  # which sets it; else the slider has followed a number that was typed

    def typed(self, name: str, value: float | None) -> None:
        """A number was typed or comes from the slider."""
        knob, _, slider = self.sliders[name]
        if value is None or (knob.log and value <= 0):
            return
        place = _on_slider(knob, float(value))
        if abs(slider.value - place) > slider.step / 2:
            slider.update(start=min(slider.start, place), end=max(slider.end, place), value=place)
        self.set(knob.key, float(value))

    def set(self, key: str, value: Any) -> None:
        """A key of the study has another value; None for what the file says."""
        self.moved = key
        self.changes.pop(key, None)
        self.changes |= {} if value is None else {key: value}
        self.ask(fine=False)

    def value(self, name: str) -> float:
        """A number as the page shows it."""
        return float(self.sliders[name][1].value)

    def ask(self, *, fine: bool) -> None:
        """Have all pictures calculated; while one is on its way only the last change counts."""
        self.generation += not fine
        if self.asked:
            return
        self.asked = True
        asked = [each for each in self.panels if fine or each.follows is None or self.moved in each.follows]
        questions = [Asked(text=each.text, changes=dict(self.changes), quick_verdict=each.quick) for each in asked]
        future = self.worker.ask(questions, fine=fine)
        arrived = partial(self.arrived, future, self.panels, asked, self.generation, fine)
        if future.done():
            arrived()
        else:
            future.add_done_callback(lambda _: self.page.add_next_tick_callback(arrived))

    def arrived(self, future: Any, panels: list[Panel], asked: list[Panel], generation: int, fine: bool) -> None:
        """Answers are there: show them, and ask on where something has changed, or finely when nothing does."""
        self.asked = False
        latest = generation == self.generation
        answers = future.result()
        if panels is self.panels and (latest or not fine):
            for panel in panels:
                panel.current = False  # until it has an answer
            for panel, answer in zip(asked, answers, strict=True):
                self.show(panel, answer, fine=fine)
            self.say()
        if not latest:
            self.ask(fine=False)
        elif not fine:
            if self.rest is not None:
                self.page.remove_timeout_callback(self.rest)
            self.rest = self.page.add_timeout_callback(self.rested, REST)

    def rested(self) -> None:
        """Nothing has moved for a while."""
        self.rest = None
        self.ask(fine=True)

    def show(self, panel: Panel, answer: Answer, *, fine: bool) -> None:
        """One answer in its place; of values that are refused the last picture stays."""
        panel.refusal = answer.refusal
        if answer.result is None:
            return
        panel.answer = answer
        if panel.picture is None or not panel.picture.takes(answer.result):
            self._draw(panel, answer)
        else:
            panel.picture.update(answer.result)
        if panel.picture is not None:
            panel.picture.mark({name: self.value(name) for name in self.sliders})
        if answer.verdict is not None:
            panel.said = answer.verdict
        panel.current = answer.verdict is not None
        if not fine:
            panel.quick = answer.verdict is not None and answer.seconds < QUICK
        if fine and panel.code.visible:
            self.write(panel)

    def say(self) -> None:
        """The verdicts: of the first picture above all, of another what the first does not say, below it."""
        refusals = dict.fromkeys(panel.refusal for panel in self.panels if panel.refusal)
        first = self.panels[0]
        texts = [refused(each) for each in refusals] or [as_verdict(first.said, current=first.current)]
        self.verdict.text = "".join(texts)
        for panel in self.panels[1:]:
            known = sentences(first.said)
            own = [sentence for sentence in sentences(panel.said) if sentence not in known]
            panel.verdict.text = f'<p class="{"" if panel.current else "old"}">{typeset(" ".join(own))}</p>'

    def _draw(self, panel: Panel, answer: Answer) -> None:
        study = study_from(answer.text)
        panel.picture = Picture(_shown(panel), study.question_name.replace("-", " "))
        panel.picture.paint(self.colours)
        figure = panel.picture.figure
        figure.on_event(MouseMove, lambda event: self.pointed(panel, event.x, event.y))
        figure.on_event(MouseLeave, lambda _event: self.pointed(panel, None, None))
        figure.on_event(DoubleTap, lambda event: self.tapped(panel, event.x, event.y))
        figure.on_event(RangesUpdate, lambda event: self.zoomed(panel, event))
        panel.place.children = [figure]
        self.pointed(panel, None, None)

    def _column(self, panel: Panel) -> Column:
        buttons = [
            self._button("study file", lambda: self.give(panel, "toml")),
            self._button("Python", lambda: self.unfold(panel)),
            self._button("PNG", lambda: self.give(panel, "png")),
            self._button("SVG", lambda: self.give(panel, "svg")),
        ]
        parts = [panel.place, panel.point, panel.verdict, Row(*buttons), panel.code]
        for part in (panel.verdict, panel.point, panel.code):
            part.stylesheets = [self.sheet]
        return Column(
            *parts, sizing_mode="stretch_width", styles={"flex": "1 1 520px", "max-width": "1100px"}, min_width=330
        )

    def _button(self, text: str, act: Callable[[], None]) -> Button:
        button = Button(label=text, width=90, name=text, stylesheets=[self.sheet])
        button.on_click(act)
        return button

    def place_of(self, panel: Panel, x: float, y: float) -> dict[str, float]:
        """Axis → value of a point of a picture."""
        assert panel.picture is not None
        return {panel.picture.x: x} | ({panel.picture.y: y} if panel.picture.y else {})

    def pointed(self, panel: Panel, x: float | None, y: float | None) -> None:
        """The mouse is at a point of a picture, or has left it."""
        text = "The point under the mouse is read out here."
        if panel.picture is not None and panel.picture.form[0] == "regions":
            text += " A double click takes its parameters."
        if x is not None and y is not None and panel.answer is not None and panel.picture is not None:
            text = said(_shown(panel), self.place_of(panel, x, y))
        panel.point.text = f'<p class="point" aria-live="polite">{html.escape(text)}</p>'

    def tapped(self, panel: Panel, x: float, y: float) -> None:
        """A point of a map of parameters was chosen: the others are drawn for it."""
        place = self.place_of(panel, x, y)
        if all(name in self.sliders for name in place):
            for name, value in place.items():
                self.sliders[name][1].value = rounded(value)

    def zoomed(self, panel: Panel, event: RangesUpdate) -> None:
        """Another window of a picture is shown: it is calculated there."""
        picture = panel.picture
        if picture is None or picture.form[0] not in ("map", "regions"):
            return
        shown = (event.x0, event.x1, event.y0, event.y1)
        room = [1e-6 * abs(picture.window[1] - picture.window[0]), 1e-6 * abs(picture.window[3] - picture.window[2])]
        if all(abs(a - b) <= room[n // 2] for n, (a, b) in enumerate(zip(shown, picture.window, strict=True))):
            return
        picture.window = shown
        axes = {picture.x: shown[:2], str(picture.y): shown[2:]}
        entries = {
            f"axes.{name}.{end}": float(value)
            for name, ends in axes.items()
            for end, value in zip(("start", "stop"), ends, strict=True)
        }
        panel.text = with_changes(panel.text, entries)
        self.ask(fine=False)

    def give(self, panel: Panel, form: str) -> None:
        """A file to the browser: the study, or the library's own picture of what is shown."""
        if panel.answer is None or panel.answer.result is None:
            return
        try:
            content = panel.answer.text.encode() if form == "toml" else export.drawn(panel.answer.result, form)
        except AttractronError as error:
            panel.point.text = f'<p class="refused">{html.escape(str(error))}</p>'
            return
        name = f"{study_from(panel.answer.text).kind.name}.{form}"
        self.payload.text = ""
        self.payload.text = f"{name}|{export.MIME[form]}|{base64.b64encode(content).decode()}"

    def unfold(self, panel: Panel) -> None:
        """Show the lines of Python, or hide them."""
        panel.code.visible = not panel.code.visible
        self.write(panel)

    def write(self, panel: Panel) -> None:
        """The lines of Python of what is shown."""
        if panel.answer is not None:
            panel.code.text = f"<pre tabindex='0'>{html.escape(lines_of(study_from(panel.answer.text)))}</pre>"

    def paint(self, colours: Mapping[str, str]) -> None:
        """The page in other colours."""
        self.colours = dict(colours)
        self.sheet.css = style(colours)
        if self.whole is not None:
            self.whole.styles = {"background": colours["page"], "min-height": "100vh", "padding": "10px 14px"}
        for panel in self.panels:
            if panel.picture is not None:
                panel.picture.paint(colours)


def _shown(panel: Panel) -> xr.Dataset:
    """What a picture shows, once it shows something."""
    assert panel.answer is not None
    assert panel.answer.result is not None
    return panel.answer.result


def _on_slider(knob: Knob, value: float) -> float:
    """Where a value is on its slider."""
    return log10(value) if knob.log and value > 0 else value
