"""Shapes that compete for a trace: those that are asked for, and what else looks like a step.

All are fitted beside the same pick-up and jumps, each on the background that it needs, against the same noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from attractron.core.constants import K_B
from attractron.readout.model_selection import Candidate
from attractron.readout.trace.drift import TraceNoise
from attractron.readout.trace.lineshapes import LineShape
from attractron.readout.trace.record import Points
from attractron.readout.trace.search import Guess
from attractron.readout.trace.separable import Shape, ShapeFit, Whitened, first_glance, fit_shape
from attractron.readout.trace.shapes import (
    COLDEST,
    Heaviside,
    Lopsided,
    Nothing,
    Opening,
    Peak,
    Relaxation,
    Step,
    fermi_occupation,
    summed,
)

NO_STEP, TWO_STEPS, PEAK, PINCH_OFF, JUMP = "no step", "two steps", "Coulomb peak", "pinch-off", "detector jump"

ROUGH, PRECISE = 0.01, 1e-6
"""Gain of χ² at which a fit ends that ranks shapes, and one that gives numbers."""

ROUNDS = 30
PROMISING = 4
"""Starts of a rival that are followed."""

CUBIC = 3
"""Order of the background that follows a detector's own peak."""

PLAIN = 30.0
"""ΔBIC from which on a background bends differently for each charge: a detector on its own peak shows plainly."""

OPENINGS = 4
"""Curves of which the best stands for a pinch-off."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Line:
    """A line shape that is asked for.

    Attributes:
        shape: n with its derivatives.
        free: which of "temperature" and "own" are fitted.
        held: the others.
        squared: the own parameter is the square of an energy.
    """

    shape: LineShape
    free: tuple[str, ...]
    held: dict[str, float] = field(default_factory=dict)
    squared: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Setting:
    """What all shapes have in common.

    Attributes:
        points: that are fitted.
        noise: of them.
        lever_arm: α, meV per unit of the axis.
        spacing: of the gate.
        derivative: the data are dI/dV.
        orders: of the background's polynomial.
        slopes: "same", "separate", or None for either.
        others: further steps, which are fitted along.
    """

    points: Points
    noise: TraceNoise
    lever_arm: float
    spacing: float
    derivative: bool
    orders: range
    slopes: str | None
    others: tuple[Guess, ...] = ()

    @property
    def span(self) -> float:
        """Length of the trace."""
        return self.points.ends[1] - self.points.ends[0]

    def kelvin(self, width: float) -> float:
        """Temperature whose k_B T/α is a width on the axis."""
        return self.lever_arm * width / K_B

    def data(self, order: int) -> Whitened:
        """The points in their noise on a background of some order."""
        return Whitened(
            gate=self.points.gate,
            signal=self.points.signal,
            columns=self.points.columns(order),
            noise=self.noise,
        )

    def step(self, line: Line, *, slopes: int = 0) -> Step:
        """The shape of a line over the gate."""
        return Step(
            line=line.shape,
            lever_arm=self.lever_arm,
            free=("position", *line.free),
            held=line.held,
            spacing=self.spacing,
            slopes=slopes,
            derivative=self.derivative,
        )

    def bounds(self) -> dict[str, tuple[float, float]]:
        """What the range and the spacing of the gate can show; further steps stay where they are."""
        gate, (cold, hot) = self.points.gate, (COLDEST * self.spacing, self.span)
        found = {
            "position": (float(gate[0]), float(gate[-1])),
            "temperature": (self.kelvin(cold), self.kelvin(hot)),
            "own": (0.0, np.inf),
        }
        for number, other in enumerate(self.others, start=1):
            found |= self.close_to(other, f"_{number}")
        return found

    def close_to(self, guess: Guess, end: str = "") -> dict[str, tuple[float, float]]:
        """Bounds of a thermal step that keep it where it was found."""
        room = 3 * guess.width + self.spacing
        return {
            f"position{end}": (guess.position - room, guess.position + room),
            f"temperature{end}": (
                self.kelvin(COLDEST * self.spacing),
                self.kelvin(max(4 * guess.width, 2 * COLDEST * self.spacing)),
            ),
        }


@dataclass(frozen=True, eq=False, kw_only=True)
class RivalFit:
    """A shape on the background that suits it.

    Attributes:
        fit: of the shape.
        order: of the background's polynomial.
        slopes: powers by which it changes across the step.
        data: that it was fitted to.
        alternatives: the same shape on other backgrounds.
    """

    fit: ShapeFit
    order: int
    slopes: int
    data: Whitened
    alternatives: tuple["RivalFit", ...] = ()

    @property
    def bic(self) -> float:
        """χ² + k ln n."""
        return self.fit.bic(self.data.gate.size)

    @property
    def bent(self) -> float:
        """BIC on the background that bends most; its own where none was tried."""
        every = (self, *self.alternatives)
        return max(every, key=lambda each: (each.order, each.slopes)).bic

    @property
    def candidate(self) -> Candidate:
        """For the comparison."""
        return Candidate(self.fit.chi_squared, self.fit.parameters)


THERMAL = Line(shape=fermi_occupation, free=("temperature",), held={"own": 0.0})


def starts_of(setting: Setting, line: Line, guess: Guess, number: int = 0) -> dict[str, float]:
    """Where the parameters of a line start."""
    energy = setting.lever_arm * guess.width
    end = f"_{number}" if number else ""
    shared = np.sqrt(0.5) if len(line.free) == 2 else 1.0
    own = (energy * shared) ** 2 if line.squared else 8 / np.pi * energy * shared
    return {f"position{end}": guess.position, f"temperature{end}": energy * shared / K_B, f"own{end}": own}


def fit_line(setting: Setting, line: Line, guess: Guess) -> RivalFit:
    """A line on the background that suits it best, with all further steps fitted along."""
    variants = [(order, 0) for order in setting.orders] if setting.slopes != "separate" else []
    if setting.slopes != "same" and not setting.derivative:
        variants.append((1, 1))
    return _best_background(_on_backgrounds(setting, line, guess, variants))


def fit_lines(setting: Setting, lines: Mapping[str, Line], guess: Guess) -> dict[str, RivalFit]:
    """All lines, each on the background that suits it best.

    A detector on its own peak bends, and differently for each charge: where a straight line is not enough for one of
    the lines that is tried for all. With further steps it could follow anything.
    """
    found = {name: fit_line(setting, line, guess) for name, line in lines.items()}
    bent = any(fit.order > 1 or fit.slopes for fit in found.values())
    if not bent or CUBIC not in setting.orders or setting.others or setting.slopes == "same" or setting.derivative:
        return found
    return {
        name: _best_background(
            [fit, *fit.alternatives, *_on_backgrounds(setting, lines[name], guess, [(CUBIC, 1), (CUBIC, 2)])]
        )
        for name, fit in found.items()
    }


def _best_background(found: list[RivalFit]) -> RivalFit:
    best = min(found, key=lambda each: each.bic + PLAIN * (each.order == CUBIC and each.slopes > 0))
    others = tuple(replace(each, alternatives=()) for each in found if each is not best)
    return replace(best, alternatives=others)


def _on_backgrounds(setting: Setting, line: Line, guess: Guess, variants: list[tuple[int, int]]) -> list[RivalFit]:
    """A line on backgrounds of some orders and changes across the step."""
    found = []
    start = starts_of(setting, line, guess)
    for number, other in enumerate(setting.others, start=1):
        start |= starts_of(setting, THERMAL, other, number)
    for order, slopes in variants:
        shape = summed([setting.step(line, slopes=slopes), *(setting.step(THERMAL) for _ in setting.others)])
        data = setting.data(order)
        fit = fit_shape(data, shape, start, setting.bounds(), enough=PRECISE)
        found.append(RivalFit(fit=fit, order=order, slopes=slopes, data=data))
    return found


def _best(
    setting: Setting,
    shapes: list[tuple[Shape, dict[str, float]]],
    bounds: Mapping[str, tuple[float, float]],
    orders: range,
) -> RivalFit:
    """The best of some shapes: the most promising starts are fitted, and the best of them on every background."""
    data = setting.data(orders[len(orders) // 2])
    promising = sorted(shapes, key=lambda pair: first_glance(data, pair[0], pair[1], bounds))[:PROMISING]
    fits = [fit_shape(data, shape, start, bounds, enough=ROUGH, rounds=ROUNDS) for shape, start in promising]
    best = min(fits, key=lambda fit: fit.bic(data.gate.size))
    found = [RivalFit(fit=best, order=orders[len(orders) // 2], slopes=0, data=data)]
    start = dict(zip(best.shape.names, best.point.tolist(), strict=True))
    for order in orders:
        if order != found[0].order:
            other = setting.data(order)
            fit = fit_shape(other, best.shape, start, bounds, enough=ROUGH, rounds=ROUNDS)
            found.append(RivalFit(fit=fit, order=order, slopes=0, data=other))
    return min(found, key=lambda each: each.bic)


def no_step(setting: Setting) -> RivalFit:
    """A polynomial, and the further steps."""
    if not setting.others:
        return _best(setting, [(Nothing(), {})], {}, setting.orders)
    start: dict[str, float] = {}
    bounds: dict[str, tuple[float, float]] = {}
    for number, guess in enumerate(setting.others):
        start |= starts_of(setting, THERMAL, guess, number)
        bounds |= setting.close_to(guess, f"_{number}" if number else "")
    shape = summed([setting.step(THERMAL) for _ in setting.others])
    return _best(setting, [(shape, start)], bounds, setting.orders)


def two_steps(setting: Setting, guess: Guess) -> RivalFit:
    """Two steps where one was found."""
    shape = summed([setting.step(THERMAL), setting.step(THERMAL)])
    starts = []
    for apart in (-6.0, -3.0, -1.0, 1.0, 3.0, 6.0):
        other = Guess(position=guess.position + apart * guess.width, width=guess.width)
        starts.append((shape, starts_of(setting, THERMAL, guess) | starts_of(setting, THERMAL, other, 1)))
    bounds = setting.bounds()
    bounds |= {f"{name}_1": bounds[name] for name in ("position", "temperature")}
    return _best(setting, starts, bounds, setting.orders)


def peak(setting: Setting, guess: Guess) -> RivalFit:
    """A thermal or a Lorentzian peak, at the step or at one of its ends."""
    gate = setting.points.gate
    order = max(setting.orders[0], 1)
    flat = setting.data(order)
    left = flat.signal - flat.columns @ np.linalg.lstsq(flat.columns, flat.signal, rcond=1e-10)[0]
    tallest = [float(gate[int(np.argmax(sign * left))]) for sign in (1, -1)]
    width = max(guess.width, 2 * setting.spacing)
    starts = [(place, each) for place in {*tallest, guess.position} for each in (width, 4 * width)]
    shapes: list[tuple[Shape, dict[str, float]]] = [
        (Peak(lorentzian=shape), {"position": place, "width": each})
        for shape in (False, True)
        for place, each in starts
    ]
    bounds = {"position": (float(gate[0]), float(gate[-1])), "width": (0.5 * setting.spacing, setting.span)}
    return _best(setting, shapes, bounds, setting.orders)


def pinch_off(setting: Setting, guess: Guess) -> RivalFit:
    """A channel that opens: bends, a saturating exponential, or a step whose ends differ."""
    gate, width, place = setting.points.gate, guess.width, guess.position
    wide = {"position": (float(gate[0]) - setting.span, float(gate[-1]) + setting.span)}
    narrow = (0.2 * setting.spacing, setting.span)
    bounds = wide | {
        "width": narrow,
        "width_2": narrow,
        "distance": (0.5 * setting.spacing, 2 * setting.span),
        "decay": (setting.spacing, 5 * setting.span),
        "blur": narrow,
        "exponent": (0.05, 20.0),
    }
    shapes: list[tuple[Shape, dict[str, float]]] = []
    for first, second in ((1.0, 1.0), (0.3, 4.0), (4.0, 0.3)):
        start = {
            "position": place - 2 * width,
            "width": first * width,
            "distance": 4 * width,
            "width_2": second * width,
        }
        shapes.append((Opening(), start))
    for at in (place, *np.quantile(gate, [0.25, 0.5, 0.75])):
        shapes.append((Opening(saturates=False), {"position": float(at), "width": width}))
    for side in (1, -1):
        start = {"position": place - 2 * side * width, "decay": 4 * width, "blur": width}
        shapes.append((Relaxation(side=side), start))
    for exponent in (0.3, 3.0):
        shapes.append((Lopsided(), {"position": place, "width": width, "exponent": exponent}))
    orders = range(1, 2) if setting.orders[-1] < 3 else range(1, 4, 2)
    return _best(setting, shapes, bounds, orders)


def jump(setting: Setting, guess: Guess) -> RivalFit:
    """A step between two points, wherever it fits best."""
    gate = setting.points.gate
    reach = max(4 * guess.width, 4 * setting.spacing * setting.points.block)
    near = np.flatnonzero(np.abs(gate - guess.position) <= reach)
    near = near[(near > 0) & (near < gate.size)]
    if near.size > 200:
        near = near[np.linspace(0, near.size - 1, 200).astype(int)]
    found = []
    for order in setting.orders:
        data = setting.data(order)
        places = (gate[near - 1] + gate[near]) / 2
        free = data.free((gate[:, None] > places).astype(float))
        power = np.einsum("nm,nm->m", free, free)
        gains = np.divide((free.T @ data.target) ** 2, power, out=np.zeros_like(power), where=power > 1e-9)
        best = fit_shape(data, Heaviside(place=float(places[int(np.argmax(gains))])), {}, {})
        fit = ShapeFit(
            shape=best.shape,
            point=best.point,
            heights=best.heights,
            chi_squared=best.chi_squared,
            parameters=best.parameters + 1,  # its place
        )
        found.append(RivalFit(fit=fit, order=order, slopes=0, data=data))
    return min(found, key=lambda each: each.bic)
