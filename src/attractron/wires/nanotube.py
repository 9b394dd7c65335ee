"""A carbon nanotube as a wire: its bands, and where exactly one spin- and valley-polarised band conducts.

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
"""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.checks import FloatArray, axis, finite, positive
from attractron.core.errors import InputError
from attractron.core.results import dataset

if TYPE_CHECKING:
    import xarray as xr

SIGNS = np.array([1, -1])
"""Values of σ and of ν in the order of the result's axes."""

HBAR_MEV_NM = 6.582119569e-4
"""ħ times one m/s, in meV nm (CODATA 2018, exact since 2019)."""

FLUX_MEV = 0.5e-6
"""e/2 times one m/s, nm and T, in meV."""

VALIDITY = (
    "Bands of the continuum model near one pair of valleys, for one electron: interactions enter the wires afterwards.",
    "The Zeeman energy of the spin, 0.058 meV per tesla for g = 2, is left out, and gaps do not follow the radius: "
    "only the flux does.",
)


@dataclass(frozen=True, kw_only=True)
class Nanotube:
    """A zig-zag (or similar) tube: give the flux gap itself, or radius and field.

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
    """

    Delta_0: float
    Delta_so: float
    Delta_Phi: float | None = None
    radius: float | None = None
    field: float | None = None
    v_F: float = 8e5

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
        return float(flux_gap(self.v_F, self.radius, self.field))

    @property
    def hbar_v(self) -> float:
        """ħv_F in meV nm."""
        return HBAR_MEV_NM * self.v_F

    def describe(self) -> dict[str, Any]:
        """The parameters, JSON-safe."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def flux_gap(v_F: Any, radius: Any, field: Any) -> Any:
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


def bands(tube: Nanotube, q: ArrayLike, *, mu: float = 0.0) -> "xr.Dataset":
    """The eight bands (A2), with their Fermi momenta.

    Args:
        tube: the tube.
        q: momenta along the axis, 1/nm.
        mu: chemical potential, meV.

    Returns:
        Dataset: `energy` (spin, valley, branch, q) in meV from the Fermi level, branch +1 upper and -1 lower;
        `half_gap` (spin, valley) in meV; `k` (spin, valley) in 1/nm, zero where the Fermi level is in the gap.

    Raises:
        InputError: momenta that are not an axis, mu not finite.
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


def polarised_window(tube: Nanotube) -> "xr.Dataset":
    """The chemical potentials at which exactly one band, polarised in spin and valley, conducts.

    With the four half gaps sorted, m_1 ≤ m_2 ≤ ..., these are m_1 < |µ| < m_2: for µ < 0 a hole-like band (the
    secondary of the paper), for µ > 0 the particle-like one of the same spin and valley. Without a field, or without
    spin-orbit coupling, m_1 = m_2 and the window is empty.

    Args:
        tube: the tube.

    Returns:
        Dataset: `low`, `high` and `width` of the window of |µ| in meV; `spin`, `valley` of the band (those of the
        first of equal ones when the window is empty); `k_max`, the largest k in the window, 1/nm.
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
