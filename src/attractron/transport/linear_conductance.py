"""Linear conductance of capacitively coupled dots to all orders in their couplings."""

from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits

from attractron.core.axes import Axes, over_axes
from attractron.core.checks import FloatArray, choice, finite, member, positive, shown
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.transport.channels import TEMPERATURE, at_points, spins_of
from attractron.transport.hierarchy.linear import CHANNELS, REACHED, WIDTH, linear, serves
from attractron.transport.hierarchy.options import HierarchyOptions
from attractron.transport.hierarchy.options import chosen as chosen_hierarchy
from attractron.transport.hierarchy.reservoirs import check_warm
from attractron.transport.junction import BIAS, Junction
from attractron.transport.lead_axes import lead_knobs, with_leads
from attractron.transport.nrg.conductance import Estimate, automatic_band, estimate
from attractron.transport.nrg.options import FAST, MOST_CHANNELS, NrgOptions, chosen
from attractron.transport.question import LONG_NAMES, ORIGINS

STATUS = {0: "ok", 1: "error above accuracy"}
"""What may become of a point; the codes of the variable `status`."""

METHODS = {0: "nrg", 1: "hierarchy"}
"""By which a point may be answered; the codes of the variable `method`."""

PHRASES = {
    "nrg": "numerical renormalisation group: interleaved Wilson chains, averaged over twists and shells",
    "hierarchy": "hierarchy of equations of motion: Padé poles, tiers put together, preconditioned GMRES",
}

REFERENCES = {
    "nrg": ("wilson1975", "bulla2008", "zitko_pruschke2009", "mitchell2014", "meir_wingreen1992"),
    "hierarchy": ("jin_zheng_yan2008", "hu_xu_yan2010"),
}

ERRORS = {
    "nrg": "The error is what twists, shells and half of the kept states tell of the discretisation, added in squares; "
    "it covered the truth in at least 38 of 40 random cases, free and weakly interacting.",
    "hierarchy": "The error of the hierarchy is what its last poles and tiers tell of those that are missing.",
}

HOTTEST = 20
"""The band is at least this many times k_BT: shells above its edge know no temperature."""

COLDEST = 1e12
"""The band is at most this many times k_BT."""


def linear_conductance(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    method: str = "nrg",
    accuracy: float = 0.01,
    origin: str = "absolute",
    part: bool = False,
    options: NrgOptions | HierarchyOptions | None = None,
) -> xr.Dataset:
    """Linear conductance at any strength of the couplings, by Wilson's renormalisation group or the hierarchy.

    In equilibrium all leads of a dot couple to it as one channel of width Γ_i = Σ_a Γ_a. Charges are conserved dot by
    dot, so that a current at zero bias and zero frequency flows between leads of one dot only,

        G_ab = (e²/h) (4 Γ_a Γ_b / Γ_i²) (πΓ_i/2) ∫dω A_i(ω) (-f'(ω)),

    A_i the spectral function of the dot's level beside all others. Nothing is expanded: the band is discretised
    logarithmically (Wilson's chains), diagonalised site by site, and the temperature picks the shell. In warm leads the
    hierarchy of equations of motion (`attractron.transport.hierarchy_current`) answers as well, to first order in the
    source's potential: another exact method, with which the first one can be compared.

    Theory: docs/theory/transport.md, eq-linear, eq-nrg, eq-shell.

    Args:
        junction: dots with leads on each of them, all at one temperature, with at most four channels. A dot holds one
            carrier, or with spin two, and is then two channels; tunnelling between dots is not part of a junction.
        axes: knob → values; arrays make dimensions in the order given, numbers fix a knob. Gates and virtual gates in
            mV, parameters and couplings "Gamma_S", … in meV, "temperature" of all leads in K: one run serves all
            temperatures.
        method: "nrg"; "hierarchy", refused where a level is wider than 10 k_BT; or "auto": for accuracies below 0.05
            the hierarchy at points of up to three channels with levels below 6 k_BT and energies below 24 k_BT, where
            it reaches 0.3 % in less time than a run, and the renormalisation group at all others.
        accuracy: relative accuracy that is asked for, which sets the effort: 0.05 is fast, 0.01 a few seconds a point
            of three dots, below it two discretisations are compared. Where the error is larger, `status` says so.
        origin: "absolute" or "centre", as for `attractron.transport.current`.
        part: as for `attractron.transport.current`; points are never refused here.
        options: `NrgOptions` or `HierarchyOptions` in place of those that `accuracy` chooses; those of a method that is
            not asked for by its name are refused.

    Returns:
        Dataset over the axes: `conductance` in e²/h, of the source to the other leads of its dot together (0 when it
        is alone there), `conductance_error`, in squares: half the difference between even and odd twists (an eighth of
        that between two alone), half the spread over shells, half the change from half of the kept states, 0.1 % for
        the width of the band, and a part where few states are kept. These weights were chosen on levels without
        repulsion, whose conductance is known, or what poles and tiers of the hierarchy leave; `occupation` (dot, …) and
        `occupation_error`; `status`: "ok" or "error above accuracy"; with "auto", `method` of every point, and the
        attribute `why`.

    Raises:
        InputError: a bias, leads at different temperatures or chemical potentials, dots without leads, dots of several
            levels, more than four channels; temperatures beyond a band that was given; a level wider than 10 k_BT
            with "hierarchy"; unknown knobs, options of another method.

    Example:
        A level in resonance, far below its width: one e²/h between equal leads.

        >>> leads = [at.transport.Lead(name=name, dot="P", Gamma=0.1, temperature=0.02) for name in ("S", "D")]
        >>> dot = at.dots.Device(dots=("P",), repulsion=[[0.0]])
        >>> junction = at.transport.Junction(device=dot, leads=leads)
        >>> found = at.transport.linear_conductance(junction, {"temperature": [0.02, 1.0]}, accuracy=0.05)
        >>> found["conductance"].round(2).values.tolist()
        [1.0, 0.54]

    Source: Bulla, Costi and Pruschke, Rev. Mod. Phys. 80, 395 (2008); Žitko and Pruschke, Phys. Rev. B 79, 085106
    (2009), for the discretisation; Mitchell et al., Phys. Rev. B 89, 121105 (2014), for interleaved chains.
    """
    choice("method", method, (*METHODS.values(), "auto"))
    choice("origin", origin, ORIGINS)
    if not 0 < finite("accuracy", accuracy) < 1:
        raise InputError("accuracy", "be a relative error between 0 and 1", accuracy, "0.01 is one per cent")
    if options is not None:
        wanted = {"nrg": NrgOptions, "hierarchy": HierarchyOptions}
        if method not in wanted:
            raise InputError("options", "be left out with method 'auto'", shown(options), "name the method")
        member("options", options, wanted[method])
    over = _checked_axes(junction, axes)
    spins = spins_of(junction, MOST_CHANNELS)
    passes = (options,) if isinstance(options, NrgOptions) else chosen(accuracy, len(junction.device.dots) * spins)
    fine = options if isinstance(options, HierarchyOptions) else chosen_hierarchy(accuracy)
    outer = Axes({name: values for name, values in over.items() if name != TEMPERATURE})
    kelvin = {TEMPERATURE: junction.temperature, **over}[TEMPERATURE]
    kT = K_B * np.atleast_1d(np.asarray(kelvin, dtype=float))
    points = at_points(junction, outer, origin, spins)
    if method == "hierarchy":
        for Gamma in points.Gamma:
            check_warm(junction, np.tile(Gamma, (kT.size, 1)), np.tile(kT[:, None], Gamma.size))
    else:
        _check_band(passes, kT)
    by = np.zeros((len(points.energies), kT.size), dtype=bool)
    found = []
    with threadpool_limits(limits=1):  # products of small matrices: more threads wait for each other
        for number, (energies, Gamma) in enumerate(zip(points.energies, points.Gamma, strict=True)):
            if method == "hierarchy":
                by[number] = True
            elif method == "auto" and accuracy < FAST:
                by[number] = serves(junction, energies, Gamma, kT, spins)
            found.append(_at_point(junction, energies, Gamma, kT, passes, fine, spins, by[number]))
    return _labelled(junction, over, found, by, method, accuracy, origin, passes, fine)


def _checked_axes(junction: Junction, axes: Mapping[str, ArrayLike]) -> Axes:
    """The axes, without a bias.

    Raises:
        InputError: as for `linear_conductance`.
    """
    if isinstance(axes, Mapping) and BIAS in axes:
        raise InputError(
            f"axes[{BIAS!r}]",
            "be left out, since the linear conductance is the slope of the current at zero bias",
            "a bias",
            "for finite bias ask transport.current, whose amplitudes hold for Γ up to about k_BT",
        )
    knobs = (*(knob for knob in junction.knobs if knob != BIAS), *lead_knobs(junction))
    over = over_axes("axes", axes, knobs)
    for name in lead_knobs(junction):
        for value in np.atleast_1d(over.get(name, 1.0)):
            positive(f"axes[{name!r}]", value)
    if junction.temperature is None and TEMPERATURE not in over:
        raise InputError(
            "leads", "have one temperature", "several", "give `temperature` among the axes, or ask transport.current"
        )
    if any(lead.mu != 0 for lead in junction.leads):
        raise InputError(
            "leads", "have one chemical potential, 0", "leads with `mu` other than 0", "shift the levels instead"
        )
    return over


def _check_band(passes: tuple[NrgOptions, ...], kT: FloatArray) -> None:
    """Refuse temperatures that chains of a band that was given do not reach."""
    for band in {each.band for each in passes if each.band is not None}:
        hot, cold = band / HOTTEST, band / COLDEST
        if kT.max() > hot or kT.min() < cold:
            beyond = kT.max() if kT.max() > hot else kT.min()
            raise InputError(
                "temperature",
                f"lie between {cold / K_B:.3g} and {hot / K_B:.3g} K on chains of a band of {band:g} meV",
                f"{beyond / K_B:.6g} K",
                "leave `band` out, or make it 100 times the largest repulsion and temperature",
            )


def _at_point(
    junction: Junction,
    energies: FloatArray,
    Gamma: FloatArray,
    kT: FloatArray,
    passes: tuple[NrgOptions, ...],
    fine: HierarchyOptions,
    spins: int,
    by: NDArray[np.bool_],
) -> Estimate:
    """By the hierarchy where `by` says so (temperature,), by the renormalisation group elsewhere; else as `_by_nrg`."""
    if by.all():
        return linear(junction, energies, Gamma, kT, fine, spins)
    if not by.any():
        return _by_nrg(junction, energies, Gamma, kT, passes, spins)
    parts = (
        linear(junction, energies, Gamma, kT[by], fine, spins),
        _by_nrg(junction, energies, Gamma, kT[~by], passes, spins),
    )
    order = np.argsort(np.concatenate([np.flatnonzero(by), np.flatnonzero(~by)]))
    joined = (
        np.concatenate([getattr(part, name) for part in parts], axis=-1)[..., order]
        for name in ("conductance", "error", "occupation", "occupation_error")
    )
    return Estimate(*joined)


def _by_nrg(
    junction: Junction,
    energies: FloatArray,
    Gamma: FloatArray,
    kT: FloatArray,
    passes: tuple[NrgOptions, ...],
    spins: int,
) -> Estimate:
    """Conductance in e²/h from the source to the other leads of its dot, and occupations of the dots, with errors.

    Args:
        junction: tells which leads are on which dot.
        energies: of the states of all channels (state,).
        Gamma: of the leads (lead,).
        kT: meV (temperature,).
        passes: how finely, once or twice.
        spins: channels of a dot.
    """
    device = junction.device
    dots = np.array([device.index(lead.dot) for lead in junction.leads])
    widths = np.array([Gamma[dots == dot].sum() for dot in range(len(device.dots))])
    dot = int(dots[junction.source_number])
    runs = [_all_temperatures(energies, np.repeat(widths, spins), kT, spins * dot, each) for each in passes]
    both = _compared(runs)
    share = Gamma[junction.source_number] / widths[dot]
    alone = np.count_nonzero(dots == dot) == 1
    factor = 0.0 if alone else 4 * share * (1 - share) * spins
    n = both.occupation.reshape(len(device.dots), spins, -1)
    errors = both.occupation_error.reshape(n.shape)
    return Estimate(factor * both.conductance, factor * both.error, n.sum(axis=1), errors.sum(axis=1))


def _all_temperatures(
    energies: FloatArray, widths: FloatArray, kT: FloatArray, probe: int, options: NrgOptions
) -> Estimate:
    """One run for all temperatures that take the same band: hot ones take a wider one."""
    band = automatic_band(energies, widths, options.band_ratio) if options.band is None else options.band
    bands = np.maximum(band, HOTTEST * kT)
    m = len(widths)
    found = Estimate(np.empty(kT.size), np.empty(kT.size), np.empty((m, kT.size)), np.empty((m, kT.size)))
    for own in np.unique(bands):
        here = np.flatnonzero(bands == own)
        part = estimate(energies, widths, kT[here], probe, float(own), options)
        found.conductance[here], found.error[here] = part.conductance, part.error
        found.occupation[:, here], found.occupation_error[:, here] = part.occupation, part.occupation_error
    return found


def _compared(runs: list[Estimate]) -> Estimate:
    """The first run; its errors are at least half of the distance to the other one."""
    first, *others = runs
    error, occupation_error = first.error, first.occupation_error
    for other in others:
        error = np.maximum(error, np.abs(first.conductance - other.conductance) / 2)
        occupation_error = np.maximum(occupation_error, np.abs(first.occupation - other.occupation) / 2)
    return Estimate(first.conductance, error, first.occupation, occupation_error)


def _labelled(
    junction: Junction,
    over: Axes,
    found: list[Estimate],
    by: NDArray[np.bool_],
    method: str,
    accuracy: float,
    origin: str,
    passes: tuple[NrgOptions, ...],
    fine: HierarchyOptions,
) -> xr.Dataset:
    """The result over the axes."""
    outer = [name for name in over.dims if name != TEMPERATURE]
    sizes = [over.swept[name].size for name in outer]

    def arranged(values: list[FloatArray]) -> FloatArray:
        """Points × (…, temperature) as (…, *axes in the order given)."""
        stacked = np.array(values)
        grid = np.moveaxis(stacked.reshape((*sizes, *stacked.shape[1:])), range(len(sizes)), range(-1 - len(sizes), -1))
        if TEMPERATURE not in over.dims:
            return np.asarray(grid[..., 0])
        return np.ascontiguousarray(np.moveaxis(grid, -1, over.dims.index(TEMPERATURE) - len(over.dims)))

    used = [name for code, name in METHODS.items() if (by == code).any()]
    conductance, error = (arranged([getattr(each, name) for each in found]) for name in ("conductance", "error"))
    occupation = arranged([each.occupation for each in found])
    occupation_error = arranged([each.occupation_error for each in found])
    status = np.where(error <= accuracy * np.abs(conductance), 0, 1).astype(np.int8)
    units = {knob: junction.device.unit(knob) for knob in junction.knobs if knob != BIAS}
    knobs = lead_knobs(junction)
    coordinates = over.coordinates(
        lambda name: units[name] if name in units else knobs[name][0],
        lambda name: LONG_NAMES.get(name, name) if name in units else knobs[name][1],
    )
    held = {name: value for name, value in over.fixed.items() if name in knobs and name not in junction.knobs}
    result = dataset(
        {
            "conductance": (over.dims, conductance, "e²/h", f"linear conductance from lead {junction.source}"),
            "conductance_error": (over.dims, error, "e²/h", "error of the linear conductance"),
            "occupation": (("dot", *over.dims), occupation, "1", "mean occupation"),
            "occupation_error": (("dot", *over.dims), occupation_error, "1", "error of the mean occupation"),
            "status": (over.dims, status, "1", "what became of the point"),
        },
        {**coordinates, "dot": ("dot", list(junction.device.dots), "1", "dot")},
        question="transport.linear_conductance",
        parameters=with_leads(junction, held).describe(),
        options={
            "method": method,
            "accuracy": accuracy,
            "origin": origin,
            "fixed": over.fixed,
            **({} if method == "hierarchy" else {"runs": [asdict(each) for each in passes]}),
            **({} if method == "nrg" else {"hierarchy": asdict(fine)}),
        },
        method="; ".join(PHRASES[each] for each in used),
        validity=notes(junction, status, accuracy, method),
        references=tuple(key for each in used for key in REFERENCES[each]),
    )
    result["status"].attrs.update(flags(STATUS))
    if method == "auto":
        labels = {"units": "1", "long_name": "method of the point", **flags(METHODS)}
        result["method"] = (over.dims, arranged(list(by.astype(np.int8))), labels)
        result.attrs["why"] = why(by, accuracy)
    for name in ("conductance", "occupation"):
        result[name].attrs["ancillary_variables"] = f"{name}_error"
    result.attrs["axes"] = ", ".join(over)
    return result


def why(by: NDArray[np.bool_], accuracy: float) -> str:
    """What "auto" chose, and why."""
    if accuracy >= FAST:
        return f"The renormalisation group everywhere: at an accuracy of {100 * accuracy:g} % it is the faster one."
    rule = f"levels up to {WIDTH:g} k_BT wide and energies up to {REACHED:g} k_BT, on up to {CHANNELS} channels"
    if by.all():
        return f"The hierarchy everywhere: {rule}."
    if not by.any():
        return f"The renormalisation group everywhere: no point has {rule}, as the hierarchy needs."
    return f"The hierarchy at {by.sum()} of {by.size} points, those with {rule}; the renormalisation group elsewhere."


def notes(junction: Junction, status: NDArray[np.int8], accuracy: float, method: str = "nrg") -> list[str]:
    """What the result rests on, one sentence each."""
    source = junction.leads[junction.source_number]
    others = [lead.name for lead in junction.leads if lead.dot == source.dot and lead is not source]
    found = [
        "All orders in Γ, in equilibrium; flat bands, wide to a part in a thousand of the largest energy unless a band "
        "was given; one level for each channel.",
        f"Current flows between leads of one dot: here from {source.name} to {', '.join(others)}."
        if others
        else f"No current flows: {source.name} is the only lead on {source.dot}, whose charge is conserved.",
        *(text for name, text in ERRORS.items() if method in (name, "auto")),
    ]
    above = np.count_nonzero(status)
    if above:
        found.append(f"At {above} of {status.size} points the error is above {100 * accuracy:g} %.")
    return found
