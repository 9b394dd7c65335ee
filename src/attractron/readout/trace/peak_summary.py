"""What is said of a Coulomb peak in a sentence or two."""

import numpy as np
import xarray as xr

from attractron.core.results import flag_names, quoted

RECOMMENDED = {
    "step": "a step: read it with --as charging-line",
    "two peaks": "two peaks: crop it to one, or read it with --as coulomb-peaks",
    "Gaussian peak": "a Gaussian peak, which is averaged over a distribution (drift, charge noise) and tells no energy",
    "Fano resonance": "a Fano resonance, beside a channel that interferes: its width is no temperature",
    "pinch-off": "a channel that opens (its pinch-off): this is no peak",
    "no peak": "a smooth background",
}
"""What a trace is that is no Coulomb peak, and how it is read."""


def peak_sentence(result: xr.Dataset, shape_given: bool, widths: tuple[str, ...], hot: float = 0.0) -> str:
    """The reading, or why there is none; `hot` is a temperature in K that refuses it."""
    status = flag_names(result["status"])[int(result["status"])]
    if hot:
        return (
            f"No Coulomb peak can be read: it is as wide as {hot:.3g} K would make it, at which no dot shows single "
            "electrons: the bend of a channel that opens, or a lever arm that is too large."
        )
    if status != "described":
        return _refusal(result, status)
    where = f"The Coulomb peak at {quoted(result, 'position', result['position'].attrs['units'])}"
    if "temperature" not in result:
        return _in_gate_voltage(result, where)
    parts = [_temperature(result, "thermal" in widths)]
    if "lorentz" in widths:
        parts.append(f"a tunnel broadening {width_quoted(result, 'tunnel_broadening', 'µeV', 1e3)}")
    first = f"{where} gives {' and '.join(parts)}"
    if "thermal" in widths and "lorentz" not in widths:
        return f"{first}{_convention(result, shape_given)}"
    return f"{first}."


def width_quoted(result: xr.Dataset, name: str, unit: str, factor: float) -> str:
    """ "of 253.9 ± 5.9 mK", or "below 60 mK (95 %)" where only a bound is known."""
    if int(result[f"{name}_status"]) == 1:
        top = factor * float(result[f"{name}_upper_bound"])
        return f"below {top:.3g} {unit} (95 %)" if np.isfinite(top) else "that this noise leaves without a bound"
    return f"of {quoted(result, name, unit, factor)}"


def _temperature(result: xr.Dataset, fitted: bool) -> str:
    kelvin = 1e3 * float(result["temperature"])
    given = f"(given) of {kelvin:.4g} mK"
    return f"an electron temperature {width_quoted(result, 'temperature', 'mK', 1e3) if fitted else given}"


def _convention(result: xr.Dataset, shape_given: bool) -> str:
    """Which line shape the temperature is for, what the other one would give, and what Γ could hide."""
    own = str(result.attrs["shape"])
    names = {"single-level": "one level (3.53 k_B T wide)", "metallic": "a metallic island (4.35 k_B T wide)"}
    other = next(name for name in names if name != own)
    said = f" for {names[own]}"
    gamma = result["tunnel_broadening"]
    if own == "single-level":
        top = 1e3 * float(result["tunnel_broadening_upper_bound"])
        if float(gamma) > 0:
            said += f", assuming a tunnel broadening of {1e3 * float(gamma):.4g} µeV"
        elif top > 0:
            low = 1e3 * float(result["temperature_lower_bound"])
            said += (
                f", assuming no tunnel broadening (it is below {top:.3g} µeV, with which the temperature "
                f"is above {low:.3g} mK, 95 %)"
            )
        else:
            said += ", assuming no tunnel broadening"
    kelvin = 1e3 * float(result["temperature_of_shape"].sel(shape=other))
    if shape_given or not np.isfinite(kelvin):
        return f"{said}."
    return f"{said}; for {names[other]} it would be {kelvin:.4g} mK."


def _in_gate_voltage(result: xr.Dataset, where: str) -> str:
    width = f"{where} is {quoted(result, 'width', result['width'].attrs['units'])} wide (full width at half maximum)"
    if "lever_arm" not in result:
        return f"{width}: a lever arm turns this into a temperature, and a temperature into a lever arm."
    arm = f"lever arm of {quoted(result, 'lever_arm', 'meV/mV')}"
    own = str(result.attrs["shape"])
    other = next(str(name) for name in result["shape"].to_numpy() if name != own)
    spread = float(result["lever_arm_of_shape"].sel(shape=other))
    also = f" ({own}; {other}: {spread:.4g} meV/mV)" if np.isfinite(spread) else ""
    return f"{width}, which at this temperature is a {arm}{also}."


def _refusal(result: xr.Dataset, status: str) -> str:
    best = str(result["candidate"].to_numpy()[0])
    if status == "another_shape":
        return f"No Coulomb peak can be read. The trace is rather {RECOMMENDED.get(best, best)}."
    if status == "no_peak":
        return f"No Coulomb peak can be read: none stands out of the noise (what describes the trace best: {best})."
    if status == "at_edge":
        return "No Coulomb peak can be read: it is not wholly in view, with its background. Measure a wider range."
    share = float(result["misfit"])
    return (
        f"No Coulomb peak can be read. The model does not describe the trace (a slow residual of {share:.1%} of the "
        "peak is beyond white and 1/f noise): look at the picture; perhaps a second peak or a bent background: crop it."
    )
