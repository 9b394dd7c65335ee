"""The quick dataset of the figure that a module tests."""

from collections.abc import Callable

import pytest
import xarray as xr


@pytest.fixture(scope="module")
def made(quick: Callable[[str], xr.Dataset], request: pytest.FixtureRequest) -> xr.Dataset:
    """That of the figure `NAME`."""
    return quick(request.module.NAME)
