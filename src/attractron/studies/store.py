"""Results on disk that are filled block by block: Zarr (version 3), which xarray opens during a run and after it.

The root group holds the result; its attributes hold the study. `blocks` holds a record of each finished block: how far
it reaches, which points failed, and the checksums of its values. It is written after the values, so that a block
without a record has to be computed. `unfinished` holds what is completed only when all blocks are there, such as a
signal without the noise of the whole scan.

Every file is written beside its place and moved there, and chunks carry a checksum of their own (crc32c).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from math import ceil
from typing import Any

import numpy as np
import xarray as xr
import zarr

from attractron.core.errors import OutputError
from attractron.core.files import COMPUTED, ORDER, open_store
from attractron.core.results import flags
from attractron.core.version import __version__
from attractron.studies.boxes import Box, beyond, boxes
from attractron.studies.canvas import Array, Flags
from attractron.studies.folders import Folder, folder_of, parted
from attractron.studies.grid import Failure, Layout, Part, finished
from attractron.studies.records import Record, after
from attractron.studies.study import Study
from attractron.studies.zarr_files import checksum, list_arrays, make, plain, storable, undisturbed

IN_MEMORY = 1 << 24
"""Bytes of a result that is handed over in memory; a larger one is read where it is looked at."""

FORMAT = 1
"""Of the store; a later version of the package may write another."""

COMPLETE = "complete"
"""State of a store in which every point has a value."""

MADE_BY = "attractron_version"
PACKAGE, VERSIONS = "attractron", "versions"
"""Package → those of its versions, one after the other, that computed points of the store."""

"""Attribute by which a store is known, from the first moment of its life."""

BLOCKS, UNFINISHED = "blocks", "unfinished"
"""Groups beside the result."""

RECORD = "record"
"""Array of the records in the first of these."""

_RECORDS = Array(dims=(), dtype=np.dtype("U1"), attrs={}, coordinate=False)

SEPARATE = 1 << 20
"""Values of a coordinate in one chunk."""


@dataclass(frozen=True)
class Store:
    """A result on disk.

    Attributes:
        address: its folder, or where it is in an object store.
    """

    address: str

    @cached_property
    def root(self) -> zarr.Group:
        """The group of the result."""
        return zarr.open_group(self.address, mode="r+", zarr_format=3, use_consolidated=False)

    def _look_again(self) -> None:
        """Forget what was read of the store: it was changed."""
        for name in ("root", "about", "_arrays", "_records"):
            self.__dict__.pop(name, None)

    def __getstate__(self) -> dict[str, Any]:
        return {"address": self.address}

    def _group(self, name: str) -> zarr.Group:
        """A group beside the result, as it is on the disk now."""
        return self.root.require_group(name)

    @cached_property
    def _where(self) -> tuple[Folder, str]:
        """The folder that it is in, and its name there."""
        return parted(self.address)

    @cached_property
    def about(self) -> dict[str, Any]:
        """What the store says of itself: format, state, study, sizes, chunks, arrays."""
        return dict(self._group(BLOCKS).attrs)

    def made_by(self, study: Study) -> None:
        """Note the versions of the packages that go on with the store."""
        known, now = self.about.get(VERSIONS, {}), _versions(study)
        both = {name: list(dict.fromkeys([*known.get(name, []), *new])) for name, new in now.items()}
        if both != known:
            self._tell(versions=both)

    def create(self, layout: Layout, first: Part) -> None:
        """Lay out arrays for the whole study after a first part of it, and nothing in them.

        What stood there before is deleted.
        """
        self.delete()
        self._look_again()
        canvas, axes = first.canvas, layout.coordinates(first.canvas.labels)
        beside = [name for name, axis in axes.items() if axis.dims != (name,)]
        beside += [name for name, array in canvas.arrays.items() if array.coordinate and array.dims != (name,)]
        root = zarr.create_group(
            self.address,
            zarr_format=3,
            attributes={
                MADE_BY: __version__,
                "study": layout.study.document.text,
                ORDER: list(canvas.arrays),
                **_beside(beside),
            },
        )
        blocks, unfinished = root.create_group(BLOCKS), root.create_group(UNFINISHED)
        for name, array in {**canvas.arrays, COMPUTED: _computed(layout)}.items():
            spans = any(dim in layout.sizes for dim in array.dims)
            values = canvas.values.get(name)
            own = dict(zip(array.dims, values.shape, strict=True)) if values is not None else {}
            shape = tuple(layout.sizes.get(dim, own.get(dim, 1)) for dim in array.dims)
            lengths = dict(zip(layout.sizes, layout.chunks, strict=True))
            chunks = tuple(lengths.get(dim, size) for dim, size in zip(array.dims, shape, strict=True))
            place = unfinished if name in layout.study.question.rewrites else root
            made = make(place, name, array, shape, chunks)
            if not spans and values is not None:
                made[...] = storable(values)
        self._write_axes(root, layout, canvas.labels)
        grid = _grid(layout.sizes, layout.chunks)
        make(blocks, RECORD, _RECORDS, grid, (1,) * len(grid))
        blocks.attrs.update(
            {
                "format": FORMAT,
                "state": "running",
                VERSIONS: _versions(layout.study),
                "study": layout.study.document.text,
                "sizes": dict(layout.sizes),
                "chunks": list(layout.chunks),
                "axes": list(axes),
                "labels": canvas.labels,
                "attrs": plain(canvas.attrs),
                "arrays": {
                    name: {
                        "dims": list(array.dims),
                        "dtype": array.dtype.str,
                        "attrs": plain(array.attrs),
                        "coordinate": array.coordinate,
                    }
                    for name, array in canvas.arrays.items()
                },
            }
        )
        list_arrays(self.address)
        self._look_again()

    def delete(self) -> None:
        """Delete everything under the address."""
        folder, name = self._where
        folder.delete(name)

    def _write_axes(self, root: zarr.Group, layout: Layout, labels: Mapping[str, Any]) -> None:
        for name, axis in layout.coordinates(labels).items():
            array = Array(dims=tuple(map(str, axis.dims)), dtype=axis.dtype, attrs=axis.attrs, coordinate=True)
            if name in root:  # of a grid that has grown: what was there stays, whenever this ends
                made: Any = root[name]
                made.resize(axis.shape)
            else:
                made = make(root, str(name), array, axis.shape, tuple(max(1, min(n, SEPARATE)) for n in axis.shape))
            made[...] = axis.to_numpy()

    def is_there(self) -> bool:
        """Whether there is a store of ours.

        Raises:
            OutputError: something else is there.
        """
        folder, name = self._where
        if not folder_of(self.address).names() and not folder.read(name):
            return False
        if folder.is_store(name) and MADE_BY in self.root.attrs:
            return True
        raise OutputError(f"{self.address} is there already, and no result of attractron: choose another --out")

    @property
    def ready(self) -> bool:
        """Whether all arrays are laid out; a run that was killed before has left nothing to go on from."""
        try:
            return "arrays" in self.about
        except (FileNotFoundError, KeyError, ValueError):
            return False

    @property
    def arrays(self) -> dict[str, Array]:
        """The arrays that blocks fill."""
        return {
            name: Array(
                dims=tuple(each["dims"]),
                dtype=np.dtype(each["dtype"]),
                attrs=each["attrs"],
                coordinate=each["coordinate"],
            )
            for name, each in self.about["arrays"].items()
        }

    @cached_property
    def _arrays(self) -> dict[str, Any]:
        """All arrays that there are, opened."""
        return {**dict(self.root.arrays()), **dict(self._group(UNFINISHED).arrays())}

    def _stored(self, name: str) -> Any:
        """An array that blocks fill, or an axis."""
        return self._arrays[name]

    def write(self, place: tuple[int, ...], part: Part, stops: tuple[int, ...]) -> Record:
        """The values of a part of a block, then its record; once begun, this is not left at a signal.

        Args:
            place: of the block in the grid of blocks.
            part: what was computed of it.
            stops: how far the block reaches now.
        """
        with undisturbed():
            sizes = self.about["sizes"]
            region = {name: slice(a, b) for name, (a, b) in zip(sizes, part.box, strict=True)}
            computed = np.ones([b - a for a, b in part.box], bool)
            for failure in part.failures:
                computed[tuple(n - a for n, (a, _) in zip(failure.point, part.box, strict=True))] = False
            for name, array in part.canvas.arrays.items():
                if part.canvas.spans(array):
                    where = tuple(region.get(dim, slice(None)) for dim in array.dims)
                    self._stored(name)[where] = storable(part.canvas.values[name])
            self._stored(COMPUTED)[tuple(region.values())] = computed
            return self._record(place, part, stops)

    def _record(self, place: tuple[int, ...], part: Part, stops: tuple[int, ...]) -> Record:
        record = after(self.record(place), part, stops, self._checksums(self._box(place, stops)))
        self._records[place or (0,)] = json.dumps(record.as_json(), ensure_ascii=False)
        return record

    @cached_property
    def _records(self) -> Any:
        """The array of records, one a chunk; no text where a block is not finished."""
        return self._group(BLOCKS)[RECORD]

    def record(self, place: tuple[int, ...]) -> Record | None:
        """What is known of a block; None where it is not finished."""
        text = str(self._records[place or (0,)])
        return Record.from_json(json.loads(text)) if text else None

    def _box(self, place: tuple[int, ...], stops: tuple[int, ...]) -> Box:
        """Where a block begins and how far it reaches."""
        return tuple((n * length, stop) for n, length, stop in zip(place, self.about["chunks"], stops, strict=True))

    def records(self) -> dict[tuple[int, ...], Record]:
        """The finished blocks, by their place in the grid of blocks."""
        found = {}
        for index, text in np.ndenumerate(np.asarray(self._records[...], dtype=object)):
            if text:
                found[index if self.about["sizes"] else ()] = Record.from_json(json.loads(text))
        return found

    def _checksums(self, box: Box) -> dict[str, int]:
        """Of what is stored in a box.

        Raises:
            ValueError: a chunk contradicts the checksum that it carries.
        """
        region = {name: slice(a, b) for name, (a, b) in zip(self.about["sizes"], box, strict=True)}
        return {
            name: checksum(self._stored(name)[tuple(region.get(dim, slice(None)) for dim in array.dims)])
            for name, array in self.arrays.items()
            if any(dim in region for dim in array.dims)
        }

    def damaged(self) -> list[tuple[int, ...]]:
        """Blocks that have a record and other values than it says: files that were changed or lost."""
        return [place for place, record in self.records().items() if not self._intact(place, record)]

    def _intact(self, place: tuple[int, ...], record: Record) -> bool:
        try:
            return self._checksums(self._box(place, record.stops)) == dict(record.checksums)
        except (ValueError, OSError, RuntimeError):
            return False

    def forget(self, place: tuple[int, ...]) -> None:
        """The block has to be computed again."""
        self._records[place or (0,)] = ""

    def missing(self, layout: Layout, *, failed: bool = False) -> Iterator[tuple[tuple[int, ...], Box, Box]]:
        """What has to be computed: place of the block, its box, and the part of it that is missing.

        Args:
            layout: of the study.
            failed: points that failed, too.
        """
        known = self.records()
        for place, box in boxes(tuple(layout.sizes.values()), tuple(self.about["chunks"])):
            record = known.get(place)
            for part in [box] if record is None else beyond(box, record.stops):
                yield place, box, part
            if failed and record is not None:
                for failure in record.failures:
                    yield place, box, tuple((n, n + 1) for n in failure.point)

    def open_again(self, layout: Layout) -> None:
        """A result that was complete is so no longer: say again which points have a value."""
        if COMPUTED not in self.root:
            sizes, array = tuple(layout.sizes.values()), _computed(layout)
            self._tell(state="running")
            made = make(self.root, COMPUTED, array, sizes, layout.chunks)
            list_arrays(self.address)
            self._look_again()
            for place, record in self.records().items():
                made[tuple(slice(a, b) for a, b in self._box(place, record.stops))] = True

    def extend(self, layout: Layout) -> None:
        """Make room for a grid that has grown; killed in the middle, it can be done again."""
        about = self.about
        self.open_again(layout)
        for name, array in {**self.arrays, COMPUTED: _computed(layout)}.items():
            if any(dim in layout.sizes for dim in array.dims):
                stored = self._stored(name)
                own = dict(zip(array.dims, stored.shape, strict=True))
                stored.resize(tuple(layout.sizes.get(dim, own[dim]) for dim in array.dims))
        self._records.resize(_grid(layout.sizes, about["chunks"]))
        self._write_axes(self.root, layout, about["labels"])
        self._tell(state="running", sizes=dict(layout.sizes), study=layout.study.document.text)
        list_arrays(self.address)

    def _tell(self, **about: Any) -> None:
        self._group(BLOCKS).attrs.update(about)
        self._look_again()

    def whole(self) -> xr.Dataset:
        """The result of all blocks, read only where it is looked at, without what completes it."""
        about = self.about
        codes: Flags = {}
        for record in self.records().values():
            for name, found in record.codes.items():
                codes.setdefault(name, {}).update(found)
        parts = open_store(self.address).assign(open_store(self.address, UNFINISHED).variables)
        kept = parts[[name for name in self.arrays if name in parts.data_vars]]
        for name, known in codes.items():
            kept[name].attrs.update(flags(dict(sorted(known.items()))))
        return kept.assign_attrs(about["attrs"])

    def axes(self) -> dict[str, np.ndarray[Any, Any]]:
        """The study's axes as they are stored."""
        return {name: np.asarray(self._stored(name)[...]) for name in self.about["axes"]}

    def failures(self) -> tuple[Failure, ...]:
        """All points without a result."""
        return tuple(each for _, record in sorted(self.records().items()) for each in record.failures)

    def completed(self, study: Study) -> xr.Dataset:
        """The result, completed if it was not."""
        if self.about["state"] != COMPLETE:
            self.complete(finished(study, self.whole()))
        result = open_store(self.address)
        return result.load() if result.nbytes <= IN_MEMORY else result

    def complete(self, done: xr.Dataset) -> None:
        """Write what completes the result, and that it is complete.

        Args:
            done: the whole, with variables added, or those of `unfinished` replaced.
        """
        arrays = self.arrays
        failed = any(record.failures for record in self.records().values())
        with undisturbed():
            for name, given in done.variables.items():
                if name in arrays and name not in self._group(UNFINISHED):
                    self._stored(name).attrs.put(plain(given.attrs))
                elif name not in self.about["axes"]:
                    self._add(str(name), given, coordinate=name in done.coords)
            if not failed and COMPUTED in self.root:
                del self.root[COMPUTED]
            beside = [str(name) for name in done.coords if name not in done.dims]
            order = [str(name) for name in done.variables]
            by = {MADE_BY: ", ".join(self.about.get(VERSIONS, {}).get(PACKAGE, [__version__]))}
            self.root.attrs.put({**plain(done.attrs), **by, **_beside(beside), ORDER: order})
            self._tell(state="failed points" if failed else COMPLETE)
            list_arrays(self.address)

    def _add(self, name: str, given: xr.Variable, *, coordinate: bool) -> None:
        lengths = dict(zip(self.about["sizes"], self.about["chunks"], strict=True))
        array = Array(dims=tuple(map(str, given.dims)), dtype=given.dtype, attrs=given.attrs, coordinate=coordinate)
        chunks = tuple(max(1, lengths.get(dim, size)) for dim, size in zip(array.dims, given.shape, strict=True))
        if name in self.root:
            del self.root[name]
        make(self.root, name, array, given.shape, chunks)[...] = storable(given.to_numpy())


def _versions(study: Study) -> dict[str, list[str]]:
    """What computes the points of a study: this package, and the one that chooses them where it is adaptive."""
    return {PACKAGE: [__version__]} | ({"adaptive": [version("adaptive")]} if study.adaptive is not None else {})


def _computed(layout: Layout) -> Array:
    """The array that says which points have a value."""
    attrs = {"units": "1", "long_name": "the point has a value"}
    return Array(dims=tuple(layout.sizes), dtype=np.dtype(bool), attrs=attrs, coordinate=False)


def _beside(names: list[str]) -> dict[str, str]:
    """Coordinates that are no axes, as CF names them."""
    return {"coordinates": " ".join(names)} if names else {}


def _grid(sizes: Mapping[str, int], chunks: Sequence[int]) -> tuple[int, ...]:
    """Shape of the grid of blocks; a study without axes has one block."""
    return tuple(ceil(size / length) for size, length in zip(sizes.values(), chunks, strict=True)) or (1,)
