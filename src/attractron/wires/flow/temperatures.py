"""What a temperature shows of the flow: pairs, trions or neither (Shavit and Oreg 2020, Fig. 5).

A temperature stops the flow at l = ln Λ/(k_BT). Spins are then gapped below T_s = Λe^{-l_spin}/k_B. Trions are bound
below T_t = Λe^{-l_trion} c(l_trion)/k_B, where the factor c of the cut-off lowers a scale beyond l*: there the cosine
no longer keeps its phase. So read, the wires are trions below T_t, paired between T_t and T_s, decoupled above both.
The ground state (Fig. 4) asks for a strong y before l* instead: where y is strong beyond l* only, it is not the trions'
even if T_t > T_s. Both readings are the paper's, and such points are counted in the notes on validity.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, positive
from attractron.core.constants import K_B
from attractron.core.results import Variable, dataset, flags
from attractron.wires.flow.cutoffs import SHARP, CustomCutoff, Cutoff, numbers
from attractron.wires.flow.events import PHASES, TRION
from attractron.wires.flow.phase_diagram import phase_diagram
from attractron.wires.flow.scheme import Scheme, chosen
from attractron.wires.model import KNOBS, CoupledWires, initial_couplings


def crossover_temperatures(
    wires: CoupledWires,
    axes: Mapping[str, ArrayLike],
    *,
    Lambda: float | None = None,
    scheme: Scheme | None = None,
    workers: int | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """Both scales of the flow as temperatures (this module's equations).

    Theory: docs/theory/wires.md, eq-scales.

    Args:
        wires: the initial couplings. The factor c is that of y, and of y_2 where there is no y.
        axes: knob → values, as for `phase_diagram`.
        Lambda: energy of l = 0 in meV; adds temperatures in K.
        scheme: all conventions (`attractron.wires.Scheme`); flows are followed to both events.
        workers: threads, as for `phase_diagram`.
        conventions: fields of the scheme by name, instead of it: `cutoff`, `y_threshold`, `ys_threshold`,
            `strong_coupling`, `l_max`, `feedback`, `spin`, `phase_factor`.

    Returns:
        Dataset over the axes: `phase` at T = 0 (CF flags); `l_spin`, `l_trion`; `spin_scale` = e^{-l_spin} and
        `trion_scale` = e^{-l_trion} c(l_trion), k_BT/Λ of both crossovers, 0 where there is none; marks `source_grows`,
        `bare_strong`; with Lambda `spin_temperature` and `trion_temperature` in K.

    Raises:
        InputError: as `phase_diagram`, and a Lambda that is not positive.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12)
        >>> found = at.wires.crossover_temperatures(wires, {"mismatch": [0.01, 0.05]}, Lambda=10.0)
        >>> found.spin_temperature.values.round(3).tolist()  # K
        [1.511, 0.502]
    """
    energy = None if Lambda is None else positive("Lambda", Lambda)
    conventional = chosen(scheme, conventions, stop="both")
    knobs = over_axes("axes", axes, KNOBS)
    diagram = phase_diagram(wires, knobs, scheme=conventional, workers=workers)
    l_trion = diagram["l_trion"].to_numpy()
    start = initial_couplings(wires.fields(knobs))
    l_star = np.where(start.y_1 != 0, start.l_1, start.l_2)
    weight = cut_factor(l_trion, l_star, conventional.cutoff)
    found = {"spin": np.exp(-diagram["l_spin"].to_numpy()), "trion": np.exp(-l_trion) * weight}
    variables: dict[str, Variable] = {
        f"{name}_scale": (knobs.dims, scale, "1", f"k_BT/Λ below which {WHAT[name]}") for name, scale in found.items()
    }
    if energy is not None:
        for name, scale in found.items():
            kelvin = energy * scale / K_B
            variables[f"{name}_temperature"] = (knobs.dims, kelvin, "K", f"temperature below which {WHAT[name]}")
    own = {
        name: (knobs.dims, diagram[name].to_numpy(), "1", str(diagram[name].attrs["long_name"]))
        for name in ("phase", "l_spin", "l_trion", "source_grows", "bare_strong")
    }
    result = dataset(
        {**own, **variables},
        knobs.labelled(KNOBS),
        question="wires.crossover_temperatures",
        parameters=wires.describe(),
        options={**conventional.describe(), "Lambda": energy, "fixed": knobs.fixed},
        method=str(diagram.attrs["method"]),
        validity=[
            str(diagram.attrs["validity"]),
            CROSSOVERS,
            *contradictions(own["phase"][1], found["spin"], found["trion"]),
        ],
        references=("shavit_oreg2020",),
    )
    result["phase"].attrs.update(flags(PHASES))
    return result


WHAT = {"spin": "spins are gapped", "trion": "trions are bound"}

CROSSOVERS = (
    "Temperatures of crossovers hold up to factors of order one, and the one beyond the first event of the flow is "
    "extrapolated."
)


def contradictions(phase: NDArray[Any], spin_scale: FloatArray, trion_scale: FloatArray) -> list[str]:
    """How many points have trions above the temperature of pairs, but another ground state."""
    at = (phase != TRION) & (trion_scale > spin_scale)
    told = (
        f"At {np.count_nonzero(at)} of {at.size} points y is strong beyond l* only, and before y_s: T_t > T_s, but "
        "the ground state is not the trions'."
    )
    return [told] if at.any() else []


def cut_factor(ell: FloatArray, l_star: FloatArray, cutoff: Cutoff) -> FloatArray:
    """The cut-off's factor c at l, 1 for commensurate wires (l* infinite) and 0 for l infinite; arrays broadcast."""
    ell, l_star = np.broadcast_arrays(ell, l_star)
    away = np.where(np.isinf(l_star), -np.inf, ell - np.where(np.isinf(l_star), 0.0, l_star))
    code, chi = numbers(cutoff)
    if code == SHARP:
        return np.where(away < 0, 1.0, 0.0)
    if isinstance(cutoff, CustomCutoff):
        return np.asarray(np.exp(cutoff.log_factor(np.maximum(away, -np.finfo(float).max))))
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(2 * away / chi)))
