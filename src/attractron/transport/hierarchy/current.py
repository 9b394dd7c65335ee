"""Current at a finite bias to all orders in the couplings, in leads that are not too cold."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, choice, finite, member, positive
from attractron.core.constants import PA_PER_MEV
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.transport.channels import Points, at_points, spins_of
from attractron.transport.energies import carrier_sign
from attractron.transport.hierarchy.levels import solved
from attractron.transport.hierarchy.options import HierarchyOptions, chosen
from attractron.transport.hierarchy.reservoirs import WIDEST, check_warm, reservoirs
from attractron.transport.junction import BIAS, Junction
from attractron.transport.lead_axes import lead_knobs, with_leads
from attractron.transport.question import LONG_NAMES, ORIGINS

STATUS = {0: "ok", 1: "error above accuracy", 2: "no steady state found"}
"""What may become of a point; the codes of the variable `status`."""

MOST_CHANNELS = 4

NOTHING = 1e-9
"""Currents below this part of (e/ħ)Γ are rounding."""


def hierarchy_current(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    accuracy: float = 0.01,
    origin: str = "absolute",
    options: HierarchyOptions | None = None,
) -> xr.Dataset:
    """Steady current at any bias and to all orders in Γ, by the hierarchy of equations of motion.

    The memory of the leads is a sum of exponentials (poles of the Fermi function); density matrices with n of them at
    work at once make the tiers of a hierarchy, whose steady state is that of the junction,

        I_a = (e/ħ) [½Γ_a ⟨1 - 2n⟩ + i Σ_{σk} σ √w_{aσk} Tr ρ_{aσk}],

    when poles and tiers are enough: its own check. It needs warm leads, Γ ≤ 10 k_BT for every dot, where rates of any
    finite order are no longer right and the numerical renormalisation group knows no bias. Bands are flat and wide.

    Args:
        junction: dots with leads on each of them, at most four channels (dots, or twice as many with spin). Leads may
            differ in temperature and potential.
        axes: knob → values; arrays make dimensions in the order given, numbers fix a knob. Gates, virtual gates and the
            bias "V_SD" in mV (0 unless given), parameters and couplings "Gamma_S", … in meV, "temperature" in K.
        accuracy: relative accuracy that is asked for, which sets the effort. Where the error is larger, `status` says
            so; it grows where energies are beyond 25 k_BT.
        origin: "absolute" or "centre", as for `attractron.transport.current`.
        options: `HierarchyOptions` in place of those that `accuracy` chooses.

    Returns:
        Dataset over the axes: `current` of the source and `lead_current` (lead, …) in pA, positive when electrons leave
        the lead, with `current_error`: what the last poles and tiers say is missing, added up; `occupation` (dot, …)
        with `occupation_error`, `populations` (state, …); `status`.

    Raises:
        InputError: a level wider than 10 k_BT, with the nearest temperature that works; dots without leads or of
            several levels, more than four channels, unknown knobs.

    Example:
        A level as wide as k_BT, beside its exact (Landauer's) current of 2197.1 pA:

        >>> leads = [
        ...     at.transport.Lead(name=name, dot="P", Gamma=0.043, temperature=1.0, bias=bias)
        ...     for name, bias in (("S", 0.5), ("D", -0.5))
        ... ]
        >>> junction = at.transport.Junction(device=at.dots.Device(dots=("P",), repulsion=[[0.0]]), leads=leads)
        >>> found = at.transport.hierarchy_current(junction, {"V_SD": 0.2})
        >>> float(found["current"].round()), bool(found["current_error"] < 1)
        (2197.0, True)

    Source: Jin, Zheng and Yan, J. Chem. Phys. 128, 234703 (2008); Hu, Xu and Yan, J. Chem. Phys. 133, 101106 (2010),
    for the poles.
    """
    choice("origin", origin, ORIGINS)
    if not 0 < finite("accuracy", accuracy) < 1:
        raise InputError("accuracy", "be a relative error between 0 and 1", accuracy, "0.01 is one per cent")
    if options is not None:
        member("options", options, HierarchyOptions)
    knobs = lead_knobs(junction)
    over = over_axes("axes", axes, (*junction.knobs, *knobs))
    for name in knobs:
        for value in np.atleast_1d(over.get(name, 1.0)):
            positive(f"axes[{name!r}]", value)
    spins = spins_of(junction, MOST_CHANNELS)
    points = at_points(junction, over, origin, spins)
    check_warm(junction, points.Gamma, points.kT)
    used = options or chosen(accuracy)
    current, error, populations, n, n_error = _solved(junction, points, used, spins)
    source = junction.source_number
    floor = NOTHING * PA_PER_MEV * points.Gamma[:, source]
    status = np.where(error[source] <= np.maximum(accuracy * np.abs(current[source]), floor), 0, 1)
    status[~np.isfinite(current[source])] = 2
    units = {knob: "mV" if knob == BIAS else junction.device.unit(knob) for knob in junction.knobs}
    names = ["(" + ",".join(f"{count:.0f}" for count in charge) + ")" for charge in points.charges]
    result = dataset(
        {
            "current": (over.dims, over.over(current[source]), "pA", f"current out of lead {junction.source}"),
            "current_error": (over.dims, over.over(error[source]), "pA", "error of the current"),
            "lead_current": (("lead", *over.dims), over.over(current), "pA", "current out of the lead"),
            "occupation": (("dot", *over.dims), over.over(n), "1", "mean occupation"),
            "occupation_error": (("dot", *over.dims), over.over(n_error), "1", "error of the mean occupation"),
            "populations": (("state", *over.dims), over.over(populations), "1", "probability of the charge state"),
            "status": (over.dims, over.over(status.astype(np.int8)), "1", "what became of the point"),
        },
        {
            **over.coordinates(
                lambda name: units[name] if name in units else knobs[name][0],
                lambda name: LONG_NAMES.get(name, name) if name in units else knobs[name][1],
            ),
            "lead": ("lead", [lead.name for lead in junction.leads], "1", "lead"),
            "dot": ("dot", list(junction.device.dots), "1", "dot"),
            "state": ("state", names, "1", f"charges on ({','.join(junction.device.dots)})"),
        },
        question="transport.hierarchy_current",
        parameters=with_leads(junction, {k: v for k, v in over.fixed.items() if k in knobs}).describe(),
        options={"accuracy": accuracy, "origin": origin, "fixed": over.fixed, **asdict(used)},
        method="hierarchy of equations of motion: Padé poles, tiers put together, preconditioned GMRES",
        validity=notes(status, accuracy),
        references=("jin_zheng_yan2008", "hu_xu_yan2010"),
    )
    result["status"].attrs.update(flags(STATUS))
    for name in ("current", "occupation"):
        result[name].attrs["ancillary_variables"] = f"{name}_error"
    result.attrs["axes"] = ", ".join(over)
    return result


def _solved(
    junction: Junction, points: Points, options: HierarchyOptions, spins: int
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Currents and errors (lead, point), populations (state, point), occupations and errors (dot, point)."""
    rows = []
    for energies, mu, Gamma, kT in zip(points.energies, points.mu, points.Gamma, points.kT, strict=True):
        dots, places = reservoirs(junction, Gamma, kT, mu)
        found = solved(energies, [dot for dot in dots for _ in range(spins)], options)
        starts = np.concatenate([[0], np.cumsum([spins * len(dot) for dot in dots])])
        current, error = (
            PA_PER_MEV
            * np.array(
                [
                    share * sum(values[starts[dot] + spin * len(dots[dot]) + number] for spin in range(spins))
                    for dot, number, share in places
                ]
            )
            for values in (found.current, found.current_error)
        )
        populations = np.bincount(points.place, found.populations, len(points.charges)).astype(float)
        counts = [values.reshape(-1, spins).sum(axis=1) for values in (found.occupation, found.occupation_error)]
        rows.append((carrier_sign(junction) * current, error, populations, *counts))
    current, error, populations, n, n_error = (np.array(column, dtype=float).T for column in zip(*rows, strict=True))
    return current, error, populations, n, n_error


def notes(status: np.ndarray, accuracy: float) -> list[str]:
    """What the result rests on, one sentence each."""
    found = [
        f"All orders in Γ at any bias, for levels up to {WIDEST:g} k_BT wide; flat wide bands, one level a channel.",
        "The error is what the last poles and tiers tell of those that are missing.",
    ]
    for code, text in ((1, f"the error is above {100 * accuracy:g} %"), (2, "no steady state was found")):
        count = np.count_nonzero(status == code)
        if count:
            found.append(f"At {count} of {status.size} points {text}.")
    return found
