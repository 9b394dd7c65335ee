"""Does the device pair, how strongly, up to which temperature and tunnelling, and at which detuning best?"""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from attractron.core.checks import non_negative
from attractron.core.checks import temperature as checked_temperature
from attractron.core.results import Variable, dataset
from attractron.core.units import Temperature
from attractron.dots.device import Device
from attractron.dots.interaction import REFERENCES, STATIC, Pair, effective_interaction
from attractron.dots.pairing_range import (
    check_parameter,
    last,
    lowest_detuning,
    search_reach,
    temperature_ranges,
    tunnelling_ranges,
)
from attractron.dots.summary import UNITS, verdict_in_words


def verdict(
    device: Device,
    *,
    uncertainty: Mapping[str, float] | None = None,
    pair: Pair | None = None,
    temperature: Temperature = 0.0,
) -> xr.Dataset:
    """Everything a user asks of a device, in numbers and in one paragraph.

    The uncertainty of 2Δ = -W_eff is √Σ_p s_p² for independent parameters, s_p being the larger of the changes of
    W_eff with p ± σ_p. At the best detuning, where the first derivative vanishes, an error of δ only weakens pairing.

    Theory: docs/theory/dots.md, eq-w-eff, eq-best-detuning, eq-uncertainty.

    Args:
        device: the device.
        uncertainty: parameter → one standard deviation in meV.
        pair, temperature: as for `effective_interaction`.

    Returns:
        Dataset of scalars: `two_delta` and `two_delta_uncertainty` (meV); `pairing_temperature` and
        `pairing_temperature_low` (K), between which the device attracts; for devices with parameters t and delta also
        `pairing_tunnelling` and `pairing_tunnelling_low`, `best_detuning` and `two_delta_best` (meV, NaN where there is
        no best one). `attrs["summary"]` is the paragraph; it names every range of attraction where there are several.

    Raises:
        InputError: uncertainties of unknown parameters or negative ones, unknown dots, a negative temperature.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.2, t=0.05)
        >>> found = at.dots.verdict(device, uncertainty={"W": 0.02})
        >>> print(found.attrs["summary"])
        The device pairs by 2Δ = 1.349 ± 0.02 meV (k_B times 15.7 K); it attracts ...
    """
    temperature = checked_temperature("temperature", temperature)
    sigma = {name: non_negative(f"uncertainty[{name!r}]", value) for name, value in (uncertainty or {}).items()}
    for name in sigma:
        check_parameter(device, name)
    two_delta = -effective_interaction(device, pair=pair, temperature=temperature)
    numbers: dict[str, tuple[float, str, str]] = {
        "two_delta": (two_delta, "meV", "binding 2Δ = -W_eff"),
        "two_delta_uncertainty": (_propagated(device, sigma, pair, temperature), "meV", "standard deviation of 2Δ"),
    }
    ranges = {"temperature": temperature_ranges(device, pair)}
    if "t" in device.named():
        ranges["tunnelling"] = tunnelling_ranges(device, "t", pair, temperature)
    for what, found in ranges.items():
        low, high = last(found)
        numbers[f"pairing_{what}"] = (high, UNITS[what], f"highest {what} of attraction")
        numbers[f"pairing_{what}_low"] = (low, UNITS[what], f"lowest {what} of the attraction below it")
    if "delta" in device.named():
        best = lowest_detuning(device, "delta", pair, temperature)
        at_best = np.nan
        if best is not None:
            at_best = -effective_interaction(device.with_parameters(delta=best), pair=pair, temperature=temperature)
        numbers["best_detuning"] = (np.nan if best is None else best, "meV", "detuning that pairs best")
        numbers["two_delta_best"] = (at_best, "meV", "2Δ at the best detuning")
    variables: dict[str, Variable] = {name: ((), value, unit, label) for name, (value, unit, label) in numbers.items()}
    result = dataset(
        variables,
        {},
        question="dots.verdict",
        parameters=device.describe(),
        options={"uncertainty": sigma, "pair": pair, "temperature": temperature},
        method="exact diagonalisation, roots by bracketing, far above all energies by the law of W_eff there",
        validity=(STATIC, "Uncertainties are those of independent parameters, each moved by one standard deviation."),
        references=REFERENCES,
    )
    values = {name: value for name, (value, _, _) in numbers.items()}
    result.attrs["summary"] = verdict_in_words(
        values, ranges, reach=search_reach(device), with_uncertainty=bool(sigma), temperature=temperature
    )
    return result


def _propagated(device: Device, sigma: Mapping[str, float], pair: Pair | None, temperature: float) -> float:
    """√Σ_p s_p², s_p the larger change of W_eff when p moves by one σ_p either way: right at kinks and maxima too."""

    def interaction(name: str, step: float) -> float:
        moved = device.with_parameters(**{name: device.named()[name].value + step})
        return effective_interaction(moved, pair=pair, temperature=temperature)

    here = effective_interaction(device, pair=pair, temperature=temperature)
    shifts = [max(abs(interaction(name, step) - here) for step in (-value, value)) for name, value in sigma.items()]
    return float(np.hypot.reduce([0.0, *shifts]))
