"""What a reader could not make out in a picture: texts over texts, out of the page, over data; raw words; no letters.

`python -m tests.papers.overlaps shavit-3 hamo-2` says what is wrong with the quick form of these figures, and with no
name of all; `--save DIR` writes the pictures, so that they can be looked at; `--full` takes the grids of the paper.
The picture is drawn once, and every rule below asks where the artists of that drawing lie, in pixels.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection, LineCollection, PathCollection
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Bbox

DPI = 150
"""Of the pictures as `reproduce` writes them."""

TOUCH = 1.0
"""Pixels by which boxes may overlap: they are rounded up to whole pixels."""

SMALLEST = 8.0
"""Points of the smallest text, indices of mathtext left out."""

_LETTER = re.compile(r"\(?([a-z])\)|([a-z])(?:$|\s\s)")
_RAW = {
    r"_": "underscore",
    r"\^": "power sign outside mathtext",
    r"(?<![\w)])-(?=[\d.])": "hyphen before a number instead of a minus",
    r"\d[eE][-+−]?\d": "power of ten as in code",
    r"\blg\(|\blog10\(|\bln\(|\bsqrt\(": "function as in code",
    r"\*": "asterisk outside mathtext",
    r"<=|>=|->|\+/-": "sign as in code",
    r"\bnan\b|\bNone\b|\binf\b": "value as in code",
}


@dataclass(frozen=True)
class Written:
    """A text where it stands.

    Attributes:
        text: what it says.
        role: title, label, tick, note, legend, or figure.
        axes: whose it is, None for the figure's own.
        box: corners of its box, turned with it, pixels.
        artist: the text itself.
    """

    text: str
    role: str
    axes: Axes | None
    box: np.ndarray
    artist: Text

    def __str__(self) -> str:
        return f"{self.role} {self.text!r}"


def faults(figure: Figure, *, letters: bool = True) -> list[str]:
    """What is wrong with a picture, a line each.

    Args:
        figure: it is drawn, at the resolution of the report.
        letters: whether several panels need letters.
    """
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure).draw()
    axes = list(_all_axes(figure))
    texts = [*_own_texts(figure), *(text for ax in axes for text in _texts(ax))]
    legends = [legend for ax in axes if (legend := ax.get_legend()) is not None] + list(figure.legends)
    found = [
        *_over_texts(texts),
        *_out_of_the_page(texts, legends, figure),
        *_over_other_axes(texts, axes),
        *_over_frames(texts),
        *(line for legend in legends for line in _about_legend(legend, texts, axes, legends)),
        *_notes_over_lines(texts),
        *_too_small(texts),
        *_raw_words(texts),
        *(_without_letters(figure, texts) if letters else ()),
    ]
    return list(dict.fromkeys(found))


def _all_axes(figure: Figure) -> Iterator[Axes]:
    for ax in figure.axes:
        if ax.get_visible():
            yield ax
            yield from (child for child in ax.child_axes if child.get_visible())


def _own_texts(figure: Figure) -> Iterator[Written]:
    for text in figure.texts:  # the title of the whole figure is among them
        yield from _written(text, "figure", None)
    for legend in figure.legends:
        for text in (*legend.get_texts(), legend.get_title()):
            yield from _written(text, "legend", None)


def _texts(ax: Axes) -> Iterator[Written]:
    for title in (ax.title, ax._left_title, ax._right_title):
        yield from _written(title, "title", ax)
    for note in ax.texts:
        yield from _written(note, "note", ax)
    if ax.axison:
        for axis in ax._axis_map.values():
            yield from _texts_of_axis(axis, ax)
    legend = ax.get_legend()
    if legend is not None:
        for text in (*legend.get_texts(), legend.get_title()):
            yield from _written(text, "legend", ax)


def _texts_of_axis(axis: Axis, ax: Axes) -> Iterator[Written]:
    """Labels of the axis and of those ticks that are drawn."""
    if not axis.get_visible():
        return
    yield from _written(axis.label, "label", ax)
    yield from _written(axis.offsetText, "label", ax)
    for tick in axis._update_ticks():
        for label in (tick.label1, tick.label2):
            yield from _written(label, "tick", ax)


def _written(text: Text | None, role: str, ax: Axes | None) -> Iterator[Written]:
    if text is None or not text.get_visible() or not text.get_text().strip():
        return
    around = text.get_window_extent()
    turned = text.get_rotation() % 180
    if min(turned, abs(turned - 90), 180 - turned) < 1e-6:
        box = around.corners()[[0, 1, 3, 2]]
    else:  # the box of the same text unturned, turned about the common centre
        angle = text.get_rotation()
        text.set_rotation(0)
        flat = text.get_window_extent()
        text.set_rotation(angle)
        half = np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]]) * [flat.width / 2, flat.height / 2]
        cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
        box = half @ np.array([[cos, sin], [-sin, cos]]) + (around.min + around.max) / 2
    yield Written(text.get_text(), role, ax, box, text)


def _depth(first: np.ndarray, second: np.ndarray) -> float:
    """Pixels by which one of two convex boxes would have to move to leave the other; negative when apart."""
    least = np.inf
    for box in (first, second):
        for edge in np.roll(box, -1, axis=0)[:2] - box[:2]:
            normal = np.array([-edge[1], edge[0]]) / (np.hypot(*edge) or 1.0)
            a, b = first @ normal, second @ normal
            least = min(least, a.max() - b.min(), b.max() - a.min())
    return float(least)


def _corners(box: Bbox) -> np.ndarray:
    return np.asarray(box.corners()[[0, 1, 3, 2]])


def _over_texts(texts: Sequence[Written]) -> Iterator[str]:
    for first, second in combinations(texts, 2):
        depth = _depth(first.box, second.box)
        if depth > TOUCH:
            yield f"{first} lies {depth:.0f} px over {second}"


def _out_of_the_page(texts: Sequence[Written], legends: Sequence[Legend], figure: Figure) -> Iterator[str]:
    boxes = [(str(text), text.box) for text in texts]
    boxes += [("a legend", _corners(legend.get_window_extent())) for legend in legends]
    for name, box in boxes:
        out = max(float(np.max(-box)), float(np.max(box - [figure.bbox.width, figure.bbox.height])))
        if out > TOUCH:
            yield f"{name} lies {out:.0f} px out of the picture"


def _over_other_axes(texts: Sequence[Written], axes: Sequence[Axes]) -> Iterator[str]:
    for text in texts:
        for ax in axes:
            if ax is text.axes or not ax.axison or _belong_together(text.axes, ax):
                continue
            depth = _depth(text.box, _corners(ax.get_window_extent()))
            if depth > TOUCH:
                yield f"{text} lies {depth:.0f} px over other axes"


def _belong_together(first: Axes | None, second: Axes) -> bool:
    """One on the other: twins, insets, further scales."""
    if first is None:
        return False
    a, b = first.get_window_extent(), second.get_window_extent()
    return second in first.child_axes or first in second.child_axes or np.allclose(a.extents, b.extents, atol=1.0)


def _over_frames(texts: Sequence[Written]) -> Iterator[str]:
    """Notes on the frame of their axes, or out of it though they mark a place in it."""
    for text in texts:
        if text.role != "note" or text.axes is None or not text.axes.axison:
            continue
        low, high = text.axes.get_window_extent().min, text.axes.get_window_extent().max
        out = float(max(np.max(low - text.box), np.max(text.box - high)))
        inside = _depth(text.box, _corners(text.axes.get_window_extent())) > TOUCH
        marks_a_place = all(text.artist.get_transform().contains_branch_seperately(text.axes.transData))
        if out > TOUCH and inside:
            yield f"{text} lies on the frame of its axes"
        elif out > TOUCH and marks_a_place:
            yield f"{text} lies outside its axes"


def _about_legend(
    legend: Legend, texts: Sequence[Written], axes: Sequence[Axes], legends: Sequence[Legend]
) -> Iterator[str]:
    box = legend.get_window_extent()
    inner = _corners(box)
    name = f"the legend {legend.get_texts()[0].get_text()!r}, …" if legend.get_texts() else "a legend"
    mine = {id(text) for text in (*legend.get_texts(), legend.get_title())}
    for text in texts:
        if id(text.artist) not in mine and _depth(inner, text.box) > TOUCH:
            yield f"{name} lies over {text}"
    for ax in axes:
        around = ax.get_window_extent()
        covered = Bbox.intersection(box.padded(-TOUCH), around)
        if covered is None or covered.width <= 0 or covered.height <= 0:
            continue
        if ax is not legend.axes and legend.axes is not None and not _belong_together(legend.axes, ax):
            yield f"{name} lies over other axes"
        elif legend.axes is None and ax.axison:
            yield f"{name} lies over axes"
        elif min(covered.width, covered.height) < min(box.width, box.height) - 3 * TOUCH:
            yield f"{name} lies on a frame"
        for what in _drawn_in(ax, covered):
            yield f"{name} lies over {what}"
    if any(other is not legend and _depth(inner, _corners(other.get_window_extent())) > TOUCH for other in legends):
        yield f"{name} lies over another legend"


def _drawn_in(ax: Axes, box: Bbox) -> Iterator[str]:
    """Lines, markers and bars within a box; maps and filled regions lie under anything."""
    for line in ax.lines:
        if line.get_visible() and _line_in(line, box):
            yield f"the line {line.get_label()!r}"
    for collection in ax.collections:
        if collection.get_visible() and _collection_in(collection, box):
            yield f"a {type(collection).__name__}"
    for container in ax.containers:
        bars = container.patches if isinstance(container, BarContainer) else ()
        if any(bar.get_window_extent().overlaps(box) for bar in bars):
            yield "a bar"


def _line_in(line: Line2D, box: Bbox) -> bool:
    if line.get_xydata().size == 0:  # type: ignore[union-attr]
        return False
    path = line.get_path().transformed(line.get_transform())
    if line.get_linestyle() != "None" and path.intersects_bbox(box, filled=False):
        return True
    marked = line.get_marker() not in (None, "None", "", " ")
    return marked and _any_inside(path.vertices, box)


def _collection_in(collection: Collection, box: Bbox) -> bool:
    if isinstance(collection, PathCollection):
        offsets = collection.get_offset_transform().transform(np.ma.filled(collection.get_offsets(), np.nan))
        return _any_inside(offsets, box)
    lines = isinstance(collection, LineCollection) or (isinstance(collection, ContourSet) and not collection.filled)
    transform = collection.get_transform()
    return lines and any(
        part.intersects_bbox(box, filled=False)
        for path in collection.get_paths()
        for part in _pieces(path.transformed(transform))
    )


def _pieces(path: Outline) -> Iterator[Outline]:
    """The parts of a path that moves its pen."""
    if path.codes is None:
        yield path
        return
    starts = np.flatnonzero(path.codes == Outline.MOVETO)
    for start, end in zip(starts, [*starts[1:], len(path.codes)], strict=True):
        if end - start > 1:
            yield Outline(path.vertices[start:end])


def _any_inside(points: np.ndarray, box: Bbox) -> bool:
    x, y = np.asarray(points, float).reshape(-1, 2).T
    return bool(np.any((x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)))


def _notes_over_lines(texts: Sequence[Written]) -> Iterator[str]:
    """A note on a line cannot be read, unless it has a ground of its own; contours leave gaps for their labels."""
    for text in texts:
        if text.role != "note" or text.axes is None or text.artist.get_bbox_patch() is not None:
            continue
        gaps = [c for c in text.axes.collections if isinstance(c, ContourSet) and text.artist in c.labelTexts]
        if gaps:
            continue
        box = Bbox([text.box.min(axis=0), text.box.max(axis=0)])
        turned = text.artist.get_rotation() % 90 > 1e-6
        inner = box.padded(-0.2 * min(box.width, box.height)) if not turned else _middle(text.box)
        for what in _drawn_in(text.axes, inner):
            yield f"{text} lies over {what}"


def _middle(corners: np.ndarray) -> Bbox:
    """A small square in the middle of a slanted text."""
    centre, half = corners.mean(axis=0), np.hypot(*(corners[1] - corners[0])) / 4
    return Bbox([centre - half, centre + half])


def _too_small(texts: Sequence[Written]) -> Iterator[str]:
    for text in texts:
        size = text.artist.get_fontsize()
        if size < SMALLEST:
            yield f"{text} has {size:g} points"


def _raw_words(texts: Sequence[Written]) -> Iterator[str]:
    for text in texts:
        plain = re.sub(r"\$[^$]*\$", " ", text.text)
        for pattern, what in _RAW.items():
            if re.search(pattern, plain):
                yield f"{text} has a raw word: {what}"
        if r"\_" in text.text:
            yield f"{text} has a raw word: underscore"


def _panels(figure: Figure) -> list[Axes]:
    """Axes with data of their own: no colour bars, no second scales."""
    found: list[Axes] = []
    for ax in figure.axes:
        twin = any(np.allclose(ax.get_position().extents, other.get_position().extents) for other in found)
        empty = not (ax.lines or ax.collections or ax.images or ax.patches or ax.tables)
        if ax.get_visible() and ax.get_label() != "<colorbar>" and not twin and not empty:
            found.append(ax)
    return found


def _without_letters(figure: Figure, texts: Sequence[Written]) -> Iterator[str]:
    panels = _panels(figure)
    if len(panels) < 2:
        return
    letters: list[str] = []
    for ax in panels:
        own = [text.text for text in texts if text.axes is ax and text.role in ("title", "note")]
        found = [match[1] or match[2] for text in own if (match := _LETTER.match(text))]
        letters += found[:1]
        if not found:
            yield f"the panel {ax.get_title() or ax._left_title.get_text() or ax.get_ylabel()!r} has no letter"
    for letter, times in Counter(letters).items():
        if times > 1:
            yield f"{times} panels have the letter {letter}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the faults of figures; how many figures have any."""
    from attractron.papers.catalogue import all_figures, select

    parser = argparse.ArgumentParser(prog="python -m tests.papers.overlaps", description=__doc__)
    parser.add_argument("figure", nargs="*", help="names, or how names begin")
    parser.add_argument("--save", metavar="DIR", type=Path, help="write the pictures to this folder")
    parser.add_argument("--full", action="store_true", help="on the grids of the paper")
    wanted = parser.parse_args(arguments)
    figures, bad = all_figures(), 0
    for name in select(wanted.figure, list(figures)):
        picture = figures[name].draw(figures[name].compute(not wanted.full))
        found = faults(picture)
        bad += bool(found)
        sys.stdout.write("\n    ".join([f"{name}: {len(found) or 'no'} fault{'s' * (len(found) != 1)}", *found]) + "\n")
        if wanted.save:
            wanted.save.mkdir(parents=True, exist_ok=True)
            picture.savefig(wanted.save / f"{name}.png", dpi=DPI)
    return bad


if __name__ == "__main__":
    sys.exit(min(main(), 1))
