"""A carbon nanotube as a wire: its bands, where exactly one polarised band conducts, and what that gives coupled wires.

For a zig-zag tube, ρ acting on the sublattice, σ = ±1 the spin along the axis and ν = ±1 the valley (A1):

    H(q) = ħv_F q ρ_y + (Δ_0 + Δ_so σν + Δ_Φ ν) ρ_x - µ.

The bracket squared is the square of its product with ν, so that (A2)

    E(q) = -µ ± √[(ħv_F q)² + m²],      m = |νΔ_0 + σΔ_so + Δ_Φ|.

A field B along the axis threads the flux πR²B, shifts the momentum around the tube by eRB/2ħ and so gives
Δ_Φ = e v_F R B/2. Reversal of time takes (σ, ν, B) to (-σ, -ν, -B) and leaves m unchanged: without a field the
bands are pairs, and two fields of opposite sign have the same gaps with spin and valley exchanged.

The Fermi level crosses a band where |µ| > m, at k = √(µ² - m²)/(ħv_F), the upper one (electrons) for µ > 0 and the
lower one (holes) for µ < 0. Backscattering from k to -k has the amplitude of the potential times the overlap m/|µ| of
the two sublattice spinors, which point along (m, ±ħv_F k)/|µ| in the (ρ_x, ρ_y) plane.

Under a gate and a field a tube is one of two coupled wires. As the secondary, one polarised band with Fermi momentum k
couples to a primary with Fermi momentum k_F; carriers are holes for µ < 0 and particles for µ > 0, and the couplings
are cut off at

    l*_{1,2} = ln 1/((k_F ∓ k) α_0),      mismatch e^{-l*} = |k_F ∓ k| α_0, at most 1,                       (15)

with k = |k| here. Below the gap, |µ| < m, the secondary has the mass m - |µ| over Λ_sec = ħv_F/α_0 (B1).

As the primary, each band that the Fermi level crosses is a channel. `CoupledWires` describes two channels with equal
momenta: a Kramers pair, (σ, ν) and (-σ, -ν), without a field, or both spins of a valley without spin-orbit coupling.
For two channels with different momenta k_a, k_b the cosines of φ_s oscillate as (k_a - k_b)x and hold only up to
l_s = ln 1/(|k_a - k_b| α_0); three or four channels have more charge and spin sectors than the model.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, axis, finite, positive
from attractron.core.constants import HBAR_MEV_NM
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.results import Variable, dataset, flags
from attractron.core.units import Energy, Length, Unit

SIGNS = np.array([1, -1])
"""Values of σ and of ν in the order of the result's axes."""

FLUX_MEV = 0.5e-6
"""e/2 times one m/s, nm and T, in meV."""

VALIDITY = (
    "Bands of the continuum model near one pair of valleys, for one electron: interactions enter the wires afterwards.",
    "The Zeeman energy of the spin, 0.058 meV per tesla for g = 2, is left out, and gaps do not follow the radius: "
    "only the flux does.",
)


@dataclass(frozen=True, kw_only=True)
class Nanotube(ShownAsTable):
    """A zig-zag (or similar) tube: give the flux gap itself, or radius and field.

    Theory: docs/theory/wires.md, eq-nanotube.

    Attributes:
        Delta_0: gap from curvature or chirality, meV.
        Delta_so: gap from spin-orbit coupling, meV.
        Delta_Phi: gap from the flux, meV; None: from radius and field.
        radius: of the tube, nm.
        field: along the axis, T; either sign.
        v_F: Fermi velocity of the graphene sheet, m/s.

    Raises:
        InputError: a number that is not finite, a radius or velocity that is not positive; neither or both of
            Delta_Phi and (radius, field).

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=3.0, Delta_so=0.5, radius=2.0, field=2.5)
        >>> round(tube.flux_gap, 9)  # e v_F R B/2 in meV
        2.0
    """

    Delta_0: Energy
    Delta_so: Energy
    Delta_Phi: Energy | None = None
    radius: Length | None = None
    field: Annotated[float, Unit("T")] | None = None
    v_F: Annotated[float, Unit("m/s")] = 8e5

    def __post_init__(self) -> None:
        finite("Delta_0", self.Delta_0)
        finite("Delta_so", self.Delta_so)
        positive("v_F", self.v_F)
        given = (self.radius is not None, self.field is not None)
        if self.Delta_Phi is not None:
            finite("Delta_Phi", self.Delta_Phi)
            if any(given):
                raise InputError("Delta_Phi", "be None when radius and field are given", self.Delta_Phi)
        elif not all(given):
            raise InputError("Delta_Phi", "be given, or radius and field", "neither", "0 without a field")
        else:
            positive("radius", self.radius)
            finite("field", self.field)

    @property
    def flux_gap(self) -> float:
        """Δ_Φ in meV."""
        if self.Delta_Phi is not None:
            return self.Delta_Phi
        return float(flux_gap_of(self.v_F, self.radius, self.field))

    @property
    def hbar_v(self) -> float:
        """ħv_F in meV nm."""
        return HBAR_MEV_NM * self.v_F

    def describe(self) -> dict[str, Any]:
        """The parameters, JSON-safe."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def flux_gap_of(v_F: Any, radius: Any, field: Any) -> Any:
    """e v_F R B/2 in meV, for m/s, nm and T."""
    return FLUX_MEV * v_F * radius * field


def half_gaps(Delta_0: Any, Delta_so: Any, Delta_Phi: ArrayLike) -> FloatArray:
    """m = |νΔ_0 + σΔ_so + Δ_Φ| in meV (spin, valley, ...) over the shape of Delta_Phi."""
    flux = np.asarray(Delta_Phi, dtype=float)
    own = SIGNS[np.newaxis, :] * Delta_0 + SIGNS[:, np.newaxis] * Delta_so
    return np.asarray(np.abs(own.reshape(2, 2, *(1,) * flux.ndim) + flux))


def fermi_momenta(mu: ArrayLike, gaps: FloatArray, hbar_v: float) -> FloatArray:
    """k = √(µ² - m²)/(ħv_F) in 1/nm, zero where the Fermi level does not cross the band; factored to keep digits."""
    level = np.abs(mu)
    return np.asarray(np.sqrt(np.maximum(level - gaps, 0) * (level + gaps)) / hbar_v)


def bands(tube: Nanotube, q: ArrayLike, *, mu: float = 0.0) -> xr.Dataset:
    """The eight bands (A2), with their Fermi momenta.

    Theory: docs/theory/wires.md, eq-nanotube.

    Args:
        tube: the tube.
        q: momenta along the axis, 1/nm.
        mu: chemical potential, meV.

    Returns:
        Dataset: `energy` (spin, valley, branch, q) in meV from the Fermi level, branch +1 upper and -1 lower;
        `half_gap` (spin, valley) in meV; `k` (spin, valley) in 1/nm, zero where the Fermi level is in the gap.

    Raises:
        InputError: momenta that are not an axis, mu not finite.

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=3.0, Delta_so=0.5, Delta_Phi=1.0)
        >>> at.wires.bands(tube, [0.0]).half_gap.values.tolist()  # |νΔ_0 + σΔ_so + Δ_Φ|, meV
        [[4.5, 1.5], [3.5, 2.5]]
    """
    momenta, level = axis("q", q), finite("mu", mu)
    gaps = half_gaps(tube.Delta_0, tube.Delta_so, tube.flux_gap)
    root = np.hypot(tube.hbar_v * momenta, gaps[..., np.newaxis])  # (spin, valley, q)
    energy = SIGNS[:, np.newaxis] * root[:, :, np.newaxis] - level
    return dataset(
        {
            "energy": (("spin", "valley", "branch", "q"), energy, "meV", "energy from the Fermi level"),
            "half_gap": (("spin", "valley"), gaps, "meV", "half of the gap"),
            "k": (("spin", "valley"), fermi_momenta(level, gaps, tube.hbar_v), "1/nm", "Fermi momentum"),
        },
        {
            **{name: (name, SIGNS, "1", name) for name in ("spin", "valley", "branch")},
            "q": ("q", momenta, "1/nm", "momentum along the tube"),
        },
        question="wires.bands",
        parameters=tube.describe(),
        options={"mu": level},
        method="analytic bands of the continuum model",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )


def polarised_window(tube: Nanotube) -> xr.Dataset:
    """The chemical potentials at which exactly one band, polarised in spin and valley, conducts.

    With the four half gaps sorted, m_1 ≤ m_2 ≤ ..., these are m_1 < |µ| < m_2: for µ < 0 a hole-like band (the
    secondary of the paper), for µ > 0 the particle-like one of the same spin and valley. Without a field, or without
    spin-orbit coupling, m_1 = m_2 and the window is empty.

    Theory: docs/theory/wires.md, eq-nanotube.

    Args:
        tube: the tube.

    Returns:
        Dataset: `low`, `high` and `width` of the window of |µ| in meV; `spin`, `valley` of the band (those of the
        first of equal ones when the window is empty); `k_max`, the largest k in the window, 1/nm.

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=3.0, Delta_so=0.5, Delta_Phi=1.0)
        >>> found = at.wires.polarised_window(tube)
        >>> float(found.low), float(found.high), int(found.spin), int(found.valley)  # of |µ| in meV
        (1.5, 2.5, 1, -1)
    """
    gaps = half_gaps(tube.Delta_0, tube.Delta_so, tube.flux_gap)
    low, high = np.sort(gaps, axis=None)[:2]
    spin, valley = np.unravel_index(int(np.argmin(gaps)), gaps.shape)
    return dataset(
        {
            "low": ((), low, "meV", "lower end of the window of |µ|"),
            "high": ((), high, "meV", "upper end of the window of |µ|"),
            "width": ((), high - low, "meV", "width of the window of |µ|"),
            "spin": ((), SIGNS[spin], "1", "spin of the band"),
            "valley": ((), SIGNS[valley], "1", "valley of the band"),
            "k_max": ((), fermi_momenta(high, low, tube.hbar_v), "1/nm", "largest Fermi momentum in the window"),
        },
        {},
        question="wires.polarised_window",
        parameters=tube.describe(),
        method="sorted half gaps of the continuum model",
        validity=VALIDITY,
        references=("shavit_oreg2020",),
    )


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
    coords: dict[str, Variable]
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
) -> xr.Dataset:
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

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=3.0, Delta_so=0.5, Delta_Phi=1.0)
        >>> found = at.wires.secondary_channel(tube, {"mu": [-1.0, -2.0]}, k_F=0.003, alpha_0=1.0)
        >>> found.polarised.values.tolist(), found.k.values.round(5).tolist()  # 1/nm
        ([False, True], [0.0, 0.00251])
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
) -> xr.Dataset:
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

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=3.0, Delta_so=0.5, Delta_Phi=1.0)
        >>> at.wires.primary_channels(tube, {"mu": [1.0, 2.0, 5.0]}, alpha_0=1.0).channels.values.tolist()
        [0, 1, 4]
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
    knobs = over_axes("axes", axes, KNOBS)
    if ("gate" in knobs) == ("mu" in knobs):
        raise InputError("axes", "have one of gate and mu", ", ".join(knobs) or "neither")
    flux_knobs = [name for name in ("field", "radius") if name in knobs]
    if flux_knobs and tube.radius is None:
        raise InputError(f"axes[{flux_knobs[0]!r}]", "belong to a tube with radius and field", "Delta_Phi only")
    if np.min(knobs.get("radius", 1.0)) <= 0:
        raise InputError("axes['radius']", "be positive", float(np.min(knobs["radius"])))
    shaped = knobs.open_grid
    mu = shaped["mu"] if "mu" in shaped else offset + lever_arm * shaped["gate"]
    flux = tube.flux_gap
    if flux_knobs:
        flux = flux_gap_of(tube.v_F, shaped.get("radius", tube.radius), shaped.get("field", tube.field))
    gaps = half_gaps(tube.Delta_0, tube.Delta_so, np.broadcast_to(flux, knobs.shape))
    level = np.broadcast_to(np.asarray(mu, dtype=float), knobs.shape)
    coords: dict[str, Variable] = {
        name: ((name,) if np.ndim(value) else (), value, *KNOBS[name])
        for name, value in knobs.items()
        if name != "mu" or np.ndim(value)  # a fixed µ is a variable of the result, as one that follows from a gate
    }
    return Points(knobs.dims, coords, level, gaps, fermi_momenta(level, gaps, tube.hbar_v))


def _labelled(
    tube: Nanotube,
    points: Points,
    values: Mapping[str, tuple[NDArray[np.generic], str, str]],
    question: str,
    options: Mapping[str, float],
    others: Mapping[str, Variable] | None = None,
) -> xr.Dataset:
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
