"""How arrays and their labels are written with Zarr, and read back as they were."""

import signal
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from zlib import crc32

import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.codecs import Crc32cCodec, ZstdCodec

from attractron.studies.canvas import Array, blank

COMPRESSED = (ZstdCodec(level=1), Crc32cCodec())
"""Every chunk carries a checksum."""


def make(group: zarr.Group, name: str, array: Array, shape: tuple[int, ...], chunks: tuple[int, ...]) -> Any:
    """An array in a group, of blanks until something is written; one that is there already is replaced."""
    text = array.dtype.kind == "U"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=zarr.errors.UnstableSpecificationWarning)
        return group.create_array(
            name,
            shape=shape,
            chunks=tuple(max(1, length) for length in chunks),
            dtype=str if text else array.dtype,
            fill_value="" if text else blank(array.dtype),
            compressors=COMPRESSED,
            dimension_names=array.dims or None,
            attributes=plain(array.attrs),
            overwrite=name in group,
            config={"write_empty_chunks": True},
        )


def list_arrays(address: str) -> None:
    """Write what arrays there are, in one file: what opens the store need not look for them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=zarr.errors.ZarrUserWarning)  # other programs may not know of it
        zarr.consolidate_metadata(address)


def storable(values: NDArray[Any]) -> NDArray[Any]:
    """Values as Zarr takes them: texts of any length."""
    return values.astype(np.dtypes.StringDType()) if values.dtype.kind == "U" else values


def checksum(values: Any) -> int:
    """CRC-32 of values, however they are laid out in memory."""
    array = np.asarray(values)
    if array.dtype.kind in "TUO":
        return crc32("\0".join(map(str, array.ravel().tolist())).encode())
    return crc32(np.ascontiguousarray(array).tobytes())


def plain(attrs: Mapping[Any, Any]) -> dict[str, Any]:
    """Attributes as JSON has them."""
    return {
        str(key): value.tolist() if isinstance(value, np.ndarray | np.generic) else value
        for key, value in attrs.items()
    }


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ctrl-C and SIGTERM wait until the block is done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    watched = [number for number in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(number) is not None]
    before = {number: signal.signal(number, lambda number, _frame: came.append(number)) for number in watched}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for heard in came:
        signal.raise_signal(heard)
