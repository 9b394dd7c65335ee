"""Boxes of a grid: how a study is cut into blocks, and what is missing of a block when the grid grows.

A box is a tuple of (start, stop), one for each dimension of the study. Blocks are the chunks of the stored arrays: they
depend on the sizes of the grid alone, never on who computes them, or when.
"""

from collections.abc import Iterator
from itertools import product
from math import ceil, prod

Box = tuple[tuple[int, int], ...]

FEW = 32
"""So many blocks a study has while they stay small: enough for several workers and a smooth progress bar."""

MOST = 4096
"""Blocks of a study before they grow beyond `LARGEST`: each is some files."""

LARGEST = 16_384
"""Points of a block that one call answers: some hundred milliseconds of a vectorised question."""

SINGLE = 16
"""Points of a block that are asked one by one, of milliseconds to seconds each: so much is lost with a kill."""


def chunk_shape(sizes: tuple[int, ...], outer: int) -> tuple[int, ...]:
    """Size of the blocks along each dimension: the last dimensions whole, the first ones cut.

    Args:
        sizes: points along each dimension.
        outer: how many leading dimensions are varied point by point around the question.

    Example:
        >>> from attractron.studies.boxes import chunk_shape
        >>> chunk_shape((1000, 1000), 0)
        (16, 1000)
        >>> chunk_shape((50, 40, 101), 2)
        (1, 16, 101)
    """
    lead = sizes[:outer] if outer else sizes
    points = prod(lead)
    if outer:
        wanted = max(min(SINGLE, points), ceil(points / MOST))
    else:
        wanted = max(min(LARGEST, ceil(points / FEW)), ceil(points / MOST))
    cut: list[int] = []
    for size in reversed(lead):
        length = max(1, min(size, wanted))
        cut.append(length)
        wanted = ceil(wanted / length)
    return (*reversed(cut), *sizes[len(lead) :])


def boxes(sizes: tuple[int, ...], chunks: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Box]]:
    """Every block, the last dimension fastest: its place in the grid of blocks, and its box.

    Example:
        >>> from attractron.studies.boxes import boxes
        >>> list(boxes((3,), (2,)))
        [((0,), ((0, 2),)), ((1,), ((2, 3),))]
    """
    counts = [ceil(size / length) for size, length in zip(sizes, chunks, strict=True)]
    for place in product(*(range(count) for count in counts)):
        yield (
            place,
            tuple(
                (n * length, min((n + 1) * length, size)) for n, length, size in zip(place, chunks, sizes, strict=True)
            ),
        )


def count(sizes: tuple[int, ...], chunks: tuple[int, ...]) -> int:
    """How many blocks there are.

    Example:
        >>> from attractron.studies.boxes import count
        >>> count((1000, 1000), (16, 1000))
        63
    """
    return prod(ceil(size / length) for size, length in zip(sizes, chunks, strict=True))


def volume(box: Box) -> int:
    """Points of a box.

    Example:
        >>> from attractron.studies.boxes import volume
        >>> volume(((0, 2), (5, 8)))
        6
    """
    return prod(stop - start for start, stop in box)


def beyond(box: Box, stops: tuple[int, ...]) -> list[Box]:
    """What of a box lies beyond the corner `stops`, as boxes that do not overlap: a grid that has grown.

    Example:
        >>> from attractron.studies.boxes import beyond
        >>> beyond(((0, 4), (0, 4)), (4, 3))
        [((0, 4), (3, 4))]
    """
    missing: list[Box] = []
    rest = list(box)
    for n, ((start, stop), known) in enumerate(zip(box, stops, strict=True)):
        if known < stop:
            missing.append((*rest[:n], (max(known, start), stop), *rest[n + 1 :]))
            if known <= start:
                return missing
            rest[n] = (start, known)
    return missing
