"""What is known of a Coulomb peak beforehand, checked."""

from dataclasses import dataclass
from typing import Any

from attractron.core import checks
from attractron.core.errors import InputError
from attractron.core.units import to_energy, to_unit
from attractron.readout.trace.peak_shapes import SHAPES


@dataclass(frozen=True, kw_only=True)
class PeakOptions:
    """What is known of a peak beforehand; None where nothing is.

    Attributes:
        lever_arm: α in meV/mV.
        temperature: T in K.
        tunnel_broadening: Γ in meV.
        fit_broadening: Γ is fitted whatever the data prefer.
        shape: "single-level" or "metallic".
    """

    lever_arm: float | None
    temperature: float | None
    tunnel_broadening: float | None
    fit_broadening: bool
    shape: str | None

    def stored(self) -> dict[str, Any]:
        """As they are kept with a result."""
        return {
            "temperature": self.temperature,
            "tunnel_broadening": "fit" if self.fit_broadening else self.tunnel_broadening,
            "shape": self.shape,
        }


def peak_options(
    alpha: float | None,
    temperature: float | str | None,
    tunnel_broadening: float | str | None,
    shape: str | None,
) -> PeakOptions:
    """Checked options.

    Raises:
        InputError: values out of range, or that need another one that is missing.
    """
    if shape is not None:
        checks.choice("shape", shape, SHAPES)
    kelvin = gamma = None
    if temperature is not None and temperature != "fit":
        kelvin = checks.positive("temperature", to_unit("temperature", temperature, "K"))
    if temperature == "fit" and alpha is None:
        raise InputError("lever_arm", "be given where a temperature is to be read from a width in mV", "none")
    if tunnel_broadening is not None and tunnel_broadening != "fit":
        gamma = checks.non_negative("tunnel_broadening", to_energy("tunnel_broadening", tunnel_broadening))
        if gamma > 0 and alpha is None:
            raise InputError("lever_arm", "be given with a tunnel broadening in meV", "none")
    if shape == "metallic" and (gamma or tunnel_broadening == "fit"):
        got = "one of a metallic island, for whose peaks it has no closed form"
        raise InputError("tunnel_broadening", "be left out", got, 'take shape="single-level"')
    return PeakOptions(
        lever_arm=alpha,
        temperature=kelvin,
        tunnel_broadening=gamma,
        fit_broadening=tunnel_broadening == "fit",
        shape=shape,
    )
