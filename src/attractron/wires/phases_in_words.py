"""Phases of a result in words: how much of it each takes, where something is largest."""

import xarray as xr

from attractron.core.results import flag_names

Numbers = dict[str, tuple[float, str]]
"""Name → (value, unit)."""


def code_of(result: xr.Dataset, name: str) -> int:
    """Code of a phase, -1 where a result does not know it."""
    return next((code for code, text in flag_names(result["phase"]).items() if text == name), -1)


def shares_of(phase: xr.DataArray) -> dict[str, float]:
    """Phase → its part of the points, without those that do not occur."""
    found = {name: float((phase == code).mean()) for code, name in flag_names(phase).items()}
    return {name: share for name, share in found.items() if share}


def listed(shares: dict[str, float]) -> str:
    """Shares in words."""
    return ", ".join(f"{percent(share)} are {name}" for name, share in shares.items())


def percent(share: float | xr.DataArray) -> str:
    """A share in per cent."""
    return f"{100 * float(share):.3g} %"


def at_largest(result: xr.Dataset, quantity: xr.DataArray) -> xr.Dataset:
    """The point at which a quantity is largest."""
    return result.isel(quantity.argmax(...)) if quantity.ndim else result


def located(result: xr.Dataset, point: xr.Dataset) -> str:
    """Where a point of a result lies, in words; its axes come in the order in which they were given."""
    dims = ", ".join(map(str, result["phase"].dims))
    given = [name for name in str(result.attrs.get("axes", dims)).split(", ") if name in result.coords]
    place = ", ".join(
        f"{name} = {float(point[name]):.4g} {result[name].attrs['units']}".removesuffix(" 1") for name in given
    )
    return f" at {place}" if place else ""
