"""Thermal steps fitted to a trace beside its background, with the noise that they leave."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.readout.trace.drift import TraceNoise, estimate
from attractron.readout.trace.record import Points, Record, polynomial
from attractron.readout.trace.search import Guess
from attractron.readout.trace.separable import ShapeFit, Whitened, fit_shape
from attractron.readout.trace.shapes import COLDEST, Nothing, Step, fermi_occupation, summed

GAIN = 10.0
"""Gain of -2 ln L, besides that for every parameter, from which on there is a step, a jump or a telegraph process."""

ROUGH = 0.01
"""Gain of χ² at which a fit ends that only tells how many steps there are."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Steps:
    """Thermal steps that were fitted to a trace.

    Attributes:
        points: that were fitted.
        noise: beside them.
        guesses: the steps, as they were fitted.
        fit: of them; their widths count as temperatures at α = 1.
        background: columns of the richest polynomial at these points.
    """

    points: Points
    noise: TraceNoise
    guesses: tuple[Guess, ...]
    fit: ShapeFit
    background: FloatArray

    @cached_property
    def deviance(self) -> float:
        """-2 ln L at the noise's own levels, over all backgrounds: a drift needs none to be as likely as it is.

        The restricted likelihood of the background's columns B alone, ln det S + ln det(BᵀS⁻¹B) + χ², is that of fits
        beside the same background. Without its second term noise that is white behind a bent background would be
        likelier than the drift that bent it.
        """
        triangle = np.linalg.qr(self.noise.whiten(self.background), mode="r")
        freedom = 2 * float(np.sum(np.log(np.abs(np.diag(triangle)))))
        return float(np.sum(np.log(self.noise.spectrum))) + freedom + self.fit.chi_squared


def fitted(record: Record, points: Points, guesses: tuple[Guess, ...]) -> Steps:
    """So many thermal steps on the richest background, with the noise that they leave."""
    columns = points.columns(record.orders[-1])
    shape = summed([_thermal(record) for _ in guesses]) if guesses else Nothing()
    start: dict[str, float] = {}
    for number, guess in enumerate(guesses):
        end = f"_{number}" if number else ""
        start |= {f"position{end}": guess.position, f"temperature{end}": guess.width / K_B}
    bounds = _bounds(record, points, len(guesses))
    noise = estimate(
        columns, points.signal, derivative=record.derivative, only_white=bool(guesses), spread=points.spread
    )
    data = Whitened(gate=points.gate, signal=points.signal, columns=columns, noise=noise)
    fit = fit_shape(data, shape, start, bounds, enough=ROUGH)
    for _ in range(2 if guesses else 0):
        both = np.concatenate([columns, fit.tangents(points.gate)], axis=1)
        noise = estimate(both, points.signal, derivative=record.derivative, spread=points.spread)
        data = Whitened(gate=points.gate, signal=points.signal, columns=columns, noise=noise)
        fit = fit_shape(
            data,
            shape,
            dict(zip(shape.names, fit.point.tolist(), strict=True)),
            bounds,
            enough=ROUGH,
        )
    places = fit.point.reshape(-1, 2)
    found = tuple(Guess(position=float(place), width=float(K_B * kelvin)) for place, kelvin in places)
    background = polynomial(points.gate, record.orders[-1], points.ends)
    return Steps(points=points, noise=noise, guesses=found, fit=fit, background=background)


def gained(record: Record, fewer: Steps, more: Steps) -> float:
    """By how much -2 ln L falls by what is beside fewer steps or jumps, in either noise.

    What is found by chance also moves the noise that is chosen: the fewer are tried in that as well.

    Args:
        record: of the fewer.
        fewer: the fit without.
        more: the fit with it, of the same points.
    """
    data = Whitened(
        gate=fewer.points.gate,
        signal=fewer.points.signal,
        columns=fewer.points.columns(record.orders[-1]),
        noise=more.noise,
    )
    shape = fewer.fit.shape
    start = dict(zip(shape.names, fewer.fit.point.tolist(), strict=True))
    there = replace(
        fewer,
        noise=more.noise,
        fit=fit_shape(data, shape, start, _bounds(record, fewer.points, len(fewer.guesses)), enough=ROUGH),
    )
    return min(fewer.deviance, there.deviance) - more.deviance


def _bounds(record: Record, points: Points, steps: int) -> dict[str, tuple[float, float]]:
    """What the range and the spacing of the gate can show of so many steps."""
    ends = ["", *(f"_{number}" for number in range(1, steps))]
    cold, hot = COLDEST * record.spacing / K_B, record.span / K_B
    reach = {"position": (float(points.gate[0]), float(points.gate[-1])), "temperature": (cold, hot)}
    return {f"{name}{end}": entry for name, entry in reach.items() for end in ends}


def _thermal(record: Record) -> Step:
    return Step(
        line=fermi_occupation,
        lever_arm=1.0,
        free=("position", "temperature"),
        held={"own": 0.0},
        spacing=record.spacing,
        derivative=record.derivative,
    )
