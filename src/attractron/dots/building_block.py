"""The building block of Hamo et al. (2016): two sites and a polarizer."""

from collections.abc import Mapping

import numpy as np

from attractron.core.checks import table, weights, whole
from attractron.core.errors import InputError
from attractron.core.units import Energy, LeverArm
from attractron.dots.device import Device
from attractron.dots.parts import Gate, Island, Parameter


def building_block(
    *,
    W: Energy,
    U: Energy,
    delta: Energy,
    t: Energy,
    on_site: Energy | None = None,
    max_electrons: int = 1,
    spin: bool = False,
    lever_arms: Mapping[str, Mapping[str, LeverArm]] | None = None,
    carriers: str = "electrons",
) -> Device:
    """Two sites L, R and a polarizer: one electron on the sites T (top) and B (bottom).

        H_pol = ½ δ σ_Z + t σ_X,   σ_Z = n_T - n_B                  (Hamo et al. 2016, equation 1)
        H_coup = ½ U (n_L + n_R)(1 - σ_Z) = U (n_L + n_R) n_B       (equation 2)
        H_rep = W n_L n_R                                           (equation 3)

    Knobs: gates "V_L" and "V_R" (mV), virtual gates "V" = (V_L + V_R)/2 and "delta_V" = (V_L - V_R)/2, parameters
    "W", "U", "delta", "t" (meV).

    Theory: docs/theory/dots.md, eq-building-block, eq-block-energy.

    Args:
        W: repulsion between an electron on L and one on R, meV.
        U: repulsion between an electron on L or R and one on B, meV.
        delta: detuning ε_T - ε_B of the polarizer, meV.
        t: tunnelling amplitude between T and B, meV.
        on_site: repulsion of two electrons on L or on R, meV; needed when `max_electrons` exceeds 1.
        max_electrons: most electrons on L and on R.
        spin: whether electrons carry spin.
        lever_arms: gate → {dot: meV/mV}, with at least "V_L" and "V_R"; 1 meV/mV on their own dots by default.
        carriers: "electrons" or "holes".

    Returns:
        The device.

    Raises:
        InputError: a value that is not finite, `on_site` missing, gates V_L or V_R missing.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.0)
        >>> round(at.dots.effective_interaction(device), 6)  # W - δ
        -1.58
    """
    if whole("max_electrons", max_electrons, at_least=1) > 1 and on_site is None:
        raise InputError("on_site", "be given when max_electrons exceeds 1", "nothing", "on_site=8.0 (meV) for example")
    default = {"V_L": {"L": 1.0}, "V_R": {"R": 1.0}}
    arms = table("lever_arms", default if lever_arms is None else lever_arms, weights)
    if not {"V_L", "V_R"} <= set(arms):
        raise InputError("lever_arms", "have entries for the gates V_L and V_R", list(arms))
    values = {"W": W, "U": U, "delta": delta, "t": t}
    slopes = {
        "W": Parameter(value=0.0, repulsion={("L", "R"): 1.0}),
        "U": Parameter(value=0.0, repulsion={("L", "B"): 1.0, ("R", "B"): 1.0}),
        "delta": Parameter(value=0.0, levels={"T": 0.5, "B": -0.5}),
        "t": Parameter(value=0.0, tunnelling={("T", "B"): 1.0}),
    }
    if on_site is not None:
        values["on_site"] = on_site
        slopes["on_site"] = Parameter(value=0.0, repulsion={("L", "L"): 1.0, ("R", "R"): 1.0})
    bare = Device(
        dots=("L", "R", "T", "B"),
        repulsion=np.zeros((4, 4)),
        islands=(Island(dots=("T", "B"), electrons=1),),
        gates={name: Gate(lever_arms=entry) for name, entry in arms.items()},
        virtual_gates={"V": {"V_L": 1.0, "V_R": 1.0}, "delta_V": {"V_L": 1.0, "V_R": -1.0}},
        max_electrons=(max_electrons, max_electrons, 1, 1),
        spin=spin,
        carriers=carriers,
        parameters=slopes,
    )
    return bare.with_parameters(**values)
