"""What is known of a finished block of a study: how far it reaches, what failed in it, what its values were."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from attractron.studies.canvas import Flags
from attractron.studies.grid import Failure, Part


@dataclass(frozen=True, kw_only=True)
class Record:
    """What is known of a finished block.

    Attributes:
        stops: how far it reaches along each dimension; the block of a grid that has grown since may reach farther.
        failures: points without a result.
        codes: of the flags in it.
        checksums: array → CRC-32 of its values in the block.
    """

    stops: tuple[int, ...]
    failures: tuple[Failure, ...]
    codes: Flags
    checksums: Mapping[str, int]

    def as_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "stops": list(self.stops),
            "failures": [[list(each.point), each.place, each.error] for each in self.failures],
            "codes": {name: {str(code): text for code, text in codes.items()} for name, codes in self.codes.items()},
            "checksums": dict(self.checksums),
        }

    @staticmethod
    def from_json(given: Mapping[str, Any]) -> "Record":
        """Back from plain values."""
        return Record(
            stops=tuple(given["stops"]),
            failures=tuple(
                Failure(point=tuple(point), place=place, error=error) for point, place, error in given["failures"]
            ),
            codes={name: {int(code): text for code, text in codes.items()} for name, codes in given["codes"].items()},
            checksums=given["checksums"],
        )


def after(before: Record | None, part: Part, stops: tuple[int, ...], checksums: Mapping[str, int]) -> Record:
    """The record of a block once a part of it is written.

    Args:
        before: its record until now.
        part: what was computed; what failed earlier in its box did not fail now, or failed again.
        stops: how far the block reaches.
        checksums: of all its values.
    """
    codes: Flags = {name: dict(known) for name, known in (before.codes if before else {}).items()}
    for name, found in part.canvas.codes.items():
        codes.setdefault(name, {}).update(found)
    earlier = [
        each
        for each in (before.failures if before else ())
        if not all(a <= n < b for n, (a, b) in zip(each.point, part.box, strict=True))
    ]
    return Record(stops=stops, failures=(*earlier, *part.failures), codes=codes, checksums=checksums)
