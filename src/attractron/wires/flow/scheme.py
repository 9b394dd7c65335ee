"""The conventions that a flow depends on beside its initial couplings: one `Scheme`."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import numpy as np

from attractron.core.checks import choice, nearest, positive, shown
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.wires.flow.cutoffs import PUBLISHED, Cutoff, numbers


@dataclass(frozen=True, kw_only=True)
class Scheme(ShownAsTable):
    """All choices that a flow depends on beside its initial couplings.

    Where two schemes give different phases the flow of second order does not decide; `attractron.wires
    .scheme_comparison` shows where.

    Theory: docs/theory/wires.md, eq-flow, eq-feedback, eq-cutoff.

    Attributes:
        cutoff: how the mismatch cuts the couplings off: `Tanh(chi)`, `Sharp()` or `Frozen(chi)`
            (`attractron.wires.flow.cutoffs`).
        y_threshold, ys_threshold: |y_i| and |y_s| that count as strong coupling.
        strong_coupling: what is compared with `y_threshold`: "bare", |y_i|; "with_cutoff", √c_i|y_i|, the coupling as
            it stands in (16), which the mismatch lowers beyond l*.
        l_max: an infrared length, ln of it in units of α_0 (of a system of length L, ln(L/α_0); at a temperature,
            ln(Λ/k_BT)): what has not become strong by l_max is gapless on that scale. Infinite: the ground state.
        stop: "first" ends a flow at the event that decides the phase; "both" goes on to the other one, extrapolating,
            and counts a strong |y_i| beyond l*_i as l_trion too.
        feedback: "published" (16e, f) or the "complete" second order; off the line (13) only "complete".
        spin: the form of (16b) for a K_s that is given: "line-preserving" or "published".
        phase_factor: where θ acts: "published" in (16a) alone, or "complete".

    Raises:
        InputError: an unknown choice or a threshold that is not positive.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.05, upsilon=0.12, mismatch=0.3)
        >>> sharp = at.wires.Scheme(cutoff=at.wires.Sharp())
        >>> [at.wires.phase_name(at.wires.flow(wires, scheme=scheme)) for scheme in (at.wires.Scheme(), sharp)]
        ['paired', 'decoupled']
    """

    cutoff: Cutoff = PUBLISHED
    y_threshold: float = 1.0
    ys_threshold: float = 1.0
    strong_coupling: str = "bare"
    l_max: float = math.inf
    stop: str = "first"
    feedback: str = "published"
    spin: str = "line-preserving"
    phase_factor: str = "published"

    def __post_init__(self) -> None:
        numbers(self.cutoff)
        positive("y_threshold", self.y_threshold)
        positive("ys_threshold", self.ys_threshold)
        choice("strong_coupling", self.strong_coupling, ("bare", "with_cutoff"))
        if self.l_max != math.inf:
            positive("l_max", self.l_max)
        choice("stop", self.stop, ("first", "both"))
        choice("feedback", self.feedback, ("published", "complete"))
        choice("spin", self.spin, ("line-preserving", "published"))
        choice("phase_factor", self.phase_factor, ("published", "complete"))

    def check(self, fields: Mapping[str, Any]) -> None:
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
        l_max = None if self.l_max == math.inf else self.l_max
        return asdict(self) | {"cutoff": repr(self.cutoff), "l_max": l_max}


def chosen(scheme: Scheme | None, conventions: Mapping[str, Any], **fixed: Any) -> Scheme:
    """The scheme of a question, from `scheme=` and the shortcuts beside it.

    Args:
        scheme: as given; None: the default.
        conventions: fields of a scheme that were given by name.
        fixed: fields that the question itself decides.

    Raises:
        InputError: not a scheme, a name that is no convention here, or one that contradicts the scheme.
    """
    if not isinstance(scheme, Scheme | None):
        raise InputError("scheme", "be a Scheme", shown(scheme), "for example Scheme(cutoff=Sharp())")
    known = [field.name for field in fields(Scheme) if field.name not in fixed]
    for name, value in conventions.items():
        if name not in known:
            raise InputError(name, f"name a convention ({', '.join(known)})", shown(value), nearest(name, known))
        if scheme is not None and getattr(scheme, name) != value:
            own = f"the scheme has {name} = {getattr(scheme, name)!r}"
            raise InputError(name, "not contradict `scheme`", shown(value), f"{own}: give one of the two")
    return replace(scheme or Scheme(), **{**conventions, **fixed})
