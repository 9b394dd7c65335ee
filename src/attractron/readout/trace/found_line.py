"""What was found in a trace: the line with its fit, or the reason why none can be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from attractron.core.checks import FloatArray
from attractron.readout.model_selection import Comparison
from attractron.readout.trace.goodness_of_fit import GoodnessOfFit
from attractron.readout.trace.record import Record
from attractron.readout.trace.rivals import Line, RivalFit, Setting
from attractron.readout.trace.search import Guess
from attractron.readout.trace.shapes import Step, first_of

THERMAL, LORENTZIAN, BOTH = "thermal step", "Lorentzian step", "thermal and Lorentzian step"

STATUS = (
    "described",
    "not described",
    "no step",
    "several steps",
    "out of view",
    "too few points",
    "saturated",
    "undecided",
)
"""What is found in a trace; only the first gives numbers."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Reading:
    """What was found in a trace.

    Attributes:
        record: the trace.
        status: one of `STATUS`.
        reason: in words, where nothing is read.
        name: of the shape that is read, or that was tried.
        chosen: the same, fitted; None where nothing was.
        fits: of all shapes.
        setting: in which they were fitted.
        comparison: of all shapes.
        misfit: of the chosen one.
        steps: all that were found.
        open_between: shapes that are asked for and not told apart.
    """

    record: Record
    status: str = "described"
    reason: str = ""
    name: str = ""
    chosen: RivalFit | None = None
    fits: Mapping[str, RivalFit] = field(default_factory=dict)
    setting: Setting | None = None
    comparison: Comparison | None = None
    misfit: GoodnessOfFit | None = None
    steps: tuple[Guess, ...] = ()
    open_between: tuple[str, ...] = ()

    @property
    def view(self) -> tuple[float, float]:
        """Place and equivalent width of the step that is read."""
        step, point = self.line(self.name)
        return step.values(point)["position"], step.width(point)

    def line(self, name: str) -> tuple[Step, FloatArray]:
        """The step of a fit, and its parameters."""
        fit = self.fits[name].fit
        step = first_of(fit.shape)
        assert isinstance(step, Step)
        return step, fit.point[: len(step.names)]


@dataclass(frozen=True, eq=False, kw_only=True)
class Wanted:
    """What is asked of a trace.

    Attributes:
        lines: shapes.
        lever_arm: α, meV per unit of the axis.
        slopes: "same", "separate" or None for what suits.
        near: a place next to which the step is.
        unit: of the axis.
    """

    lines: Mapping[str, Line]
    lever_arm: float
    slopes: str | None
    near: float | None
    unit: str
