"""Pictures of results in the browser: maps, regions, lines and flows, which take new numbers as they are."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from bokeh.models import ColorBar, ColumnDataSource, Legend, LegendItem, LinearColorMapper, Range1d, Span
from bokeh.palettes import Viridis256
from bokeh.plotting import figure
from contourpy import contour_generator
from matplotlib.colors import to_hex

from attractron.core.checks import FloatArray
from attractron.core.results import flag_names
from attractron.explorer.point import plain
from attractron.plotting import main_variable
from attractron.plotting.flows import EVENTS, RUNNING
from attractron.plotting.phases import tints
from attractron.plotting.stability import SMALLEST_REGION
from attractron.plotting.style import OKABE_ITO, edges, even_ratios, phase_name, roomy_places

FEW = 8
"""Values of a second axis that are drawn as lines rather than as a map."""

LINES_OF = {
    "wires.phase_diagram": ("l_spin", "l_trion"),
    "wires.crossover_temperatures": ("spin_temperature", "trion_temperature", "spin_scale", "trion_scale"),
}
"""Questions whose lines are several quantities, the first two that there are."""

HEIGHT = 430
"""Of a picture in pixels."""

DASHES = ("solid", "dashed", "dotted", "dotdash", "dashdot", "solid", "dashed", "dotted")

LIGHT = {"page": "#ffffff", "text": "#1a1a1a", "grid": "#d9d9d9", "first": OKABE_ITO[0], "scheme": "light"}
DARK = {"page": "#1b1e23", "text": "#e8e8e8", "grid": "#3d4248", "first": "#4aa3df", "scheme": "dark"}
"""Colours of the page, of what is written on it, and of the first curve, which is too dark for a dark page."""


def label(variable: xr.DataArray, text: str) -> str:
    """Text with the unit of a variable."""
    unit = variable.attrs.get("units", "1")
    return text if unit == "1" else f"{text} ({unit})"


def form_of(result: xr.Dataset) -> tuple[Any, ...]:
    """What kind of picture a result has and what it shows; a picture takes results of its own form.

    Returns:
        ("flow", variables), ("regions" or "map", variable, x, y), ("lines", variables, x, other dimension) or
        ("numbers",); and whether its axes are logarithmic.
    """
    if result.attrs.get("question") == "wires.flow" and result["phase"].ndim == 0:
        running = tuple(name for name in RUNNING if name in result and bool((abs(result[name]) > 0).any()))
        return ("flow", running, (False,))
    name = main_variable(result)
    if name is None:
        return ("numbers",)
    dims = [str(dim) for dim in result[name].squeeze().dims]
    x = dims[0]
    if len(dims) == 2 and min(result.sizes[dim] for dim in dims) > FEW:
        x, y = ("delta_V", "V") if set(dims) == {"V", "delta_V"} else dims
        form = "regions" if "flag_values" in result[name].attrs else "map"
        return (form, name, x, y, _scales(result, x, y))
    other = next((dim for dim in dims if result.sizes[dim] <= FEW and len(dims) > 1), None)
    x = next(dim for dim in dims if dim != other)
    together = [each for each in LINES_OF.get(str(result.attrs.get("question")), ()) if each in result][:2]
    return ("lines", tuple(together) or (name,), x, other, _scales(result, x))


def _scales(result: xr.Dataset, *dims: str) -> tuple[bool, ...]:
    return tuple(even_ratios(result[dim].to_numpy()) for dim in dims)


class Picture:
    """A figure for results of one form.

    Args:
        result: the first that it shows.
        title: above it.
        plane: axes to the right and upwards, of the image of a reading.
    """

    def __init__(self, result: xr.Dataset, title: str, plane: tuple[str, str] | None = None) -> None:
        self.form = form_of(result) if plane is None else ("map", "data", *plane, (False, False))
        self.plain = plane is not None
        kind = self.form[0]
        scales = ["log" if log else "linear" for log in self.form[-1]] if kind != "numbers" else []
        self.x = self.form[2] if kind in ("map", "regions", "lines") else "l"
        self.y = self.form[3] if kind in ("map", "regions") else None
        self.figure = figure(
            title=title,
            height=HEIGHT,
            sizing_mode="stretch_width",
            min_width=320,
            x_axis_type=scales[0] if scales else "linear",
            y_axis_type=scales[1] if len(scales) > 1 else "linear",
            x_range=Range1d(0, 1),
            y_range=Range1d(0, 1),
            tools="pan,box_zoom,wheel_zoom,reset,save",
            active_scroll=None,
            output_backend="canvas",
        )
        self.figure.toolbar.logo = None
        self.sources: dict[str, ColumnDataSource] = {}
        self.spans: list[Span] = []
        self.first: list[Any] = []
        self.window: tuple[float, ...] = ()
        getattr(self, f"_begin_{kind}")(result)
        self.update(result)

    def takes(self, result: xr.Dataset) -> bool:
        """Whether a result can be shown in this picture."""
        return form_of(result) == self.form

    def update(self, result: xr.Dataset) -> None:
        """Show another result of the same form."""
        getattr(self, f"_show_{self.form[0]}")(result)

    def paint(self, colours: Mapping[str, str]) -> None:
        """In the colours of the page."""
        plot = self.figure
        plot.background_fill_color = plot.border_fill_color = colours["page"]
        plot.outline_line_color = colours["grid"]
        plot.title.text_color = colours["text"]
        plot.title.text_font_size = "15px"
        for axis in plot.axis:
            axis.axis_label_text_color = axis.major_label_text_color = colours["text"]
            axis.axis_line_color = axis.major_tick_line_color = axis.minor_tick_line_color = colours["text"]
            axis.axis_label_text_font_size, axis.major_label_text_font_size = "14px", "13px"
            axis.axis_label_text_font_style = "normal"
        for grid in plot.grid:
            grid.grid_line_color = colours["grid"]
        for legend in plot.legend:
            legend.background_fill_color, legend.label_text_color = colours["page"], colours["text"]
            legend.border_line_color = colours["grid"]
        for bar in plot.select({"type": ColorBar}):
            bar.background_fill_color = colours["page"]
            bar.title_text_color = bar.major_label_text_color = colours["text"]
        for curve in self.first:
            curve.glyph.line_color = colours["first"]
        for span in self.spans:
            span.line_color = colours["text"]

    def mark(self, place: Mapping[str, float]) -> None:
        """Where in a map of parameters the others are drawn for."""
        if "mark" in self.sources:
            here = self.x in place and self.y in place
            self.sources["mark"].data = {
                "x": [place[self.x]] if here else [],
                "y": [place[str(self.y)]] if here else [],
            }

    def _source(self, name: str, *columns: str) -> ColumnDataSource:
        self.sources[name] = ColumnDataSource({column: [] for column in columns})
        return self.sources[name]

    def _begin_map(self, result: xr.Dataset) -> None:
        self.mapper = LinearColorMapper(Viridis256, low=0, high=1, nan_color="#888888")
        self._begin_plane(result, self.mapper)
        variable = result[self.form[1]]
        bar = ColorBar(
            color_mapper=self.mapper,
            title=label(variable, str(variable.attrs.get("long_name", self.form[1]))),
            title_text_font_size="13px",
            title_text_font_style="normal",
            major_label_text_font_size="12px",
            width=14,
            title_standoff=8,
        )
        self.figure.add_layout(bar, "right")

    def _begin_regions(self, result: xr.Dataset) -> None:
        names = flag_names(result[self.form[1]])
        colours = [to_hex(colour) for colour in tints(len(names))]
        self._begin_plane(result, LinearColorMapper(colours, low=-0.5, high=len(names) - 0.5))

    def _begin_plane(self, result: xr.Dataset, mapper: LinearColorMapper) -> None:
        source = self._source("image", "image", "x", "y", "dw", "dh")
        self.figure.image("image", "x", "y", "dw", "dh", source=source, color_mapper=mapper, level="image")
        borders = self._source("borders", "xs", "ys")
        self.figure.multi_line("xs", "ys", source=borders, line_color="white", line_width=1.2)
        texts = self._source("names", "x", "y", "text", "angle")
        self.figure.text(
            *("x", "y", "text", "angle"),
            source=texts,
            text_align="center",
            text_baseline="middle",
            text_color="black",
            background_fill_color="white",
            background_fill_alpha=0.75,
            border_radius=4,
            padding=3,
            text_font_size="15px",
        )
        mark = self._source("mark", "x", "y")
        self.figure.scatter("x", "y", source=mark, size=15, marker="circle_cross", fill_alpha=0, line_color="black")
        self._label_axes(result, self.x, str(self.y))
        self.figure.grid.visible = False

    def _label_axes(self, result: xr.Dataset, x: str, y: str) -> None:
        self.figure.xaxis.axis_label = label(result[x], plain(x))
        self.figure.yaxis.axis_label = label(result[y], plain(y))

    def _show_map(self, result: xr.Dataset) -> None:
        values = self._show_plane(result, result[self.form[1]])
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
        self.mapper.update(low=low, high=high if high > low else low + 1.0)
        codes = _turned(result.get("charge_state"), self.x, self.y)
        if codes is None:
            x, y = result[self.x].to_numpy(), result[str(self.y)].to_numpy()
            crosses = low < 0 < high and not self.plain
            self._lines(contour_generator(x, y, values).lines(0.0) if crosses else [])
        else:
            gap = _turned(result.get("gap"), self.x, self.y)
            self._outline(result, codes, gap, flag_names(result["charge_state"]))

    def _show_regions(self, result: xr.Dataset) -> None:
        names = flag_names(result[self.form[1]])
        codes = self._show_plane(result, result[self.form[1]], list(names))
        named = {code: phase_name(name) for code, name in enumerate(names.values())}
        self._outline(result, codes, None, named)

    def _show_plane(self, result: xr.Dataset, variable: xr.DataArray, codes: Any = None) -> np.ndarray:
        x, y = result[self.x].to_numpy(), result[str(self.y)].to_numpy()
        found = _turned(variable, self.x, self.y)
        assert found is not None
        values = found.astype(float) if codes is None else np.searchsorted(codes, found).astype(float)
        rows, columns = np.argsort(y), np.argsort(x)
        left, right = edges(x[columns])[[0, -1]]
        low, high = edges(y[rows])[[0, -1]]
        self.sources["image"].data = {
            "image": [values[np.ix_(rows, columns)]],
            "x": [left],
            "y": [low],
            "dw": [right - left],
            "dh": [high - low],
        }
        self._frame(float(x.min()), float(x.max()), float(y.min()), float(y.max()))
        return values

    def _outline(self, result: xr.Dataset, codes: np.ndarray, gap: np.ndarray | None, names: Mapping[int, str]) -> None:
        """Borders of regions and their names."""
        x, y = result[self.x].to_numpy(), result[str(self.y)].to_numpy()
        lines: list[Any] = []
        for code in np.unique(codes)[:-1]:
            inside = codes == code
            depth, level = (inside.astype(float), 0.5) if gap is None else (np.where(inside, gap, -gap), 0.0)
            lines += contour_generator(x, y, depth).lines(level)
        self._lines(lines)
        places = list(roomy_places(codes, names, SMALLEST_REGION))
        self.sources["names"].data = {
            "x": [x[column] for _, _, column, _, _ in places],
            "y": [y[row] for _, row, _, _, _ in places],
            "text": [names[code].replace("-", "−") for code, *_ in places],
            "angle": [np.pi / 2 if turned else 0.0 for _, _, _, turned, _ in places],
        }

    def _lines(self, lines: Any) -> None:
        self.sources["borders"].data = {"xs": [line[:, 0] for line in lines], "ys": [line[:, 1] for line in lines]}

    def _begin_lines(self, result: xr.Dataset) -> None:
        _, names, x, other, _ = self.form
        keys = [(name, at) for name in names for at in range(result.sizes[other] if other else 1)]
        for number, (name, at) in enumerate(keys):
            text = str(result[name].attrs.get("long_name", name)) if len(names) > 1 else ""
            if other:
                text = f"{text} {plain(other)} = {result[other].to_numpy()[at]}".strip()
            self._curve(f"{name} {at}", number, text)
        self.figure.xaxis.axis_label = label(result[x], plain(x))
        first = result[names[0]]
        text = "l" if names[0] == "l_spin" else str(first.attrs.get("long_name", names[0]))
        self.figure.yaxis.axis_label = label(first, text)
        self._zero()

    def _curve(self, key: str, number: int, text: str) -> None:
        style = {"line_color": OKABE_ITO[number % 6], "line_width": 2.4, "line_dash": DASHES[number % 8]}
        drawn = self.figure.line("x", "y", source=self._source(key, "x", "y"), **style)
        if number == 0:
            self.first.append(drawn)
        if text:
            if not self.figure.legend:
                self.figure.add_layout(Legend(label_text_font_size="13px", padding=6), "right")
            self.figure.legend[0].items.append(LegendItem(label=text, renderers=[drawn]))

    def _zero(self) -> None:
        self.spans.append(Span(location=0, dimension="width", line_width=1, line_alpha=0.5))
        self.figure.add_layout(self.spans[-1])

    def _show_lines(self, result: xr.Dataset) -> None:
        _, names, x, other, _ = self.form
        across, shown = result[x].to_numpy(), []
        for name in names:
            for at in range(result.sizes[other] if other else 1):
                values = (result[name].isel({other: at}) if other else result[name]).squeeze().to_numpy().astype(float)
                values = np.where(np.isfinite(values), values, np.nan)
                self.sources[f"{name} {at}"].data = {"x": across, "y": values}
                shown.append(values)
        self._frame(float(across.min()), float(across.max()), *_around(np.concatenate(shown)))

    def _begin_flow(self, result: xr.Dataset) -> None:
        for number, name in enumerate(self.form[1]):
            self._curve(name, number, str(result[name].attrs["long_name"]))
        for number, (name, text) in enumerate(EVENTS.items()):
            self._curve(name, 6, text)
            self.figure.renderers[-1].glyph.update(line_color="#888888", line_dash=("dashed", "dotted")[number])
        self.figure.xaxis.axis_label = "logarithm l of the length scale"
        self.figure.yaxis.axis_label = "running couplings"
        self._zero()

    def _show_flow(self, result: xr.Dataset) -> None:
        along = result["l"].to_numpy()
        known = [along[np.isfinite(result["running_y_s"].to_numpy())].max()]
        for name in self.form[1]:
            self.sources[name].data = {"x": along, "y": np.clip(result[name].to_numpy(), -1.5, 2.0)}
        for name in EVENTS:
            where = float(result[name])
            seen = np.isfinite(where) and where <= along.max()
            known += [where] if seen else []
            self.sources[name].data = {"x": [where, where], "y": [-1.5, 2.0]} if seen else {"x": [], "y": []}
        self._frame(0.0, float(1.15 * max(known)) or 1.0, -1.0, 2.0)

    def _begin_numbers(self, _result: xr.Dataset) -> None:
        self.figure.visible = False

    def _show_numbers(self, _result: xr.Dataset) -> None:
        """They are in the verdict."""

    def _frame(self, left: float, right: float, low: float, high: float) -> None:
        """The ranges of the axes, unless they are what they were: somebody may have zoomed in."""
        window = (left, right, low, high)
        if window != self.window:
            self.window = window
            plot = self.figure
            plot.x_range.update(start=left, end=right, reset_start=left, reset_end=right)
            plot.y_range.update(start=low, end=high, reset_start=low, reset_end=high)


def _turned(variable: xr.DataArray | None, x: str, y: str | None) -> np.ndarray | None:
    """An array (y, x) of a variable over these two; None of any other."""
    if variable is None or set(variable.squeeze().dims) != {x, y}:
        return None
    return variable.squeeze().transpose(y, x).to_numpy()


def _around(values: FloatArray) -> tuple[float, float]:
    """A range with some room, not narrower than rounding."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room
