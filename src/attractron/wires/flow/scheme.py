"""The conventions that a flow depends on beside its initial couplings."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from attractron.core.checks import choice, positive
from attractron.core.errors import InputError
from attractron.wires.flow.cutoffs import PUBLISHED, Cutoff, numbers


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """All choices that a flow depends on beside its initial couplings; see `attractron.wires.flow.flow`.

    Raises:
        InputError: an unknown choice or a threshold that is not positive.
    """

    cutoff: Cutoff = PUBLISHED
    y_threshold: float = 1.0
    ys_threshold: float = 1.0
    stop: str = "first"
    feedback: str = "published"
    spin: str = "line-preserving"
    phase_factor: str = "published"

    def __post_init__(self) -> None:
        numbers(self.cutoff)
        positive("y_threshold", self.y_threshold)
        positive("ys_threshold", self.ys_threshold)
        choice("stop", self.stop, ("first", "both"))
        choice("feedback", self.feedback, ("published", "complete"))
        choice("spin", self.spin, ("line-preserving", "published"))
        choice("phase_factor", self.phase_factor, ("published", "complete"))

    def check(self, fields: dict[str, Any]) -> None:
        """Refuse combinations with a model that have no meaning.

        Raises:
            InputError: the published feedback off the line (13), the published (16b) on the SU(2) line.
        """
        if self.feedback == "published" and not np.all(np.equal(fields["V_theta_ratio"], 1)):
            remedy = "the shift of (14) needs the line (13), V_theta_ratio = 1"
            raise InputError("feedback", 'be "complete" off the line (13)', repr(self.feedback), remedy)
        if self.spin == "published" and fields["K_s"] is None:
            remedy = "on the SU(2) line K_s = 1 + y_s/2 is not a variable of its own: give K_s"
            raise InputError("spin", 'be "line-preserving" where K_s is None', repr(self.spin), remedy)

    def describe(self) -> dict[str, Any]:
        """JSON-safe."""
        return {
            "cutoff": repr(self.cutoff),
            "y_threshold": self.y_threshold,
            "ys_threshold": self.ys_threshold,
            "stop": self.stop,
            "feedback": self.feedback,
            "spin": self.spin,
            "phase_factor": self.phase_factor,
        }
