"""The parts of the picture of a layout: sheets of metal, clouds as wide as they are dense, names that cover neither."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Polygon, Rectangle

from attractron.core.checks import FloatArray
from attractron.plotting.layout_surfaces import Box, box_around
from attractron.plotting.style import OKABE_ITO

AXES = "xyz"

THICKNESS = 0.02
"""Of a sheet in a section, in parts of the picture: metal has none in the calculation."""

SWELLING = 0.05
"""Half of the width of a cloud on a wire where it is densest, in parts of the picture."""

TEXT = {"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "boxstyle": "round,pad=0.12"}


def boxes(metal: Mapping[str, Any]) -> list[Box]:
    """Corners of the rectangles of a metal, of boxes around other surfaces and around a tube; a plane has none.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> len(layout_artists.boxes(at.geometry.crossed_nanotubes().describe()["metals"][5]))  # a contact and its wall
        2
    """
    if metal["kind"] == "Tube":
        ends = np.array([metal["start"], metal["stop"]])
        return [(ends.min(axis=0), ends.max(axis=0))]
    sides = [[np.atleast_1d(sheet[axis]) for axis in AXES] for sheet in metal.get("rectangles", ())]
    found = [(np.array([s[0] for s in each]), np.array([s[-1] for s in each])) for each in sides]
    return found + [box_around(surface) for surface in metal.get("surfaces", ())]


def has_area(box: Box, plane: tuple[int, int]) -> bool:
    """Whether a box is seen as an area along the third axis.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> layout_artists.has_area((np.zeros(3), np.array([1.0, 1.0, 0.0])), (0, 1))
        True
    """
    return all(box[1][k] > box[0][k] for k in plane)


def _direction(cloud: Mapping[str, Any]) -> FloatArray:
    along = cloud["along"]
    vector = np.eye(3)[AXES.index(along)] if isinstance(along, str) else np.array(along, float)
    return np.asarray(vector / np.linalg.norm(vector))


def _half(cloud: Mapping[str, Any]) -> float:
    """Half of the length of a cloud on a wire; three standard deviations of a normal one."""
    shape = cloud.get("shape", cloud)
    return float(shape["length"] / 2 if "length" in shape else 3 * shape["rms"])


def cloud_box(cloud: Mapping[str, Any]) -> Box:
    """Corners of the box around a cloud.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> layout_artists.cloud_box(at.geometry.crossed_nanotubes().describe()["clouds"][0])[1].tolist()
        [0.0, 0.0, 0.0]
    """
    reach = abs(_direction(cloud)) * _half(cloud) if "along" in cloud else np.array([1.0, 1.0, 0.0]) * _half(cloud)
    return np.array(cloud["centre"]) - reach, np.array(cloud["centre"]) + reach


def _profile(cloud: Mapping[str, Any], u: FloatArray) -> FloatArray:
    """Density along a wire over its largest; u from -1 to 1."""
    kind = cloud.get("density", "Uniform")
    if kind == "ParticleInABox":
        return np.asarray(np.cos(np.pi * u / 2) ** 2)
    return np.asarray(np.exp(-((3 * u) ** 2) / 2)) if kind == "Gaussian" else np.ones_like(u)


def draw_cloud(ax: Axes, cloud: Mapping[str, Any], i: int, j: int) -> FloatArray:
    """A cloud, as wide as it is dense; points on it, which names keep clear of.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> cloud = at.geometry.crossed_nanotubes().describe()["clouds"][0]
        >>> layout_artists.draw_cloud(at.plotting.style.new_axes(), cloud, 0, 1)[0].tolist()
        [-400.0, 0.0]
    """
    centre = np.array(cloud["centre"])[[i, j]]
    size = min(np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim()))
    colour = OKABE_ITO[1]
    if "along" not in cloud:
        rms = cloud.get("rms", _half(cloud))
        if j == 2:
            return _along(ax, centre, np.array([1.0, 0.0]), 3 * rms, {"density": "Gaussian"}, size)
        for radius in (rms, 2 * rms):
            ax.add_patch(Circle((centre[0], centre[1]), radius, facecolor=colour, alpha=0.35, zorder=4))
        turn = 2 * np.pi * np.arange(12) / 12
        return np.asarray(centre + rms * np.stack([np.cos(turn), np.sin(turn)], axis=1))
    seen = _direction(cloud)[[i, j]]
    if np.linalg.norm(seen) < 1e-6:  # seen from the end of the wire
        ax.add_patch(Circle((centre[0], centre[1]), SWELLING * size / 2, facecolor=colour, alpha=0.8, zorder=4))
        return centre[None]
    return _along(ax, centre, seen, _half(cloud), cloud, size)


def _along(
    ax: Axes, centre: FloatArray, axis: FloatArray, half: float, cloud: Mapping[str, Any], size: float
) -> FloatArray:
    u = np.linspace(-1, 1, 61)
    line = centre + half * u[:, None] * axis
    across = np.array([-axis[1], axis[0]]) / np.linalg.norm(axis)
    side = SWELLING * size * _profile(cloud, u)[:, None] * across
    outline = np.concatenate([line + side, (line - side)[::-1]])
    ax.add_patch(Polygon(outline, facecolor=OKABE_ITO[1], alpha=0.8, edgecolor="black", linewidth=0.5, zorder=4))
    return np.asarray(line[::6])


def draw_box(ax: Axes, box: Box, i: int, j: int, colour: Any, *, outline: bool = False) -> None:
    """A sheet: its area, or as a bar where it is seen from the side.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> ax = at.plotting.style.new_axes()
        >>> layout_artists.draw_box(ax, (np.zeros(3), np.array([1.0, 1.0, 0.0])), 0, 1, "red")
        >>> float(ax.patches[0].get_width())
        1.0
    """
    size = THICKNESS * min(np.ptp(ax.get_xlim()), np.ptp(ax.get_ylim()))
    low, high = box[0][[i, j]].copy(), box[1][[i, j]].copy()
    for k in (0, 1):
        if high[k] == low[k]:
            low[k], high[k] = low[k] - size / 2, high[k] + size / 2
    style = {"fill": False, "linestyle": "--", "zorder": 5} if outline else {"facecolor": colour, "zorder": 2}
    ax.add_patch(Rectangle((low[0], low[1]), *(high - low), edgecolor="0.25", linewidth=0.7, **style))


def draw_medium(ax: Axes, media: Sequence[Mapping[str, Any]]) -> None:
    """What is no vacuum in grey: the dielectric below z = 0, the oxide on it, a cap above; named below the axis.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> ax = at.plotting.style.new_axes()
        >>> layout_artists.draw_medium(ax, [{"kind": "HalfSpace", "permittivity": 12.9}])
        >>> ax.get_xlabel()
        '; grey: permittivity 12.9'
    """
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for medium in media:
        below, said = medium.get("permittivity", medium.get("substrate", 1.0)), []
        layers = [(bottom, 0.0, below, "0.93", "")]
        if "oxide" in medium:
            thickness = medium["thickness"]
            layers += [
                (0.0, thickness, medium["oxide"], "0.85", "oxide "),
                (thickness, top, medium["above"], "0.96", "above "),
            ]
        for low, high, value, grey, name in layers:
            if value > 1:
                ax.add_patch(Rectangle((left, low), right - left, high - low, color=grey, zorder=0, linewidth=0))
                ax.axhline(min(high, 0.0) if not name else low, color="0.6", linewidth=0.8, zorder=1)
                said.append(f"{name}{value:g}")
        if said:
            ax.set_xlabel(f"{ax.get_xlabel()}; grey: permittivity {', '.join(said)}")


def draw_shape(ax: Axes, corners: FloatArray, colour: Any, *, outline: bool = False) -> None:
    """A surface that is no rectangle: corners (corners, 2) of its outline.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> ax = at.plotting.style.new_axes()
        >>> layout_artists.draw_shape(ax, np.array([[0, 0], [1, 0], [0, 1]]), "red")
        >>> len(ax.patches)
        1
    """
    style = {"fill": False, "linestyle": "--", "zorder": 5} if outline else {"facecolor": colour, "zorder": 2}
    ax.add_patch(Polygon(corners, edgecolor="0.25", linewidth=0.7, **style))


def name_clouds(ax: Axes, clouds: Sequence[Mapping[str, Any]], i: int, j: int, met: Sequence[Box] = ()) -> None:
    """Names on their clouds; in a section above them, or below where another cloud or `met` metal is near above.

    Clouds that lie behind each other are named together.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> ax = at.plotting.style.new_axes()
        >>> layout_artists.name_clouds(ax, at.geometry.crossed_nanotubes().describe()["clouds"], 0, 2)
        >>> [text.get_text() for text in ax.texts]
        ['L', 'R', 'T, B']
    """
    places: dict[tuple[float, float], list[str]] = {}
    for cloud in clouds:
        places.setdefault((cloud["centre"][i], cloud["centre"][j]), []).append(cloud["name"])
    extent = [float(np.ptp(ax.get_xlim())), float(np.ptp(ax.get_ylim()))]
    swelling, letter = SWELLING * min(extent), max(extent) * np.array([0.02, 0.04])
    lift = 1.4 * swelling if j == 2 else 0.0
    shapes = [(low[[i, j]] - [0, swelling], high[[i, j]] + [0, swelling]) for low, high in map(cloud_box, clouds)]
    shapes += [(low[[i, j]], high[[i, j]]) for low, high in met]
    for (x, y), names in places.items():
        text = ", ".join(names)
        half = letter[0] * len(text) / 2
        over = [(low[1] - y, high[1] - y) for low, high in shapes if low[0] <= x + half and high[0] >= x - half]
        above = min([low for low, _ in over if low > 0], default=np.inf) - lift
        under = min([-high for _, high in over if high < 0], default=np.inf) - lift
        down = j == 2 and above < 1.5 * letter[1] and under > above
        vertical = ("top" if down else "bottom") if j == 2 else "center"
        ax.text(
            x,
            y - lift if down else y + lift,
            text,
            ha="center",
            va=vertical,
            fontsize=10,
            weight="bold",
            zorder=7,
            bbox=TEXT,
        )


class Names:
    """Writes names into what they name: along its longer side, clear of clouds and of other names.

    Example:
        >>> from attractron.plotting import layout_artists
        >>> ax = at.plotting.style.new_axes()
        >>> layout_artists.Names(ax).write("gate", np.zeros(2), np.ones(2))
        >>> ax.texts[0].get_text()
        'gate'
    """

    def __init__(self, ax: Axes) -> None:
        self.ax = ax
        self.low, self.high = np.array([ax.get_xlim(), ax.get_ylim()]).T
        self.unit = float(max(self.high - self.low)) * np.array([0.017, 0.04])
        self.taken: list[tuple[FloatArray, float]] = []

    def keep_clear(self, points: FloatArray) -> None:
        """Points that no name may cover."""
        self.taken += [(point, 3.0) for point in points]

    def write(self, text: str, low: FloatArray, high: FloatArray, away: float = 0.0) -> None:
        """A name in the box from `low` to `high`, `away` times a line beside it, or none without room."""
        letters = 1 + len(text.replace(r"\mathrm", "").translate(str.maketrans("", "", "${}_\\")))
        room = self.unit * [letters / 2, 0.5]
        inset = np.minimum(1.2 * room, (high - low) / 2)
        start, stop = np.maximum(low + inset, self.low + 1.3 * room), np.minimum(high - inset, self.high - 1.3 * room)
        if (np.maximum(low, self.low) > np.minimum(high, self.high)).any():
            return
        middle = (np.maximum(low, self.low) + np.minimum(high, self.high)) / 2
        long = int(np.argmax(high - low))
        places = np.tile(middle + np.array([0.0, 0.8 * away * self.unit[1]]), (25, 1))
        ends = (start[long], stop[long]) if long == 1 else (stop[long], start[long])
        if not (self.low < low).all() or not (high < self.high).all():  # else in the middle
            places[:, long] = np.linspace(*ends, 25)
        inside = np.clip(places, self.low + 1.3 * room, self.high - 1.3 * room)
        free = [self._distance(place, letters) for place in inside]
        best = next((k for k, each in enumerate(free) if each > 1.2), int(np.argmax(free)))
        if free[best] < 1.0:
            return
        self.taken.append((inside[best], letters))
        self.ax.text(inside[best][0], inside[best][1], text, ha="center", va="center", fontsize=9, zorder=6, bbox=TEXT)

    def _distance(self, place: FloatArray, letters: float) -> float:
        """To what is nearest, in halves of both sizes."""
        gaps = [max(abs(place - other) / (self.unit * [(letters + size) / 2, 1.0])) for other, size in self.taken]
        return float(min(gaps, default=np.inf))
