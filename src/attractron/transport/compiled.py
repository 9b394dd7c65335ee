"""Numba, set up once: compiled functions without global locks, kept on disk where a folder can be written.

Numba keys a kept kernel by the text of its own file alone. A kernel that calls functions of other files would
therefore survive their change, with the old numbers; `sources` is what a kernel closes over to prevent that.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """The function compiled when it is first called, without the interpreter's lock and with IEEE division by zero."""
    compilation: Any = njit(nogil=True, error_model="numpy")
    dispatcher: Function = compilation(function)
    return dispatcher


def kept(function: Function) -> Function:
    """Like `compiled`, and kept on disk between runs; where no folder can be written, compiled in every process.

    The function must use a variable of an enclosing function that holds `sources()`.
    """
    try:
        compilation: Any = njit(nogil=True, error_model="numpy", cache=True)
        dispatcher: Function = compilation(function)
    except RuntimeError:  # Numba found no folder for its cache
        return compiled(function)
    return dispatcher


@cache
def sources() -> str:
    """Fingerprint of all files with compiled functions: a part of the key of kernels kept on disk."""
    fingerprint = sha256()
    for path in sorted(files("attractron.transport").iterdir(), key=lambda path: path.name):
        if path.name.endswith(".py") and b"import compiled" in (content := path.read_bytes()):
            fingerprint.update(content)
    return fingerprint.hexdigest()
