"""What all pictures share: colours, labels with units, names in regions, one picture or several on a figure."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from string import ascii_lowercase
from typing import Any

import numpy as np
import xarray as xr
from matplotlib import rc_context, rcdefaults, rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patheffects import withStroke
from scipy.ndimage import distance_transform_edt

from attractron.core.checks import FloatArray
from attractron.core.cuts import CUT
from attractron.core.errors import InputError

OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#F0E442")
"""Colours of lines (Okabe and Ito) that the colour-blind can tell apart; yellow is faint on white, so last."""

COLOUR_MAP = "viridis"

MOST_PANELS = 6

BETWEEN = 0.04
"""Room between panels in their widths, so that the label of a colour bar does not lean on the next axis."""

_TILDE = "\u0303"  # combining, as in K̃

_FORMULA = re.compile(
    rf"(?<![^\W\d_π])(?P<base>[^\W\d_]{_TILDE}?)(?P<star>\*?)"
    r"(?P<index>_(?:B(?=T)|[A-Za-zΑ-ω0-9↑↓]+))?"
    r"(?P<power>(?<!\*)(?:\*|\^\([^()]*\)|\^[-−]?[\w.]*\w\*?)|(?<=\w)[⁰²])?(?P<temperature>(?<=_B)T)?"
)
"""A letter with a star, an index or a power; k_BT is one."""

_MINUS = re.compile(r"(?<![\w)])-(?=[\d.])|(?<=[ (=])-(?=\S)|(?<= )-(?= )|^-(?=\w)")

ASPECT = 0.5
"""Width of a letter in heights of a line."""

ROOMY = 0.8
"""Part of the most room for a name with which a place may do."""

LEAST = 0.25
"""Room for a name, in heights of a line, below which it would hide what it names."""

UPRIGHT = 2.0
"""A name is turned upright where it has so many times the room then."""

_GREEK = {"alpha": "α", "beta": "β", "delta": "δ", "mu": "µ", "upsilon": "υ"}


@contextmanager
def own_style() -> Iterator[None]:
    """Matplotlib's own settings, whatever a user's `matplotlibrc` says: LaTeX that is not there would cost the picture.

    Example:
        >>> from matplotlib import rcParams
        >>> rcParams["text.usetex"] = True
        >>> with at.plotting.style.own_style():
        ...     rcParams["text.usetex"]
        False
        >>> rcParams["text.usetex"] = False
    """
    with rc_context():
        rcdefaults()
        yield


class Picture(Figure):
    """A figure that shows itself in a notebook without pyplot.

    Example:
        >>> from attractron.plotting.style import new_figure
        >>> new_figure(1.0, 1.0)._repr_png_()[1:4]
        b'PNG'
    """

    def _repr_png_(self) -> bytes:
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=100)
        return buffer.getvalue()


def new_figure(width: float = 6.0, height: float = 4.5) -> Picture:
    """A figure, its size in inches, without pyplot and thus without global state.

    Example:
        >>> from attractron.plotting.style import new_figure
        >>> new_figure(7.0, 3.0).get_size_inches()
        array([7., 3.])
    """
    return Picture(figsize=(width, height), layout=ConstrainedLayoutEngine(wspace=BETWEEN))


def new_axes(width: float = 6.0, height: float = 4.5) -> Axes:
    """Axes on a figure of their own.

    Example:
        >>> from attractron.plotting.style import new_axes
        >>> len(new_axes().figure.axes)
        1
    """
    return new_figure(width, height).add_subplot()


def alone(draw: Callable[[xr.Dataset, Axes], Axes], width: float = 6.0) -> Callable[[xr.Dataset], Figure]:
    """A function that draws a result on a figure of its own.

    Example:
        >>> from attractron.plotting.style import alone
        >>> figure = alone(at.plotting.flows.plot)(at.wires.flow(at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2)))
        >>> figure.axes[0].get_xlabel()
        'logarithm l of the length scale'
    """

    def picture(result: xr.Dataset) -> Figure:
        figure = new_figure(width)
        draw(result, figure.add_subplot())
        return figure

    return picture


def panels(
    result: xr.Dataset,
    outer: str,
    draw: Callable[[xr.Dataset, Axes], Axes],
) -> Figure:
    """A picture for each of some values of a knob, which are the titles, with letters.

    Args:
        result: over `outer` and what `draw` needs.
        outer: the knob; of more than 6 values 6 are drawn, evenly among them.
        draw: (part, axes) → axes.

    Example:
        >>> import xarray as xr
        >>> from attractron.plotting.style import panels
        >>> result = xr.Dataset({"a": (("U", "x"), np.ones((2, 3)))}, {"U": [1.0, 2.0], "x": [0, 1, 2]})
        >>> figure = panels(result, "U", lambda part, ax: at.plotting.lines.plot(part, ax, variable="a"))
        >>> [ax.get_title(loc="left") for ax in figure.axes]
        ['(a)  U = 1', '(b)  U = 2']
    """
    size = result.sizes[outer]
    chosen = np.unique(np.linspace(0, size - 1, min(size, MOST_PANELS)).round().astype(int))
    columns = min(3, chosen.size)
    rows = -(-chosen.size // columns)
    figure = new_figure(4.5 * columns, 3.8 * rows)
    drawn = [
        draw(result.isel({outer: index}), figure.add_subplot(rows, columns, number))
        for number, index in enumerate(chosen, start=1)
    ]
    lettered(drawn, [setting(outer, result[outer].to_numpy()[index], result[outer]) for index in chosen])
    return figure


def lettered(axes: Iterable[Axes], titles: Sequence[str] = (), letters: str = ascii_lowercase) -> None:
    """Letters of panels, in the order of the page, before their titles if they have any.

    Example:
        >>> from attractron.plotting.style import lettered, new_figure
        >>> axes = new_figure().subplots(1, 2)
        >>> lettered(axes, ["without leads", "with leads"], "cd")
        >>> [ax.get_title(loc="left") for ax in axes]
        ['(c)  without leads', '(d)  with leads']
    """
    for ax, letter, title in zip(axes, letters, titles or [""] * len(letters), strict=False):
        ax.set_title(typeset(f"({letter})  {title}".rstrip()), loc="left")


def legend_beside(ax: Axes) -> None:
    """A legend to the right of the axes, where it covers nothing.

    Example:
        >>> from attractron.plotting.style import legend_beside, new_axes
        >>> ax = new_axes()
        >>> _ = ax.plot([0.0, 1.0], label="a curve")
        >>> legend_beside(ax)
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['a curve']
    """
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))


def legend_below(ax: Axes, columns: int = 2, **options: Any) -> None:
    """A legend below the label of the axis: nowhere on a map is there a place without data.

    Args:
        ax: axes whose labelled lines it lists.
        columns: of its entries.
        options: of Matplotlib's legend, such as handles.

    Example:
        >>> ax = at.plotting.style.new_axes()
        >>> line = ax.plot([0, 1], label="edges")
        >>> at.plotting.style.legend_below(ax)
        >>> [text.get_text() for text in ax.get_legend().get_texts()]
        ['edges']
    """
    ax.legend(
        fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=columns, frameon=False, **options
    )


def needs(result: xr.Dataset, names: Sequence[str]) -> None:
    """Check that a result has what a picture shows.

    Raises:
        InputError: a variable is absent.

    Example:
        >>> import xarray as xr
        >>> at.plotting.style.needs(xr.Dataset({"data": 1.0}), ["data"])
    """
    absent = [name for name in names if name not in result]
    if absent:
        raise InputError("result", f"have the variables {', '.join(names)}", f"none named {', '.join(absent)}")


def even_ratios(values: FloatArray) -> bool:
    """Whether points are those of a logarithmic axis: three or more, above zero, the same ratio from one to the next.

    Example:
        >>> from attractron.plotting.style import even_ratios
        >>> even_ratios(np.geomspace(0.01, 1.0, 9)), even_ratios(np.linspace(0.01, 1.0, 9))
        (True, False)
    """
    if values.size < 3 or values.dtype.kind not in "iuf" or not values.min() > 0:
        return False
    ratios = values[1:] / values[:-1]
    return bool(np.allclose(ratios, ratios[0], rtol=1e-6) and abs(ratios[0] - 1) > 1e-6)


def scale_axes(ax: Axes, across: FloatArray, up: FloatArray | None = None) -> bool:
    """Make axes logarithmic whose points are; whether one of them is.

    Example:
        >>> from attractron.plotting.style import new_axes, scale_axes
        >>> ax = new_axes()
        >>> scale_axes(ax, np.geomspace(0.01, 1.0, 9), np.arange(3.0)), ax.get_xscale(), ax.get_yscale()
        (True, 'log', 'linear')
    """
    found = False
    for values, scale in ((across, ax.set_xscale), (up, ax.set_yscale)):
        if values is not None and even_ratios(values):
            scale("log")
            found = True
    return found


def edges(points: FloatArray) -> FloatArray:
    """Borders of the pixels around points that rise; between those of a logarithmic axis in its sense.

    Example:
        >>> from attractron.plotting.style import edges
        >>> edges(np.array([0.0, 1.0, 3.0]))
        array([-0.5,  0.5,  2. ,  4. ])
    """
    if even_ratios(points):
        half = np.sqrt(points[1] / points[0])
        return np.asarray(np.concatenate([[points[0] / half], points * half]))
    middle = (points[1:] + points[:-1]) / 2
    return np.concatenate([[2 * points[0] - middle[0]], middle, [2 * points[-1] - middle[-1]]])


def name_regions(
    ax: Axes, across: FloatArray, up: FloatArray, codes: np.ndarray, names: Mapping[int, str], smallest: float
) -> None:
    """Write the name of every region of a map into it.

    Args:
        ax: axes with the map.
        across: coordinate to the right.
        up: coordinate upwards.
        codes: (up, across), which region a pixel belongs to.
        names: code → name.
        smallest: part of the map below which a region has no name; nor has one in which a name has no room.

    Example:
        >>> from attractron.plotting.style import name_regions, new_axes
        >>> ax = new_axes()
        >>> name_regions(ax, np.arange(3.0), np.arange(3.0), np.ones((3, 3)), {0: "decoupled", 1: "paired"}, 0.01)
        >>> [(text.get_text(), text.get_position()) for text in ax.texts]
        [('paired', (1.0, 1.0))]
    """
    least = LEAST * rcParams["font.size"] / 72 * ax.figure.dpi / ax.bbox.height
    for code, row, column, turned, room in roomy_places(codes, names, smallest):
        if room < least:
            continue
        halo = [withStroke(linewidth=2.5, foreground="white")]
        place, rotation = (float(across[column]), float(up[row])), 90.0 if turned else 0.0
        ax.text(*place, names[code], ha="center", va="center", rotation=rotation, path_effects=halo)


def roomy_places(
    codes: np.ndarray, names: Mapping[int, str], smallest: float
) -> Iterator[tuple[int, int, int, bool, float]]:
    """Where in a map the name of every region has most room: code, row, column, upright or not, room.

    Args:
        codes: (up, across), which region a pixel belongs to.
        names: code → name.
        smallest: part of the map below which a region has no name.

    Returns:
        The places, with the room around them in heights of the map.

    Example:
        >>> from attractron.plotting.style import roomy_places
        >>> [place[:4] for place in roomy_places(np.ones((3, 3)), {0: "decoupled", 1: "paired"}, 0.01)]
        [(1, 1, 1, False)]
    """
    for code, name in names.items():
        if np.count_nonzero(codes == code) < max(1.0, smallest * codes.size):
            continue
        (row, column), room = _roomiest(codes == code, 1.0, longer := max(1.0, ASPECT * len(name)))
        upright, room_upright = _roomiest(codes == code, longer, 1.0)
        turned = room_upright > UPRIGHT * room
        if turned:
            (row, column), room = upright, room_upright
        yield code, row, column, turned, room


def _roomiest(inside: np.ndarray, high: float, wide: float) -> tuple[tuple[int, int], float]:
    """Where in a region something so high and wide has most room around it, and how much.

    Of several such places it is the one nearest to the centroid, which itself may lie outside.
    """
    rows, columns = np.nonzero(inside)
    pixel = 1 / inside.shape[0] / high, 1 / inside.shape[1] / wide
    room = distance_transform_edt(np.pad(inside, 1), sampling=pixel)[1:-1, 1:-1][rows, columns]
    off_centre = ((rows - rows.mean()) * pixel[0]) ** 2 + ((columns - columns.mean()) * pixel[1]) ** 2
    best = np.argmin(np.where(room >= ROOMY * room.max(), off_centre, np.inf))
    return (int(rows[best]), int(columns[best])), float(room.max()) - min(pixel) / 2  # to the border of the last pixel


def symbol(name: str) -> str:
    """A name as the papers print it: delta_V → δV, V_L → V with the index L.

    Example:
        >>> from attractron.plotting.style import symbol
        >>> symbol("delta_V")
        'δV'
    """
    head, _, tail = name.partition("_")
    head = _GREEK.get(head, head)
    if not tail:
        return head
    if head != name.partition("_")[0]:
        return head + tail
    return rf"${head}_{{\mathrm{{{tail}}}}}$" if re.fullmatch(r"\w+", head + tail) else name


def typeset(text: str) -> str:
    """Plain words of a dataset as a picture shows them: indices, powers and minus signs; mathtext stays as it is.

    Example:
        >>> from attractron.plotting.style import typeset
        >>> typeset("l_spin at e^(-l*) = -0.1")
        '$l_{\\\\mathrm{spin}}$ at $e^{-l^{*}}$ = −0.1'
    """
    return "".join(
        part if part.startswith("$") else _MINUS.sub("−", _FORMULA.sub(_in_mathtext, part))
        for part in re.split(r"(\$[^$]*\$)", text)
    )


def _in_mathtext(found: re.Match[str]) -> str:
    base, index, power = found["base"], found["index"], found["power"] or ""
    if index is None and not found["star"] and power in ("", "⁰", "²"):
        return found[0]
    if base.endswith(_TILDE):
        base = rf"\tilde{{{base[0]}}}"
    power = {"⁰": "0", "²": "2"}.get(power, power.removeprefix("^"))
    power = typeset(power.removeprefix("(").removesuffix(")")).replace("$", "").replace("−", "-")
    above = f"^{{{found['star'] or power}}}" if found["star"] or power else ""
    below = "" if index is None else rf"_{{\mathrm{{{index[1:]}}}}}"
    return f"${base}{below}{above}{found['temperature'] or ''}$"


def phase_name(name: str) -> str:
    """A flag of a phase as text: "pi-CDW" → "π-CDW".

    Example:
        >>> from attractron.plotting.style import phase_name
        >>> phase_name("pi-CDW")
        'π-CDW'
    """
    return name.replace("_", " ").replace("pi-", "π-")


def with_unit(text: str, variable: xr.DataArray) -> str:
    """The text with the variable's unit, unless it is a pure number.

    Example:
        >>> import xarray as xr
        >>> from attractron.plotting.style import with_unit
        >>> with_unit("gap", xr.DataArray(1.0, attrs={"units": "meV"}))
        'gap (meV)'
    """
    unit = variable.attrs.get("units", "1")
    return typeset(text if unit == "1" else f"{text} ({unit})")


def axis_label(coordinate: xr.DataArray) -> str:
    """Label of an axis: the symbol of the knob and its unit.

    Example:
        >>> import xarray as xr
        >>> from attractron.plotting.style import axis_label
        >>> axis_label(xr.DataArray([0.0], dims="delta", name="delta", attrs={"units": "meV"}))
        'δ (meV)'
    """
    if CUT in coordinate.attrs:
        return _cut_label(coordinate)
    in_file = coordinate.attrs.get("name_in_file")  # of a measured axis whose own name a result has taken
    return with_unit(symbol(str(coordinate.name if in_file is None else in_file)), coordinate)


def quantity_label(variable: xr.DataArray) -> str:
    """Label of a quantity: its long name and its unit.

    Example:
        >>> import xarray as xr
        >>> from attractron.plotting.style import quantity_label
        >>> quantity_label(xr.DataArray(1.0, attrs={"units": "pA", "long_name": "current"}))
        'current (pA)'
    """
    if CUT in variable.attrs:
        return _cut_label(variable)
    return with_unit(str(variable.attrs.get("long_name", variable.name)), variable)


def _cut_label(along: xr.DataArray) -> str:
    """Of the axis of a line cut: what it is, and where the line begins and ends."""
    ends = json.loads(str(along.attrs[CUT]))
    here, there = (
        ", ".join(setting(name, value, along.coords[name]) for name, value in ends[end].items())
        for end in ("start", "stop")
    )
    return f"{with_unit(str(along.attrs['long_name']), along)}\nfrom {here} to {there}"


def setting(name: str, value: Any, variable: xr.DataArray) -> str:
    """One value of a knob as text.

    Example:
        >>> import xarray as xr
        >>> from attractron.plotting.style import setting
        >>> setting("delta", 0.39, xr.DataArray(0.0, attrs={"units": "meV"}))
        'δ = 0.39 meV'
    """
    unit = variable.attrs.get("units", "1")
    shown = f"{value:.4g}" if np.issubdtype(type(value), np.number) else str(value)
    return typeset(f"{symbol(name)} = {shown}" + ("" if unit == "1" else f" {unit}"))
