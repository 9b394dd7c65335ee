"""Text tables in blocks, one a line of the scan, whose slow set point stands in a comment above each block."""

import re
from collections.abc import Sequence

import numpy as np

from attractron.core.checks import FloatArray

_SETTING = re.compile(
    r"\W*(?P<name>[^\W\d][\w ./]*?)\s*(?P<unit>[(\[][^)\]]*[)\]])?\s*[=:]\s*"
    r"(?P<value>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(?P<after>[^\W\d_][^\s\d]*)?\s*"
)
"""P2 = -3.5 mV, P2 (mV): -3.5."""


def is_setting(line: str) -> bool:
    """A line says one number and its name, and so names no columns.

    Example:
        >>> from attractron.readout.files.blocks import is_setting
        >>> is_setting("# P2 [mV] = -3.5"), is_setting("# P1 (mV), I (nA)")
        (True, False)
    """
    return _SETTING.fullmatch(line) is not None


def slow_set_points(comments: Sequence[tuple[int, str]], numbers: Sequence[int]) -> tuple[str, FloatArray] | None:
    """The set point that is written above every block of a table: its name, with the unit in brackets, and values.

    Args:
        comments: number of the line in the file and text, rising.
        numbers: of the lines of the table.

    Returns:
        Name and (line of the table,); None where there are no blocks, or where not each has one such comment more than
        the others have: a value that never changes is a setting.

    Example:
        >>> from attractron.readout.files.blocks import slow_set_points
        >>> slow_set_points([(1, "# gain: 3"), (2, "# P2 = 0.5 mV"), (5, "# P2 = 1.0 mV")], [3, 4, 6, 7])
        ('P2 (mV)', array([0.5, 0.5, 1. , 1. ]))
    """
    lines = np.asarray(numbers)
    starts = np.flatnonzero(np.diff(lines, prepend=lines[0] - 2) > 1)
    if starts.size < 2:
        return None
    block_of = np.searchsorted(lines[starts], [number for number, _ in comments])  # the block that a comment is above
    found: dict[str, dict[int, float]] = {}
    for block, (_, text) in zip(block_of, comments, strict=True):
        setting = _SETTING.fullmatch(text)
        if setting is not None:
            unit = (setting["unit"] or setting["after"] or "").strip("()[]")
            name = f"{setting['name'].strip()} ({unit})" if unit else setting["name"].strip()
            found.setdefault(name, {})[int(block)] = float(setting["value"])
    for name, values in found.items():
        points = [values[block] for block in range(starts.size) if block in values]
        if len(points) == starts.size and len(set(points)) > 1:
            return name, np.repeat(points, np.diff(np.append(starts, lines.size)))
    return None
