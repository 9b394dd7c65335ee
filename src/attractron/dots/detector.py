"""The charge detector: a nearby dot or contact whose current steps when a charge moves.

    I_CD = I_0 + Σ_knobs s_k V_k + Σ_dots w_i n_i + noise

The weight w_i is the change of current with one more electron on dot i (negative where the electron repels the
detector's carriers on the rising flank of its Coulomb peak); holes are charged oppositely and flip it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from attractron.core.checks import FloatArray, finite, nearest, non_negative, whole
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.units import Current, Energy
from attractron.dots.device import Device


@dataclass(frozen=True, kw_only=True)
class Detector(ShownAsTable):
    """Sensor model of a charge detector.

    Theory: docs/theory/dots.md, eq-detector, eq-broadening.

    Attributes:
        background: I_0 in pA.
        slope: knob → pA/mV (gates) or pA/meV (parameters): the direct cross-talk of the axes onto the detector.
        weights: dot → pA for one electron; by default -100 pA on the first open dot and 0.6 times as much on each
            further one, none on islands; the same on all dots of a device that has islands only.
        tunnel_broadening: full width Γ in meV by which tunnelling to the leads broadens the charging lines. All
            chemical potentials are averaged together over a Lorentzian of this width, which is exact for one dot
            without interaction; only the detector's reading is broadened. The average is made in closed form for up
            to two carriers and at T = 0, else sampled to 1/128 of a step's height (`attractron.dots.broadening`).
        white_noise: r.m.s. of uncorrelated noise, pA.
        pink_noise: r.m.s. of 1/f noise in the order in which pixels are taken (last axis fastest), pA.
        seed: of the noise.

    Raises:
        InputError: a value that is not finite, or a negative width or noise.

    Example:
        >>> sensor = at.dots.Detector(weights={"L": -100.0, "R": -60.0}, white_noise=5.0)
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> sensor.per_dot(device)  # pA for one electron on L, R, T, B
        array([-100.,  -60.,    0.,    0.])
    """

    background: Current = 0.0
    slope: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, Current] | None = None
    tunnel_broadening: Energy = 0.0
    white_noise: Current = 0.0
    pink_noise: Current = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        finite("background", self.background)
        for label, values in (("slope", self.slope), ("weights", self.weights or {})):
            for name, value in values.items():
                finite(f"{label}[{name!r}]", value)
        for name in ("tunnel_broadening", "white_noise", "pink_noise"):
            non_negative(name, getattr(self, name))
        whole("seed", self.seed)

    def per_dot(self, device: Device) -> FloatArray:
        """w_i in pA for one carrier, (dots,)."""
        default = {dot: -100.0 * 0.6**position for position, dot in enumerate(device.open_dots or device.dots)}
        weights = default if self.weights is None else self.weights
        array = np.zeros(len(device.dots))
        for dot, weight in weights.items():
            array[device.index(dot)] = weight if device.carriers == "electrons" else -weight
        return array

    def check(self, device: Device) -> None:
        """Whether all names are the device's, before any work starts."""
        self.per_dot(device)
        for knob in self.slope:
            if knob not in device.knobs:
                wanted = f"name knobs of the device ({', '.join(device.knobs)})"
                raise InputError("slope", wanted, repr(knob), nearest(knob, device.knobs))

    def describe(self, device: Device) -> dict[str, object]:
        """The sensor as JSON-safe data."""
        return {
            "background": self.background,
            "slope": dict(self.slope),
            "weights": dict(zip(device.dots, self.per_dot(device).tolist(), strict=True)),
            "tunnel_broadening": self.tunnel_broadening,
            "white_noise": self.white_noise,
            "pink_noise": self.pink_noise,
            "seed": self.seed,
        }


def noise(detector: Detector, shape: tuple[int, ...]) -> FloatArray:
    """White and 1/f noise in pA for pixels taken in the order of the array, from the detector's seed."""
    white, pink = (np.random.default_rng(child) for child in np.random.SeedSequence(detector.seed).spawn(2))
    total = detector.white_noise * white.standard_normal(shape)
    if detector.pink_noise > 0:
        total = total + detector.pink_noise * one_over_f(int(np.prod(shape)), pink).reshape(shape)
    return np.asarray(total)


def one_over_f(size: int, generator: np.random.Generator) -> FloatArray:
    """A real series of unit expected variance and zero mean with power spectrum S(f) ∝ 1/f."""
    if size < 2:
        return np.zeros(size)
    frequencies = np.fft.rfftfreq(size)[1:]
    spectrum = generator.standard_normal((2, len(frequencies))) / np.sqrt(frequencies)
    amplitude = np.concatenate([[0.0], spectrum[0] + 1j * spectrum[1]])
    paired = np.full(len(frequencies), 2.0)
    if size % 2 == 0:  # the highest frequency stands alone and its sine does not contribute
        paired[-1] = 0.5
    variance = (2.0 * paired / frequencies).sum() / size**2
    return np.asarray(np.fft.irfft(amplitude, size) / np.sqrt(variance))
