"""What the page gives away: study files, Python, and the library's own pictures."""

import io

import xarray as xr

from attractron.plotting import picture
from attractron.plotting.style import own_style

MIME = {"png": "image/png", "svg": "image/svg+xml", "toml": "text/plain", "py": "text/plain", "json": "text/plain"}
"""Types of the files."""


def drawn(result: xr.Dataset, form: str) -> bytes:
    """The library's own picture of a result, as PNG or SVG.

    Raises:
        InputError: the result has no picture.
    """
    figure = picture(result)
    with own_style(), io.BytesIO() as file:
        figure.savefig(file, format=form, dpi=150)
        return file.getvalue()
