"""What is said of a line that was read from a trace: one sentence of numbers, notes, doubts."""

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.results import quoted
from attractron.readout.trace.goodness_of_fit import ROUNDING, SHAPE_ERROR, GoodnessOfFit
from attractron.readout.trace.step_fit import StepFit, StepModel

CORRELATED = 0.5
"""Correlation of neighbouring residuals from which on the reader is told to look at them."""


def told_apart(fit: StepFit, first: str, second: str) -> str:
    """What the data say about two widths that make similar steps."""
    return (
        f"Correlation of {first} and {second}: {fit.correlation('temperature', 'own'):.2f}; where one is small against "
        "the other only an upper bound of it is known."
    )


def notes(model: StepModel, fit: StepFit, found: GoodnessOfFit, away: FloatArray, unit: str) -> list[str]:
    """What a reader of the numbers has to know; `away` is the residual of the points that the fit uses.

    The axis is in `unit`.
    """
    axis = {"meV": "The axis is an energy.", "GHz": "The axis is a frequency f: energies are h f."}
    said = [
        axis.get(unit, f"The lever arm, {model.lever_arm:g} meV/mV, is taken as exact."),
        f"A detector that is not exactly linear changes the width of the step: {SHAPE_ERROR:.0%} of the energies is in "
        "the uncertainties.",
        f"The variance of the residual is {found.chi_squared:.3g} times that of white noise as neighbouring "
        "points tell it.",
        *_doubts(found),
    ]
    left_out = int((~fit.used).sum())
    if left_out:
        said.append(f"{left_out} outliers of {fit.used.size} points are left out.")
    if np.std(away) > ROUNDING * np.ptp(fit.curve):
        memory = float(away[1:] @ away[:-1] / (away @ away))
        if memory > CORRELATED:
            said.append(
                f"Neighbouring residuals are alike (correlation {memory:.2f}): drift, 1/f noise, or a wrong line "
                "shape; look at the residual."
            )
    return said


def _doubts(found: GoodnessOfFit) -> list[str]:
    """What is to be said when the residual is more than noise."""
    if not found.significant:
        return []
    size = f"a slow residual of {found.share:.1%} of the step is beyond white and 1/f noise"
    if found.unreadable:
        causes = "a derivative taken for a current or the reverse, a bent background, another line"
        return [f"The model does not describe the trace ({size}): look at the picture; perhaps {causes}."]
    return [f"The model is not exact ({size}): uncertainties are raised {found.excess**0.5:.1f}-fold."]


def charging_sentence(result: xr.Dataset, found: GoodnessOfFit, fitted: bool) -> str:
    """The reading of a charging line in a sentence, and a second one where the trace is not what the model says."""
    numbers = "No charging line can be read." if found.unreadable else _charging_numbers(result, fitted)
    return " ".join([numbers, *_doubts(found)])


def interdot_sentence(result: xr.Dataset, found: GoodnessOfFit, fitted: bool) -> str:
    """The same of an interdot line."""
    numbers = "No interdot line can be read." if found.unreadable else _interdot_numbers(result, fitted)
    return " ".join([numbers, *_doubts(found)])


def _charging_numbers(result: xr.Dataset, fitted: bool) -> str:
    start = f"The charging line at {_place(result)} gives an electron temperature "
    temperature = _quoted(result, "temperature", "mK", 1e3)
    gamma = float(result["tunnel_broadening"])
    if fitted:
        return f"{start}{temperature} and a tunnel broadening {_quoted(result, 'tunnel_broadening', 'µeV', 1e3)}."
    assumed = f"a tunnel broadening of {1e3 * gamma:g} µeV" if gamma else "no tunnel broadening"
    return f"{start}{temperature}, assuming {assumed}."


def _interdot_numbers(result: xr.Dataset, fitted: bool) -> str:
    start = f"The interdot line at {_place(result)} gives a tunnel coupling "
    kelvin = _quoted(result, "temperature", "mK", 1e3) if fitted else f"of {1e3 * float(result['temperature']):.4g} mK"
    hidden = int(result["tunnel_coupling_status"]) == 1
    end = "; the temperature hides a smaller one" if hidden else ""
    given = "a temperature that is fitted" if fitted else "a given temperature"
    return f"{start}{_quoted(result, 'tunnel_coupling', 'µeV', 1e3)} at {given} {kelvin}{end}."


def _place(result: xr.Dataset) -> str:
    return quoted(result, "position", str(result["position"].attrs["units"]))


def _quoted(result: xr.Dataset, name: str, unit: str, factor: float) -> str:
    """ "of 253.9 ± 5.9 mK", or "below 60 mK" where only a bound is known."""
    if int(result[f"{name}_status"]) == 1:
        if np.isinf(float(result[f"{name}_upper_bound"])):
            return "that this noise leaves without a bound"
        return f"below {factor * float(result[f'{name}_upper_bound']):.3g} {unit} (95 %)"
    return f"of {quoted(result, name, unit, factor)}"
