"""A nanotube under a gate and a field as one of two coupled wires: momenta, mismatch, channels.

As the secondary, one polarised band with Fermi momentum k couples to a primary with Fermi momentum k_F; carriers are
holes for µ < 0 and particles for µ > 0, and the couplings are cut off at

    l*_{1,2} = ln 1/((k_F ∓ k) α_0),      mismatch e^{-l*} = |k_F ∓ k| α_0, at most 1,                       (15)

with k = |k| here. Below the gap, |µ| < m, the secondary has the mass m - |µ| over Λ_sec = ħv_F/α_0 (B1).

As the primary, each band that the Fermi level crosses is a channel. `CoupledWires` describes two channels with equal
momenta: a Kramers pair, (σ, ν) and (-σ, -ν), without a field, or both spins of a valley without spin-orbit coupling.
For two channels with different momenta k_a, k_b the cosines of φ_s oscillate as (k_a - k_b)x and hold only up to
l_s = ln 1/(|k_a - k_b| α_0); three or four channels have more charge and spin sectors than the model.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray, finite, positive
from attractron.core.checks import axes as checked_axes
from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.wires.nanotube import SIGNS, VALIDITY, Nanotube, fermi_momenta, flux_gap, half_gaps

if TYPE_CHECKING:
    import xarray as xr

    from attractron.core.results import Variable

KNOBS = {
    "gate": ("mV", "gate voltage"),
    "mu": ("meV", "chemical potential"),
    "field": ("T", "magnetic field along the tube"),
    "radius": ("nm", "radius of the tube"),
}

CARRIERS = {0: "none", 1: "holes", 2: "particles"}

COVERAGE = {
    0: "insulating",
    1: "one polarised band",
    2: "spinful wire",
    3: "two channels of unequal momenta",
    4: "more than two channels",
}

EQUAL = 1e-9
"""Fermi momenta that agree to this part are equal."""


class Points(NamedTuple):
    """A tube over a grid of knobs; all arrays broadcast over `dims`."""

    dims: tuple[str, ...]
    coords: "dict[str, Variable]"
    mu: FloatArray
    gaps: FloatArray  # (spin, valley, *dims)
    k: FloatArray  # (spin, valley, *dims)


def secondary_channel(
    tube: Nanotube,
    axes: Mapping[str, ArrayLike],
    *,
    k_F: float,
    alpha_0: float,
    lever_arm: float = 1.0,
    offset: float = 0.0,
) -> "xr.Dataset":
    """The tube as the secondary wire: what one polarised band gives the coupled wires.

    Args:
        tube: the tube.
        axes: `gate` (mV) or `mu` (meV), and `field` (T) and `radius` (nm) for a tube that has both; arrays make
            dimensions.
        k_F: Fermi momentum of the primary, 1/nm.
        alpha_0: short-distance cut-off, nm.
        lever_arm: dµ/d(gate), meV/mV.
        offset: µ at zero gate voltage, meV.

    Returns:
        Dataset over the axes: `mu`, `window_low`, `window_high` (meV, of |µ|); `polarised`, true where exactly one band
        conducts: only there is the secondary the spinless wire of the model; `spin`, `valley`, `half_gap` (meV) of
        the lowest band, `k` (1/nm) and `velocity` (m/s) in it, zero below its gap; `carriers` (CF flags); `l_star`,
        `mismatch`, `l_star_2`, `mismatch_2`, `mass` as above (mass zero where the band conducts); `backscattering`,
        the overlap m/|µ| by which the 2k component of the density is reduced (1 below the gap).

    Raises:
        InputError: no or two knobs for µ; field or radius for a tube without them; numbers out of range.
    """
    momentum, cutoff = positive("k_F", k_F), positive("alpha_0", alpha_0)
    points = _points(tube, axes, lever_arm, offset)
    flat = points.gaps.reshape(4, *points.mu.shape)
    lowest = np.argmin(flat, axis=0)
    ordered = np.sort(flat, axis=0)
    m, level = ordered[0], np.abs(points.mu)
    k = fermi_momenta(level, m, tube.hbar_v)
    conducts = level > m
    safe = np.where(conducts, level, 1.0)
    near, far = np.abs(momentum - k) * cutoff, (momentum + k) * cutoff
    with np.errstate(divide="ignore"):
        l_near, l_far = -np.log(near), -np.log(far)
    values = {
        "mu": (points.mu, "meV", "chemical potential"),
        "window_low": (m, "meV", "lower end of the window of |µ|"),
        "window_high": (ordered[1], "meV", "upper end of the window of |µ|"),
        "polarised": (conducts & (level < ordered[1]), "1", "exactly one band conducts"),
        "spin": (SIGNS[lowest // 2], "1", "spin of the lowest band"),
        "valley": (SIGNS[lowest % 2], "1", "valley of the lowest band"),
        "half_gap": (m, "meV", "half of the gap of the lowest band"),
        "k": (k, "1/nm", "Fermi momentum of the lowest band"),
        "velocity": (tube.v_F * tube.hbar_v * k / safe, "m/s", "Fermi velocity of the lowest band"),
        "carriers": (np.where(conducts, np.where(points.mu < 0, 1, 2), 0).astype(np.int32), "1", "carriers"),
        "l_star": (l_near, "1", "l* of the nearly commensurate coupling"),
        "mismatch": (np.minimum(near, 1.0), "1", "mismatch of the nearly commensurate coupling"),
        "l_star_2": (l_far, "1", "l* of the other coupling"),
        "mismatch_2": (np.minimum(far, 1.0), "1", "mismatch of the other coupling"),
        "mass": (np.clip((m - level) * cutoff / tube.hbar_v, 0.0, 1.0), "1", "mass over the bandwidth"),
        "backscattering": (np.where(conducts, m / safe, 1.0), "1", "overlap of the movers"),
    }
    knobs = {"k_F": momentum, "alpha_0": cutoff, "lever_arm": lever_arm, "offset": offset}
    result = _labelled(tube, points, values, "wires.secondary_channel", knobs)
    result["carriers"].attrs.update(flags(CARRIERS))
    return result


def primary_channels(
    tube: Nanotube,
    axes: Mapping[str, ArrayLike],
    *,
    alpha_0: float,
    lever_arm: float = 1.0,
    offset: float = 0.0,
) -> "xr.Dataset":
    """The tube as the primary wire: which bands conduct, and whether the model of coupled wires describes them.

    Args:
        tube, axes, alpha_0, lever_arm, offset: as for `secondary_channel`.

    Returns:
        Dataset over the axes: `k` (spin, valley, ...) in 1/nm, zero where a band does not conduct; `channels`, how many
        do; `coverage` (CF flags, this module's text): `CoupledWires` describes "spinful wire", and "two channels of
        unequal momenta" down to the scale `l_spin_mismatch`, infinite where the momenta are equal and zero without two
        channels; `kramers`, true where the two channels are partners under reversal of time.

    Raises:
        InputError: as for `secondary_channel`.
    """
    cutoff = positive("alpha_0", alpha_0)
    points = _points(tube, axes, lever_arm, offset)
    k = points.k.reshape(4, *points.mu.shape)
    channels = np.count_nonzero(k > 0, axis=0)
    ordered = np.sort(k, axis=0)
    two, difference = channels == 2, ordered[3] - ordered[2]
    equal = two & (difference <= EQUAL * ordered[3])
    kinds = [channels == 0, channels == 1, equal, two]
    with np.errstate(divide="ignore"):
        scale = np.where(equal, np.inf, np.maximum(-np.log(np.where(two, difference, 1 / cutoff) * cutoff), 0.0))
    # (σ, ν) in rows 0..3 is ++, +-, -+, --: partners are rows 0 and 3, or 1 and 2.
    kramers = two & (((k[0] > 0) & (k[3] > 0)) | ((k[1] > 0) & (k[2] > 0)))
    values = {
        "mu": (points.mu, "meV", "chemical potential"),
        "channels": (channels.astype(np.int32), "1", "conducting bands"),
        "coverage": (np.select(kinds, [0, 1, 2, 3], 4).astype(np.int32), "1", "what the tube is as a primary"),
        "l_spin_mismatch": (scale, "1", "scale to which the two momenta count as equal"),
        "kramers": (kramers, "1", "the two channels are Kramers partners"),
    }
    result = _labelled(
        tube,
        points,
        values,
        "wires.primary_channels",
        {"alpha_0": cutoff, "lever_arm": lever_arm, "offset": offset},
        {"k": (("spin", "valley", *points.dims), points.k, "1/nm", "Fermi momentum")},
    )
    result["coverage"].attrs.update(flags(COVERAGE))
    return result


def _points(tube: Nanotube, axes: Mapping[str, ArrayLike], lever_arm: float, offset: float) -> Points:
    finite("lever_arm", lever_arm), finite("offset", offset)
    knobs = checked_axes("axes", axes, KNOBS)
    if ("gate" in knobs) == ("mu" in knobs):
        raise InputError("axes", "have one of gate and mu", ", ".join(knobs) or "neither")
    flux_knobs = [name for name in ("field", "radius") if name in knobs]
    if flux_knobs and tube.radius is None:
        raise InputError(f"axes[{flux_knobs[0]!r}]", "belong to a tube with radius and field", "Delta_Phi only")
    if np.min(knobs.get("radius", 1.0)) <= 0:
        raise InputError("axes['radius']", "be positive", float(np.min(knobs["radius"])))
    dims = tuple(name for name, value in knobs.items() if np.ndim(value))
    shaped = {
        name: np.reshape(value, [-1 if name == dim else 1 for dim in dims]) if name in dims else np.asarray(value)
        for name, value in knobs.items()
    }
    shape = tuple(np.size(knobs[name]) for name in dims)
    mu = shaped["mu"] if "mu" in shaped else offset + lever_arm * shaped["gate"]
    flux = tube.flux_gap
    if flux_knobs:
        flux = flux_gap(tube.v_F, shaped.get("radius", tube.radius), shaped.get("field", tube.field))
    gaps = half_gaps(tube.Delta_0, tube.Delta_so, np.broadcast_to(flux, shape))
    level = np.broadcast_to(np.asarray(mu, dtype=float), shape)
    coords: dict[str, Variable] = {
        name: ((name,) if name in dims else (), value, *KNOBS[name]) for name, value in knobs.items() if name != "mu"
    }
    if "mu" in dims:
        coords["mu"] = ("mu", knobs["mu"], *KNOBS["mu"])
    return Points(dims, coords, level, gaps, fermi_momenta(level, gaps, tube.hbar_v))


def _labelled(
    tube: Nanotube,
    points: Points,
    values: Mapping[str, tuple[NDArray[np.generic], str, str]],
    question: str,
    options: Mapping[str, float],
    others: "Mapping[str, Variable] | None" = None,
) -> "xr.Dataset":
    variables: dict[str, Variable] = {
        name: (points.dims, value, unit, long_name)
        for name, (value, unit, long_name) in values.items()
        if name not in points.coords
    }
    coords = dict(points.coords)
    if others:
        coords |= {name: (name, SIGNS, "1", name) for name in ("spin", "valley")}
    return dataset(
        {**variables, **(others or {})},
        coords,
        question=question,
        parameters=tube.describe(),
        options=options,
        method="analytic bands of the continuum model",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )
