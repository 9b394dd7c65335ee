"""What studies of coupled wires say: does it pair, how strongly, in which phase, what is measured, how sure is that."""

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.studies.study import Study, Verdict

if TYPE_CHECKING:
    import xarray as xr

Numbers = dict[str, tuple[float, str]]


def wires_verdict(study: Study, result: "xr.Dataset") -> Verdict:
    """Of one flow, or of phases over axes."""
    return _of_point(study, result) if result["phase"].ndim == 0 else _of_map(study, result)


def attraction_verdict(study: Study, result: "xr.Dataset") -> Verdict:
    """The same, with the strongest effective attraction."""
    said = wires_verdict(study, result)
    strongest = result["effective_attraction"].min()
    if not bool(strongest < 0):
        return said
    point = at_largest(result, -result["effective_attraction"])
    value = float(point["effective_attraction"])
    if result["phase"].ndim == 0:  # the paragraph has it
        return said
    text = f"{said.text} The strongest effective attraction, y_s = {value:.3g}, is{located(study, point)}."
    return Verdict(text=text, numbers={**said.numbers, "effective_attraction": (value, "1")})


def temperature_verdict(study: Study, result: "xr.Dataset") -> Verdict:
    """What is met on cooling."""
    if result["phase"].ndim:
        spin, text = result["spin_scale"], _coolings(result)
        point = at_largest(result, spin)
        if float(point["spin_scale"]) > 0:
            text += f" Spins are gapped up to {_warmth(point, 'spin')} at most,{located(study, point)}."
    else:
        point, text = result, _cooling(result)
    numbers: Numbers = {f"{name}_scale": (float(point[f"{name}_scale"]), "1") for name in ("spin", "trion")} | {
        f"{name}_temperature": (float(point[f"{name}_temperature"]), "K")
        for name in ("spin", "trion")
        if f"{name}_temperature" in point
    }
    marks, counts = _trust(study, result)
    return Verdict(text=" ".join([text, *marks]), numbers={**numbers, **counts})


def _coolings(result: "xr.Dataset") -> str:
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


def _cooling(result: "xr.Dataset") -> str:
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


def _warmth(point: "xr.Dataset", name: str) -> str:
    if f"{name}_temperature" in point:
        return f"{float(point[f'{name}_temperature']):.3g} K"
    return f"{float(point[f'{name}_scale']):.3g} Λ/k_B"


def _of_point(study: Study, result: "xr.Dataset") -> Verdict:
    phase = flag_names(result["phase"])[int(result["phase"])]
    scale = {"paired": "l_spin", "triplet": "l_spin", "trion": "l_trion"}.get(phase)
    said, numbers = [], dict[str, tuple[float, str]]()
    if scale is None:
        said.append("Electrons of the primary do not pair: the wires are decoupled.")
    else:
        ell = float(result[scale])
        gap, found = _gap(study, ell)
        what = {
            "paired": "Electrons of the primary pair",
            "trion": "Electrons of the primary pair and bind a carrier of the secondary, a trion",
            "triplet": "Electrons of the primary bind as triplets",
        }[phase]
        said.append(f"{what}: the gap opens at {scale} = {ell:.4g} and is {gap}.")
        numbers |= {scale: (ell, "1"), **found}
    said += _equal_attraction(study, result, phase, numbers)
    said += _orders(study, result, phase, numbers)
    G = conductance_of(phase, study.model.wires.beta)
    numbers["conductance"] = (G, "e²/h")
    said.append(_measured(phase, G))
    marks, counts = _trust(study, result)
    return Verdict(text=" ".join([*said, *marks]), numbers={**numbers, **counts})


def _gap(study: Study, ell: float, point: "xr.Dataset | None" = None) -> tuple[str, Numbers]:
    """Λe^{-l} in words, and its numbers."""
    model = study.model if point is None else study.kind.vary(study.model, _place(study, point))
    Lambda, part = model.bandwidth, float(np.exp(-ell))
    if Lambda is None:
        return f"{part:.3g} Λ", {"gap_over_Lambda": (part, "1")}
    gap = Lambda * part
    return f"{gap:.3g} meV (k_B times {gap / K_B:.3g} K)", {"gap": (gap, "meV"), "gap_temperature": (gap / K_B, "K")}


def _equal_attraction(study: Study, result: "xr.Dataset", phase: str, numbers: Numbers) -> list[str]:
    from attractron.wires import effective_attraction

    ell, wires = float(result["l_spin"]), study.model.wires
    if phase != "paired" or not ell > 0:
        return []
    try:
        y_s = float(effective_attraction(ell, K_s=wires.K_s, ys_threshold=study.options.ys_threshold))
    except InputError:
        return [f"At K_s = {wires.K_s} no attraction in the primary alone opens so large a gap."]
    numbers["effective_attraction"] = (y_s, "1")
    return [f"An attraction y_s = {y_s:.3g} in the primary alone would do the same (its own is {wires.y_s:+.3g})."]


def _orders(study: Study, result: "xr.Dataset", phase: str, numbers: Numbers) -> list[str]:
    """The dominant order and its exponents."""
    from attractron.wires import TrionLiquid, trion_phase

    if phase == "trion" and study.model.wires.beta == 2:
        liquid = trion_phase(TrionLiquid.from_wires(study.model.wires))
        K_f, order = float(liquid["K_f_complete"]), flag_names(liquid["order"])[int(liquid["order"])]
        numbers["K_f"] = (K_f, "1")
        return [f"With the bare numbers K_f = {K_f:.3g}: {order.replace('_', ' ')} ({'<' if K_f < 3 else '≥'} 3)."]
    if phase not in ("decoupled", "paired") or "exponent_SC" not in result:
        return []
    CDW, SC = float(result["exponent_CDW"]), float(result["exponent_SC"])
    numbers |= {"exponent_CDW": (CDW, "1"), "exponent_SC": (SC, "1")}
    if phase == "decoupled":
        return []
    winner = "superconducting correlations dominate" if bool(result["pairs_dominate"]) else "density waves dominate"
    return [f"Of its orders {winner} (density waves go as ω^{CDW:.3g}, pairs as ω^{SC:.3g})."]


def _measured(phase: str, G: float) -> str:
    begin = f"With the secondary grounded the primary conducts {G:.3g} e²/h"
    if phase == "trion":
        return f"{begin} instead of 2, and drags a current along the secondary."
    if phase == "decoupled":
        return f"{begin}, and single electrons tunnel into it."
    return f"{begin}, as without pairs: a gap for tunnelling of single electrons tells them apart."


def _of_map(study: Study, result: "xr.Dataset") -> Verdict:
    shares = shares_of(result["phase"])
    said = [f"Of the {result['phase'].size} points {listed(shares)}."]
    numbers: Numbers = {f"share_{name}": (share, "1") for name, share in shares.items()}
    paired = result["l_spin"].where(result["phase"] == code_of(result, "paired"))
    if shares.get("paired"):
        point = at_largest(result, -paired)
        ell = float(point["l_spin"])
        gap, found = _gap(study, ell, point)
        # The bandwidth may differ from point to point, where l alone does not tell which gap is larger.
        unit = " in units of Λ" if {"Lambda", *study.model.source} & set(study.axes) else ""
        said.append(f"Pairs are bound most{unit}{located(study, point)}: the gap is {gap}.")
        numbers |= {"l_spin": (ell, "1"), **found}
        said += _agreed(study, result, paired, numbers)
    if shares.get("trion"):
        G = conductance_of("trion", study.model.wires.beta)
        numbers["conductance_trion"] = (G, "e²/h")
        said.append(
            f"With the secondary grounded the primary conducts {G:.3g} e²/h where trions form, 2 e²/h elsewhere."
        )
    else:
        said.append("With the secondary grounded the primary conducts 2 e²/h everywhere.")
    marks, counts = _trust(study, result)
    return Verdict(text=" ".join([*said, *marks]), numbers={**numbers, **counts})


def _agreed(study: Study, result: "xr.Dataset", paired: "xr.DataArray", numbers: Numbers) -> list[str]:
    """The strongest binding that all conventions grant: at each point what the most pessimistic one finds."""
    if "unanimous" not in result or bool(result["unanimous"].all()):
        return []
    sure = result["l_gap_by_scheme"].max("scheme").where(paired.notnull() & result["unanimous"])
    if not bool(sure.notnull().any()):
        return ["No point is found paired by all conventions."]
    point = at_largest(result, -sure)
    ell = float(sure.min())
    _, found = _gap(study, ell, point)
    numbers |= {f"{name}_agreed": value for name, value in {"l_spin": (ell, "1"), **found}.items()}
    return [f"The gap that all conventions grant is largest{located(study, point)}: {_range(study, point)} by them."]


def _range(study: Study, point: "xr.Dataset") -> str:
    """The weakest and the strongest gap that any convention finds at a point."""
    ells = point["l_gap_by_scheme"].to_numpy()
    known = ells[np.isfinite(ells)]
    return f"{_warm(study, known.max(), point)} to {_warm(study, known.min(), point)}"


def _warm(study: Study, ell: float, point: "xr.Dataset | None" = None) -> str:
    """A gap as a temperature, or in units of Λ."""
    text, found = _gap(study, ell, point)
    return f"{found['gap_temperature'][0]:.3g} K" if "gap_temperature" in found else text


def shares_of(phase: "xr.DataArray") -> dict[str, float]:
    """Phase → its part of the points, without those that do not occur."""
    found = {name: float((phase == code).mean()) for code, name in flag_names(phase).items()}
    return {name: share for name, share in found.items() if share}


def listed(shares: dict[str, float]) -> str:
    """Shares in words."""
    return ", ".join(f"{percent(share)} are {name}" for name, share in shares.items())


def percent(share: "float | xr.DataArray") -> str:
    """A share in per cent."""
    return f"{100 * float(share):.3g} %"


def _trust(study: Study, result: "xr.Dataset") -> tuple[list[str], Numbers]:
    """What other conventions say, and the marks of the flow."""
    said, numbers = [], dict[str, tuple[float, str]]()
    if "unanimous" in result:
        said.append(_other_schemes(study, result))
        numbers["share_unanimous"] = (float(result["unanimous"].mean()), "1")
    size = result["source_grows"].size
    grows, strong = (int(result[name].sum()) for name in ("source_grows", "bare_strong"))
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


def _other_schemes(study: Study, result: "xr.Dataset") -> str:
    phases = result["phase_by_scheme"]
    schemes = [str(name) for name in phases["scheme"].values]
    if "," in schemes[0]:
        return _of_conventions(study, result, schemes)
    if result["phase"].ndim == 0:
        names = flag_names(phases)
        if bool(result["unanimous"]):
            return f"The tanh, sharp and frozen cut-offs agree on the phase{_each_gap(study, result)}."
        each = "; ".join(f"{scheme}: {names[int(phases.sel(scheme=scheme))]}" for scheme in schemes)
        return f"Cut-offs differ ({each}), so that the phase is a matter of the scheme."
    each = "; ".join(f"{scheme}: {listed(shares_of(phases.sel(scheme=scheme)))}" for scheme in schemes)
    agreed = percent(result["unanimous"].mean())
    return f"Cut-offs agree at {agreed} of the points ({each})."


def _each_gap(study: Study, result: "xr.Dataset") -> str:
    """What cut-offs that agree on the phase say of the gap; l tells one per cent of it as a difference of 0.01."""
    ells = result["l_gap_by_scheme"].to_numpy()
    if np.isinf(ells).all():
        return ""
    if np.ptp(ells) < 0.01:
        return " and on the gap"
    return f"; by each of them the gap is {', '.join(_warm(study, ell) for ell in ells)}"


def _of_conventions(study: Study, result: "xr.Dataset", schemes: list[str]) -> str:
    phases = result["phase_by_scheme"]
    names = flag_names(phases)
    if result["phase"].ndim:
        agreed = percent(result["unanimous"].mean())
        return f"All {len(schemes)} conventions agree at {agreed} of the points ({_share_ranges(phases)})."
    counted = Counter(names[int(code)] for code in phases.to_numpy())
    said = ", ".join(f"{count} of {len(schemes)} say {name}" for name, count in counted.most_common())
    gaps = f" Gaps, where there is one, are {_range(study, result)}." if set(counted) != {"decoupled"} else ""
    return f"Of the conventions {said}.{gaps}"


def _share_ranges(phases: "xr.DataArray") -> str:
    """How much of a diagram each phase takes under the conventions that give it least and most."""
    points = [dim for dim in phases.dims if dim != "scheme"]
    said = []
    for code, name in flag_names(phases).items():
        shares = (phases == code).mean(points)
        if bool(shares.any()):
            said.append(f"{100 * float(shares.min()):.3g} to {percent(shares.max())} are {name}")
    return ", ".join(said)


def code_of(result: "xr.Dataset", name: str) -> int:
    """Code of a phase, -1 where a result does not know it."""
    return next((code for code, text in flag_names(result["phase"]).items() if text == name), -1)


def at_largest(result: "xr.Dataset", quantity: "xr.DataArray") -> "xr.Dataset":
    """The point at which a quantity is largest."""
    return result.isel(quantity.argmax(...)) if quantity.ndim else result


def _place(study: Study, point: "xr.Dataset") -> dict[str, float]:
    return {name: float(point[name]) for name in study.axes if name in point.coords and not point[name].ndim}


def located(study: Study, point: "xr.Dataset") -> str:
    """Where a point of a result lies, in words."""
    place = ", ".join(
        f"{name} = {value:.4g} {study.units[name]}".removesuffix(" 1") for name, value in _place(study, point).items()
    )
    return f" at {place}" if place else ""


def conductance_of(phase: str, beta: float) -> float:
    """Conductance of the primary in e²/h, everything else grounded; a triplet pins φ_s as a pair does."""
    from attractron.wires import conductance

    if phase == "trion" and beta == 1.0:  # φ_s and √2φ_c + φ_ρ-, see `attractron.wires.ladder`
        found = conductance(pinned=[[1, -1, 0], [1, 1, 1]], modes=("up", "down", "relative"))
    else:
        found = conductance(phase="paired" if phase == "triplet" else phase)
    return float(found["contact_conductance"].sel(contact="primary", driven_contact="primary"))
