"""How much a file of data may hold: what is larger is refused before it fills the memory or the disk."""

from collections.abc import Iterator
from gzip import GzipFile
from math import prod
from pathlib import Path
from typing import IO

import numpy as np

from attractron.core.checks import LARGEST, SMALLEST, FloatArray
from attractron.core.errors import InputError

MOST_BYTES = 1 << 30
"""Of one array: more than any diagram or trace, and what a desk's memory still holds with a copy or two."""

MOST_TEXT = 1 << 28
"""Bytes of a text file, which takes ten times as much memory while it is read."""

LONGEST_LINE = 2_000_000
"""Characters of a line of text: a hundred thousand columns."""

SUSPICIOUS = 1 << 26
"""Bytes from which on what is unpacked must not be larger than its package by more than `MOST_PACKED`."""

MOST_PACKED = 100
"""How many times smaller a package of data may be; zeros pack a thousand times."""

CHUNK = 1 << 20


def unpacked(packed: IO[bytes] | GzipFile, file: IO[bytes], size: int) -> None:
    """Copy what a package holds, unless it is one that fills the disk.

    Args:
        packed: opened for reading.
        file: opened for writing.
        size: of the package in bytes.

    Raises:
        InputError: it grows beyond all measure.
    """
    total = 0
    for chunk in _chunks(packed):
        total += len(chunk)
        check_package(total, size)
        file.write(chunk)


def check_package(total: int, size: int) -> None:
    """Raises an InputError where a package of that size unpacks to so many bytes that it cannot be one of data."""
    if total > SUSPICIOUS and total > MOST_PACKED * size:
        got = f"one of {size / 1e6:.1f} MB that unpacks to more than {total / 1e6:.0f} MB"
        raise InputError("the package", f"be smaller than what it holds by {MOST_PACKED} times at most", got)
    if total > 2 * MOST_BYTES:
        raise InputError("the package", f"hold at most {2 * MOST_BYTES / 1e9:.1f} GB", "more", "unpack it yourself")


def _chunks(packed: IO[bytes] | GzipFile) -> Iterator[bytes]:
    while chunk := packed.read(CHUNK):
        yield chunk


def check_array(path: Path, name: str, shape: tuple[int, ...], itemsize: int) -> None:
    """Raises an InputError where an array that a file announces is too large to be one of data."""
    size = prod(shape) * itemsize
    if size > MOST_BYTES:
        got = f"{' x '.join(map(str, shape))} numbers ({size / 1e9:.3g} GB)"
        expected = f"hold arrays of at most {MOST_BYTES / 1e9:.1f} GB"
        raise InputError(f"{path}: {name!r}", expected, got, "store the part that is to be read in a file of its own")


def text_of(path: Path) -> bytes:
    """The bytes of a text file.

    Raises:
        InputError: it is too large, or one endless line.
    """
    size = path.stat().st_size
    if size > MOST_TEXT:
        got = f"{size / 1e6:.0f} MB"
        raise InputError(str(path), f"be a text of at most {MOST_TEXT / 1e6:.0f} MB", got, "convert it to NetCDF")
    raw = path.read_bytes()
    if len(raw) > LONGEST_LINE and max(map(len, raw.splitlines())) > LONGEST_LINE:
        raise InputError(str(path), f"have lines of at most {LONGEST_LINE} characters", "a longer one")
    return raw


def check_range(what: str, values: FloatArray) -> None:
    """Raises an InputError where numbers are so large or so small that their squares are none."""
    size = float(np.abs(values).max(initial=0.0, where=np.isfinite(values)))
    if size and not SMALLEST <= size <= LARGEST:
        expected = f"have a largest number between {SMALLEST:g} and {LARGEST:g} in size"
        raise InputError(what, expected, f"{size:g}", "store it in another unit")
