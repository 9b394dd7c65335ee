"""What a result says at one point: the state or phase under the mouse, and the numbers there."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.results import flag_names
from attractron.plotting import main_variable
from attractron.plotting.style import phase_name

GREEK = {"delta": "δ", "mu": "µ", "upsilon": "υ", "Gamma": "Γ", "Lambda": "Λ", "theta": "θ", "chi": "χ", "alpha": "α"}

MOST = 5
"""Quantities that are read out at most."""

FIRST = ("charge_state", "phase", "gap", "current", "detector_current", "l_spin", "l_trion", "conductance")
"""Quantities that are read out before others."""


def plain(name: str) -> str:
    """A name as plain text: delta_V → δV, Gamma_S → Γ_S.

    >>> plain("delta_V"), plain("Gamma_S"), plain("K_c"), plain("upsilon")
    ('δV', 'Γ_S', 'K_c', 'υ')
    """
    head, _, tail = name.partition("_")
    if head not in GREEK:
        return name
    return GREEK[head] + (f"_{tail}" if tail and head != "delta" else tail)


def number(value: float, unit: str) -> str:
    """A number with its unit.

    >>> number(-1.4823456, "meV"), number(3.0, "1")
    ('−1.482 meV', '3')
    """
    text = f"{value:.4g}".replace("-", "−")
    return text if unit == "1" else f"{text} {unit}"


def nearest(result: xr.Dataset, place: Mapping[str, float]) -> xr.Dataset:
    """The result at the point of its grid that is nearest along each axis."""
    chosen = {dim: int(np.abs(result[dim].to_numpy() - value).argmin()) for dim, value in place.items()}
    return result.isel(chosen)


def said(result: xr.Dataset, place: Mapping[str, float]) -> str:
    """The axes, the state and the quantities at the point nearest to a place.

    Args:
        result: of a question.
        place: axis → value.
    """
    here = nearest(result, place)
    parts = [f"{plain(dim)} = {number(float(here[dim]), _unit(here[dim]))}" for dim in place]
    return ", ".join(parts) + ": " + ", ".join(_quantities(result, here, [*place]))


def _quantities(result: xr.Dataset, here: xr.Dataset, dims: list[str]) -> list[str]:
    main = main_variable(result)
    own = [str(name) for name, each in result.data_vars.items() if set(each.dims) == set(dims)]
    order = [*(name for name in FIRST if name in own), *([main] if main in own else []), *own]
    found = []
    for name in dict.fromkeys(filter(None, order)):
        value = here[name]
        if "flag_meanings" in value.attrs:
            found.append(phase_name(flag_names(value).get(int(value), "none")))
        elif value.dtype.kind == "f" and len(found) < MOST and not np.isnan(value):
            shown = "none" if np.isinf(value) else number(float(value), _unit(value))
            found.append(f"{value.attrs.get('long_name', name)} {shown}")
    return found or ["no values"]


def _unit(variable: Any) -> str:
    return str(variable.attrs.get("units", "1"))
