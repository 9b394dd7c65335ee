"""What results on coupled wires say in a paragraph: a gap or none, in which phase, what is measured, how sure is it."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names, parameters_of
from attractron.wires.arrays import summary as of_arrays
from attractron.wires.conductance import conductance
from attractron.wires.flow.attraction import effective_attraction
from attractron.wires.model import KNOBS, CoupledWires
from attractron.wires.orders import superconducting_margin, susceptibilities
from attractron.wires.phases_in_words import Numbers, at_largest, code_of, listed, located, percent, shares_of
from attractron.wires.trion import TrionLiquid, trion_phase

END = ("K_c_tilde_end", "K_tilde_end", "Q_end")


def summary(result: xr.Dataset) -> str:
    """The result as a paragraph: the phase or the parts of each, the largest gap and where, and how far to trust it.

    Args:
        result: of `attractron.wires.flow`, `phase_diagram`, `crossover_temperatures` or `equal_gap`, of `array_flow` or
            `array_phases`, also as a study wrote it: then with what other conventions say.

    Raises:
        InputError: a result of another question.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> at.wires.summary(at.wires.flow(wires, Lambda=10.0))
        'Electrons of the primary pair: the gap opens at l_spin = 5.443 and is 0.0433 meV (k_B times 0.502 K). ...
    """
    return " ".join(_asked(result)[0])


def numbers(result: xr.Dataset) -> Numbers:
    """The numbers of `summary`, name → (value, unit); errors as there."""
    return _asked(result)[1]


def _asked(result: xr.Dataset) -> tuple[list[str], Numbers]:
    answers: dict[str, Callable[[xr.Dataset], tuple[list[str], Numbers]]] = {
        "wires.flow": _of_phases,
        "wires.phase_diagram": _of_phases,
        "wires.crossover_temperatures": _of_temperatures,
        "wires.equal_gap": _of_attraction,
        "wires.array_flow": of_arrays.of_flow,
        "wires.array_phases": of_arrays.of_phases,
    }
    question = str(result.attrs.get("question"))
    if question not in answers:
        raise InputError("result", f"answer {', '.join(answers)}", question)
    return answers[question](result)


@dataclass(frozen=True)
class _Result:
    """A result, and what its attributes say about the wires."""

    data: xr.Dataset

    @cached_property
    def options(self) -> dict[str, Any]:
        """Options of the question."""
        return dict(json.loads(self.data.attrs["options"]))

    @cached_property
    def wires(self) -> CoupledWires:
        """The wires, with what was fixed beside the axes."""
        given = parameters_of(self.data) | self.options["fixed"]
        return CoupledWires(**{each.name: given[each.name] for each in fields(CoupledWires) if each.name in given})

    @property
    def is_point(self) -> bool:
        """Whether there are no axes."""
        return not self.data["phase"].ndim

    def bandwidth(self, point: xr.Dataset) -> float | None:
        """Λ in meV, where it is known; that of studies may differ from point to point."""
        if "bandwidth" in point:
            return float(point["bandwidth"])
        known = self.options.get("Lambda")
        return None if known is None else float(known)

    @property
    def bandwidth_varies(self) -> bool:
        """Whether l alone does not tell which gap is the larger."""
        if "bandwidth" in self.data:
            return bool(np.ptp(self.data["bandwidth"].to_numpy()) > 0)
        return not set(map(str, self.data["phase"].dims)) <= set(KNOBS)


def _of_phases(data: xr.Dataset) -> tuple[list[str], Numbers]:
    """Of one flow, or of phases over axes."""
    result = _Result(data)
    said, found = _of_point(result) if result.is_point else _of_map(result)
    marks, counts = _trust(result)
    return [*said, *marks], {**found, **counts}


def _of_attraction(data: xr.Dataset) -> tuple[list[str], Numbers]:
    """The same, with the strongest effective attraction."""
    said, found = _of_phases(data)
    strongest = data["effective_attraction"]
    if not strongest.ndim or not bool(strongest.min() < 0):  # the paragraph on a point has it
        return said, found
    point = at_largest(data, -strongest)
    value = float(point["effective_attraction"])
    said.append(f"The strongest effective attraction, y_s = {value:.3g}, is{located(data, point)}.")
    return said, {**found, "effective_attraction": (value, "1")}


def _of_temperatures(data: xr.Dataset) -> tuple[list[str], Numbers]:
    """What is met on cooling."""
    if not data["phase"].ndim:
        point, text = data, _cooling(data)
    else:
        point, text = at_largest(data, data["spin_scale"]), _coolings(data)
        if float(point["spin_scale"]) > 0:
            text += f" Spins are gapped up to {_warmth(point, 'spin')} at most,{located(data, point)}."
    found: Numbers = {f"{name}_scale": (float(point[f"{name}_scale"]), "1") for name in ("spin", "trion")} | {
        f"{name}_temperature": (float(point[f"{name}_temperature"]), "K")
        for name in ("spin", "trion")
        if f"{name}_temperature" in point
    }
    marks, counts = _trust(_Result(data))
    return [text, *marks], {**found, **counts}


def _coolings(result: xr.Dataset) -> str:
    spin, trion = (result[f"{name}_scale"] for name in ("spin", "trion"))
    at_once, bound = (trion >= spin) & (trion > 0), result["phase"] == code_of(result, "trion")
    text = (
        f"On cooling {percent(((spin > trion) & (trion > 0)).mean())} of the {spin.size} points are paired first and "
        f"trions below, {percent((at_once & bound).mean())} go to trions at once, "
        f"{percent(((spin > 0) & (trion == 0)).mean())} stay paired, "
        f"{percent(((spin == 0) & (trion == 0)).mean())} stay decoupled."
    )
    if not bool((at_once & ~bound).any()):
        return text
    return (
        f"{text} At {percent((at_once & ~bound).mean())} y is strong before the spins are gapped, but beyond l* only: "
        "trions there are not the ground state."
    )


def _cooling(result: xr.Dataset) -> str:
    spin, trion = (float(result[f"{name}_scale"]) for name in ("spin", "trion"))
    if spin == 0 and trion == 0:
        return "The wires stay decoupled at any temperature."
    if trion >= spin and int(result["phase"]) != code_of(result, "trion"):
        ground = flag_names(result["phase"])[int(result["phase"])]
        gapped = f", with spins gapped below {_warmth(result, 'spin')}" if spin > 0 else ""
        return (
            f"y is strong below {_warmth(result, 'trion')}, but beyond l* only, where the mismatch has cut it off: "
            f"the ground state is {ground}{gapped}."
        )
    if trion >= spin:
        return f"On cooling trions form at once, below {_warmth(result, 'trion')}."
    below = f", trions form below {_warmth(result, 'trion')}" if trion > 0 else ", down to T = 0"
    return f"On cooling electrons pair below {_warmth(result, 'spin')}{below}."


def _warmth(point: xr.Dataset, name: str) -> str:
    if f"{name}_temperature" in point:
        return f"{float(point[f'{name}_temperature']):.3g} K"
    return f"{float(point[f'{name}_scale']):.3g} Λ/k_B"


def _of_point(result: _Result) -> tuple[list[str], Numbers]:
    data = result.data
    phase = flag_names(data["phase"])[int(data["phase"])]
    scale = {"paired": "l_spin", "triplet": "l_spin", "trion": "l_trion"}.get(phase)
    said, found = [], dict[str, tuple[float, str]]()
    if scale is None:
        l_max = result.options.get("l_max")
        scale = "" if l_max is None else f" on scales up to l_max = {l_max:g}"
        said.append(f"Electrons of the primary do not pair{scale}: the wires are decoupled.")
    else:
        ell = float(data[scale])
        gap, own = _gap(result, ell, data)
        what = {
            "paired": "Electrons of the primary pair",
            "trion": "Electrons of the primary pair and bind a carrier of the secondary, a trion",
            "triplet": "Electrons of the primary bind as triplets",
        }[phase]
        said.append(f"{what}: the gap opens at {scale} = {ell:.4g} and is {gap}.")
        found |= {scale: (ell, "1"), **own}
    for text, own in (_equal_attraction(result, phase), _orders(result, phase)):
        said += text
        found |= own
    G = conductance_of(phase, result.wires.beta)
    return [*said, _signature(phase, G)], {**found, "conductance": (G, "e²/h")}


def _gap(result: _Result, ell: float, point: xr.Dataset) -> tuple[str, Numbers]:
    """Λe^{-l} in words, and its numbers."""
    Lambda, part = result.bandwidth(point), float(np.exp(-ell))
    if Lambda is None:
        return f"{part:.3g} Λ", {"gap_over_Lambda": (part, "1")}
    gap = Lambda * part
    return f"{gap:.3g} meV (k_B times {gap / K_B:.3g} K)", {"gap": (gap, "meV"), "gap_temperature": (gap / K_B, "K")}


def _equal_attraction(result: _Result, phase: str) -> tuple[list[str], Numbers]:
    ell, wires = float(result.data["l_spin"]), result.wires
    if phase != "paired" or not ell > 0:
        return [], {}
    try:
        y_s = float(effective_attraction(ell, K_s=wires.K_s, ys_threshold=result.options["ys_threshold"]))
    except InputError:
        return [f"At K_s = {wires.K_s} no attraction in the primary alone opens so large a gap."], {}
    text = f"An attraction y_s = {y_s:.3g} in the primary alone would do the same (its own is {wires.y_s:+.3g})."
    return [text], {"effective_attraction": (y_s, "1")}


def _orders(result: _Result, phase: str) -> tuple[list[str], Numbers]:
    """The dominant order and its exponents."""
    if phase == "trion" and result.wires.beta == 2:
        liquid = trion_phase(TrionLiquid.from_wires(result.wires))
        K_f, order = float(liquid["K_f_complete"]), flag_names(liquid["order"])[int(liquid["order"])]
        text = f"With the bare numbers K_f = {K_f:.3g}: {order.replace('_', ' ')} ({'<' if K_f < 3 else '≥'} 3)."
        return [text], {"K_f": (K_f, "1")}
    if phase not in ("decoupled", "paired") or not set(END) <= set(result.data):
        return [], {}
    K_c, K, Q = (float(result.data[name]) for name in END)
    exponents = susceptibilities(K_c=K_c, K=K, Q=Q, phase=phase)["exponent"]
    CDW, SC = (float(exponents.sel(order=order)) for order in ("CDW", "singlet"))
    found: Numbers = {"exponent_CDW": (CDW, "1"), "exponent_SC": (SC, "1")}
    if phase == "decoupled":
        return [], found
    pairs = bool(superconducting_margin(K_c, K, Q) > 0)
    winner = "superconducting correlations dominate" if pairs else "density waves dominate"
    return [f"Of its orders {winner} (density waves go as ω^{CDW:.3g}, pairs as ω^{SC:.3g})."], found


def _signature(phase: str, G: float) -> str:
    begin = f"With the secondary grounded the primary conducts {G:.3g} e²/h"
    if phase == "trion":
        return f"{begin} instead of 2, and drags a current along the secondary."
    if phase == "decoupled":
        return f"{begin}, and single electrons tunnel into it."
    return f"{begin}, as without pairs: a gap for tunnelling of single electrons tells them apart."


def _of_map(result: _Result) -> tuple[list[str], Numbers]:
    data = result.data
    shares = shares_of(data["phase"])
    said = [f"Of the {data['phase'].size} points {listed(shares)}."]
    found: Numbers = {f"share_{name}": (share, "1") for name, share in shares.items()}
    paired = data["l_spin"].where(data["phase"] == code_of(data, "paired"))
    if shares.get("paired"):
        point = at_largest(data, -paired)
        ell = float(point["l_spin"])
        gap, own = _gap(result, ell, point)
        unit = " in units of Λ" if result.bandwidth_varies else ""
        said.append(f"Pairs are bound most{unit}{located(data, point)}: the gap is {gap}.")
        agreed, sure = _agreed(result, paired)
        said += agreed
        found |= {"l_spin": (ell, "1"), **own, **sure}
    if shares.get("trion"):
        G = conductance_of("trion", result.wires.beta)
        found["conductance_trion"] = (G, "e²/h")
        said.append(
            f"With the secondary grounded the primary conducts {G:.3g} e²/h where trions form, 2 e²/h elsewhere."
        )
    else:
        said.append("With the secondary grounded the primary conducts 2 e²/h everywhere.")
    return said, found


def _agreed(result: _Result, paired: xr.DataArray) -> tuple[list[str], Numbers]:
    """The strongest binding that all conventions grant: at each point what the most pessimistic one finds."""
    data = result.data
    if "unanimous" not in data or bool(data["unanimous"].all()):
        return [], {}
    sure = data["l_gap_by_scheme"].max("scheme").where(paired.notnull() & data["unanimous"])
    if not bool(sure.notnull().any()):
        return ["No point is found paired by all conventions."], {}
    point = at_largest(data, -sure)
    ell = float(sure.min())
    _, own = _gap(result, ell, point)
    found = {f"{name}_agreed": value for name, value in {"l_spin": (ell, "1"), **own}.items()}
    text = f"The gap that all conventions grant is largest{located(data, point)}: {_range(result, point)} by them."
    return [text], found


def _range(result: _Result, point: xr.Dataset) -> str:
    """The weakest and the strongest gap that any convention finds at a point."""
    ells = point["l_gap_by_scheme"].to_numpy()
    known = ells[np.isfinite(ells)]
    return f"{_warm(result, known.max(), point)} to {_warm(result, known.min(), point)}"


def _warm(result: _Result, ell: float, point: xr.Dataset) -> str:
    """A gap as a temperature, or in units of Λ."""
    text, found = _gap(result, ell, point)
    return f"{found['gap_temperature'][0]:.3g} K" if "gap_temperature" in found else text


def _trust(result: _Result) -> tuple[list[str], Numbers]:
    """What other conventions say, and the marks of the flow."""
    said, numbers = [], dict[str, tuple[float, str]]()
    if "unanimous" in result.data:
        said.append(_other_schemes(result))
        numbers["share_unanimous"] = (float(result.data["unanimous"].mean()), "1")
    size = result.data["source_grows"].size
    grows, strong = (int(result.data[name].sum()) for name in ("source_grows", "bare_strong"))
    where = "" if size == 1 else f" at {grows} of {size} points"
    if grows:
        said.append(
            f"y grows as e^(xl) with x > 1/χ{where}: there the tanh cut-off stops nothing, and scales are those of the "
            "scheme."
        )
    if strong:
        where = "" if size == 1 else f" at {strong} of {size} points"
        said.append(f"A bare coupling is strong from the start{where}, outside perturbation theory.")
    return said, {**numbers, "points_source_grows": (grows, "1"), "points_bare_strong": (strong, "1")}


def _other_schemes(result: _Result) -> str:
    phases = result.data["phase_by_scheme"]
    schemes = [str(name) for name in phases["scheme"].values]
    if "," in schemes[0]:
        return _of_conventions(result, schemes)
    if result.is_point:
        names = flag_names(phases)
        if bool(result.data["unanimous"]):
            return f"The tanh, sharp and frozen cut-offs agree on the phase{_each_gap(result)}."
        each = "; ".join(f"{scheme}: {names[int(phases.sel(scheme=scheme))]}" for scheme in schemes)
        return f"Cut-offs differ ({each}), so that the phase is a matter of the scheme."
    each = "; ".join(f"{scheme}: {listed(shares_of(phases.sel(scheme=scheme)))}" for scheme in schemes)
    agreed = percent(result.data["unanimous"].mean())
    return f"Cut-offs agree at {agreed} of the points ({each})."


def _each_gap(result: _Result) -> str:
    """What cut-offs that agree on the phase say of the gap; l tells one per cent of it as a difference of 0.01."""
    ells = result.data["l_gap_by_scheme"].to_numpy()
    if np.isinf(ells).all():
        return ""
    if np.ptp(ells) < 0.01:
        return " and on the gap"
    return f"; by each of them the gap is {', '.join(_warm(result, ell, result.data) for ell in ells)}"


def _of_conventions(result: _Result, schemes: list[str]) -> str:
    phases = result.data["phase_by_scheme"]
    names = flag_names(phases)
    if not result.is_point:
        agreed = percent(result.data["unanimous"].mean())
        return f"All {len(schemes)} conventions agree at {agreed} of the points ({_share_ranges(phases)})."
    counted = Counter(names[int(code)] for code in phases.to_numpy())
    said = ", ".join(f"{count} of {len(schemes)} say {name}" for name, count in counted.most_common())
    gaps = f" Gaps, where there is one, are {_range(result, result.data)}." if set(counted) != {"decoupled"} else ""
    return f"Of the conventions {said}.{gaps}"


def _share_ranges(phases: xr.DataArray) -> str:
    """How much of a diagram each phase takes under the conventions that give it least and most."""
    points = [dim for dim in phases.dims if dim != "scheme"]
    said = []
    for code, name in flag_names(phases).items():
        shares = (phases == code).mean(points)
        if bool(shares.any()):
            said.append(f"{100 * float(shares.min()):.3g} to {percent(shares.max())} are {name}")
    return ", ".join(said)


def conductance_of(phase: str, beta: float) -> float:
    """Conductance of the primary in e²/h, everything else grounded; a triplet pins φ_s as a pair does."""
    if phase == "trion" and beta == 1.0:  # φ_s and √2φ_c + φ_ρ-, see `attractron.wires.ladder`
        found = conductance(pinned=[[1, -1, 0], [1, 1, 1]], modes=("up", "down", "relative"))
    else:
        found = conductance(phase="paired" if phase == "triplet" else phase)
    return float(found["contact_conductance"].sel(contact="primary", driven_contact="primary"))
