"""What results about devices say in words."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.dots.pairing_range import Ranges

UNITS = {"temperature": "K", "tunnelling": "meV"}


def strongest(result: xr.Dataset) -> str:
    """The range of 2Δ over the axes of an effective interaction or of verdicts, and where pairs are bound most.

    >>> from attractron.dots import building_block, effective_interaction
    >>> device = building_block(W=0.83, U=2.41, delta=2.2, t=0.05)
    >>> strongest(effective_interaction(device, {"delta": [0.0, 2.0, 4.0]}))
    'Over the axes 2Δ runs from -0.828 to 1.169 meV (negative is repulsion), the most at delta = 2 meV.'
    """
    binding = result["two_delta"] if "two_delta" in result else -result["effective_interaction"]
    best = binding.isel(binding.argmax(...))
    beside = [name for name, coordinate in binding.coords.items() if coordinate.dims and name not in binding.dims]
    where = ", ".join(
        f"{name} = {float(best[name]):.4g} {best[name].attrs['units']}".removesuffix(" 1")
        for name in (*binding.dims, *beside)
    )
    return (
        f"Over the axes 2Δ runs from {float(binding.min()):.4g} to {float(binding.max()):.4g} meV (negative is "
        f"repulsion), the most at {where}."
    )


def verdict_in_words(
    numbers: Mapping[str, float],
    ranges: Mapping[str, Ranges],
    *,
    reach: float,
    with_uncertainty: bool,
    temperature: float,
) -> str:
    """The paragraph."""
    two_delta, sigma = numbers["two_delta"], numbers["two_delta_uncertainty"]
    error = f" ± {sigma:.2g}" if with_uncertainty else ""
    at = f" at {temperature:g} K" if temperature else ""
    if two_delta > 0:
        first = f"The device pairs{at} by 2Δ = {two_delta:.4g}{error} meV (k_B times {two_delta / K_B:.3g} K)"
    else:
        first = f"The device does not pair{at}: the electrons repel by {-two_delta:.4g}{error} meV"
    if with_uncertainty and abs(two_delta) < 2 * sigma:
        first += ", a sign that the given uncertainties leave open"
    bounds = " and ".join(_bounds(what, found) for what, found in ranges.items())
    sentences = [f"{first}; it attracts {bounds}"]
    if "best_detuning" in numbers:
        sentences.append(_best(numbers["best_detuning"], numbers["two_delta_best"], reach))
    return ". ".join(sentences) + "."


def _best(detuning: float, two_delta: float, reach: float) -> str:
    if np.isnan(detuning):
        return f"No detuning is best: within ±{reach:.4g} meV W_eff is lowest at an end"
    outcome = (
        f"2Δ would be {two_delta:.4g} meV" if two_delta > 0 else f"electrons would still repel by {-two_delta:.4g} meV"
    )
    return f"The best detuning is δ = {detuning:.4g} meV, where {outcome}"


def _bounds(what: str, ranges: Ranges) -> str:
    """Where the device attracts, in words: it need not start at zero, and a range may be followed by another."""
    if not ranges:
        return f"at no {what}"
    if ranges[0] == (0.0, np.inf):
        return f"at every {what}"
    return ", again ".join(_bound(what, low, high) for low, high in ranges)


def _bound(what: str, low: float, high: float) -> str:
    unit = UNITS[what]
    if low == 0:
        return f"up to a {what} of {high:.3g} {unit}"
    if np.isinf(high):
        return f"above a {what} of {low:.3g} {unit}"
    return f"from a {what} of {low:.3g} {unit} to one of {high:.3g} {unit}"
