"""What is said of a line that was read from a trace: a sentence of numbers or of what is in their way, and notes."""

import numpy as np
import xarray as xr

from attractron.core.results import quoted
from attractron.readout.trace.found_line import BOTH, LORENTZIAN, THERMAL, Reading
from attractron.readout.trace.misfit import SHAPE_ERROR
from attractron.readout.trace.numbers import Numbers
from attractron.readout.trace.refusals import at_an_end

BOUND = 1


def sentence(result: xr.Dataset, reading: Reading, question: str) -> str:
    """The reading in a sentence, and further ones on what is in the trace besides."""
    charging, unit = question == "charging_line", str(result["position"].attrs["units"])
    if reading.status != "described":
        kind = "charging line" if charging else "interdot line"
        return " ".join([f"No {kind} can be read: {reading.reason}.", *_besides(reading, unit)])
    numbers = (_charging if charging else _interdot)(result, reading)
    return " ".join([numbers, *_doubts(reading), *_besides(reading, unit)])


def notes(reading: Reading, lever_arm: float, unit: str, main: Numbers | None) -> list[str]:
    """What a reader of the numbers has to know; the axis is in `unit`."""
    axis = {"meV": "The axis is an energy.", "GHz": "The axis is a frequency f: energies are h f."}
    said = [axis.get(unit, f"The lever arm, {lever_arm:g} meV/mV, is taken as exact.")]
    if main is not None:
        said.append(
            f"A detector that is not exactly linear changes the width of the step: {SHAPE_ERROR:.0%} of the energies "
            "is in the uncertainties."
        )
        if np.isfinite(main.correlation):
            said.append(
                f"Correlation of temperature and {_own(reading)}: {main.correlation:.2f}; where one is small against "
                "the other only an upper bound of it is known."
            )
        said.append(_assumption(reading.name))
    if reading.chosen is not None:
        said.append(_background(reading))
    if reading.misfit is not None:
        said.append(
            f"The variance of the residual is {reading.misfit.chi_squared:.3g} times that of white noise as "
            "neighbouring points tell it."
        )
    if reading.setting is not None:
        said += _noise(reading)
    said += [*_doubts(reading), *_besides(reading, unit)]
    out = int((~reading.record.used).sum())
    if out:
        said.append(f"{out} outliers of {reading.record.used.size} points are left out.")
    return [each for each in said if each]


def _own(reading: Reading) -> str:
    return "tunnel broadening" if reading.name == BOTH else "tunnel coupling"


def _assumption(name: str) -> str:
    texts = {
        THERMAL: "",
        LORENTZIAN: "The line is Lorentzian: its width is the tunnel broadening, and the temperature only bounded.",
        BOTH: "Temperature and tunnel broadening are both fitted.",
    }
    return texts.get(name, "")


def _background(reading: Reading) -> str:
    assert reading.chosen is not None
    if reading.chosen.slopes and reading.chosen.order == 1:
        return "The background is a straight line of another slope behind the step."
    if reading.chosen.slopes:
        bend = " and bend" if reading.chosen.slopes > 1 else ""
        return f"The background is a cubic polynomial, of another slope{bend} behind the step."
    names = ("a constant", "a straight line", "a parabola", "a cubic polynomial")
    return f"The background is {names[reading.chosen.order]}."


def _noise(reading: Reading) -> list[str]:
    assert reading.setting is not None
    noise = reading.setting.noise
    _, pink, walk, _ = noise.likeliest or noise.levels
    kinds = [name for name, level in (("1/f noise", pink), ("random-walk drift", walk)) if level > 0]
    return [f"The noise is white with {' and '.join(kinds)}, which is in the uncertainties."] if kinds else []


def _besides(reading: Reading, unit: str) -> list[str]:
    """Pick-up, jumps and switching that were taken out."""
    record, said = reading.record, []
    if record.on_step > 1 and reading.status == "described":
        said.append(
            f"The noise on the step is {record.on_step:.1f} times that beside it: the electron hops slowly, or the "
            "gate jitters, which makes the step wider."
        )
    for each in sorted(record.pickups, key=lambda pickup: -len(pickup.overtones))[:2]:
        count = len(each.overtones)
        harmonics = f" with {count} harmonics" if count > 1 else ""
        said.append(f"Periodic pick-up of {each.period:.4g} points a period{harmonics} is fitted along.")
    if len(record.pickups) > 2:
        said.append(f"{len(record.pickups) - 2} more lines of pick-up are fitted along.")
    jumps = record.switches.jumps
    if jumps and reading.status == "described":
        at = " and ".join(f"{float(record.gate[jump]):.4g}" for jump in jumps[:3])
        said.append(f"{len(jumps)} jump{'s' * (len(jumps) > 1)} of the detector, at {at} {unit}, fitted along.")
    if record.switches.number:
        said.append(f"Telegraph switching between two levels, {record.switches.number} times, is fitted along.")
    if reading.setting is not None and reading.status == "described":
        for inside, what in (
            (True, "Further steps, at {}, are"),
            (False, "What the end of the trace shows, near {}, is"),
        ):
            places = [each.position for each in reading.setting.others if at_an_end(each, record) != inside]
            if places:
                at = " and ".join(f"{place:.4g}" for place in places)
                said.append(what.format(f"{at} {unit}") + " fitted along.")
    return said


def _doubts(reading: Reading) -> list[str]:
    """What is to be said when the residual is more than noise."""
    found = reading.misfit
    if found is None or not found.significant or reading.status != "described":
        return []
    size = f"{found.share:.1%} of the step is left beyond noise"
    return [f"The model is not exact ({size}): uncertainties are raised {found.excess**0.5:.1f}-fold."]


def _charging(result: xr.Dataset, reading: Reading) -> str:
    at = f"The charging line at {_place(result)}"
    temperature = _quoted(result, "temperature", "mK", 1e3)
    if reading.open_between:
        gamma = quoted(result, "tunnel_broadening", "µeV", 1e3)
        kelvin = quoted(result, "temperature", "mK", 1e3)
        return (
            f"{at} is thermal or Lorentzian, which the data leave open: an electron temperature of {kelvin} if there "
            f"is no tunnel broadening, or a tunnel broadening (full width) of {gamma} if the temperature is zero."
        )
    if reading.name == LORENTZIAN:
        gamma = _quoted(result, "tunnel_broadening", "µeV", 1e3)
        return (
            f"{at} is Lorentzian, not thermal: it gives a tunnel broadening (full width) {gamma} and an electron "
            f"temperature {temperature}."
        )
    start = f"{at} gives an electron temperature {temperature}"
    if reading.name == BOTH:
        return f"{start} and a tunnel broadening {_quoted(result, 'tunnel_broadening', 'µeV', 1e3)}."
    given = float(result["tunnel_broadening"])
    assumed = f"a tunnel broadening of {1e3 * given:g} µeV" if given else "no tunnel broadening"
    return f"{start}, assuming {assumed}."


def _interdot(result: xr.Dataset, reading: Reading) -> str:
    fitted = int(result["temperature_status"]) < 2
    start = f"The interdot line at {_place(result)} gives a tunnel coupling "
    kelvin = _quoted(result, "temperature", "mK", 1e3) if fitted else f"of {1e3 * float(result['temperature']):.4g} mK"
    hidden = int(result["tunnel_coupling_status"]) == BOUND
    end = "; the temperature hides a smaller one" if hidden else ""
    given = "a temperature that is fitted" if fitted else "a given temperature"
    return f"{start}{_quoted(result, 'tunnel_coupling', 'µeV', 1e3)} at {given} {kelvin}{end}."


def _place(result: xr.Dataset) -> str:
    return quoted(result, "position", str(result["position"].attrs["units"]))


def _quoted(result: xr.Dataset, name: str, unit: str, factor: float) -> str:
    """ "of 253.9 ± 5.9 mK", or "below 60 mK" where only a bound is known."""
    if int(result[f"{name}_status"]) == BOUND:
        if np.isinf(float(result[f"{name}_upper_bound"])):
            return "that this noise leaves without a bound"
        return f"below {factor * float(result[f'{name}_upper_bound']):.3g} {unit} (95 %)"
    return f"of {quoted(result, name, unit, factor)}"
