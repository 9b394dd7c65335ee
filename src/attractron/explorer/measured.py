"""A measured picture on the page: its lines as handles that can be dragged, and the part that they span read anew."""

import base64
import html
import json
from functools import partial
from typing import Any

import numpy as np
import xarray as xr
from bokeh.document import Document as Page
from bokeh.models import Button, Column, ColumnDataSource, CustomJS, Div, InlineStyleSheet, PointDrawTool, Row, Toggle

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.explorer import export
from attractron.explorer.figures import DARK, LIGHT, Picture
from attractron.explorer.style import DOWNLOAD, as_verdict, refused, style
from attractron.explorer.worker import Worker
from attractron.plotting.style import OKABE_ITO
from attractron.readout import read_vertex

VERTEX = "readout.read_vertex"
"""The question whose results have lines to be dragged; of others the library's picture is shown."""

LINES = ((0, 2), (1, 3), (0, 4), (1, 5), (0, 1))
"""Handles that a line joins: two triple points and the outer ends of four charging lines; the last joins the points."""

COLOURS = (OKABE_ITO[4], OKABE_ITO[4], OKABE_ITO[3], OKABE_ITO[3], OKABE_ITO[1])
"""Of the lines: those of one dot, those of the other, the interaction line; as in the library's picture."""


def is_measured(result: xr.Dataset) -> bool:
    """Whether a result comes from a measurement rather than from a study."""
    return "study" not in result.attrs and str(result.attrs.get("question", "")).startswith(("readout.", "fitting."))


def handles_of(result: xr.Dataset) -> np.ndarray:
    """Both triple points and the outer ends of the charging lines, (6, axis), mV; those of a refused attempt, too.

    Raises:
        InputError: the result has no lines.
    """
    for begin in ("", "attempted_"):
        if f"{begin}triple_point" in result:
            points = result[f"{begin}triple_point"].transpose("point", "axis").to_numpy()
            lines = result[f"{begin}charging_line"].transpose("line", "end", "axis").to_numpy()
            found = np.concatenate([points, lines[:, 1]])
            if np.isfinite(found).all():
                return np.asarray(found)
    raise InputError("result", "have lines to be dragged", "none")


def read_part(result: xr.Dataset, handles: np.ndarray) -> xr.Dataset:
    """The part of a picture that the handles span, read anew by `readout.read_vertex` as the whole was.

    Args:
        result: of a vertex reading.
        handles: (6, axis), mV.

    Raises:
        InputError: as `readout.read_vertex`: fewer than 16 points along an axis, for example.
    """
    window = {}
    for axis, values in zip(map(str, result["data"].dims), handles.T, strict=True):
        points = result[axis].to_numpy()
        window[axis] = np.flatnonzero((points >= values.min()) & (points <= values.max()))
    options = json.loads(str(result.attrs["options"]))
    given = {name: value for name, value in options.items() if value is not None}
    return read_vertex(result["data"].isel(window), **given)


def difference(found: xr.Dataset, handles: np.ndarray) -> str:
    """How far the handles' triple points are from those that were read."""
    points = found["triple_point"].transpose("point", "axis").to_numpy()
    if not np.isfinite(points).all():
        return "No triple points were read in this part."
    away = np.linalg.norm(points - handles[:2], axis=1)
    error = float(np.linalg.norm(found["triple_point_uncertainty"].to_numpy(), axis=-1).max())
    return (
        f"The triple points that were dragged lie {away[0]:.3g} and {away[1]:.3g} mV from those read, "
        f"which are known to {error:.2g} mV."
    )


class Reading:
    """The page of a measured picture.

    Args:
        page: the Bokeh document.
        result: of a reading.
        worker: who reads anew.
    """

    def __init__(self, page: Page, result: xr.Dataset, worker: Worker) -> None:
        self.page, self.worker, self.first, self.result = page, worker, result, result
        self.sheet = InlineStyleSheet(css=style(LIGHT))
        self.said = self._text(as_verdict(str(result.attrs.get("summary", "")), current=True))
        self.more = self._text("")
        self.payload = Div(visible=False, text="")
        self.payload.js_on_change("text", CustomJS(code=DOWNLOAD))
        self.dark = Toggle(label="dark", width=80, stylesheets=[self.sheet])
        self.dark.on_change("active", lambda _attr, _old, new: self.paint(DARK if new else LIGHT))
        self.picture: Picture | None = None
        self.handles: Any = None
        buttons = [self._button("numbers", self.numbers), self._button("PNG", partial(self.give, "png"))]
        buttons += [self._button("SVG", partial(self.give, "svg")), self.dark]
        if result.attrs.get("question") == VERTEX:
            shown = self._with_handles()
            buttons = [self._button("refit", self.refit), self._button("as read", self.back), *buttons]
        else:
            image = base64.b64encode(export.drawn(result, "png")).decode()
            shown = Div(text=f'<img style="max-width: 100%" alt="reading" src="data:image/png;base64,{image}">')
        parts = [self.said, shown, self.more, Row(*buttons), self.payload]
        self.whole = Column(*parts, sizing_mode="stretch_width", stylesheets=[self.sheet])
        self.paint(LIGHT)

    def _text(self, text: str) -> Div:
        return Div(text=text, sizing_mode="stretch_width", stylesheets=[self.sheet])

    def _button(self, text: str, act: Any) -> Button:
        button = Button(label=text, width=90, stylesheets=[self.sheet])
        button.on_click(act)
        return button

    def _with_handles(self) -> Any:
        """The picture with lines and points that can be dragged."""
        up, across = map(str, self.first["data"].dims)
        self.picture = Picture(self.first[["data"]].assign_attrs(question=""), "data", (across, up))
        places = handles_of(self.first)
        self.handles = ColumnDataSource({"x": places[:, 1], "y": places[:, 0]})
        self.lines = ColumnDataSource({"xs": [], "ys": [], "colour": []})
        plot = self.picture.figure
        plot.multi_line("xs", "ys", source=self.lines, line_color="white", line_width=5)
        plot.multi_line("xs", "ys", source=self.lines, line_color="colour", line_width=2.5)
        points = plot.scatter("x", "y", source=self.handles, size=13, fill_color="white", line_color="black")
        tool = PointDrawTool(renderers=[points], add=False)
        plot.add_tools(tool)
        plot.toolbar.active_tap = plot.toolbar.active_drag = tool
        self.handles.on_change("data", lambda _attr, _old, _new: self.follow())
        self.follow()
        self.more.text = "<p>Drag the points: what they span is read anew by <b>refit</b>.</p>"
        return plot

    def places(self) -> np.ndarray:
        """Where the handles are, (6, axis), mV."""
        return np.column_stack([self.handles.data["y"], self.handles.data["x"]]).astype(float)

    def follow(self) -> None:
        """The lines go with the handles."""
        places = self.places()
        self.lines.data = {
            "xs": [[places[a, 1], places[b, 1]] for a, b in LINES],
            "ys": [[places[a, 0], places[b, 0]] for a, b in LINES],
            "colour": list(COLOURS),
        }

    def refit(self) -> None:
        """Read the part that the handles span."""
        self.more.text = "<p>Reading …</p>"
        places = self.places()
        future = self.worker.call(read_part, self.first, places)
        arrived = partial(self.arrived, future, places)
        if future.done():
            arrived()
        else:
            future.add_done_callback(lambda _: self.page.add_next_tick_callback(arrived))

    def arrived(self, future: Any, places: np.ndarray) -> None:
        """The part was read, or refused."""
        try:
            found = future.result()
        except Exception as error:  # noqa: BLE001 (whatever it is, it is said where the user looks)
            self.more.text = refused(str(error))
            return
        self.result = found
        self.said.text = as_verdict(str(found.attrs["summary"]), current=True)
        self.more.text = f"<p>{html.escape(difference(found, places))}</p>"
        if np.isfinite(found["triple_point"].to_numpy()).all():
            self._place(handles_of(found))

    def back(self) -> None:
        """The lines as they were read first."""
        self.result = self.first
        self.said.text = as_verdict(str(self.first.attrs["summary"]), current=True)
        self._place(handles_of(self.first))

    def _place(self, places: np.ndarray) -> None:
        self.handles.data = {"x": places[:, 1], "y": places[:, 0]}

    def numbers(self) -> None:
        """The numbers of the reading, and where the handles are, as JSON."""
        found = {
            str(name): {"value": each.to_numpy().tolist(), "units": each.attrs.get("units", "1")}
            for name, each in self.result.data_vars.items()
            if each.size <= 64 and "flag_values" not in each.attrs
        }
        content: dict[str, Any] = {"summary": self.result.attrs.get("summary", ""), "numbers": found}
        if "status" in self.result and self.result["status"].ndim == 0:
            content["status"] = flag_names(self.result["status"])[int(self.result["status"])]
        if self.handles is not None:
            content["handles"] = {"axes": list(map(str, self.first["data"].dims)), "mV": self.places().tolist()}
        self._send("reading.json", "text/plain", json.dumps(content, indent=1, default=str).encode())

    def give(self, form: str) -> None:
        """The library's picture of the reading."""
        self._send(f"reading.{form}", export.MIME[form], export.drawn(self.result, form))

    def _send(self, name: str, kind: str, content: bytes) -> None:
        self.payload.text = ""
        self.payload.text = f"{name}|{kind}|{base64.b64encode(content).decode()}"

    def paint(self, colours: Any) -> None:
        """The page in other colours."""
        self.sheet.css = style(colours)
        self.whole.styles = {"background": colours["page"], "min-height": "100vh", "padding": "10px 14px"}
        if self.picture is not None:
            self.picture.paint(colours)
