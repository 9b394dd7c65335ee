"""Addresses of object stores and other places that are no folders: `s3://bucket/name.zarr`, by fsspec."""

import importlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from attractron.core.errors import InputError

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):/+(.*)", re.DOTALL)
"""With one slash where a path was made of it; a drive of Windows has one letter."""

_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}

_LIBRARIES = {"botocore", "aiobotocore", "aiohttp", "s3fs", "gcsfs", "google", "adlfs", "azure"}
"""Those whose errors of a network, of access and of time-outs are classes of their own."""


def address_of(place: str | Path) -> str | None:
    """The address that a text or a path is; None for a path of this machine.

    Example:
        >>> from attractron.core.remote import address_of
        >>> address_of("s3://bucket/device.zarr"), address_of("device.zarr")
        ('s3://bucket/device.zarr', None)
    """
    text = str(place)
    found = _ADDRESS.fullmatch(text.replace("\\\\", "/") if isinstance(place, Path) else text)
    if found is None:
        return None
    scheme, rest = found.groups()
    return f"{scheme}:///{rest}" if scheme == "file" else f"{scheme}://{rest}"


def local_path(address: str) -> Path | None:
    """The path of this machine that an address `file://…` stands for; None for any other."""
    parts = urlsplit(address)
    return Path(url2pathname(parts.path)) if parts.scheme == "file" else None


def file_system(address: str) -> Any:
    """What fsspec reads and writes at an address with; what it lists it looks up anew.

    Raises:
        InputError: fsspec does not know such addresses, or the library for them is not installed.
    """
    scheme = address.partition("://")[0]
    try:
        fsspec: Any = importlib.import_module("fsspec")
        return fsspec.filesystem(scheme, use_listings_cache=False)
    except (ImportError, ValueError) as error:
        needed = _PACKAGES.get(scheme)
        remedy = 'pip install "attractron[remote]"' if needed in (None, "s3fs") else f"pip install {needed}"
        said = " ".join(str(error).split())[:120]
        raise InputError(address, "be an address that fsspec can open here", f"({said})", remedy) from None


def of_storage(error: BaseException) -> bool:
    """Whether an error is of a library by which fsspec reaches object stores, and no OSError, as it should be.

    Example:
        >>> from attractron.core.remote import of_storage
        >>> of_storage(ValueError("anything"))
        False
    """
    return type(error).__module__.partition(".")[0] in _LIBRARIES
