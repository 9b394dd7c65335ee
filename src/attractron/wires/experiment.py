"""Experimental knobs: a wire beside a nanotube, its gate, the field along it, and the distance between the two.

The primary is a wire of electrons with the momentum k_F and velocity v_F; the secondary is one polarised band of a tube
(`attractron.wires.nanotube`). The knobs act as follows.

    gate:      µ = offset + lever arm · gate moves the tube's k = √(µ² - m²)/ħv and with it the mismatch
               e^{-l*} = |k_F - k|α_0 (15), the tube's velocity ħv = (ħv_F)²k/|µ| and the overlap o = m/|µ| of its
               movers;
    field:     Δ_Φ = e v_F R B/2 moves the window m_1 < |µ| < m_2 of one band, and k at a given µ;
    distance:  d sets the repulsion between the wires, V(0) ~ ln(2D/d) and V(2k_F) ~ K_0(2k_Fd) above a gate at D
               (`attractron.wires.coulomb`): V_φ = √2V(0), V_θ = 0, and y = √2 o V(2k_F)/(πū) falls as e^{-2k_Fd}.

Each wire's own repulsion is that of the same electrostatics, U(q) of a line of its radius; K, u, K_c, y_s follow from
weak coupling (`attractron.wires.luttinger`), the tube's U(2k) with the overlap o² of its movers.

Regions: the phase of the flow where exactly one band conducts and the liquids are stable; "insulating secondary" below
the gap of the tube, |µ| < m_1, where nothing scatters the primary; "more bands" above m_2, outside the model;
"unstable" where the formulas give |υ| ≥ 1: next to the band's edge exchange makes the dilute secondary collapse, beyond
weak coupling.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import over_axes
from attractron.core.checks import FloatArray, finite, member, positive, whole
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.core.results import Variable, dataset, flags
from attractron.core.units import Energy, InverseLength, Length, LeverArm, LineEnergy, Number, Unit
from attractron.wires.coulomb import between_lines, within_line
from attractron.wires.flow.boundaries import Labels, traced
from attractron.wires.flow.events import PHASES
from attractron.wires.flow.phase_diagram import answers_at
from attractron.wires.flow.scheme import Scheme, chosen
from attractron.wires.flow.validity import METHOD
from attractron.wires.luttinger import (
    Amplitudes,
    Charge,
    Spinful,
    backscattering,
    forward_scattering,
    spinful,
    spinless,
)
from attractron.wires.model import CoupledWires
from attractron.wires.nanotube import Nanotube, fermi_momenta, flux_gap_of, half_gaps

KNOBS = {
    "gate": ("mV", "gate voltage of the nanotube"),
    "field": ("T", "magnetic field along the nanotube"),
    "distance": ("nm", "distance between the wires"),
}

INSULATING, MORE_BANDS, UNSTABLE = (max(PHASES) + number for number in (1, 2, 3))
REGIONS = {**PHASES, INSULATING: "insulating secondary", MORE_BANDS: "more bands", UNSTABLE: "unstable"}

COUPLINGS = {
    "K": ("1", "Luttinger parameter of the nanotube"),
    "y": ("1", "coupling y of the wires"),
    "upsilon": ("1", "forward scattering υ between the wires"),
    "u_ratio": ("1", "ratio of velocities u/u_c"),
    "mismatch": ("1", "mismatch |k_F - k|α₀"),
}

VALIDITY = (
    "Repulsion of line charges above a metal plane in one medium; wires at the same height, their radii far below the "
    "distance; K, K_c and y_s to first order in the repulsion (charge: square roots of the random-phase "
    "approximation), which overestimates exchange at low density.",
    "Continuum bands of the tube; one band conducts; Zeeman energies of both wires are left out, and the primary's "
    "density does not follow gate, field or distance.",
    "α_0 = 1/k_F is the length at which the primary's spectrum ceases to be linear; l* is known to a constant of "
    "order one.",
)


@dataclass(frozen=True, kw_only=True)
class WireAndTube(ShownAsTable):
    """A wire beside a nanotube above a gate (this module's equations).

    Attributes:
        tube: with radius and field.
        k_F: Fermi momentum of the primary, 1/nm.
        v_F: velocity ħv_F of the primary, meV nm.
        width: radius of the primary, nm.
        distance: d between the axes of both, nm; more than both radii together.
        gate_distance: D of both from the screening gate, nm.
        permittivity: ε of what surrounds them.
        lever_arm: dµ/d(gate) of the tube, meV/mV.
        offset: µ of the tube at zero gate voltage, meV.
        gate: gate voltage of the tube, mV.
        alpha_0: short-distance cut-off, nm; 1/k_F by default.

    Raises:
        InputError: numbers out of range, a tube without radius and field, wires that touch, or a primary whose
            repulsion is beyond weak coupling.

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=60.0, Delta_so=1.0, radius=1.0, field=2.5)
        >>> setup = at.wires.WireAndTube(tube=tube, k_F=0.02, v_F=400.0, distance=15.0, gate=-587.0, lever_arm=0.1)
        >>> wires = setup.wires()
        >>> round(wires.K_c, 2), round(wires.K, 2), round(wires.y, 2), round(wires.mismatch, 2)
        (0.71, 0.65, 0.29, 0.14)
    """

    tube: Nanotube
    k_F: InverseLength
    v_F: LineEnergy
    distance: Length
    width: Length = 5.0
    gate_distance: Length = 50.0
    permittivity: Number = 10.0
    lever_arm: LeverArm = 0.1
    offset: Energy = 0.0
    gate: Annotated[float, Unit("mV")] = 0.0
    alpha_0: Length | None = None

    def __post_init__(self) -> None:
        member("tube", self.tube, Nanotube)
        if self.tube.radius is None:
            raise InputError("tube", "have a radius and a field", "Delta_Phi only", "give radius= and field=")
        for name in ("k_F", "v_F", "distance", "width", "gate_distance", "permittivity"):
            positive(name, getattr(self, name))
        for name in ("lever_arm", "offset", "gate"):
            finite(name, getattr(self, name))
        if self.alpha_0 is not None:
            positive("alpha_0", self.alpha_0)
        _check_apart("distance", self.distance, self)
        self.primary()

    @property
    def cutoff_length(self) -> float:
        """α_0 in nm."""
        return 1 / self.k_F if self.alpha_0 is None else self.alpha_0

    def primary(self) -> Spinful:
        """Charge and spin of the primary.

        Raises:
            InputError: repulsion beyond weak coupling.
        """
        return spinful(self.v_F, Amplitudes(*self._own(np.array([0.0, 2 * self.k_F]), self.width).tolist()))

    def _own(self, q: FloatArray, radius: float) -> FloatArray:
        return within_line(q, radius, gate_distance=self.gate_distance, permittivity=self.permittivity)

    def wires(self) -> CoupledWires:
        """The coupled wires at the setup's own gate, field and distance.

        Raises:
            InputError: where not exactly one band conducts, or the liquids are unstable.
        """
        state = _state(self, *(np.array([each]) for each in (self.gate, self.tube.field, self.distance)))
        region = int(state.region[0])
        if region >= 0:
            wanted = "put the Fermi level into exactly one band, away from its edge"
            raise InputError("gate", wanted, f"{self.gate:g} mV: {REGIONS[region]}", "see `polarised_window`")
        numbers = {name: float(values[0]) for name, values in state.numbers.items()}
        return CoupledWires(**self._constant(), **numbers, carriers="particles" if state.mu[0] > 0 else "holes")

    def _constant(self) -> dict[str, Any]:
        """Parameters of coupled wires that no knob changes."""
        first = self.primary()
        return {"K_c": first.K_c, "y_s": float(first.y_s), "V_theta_ratio": 0.0}

    def with_parameters(self, **values: Any) -> "WireAndTube":
        """The same setup with some attributes changed; `field` is that of the tube."""
        if "field" in values:
            values = {**values, "tube": replace(self.tube, field=values.pop("field"))}
        return replace(self, **values)

    def describe(self) -> dict[str, Any]:
        """The parameters, JSON-safe, with the primary's numbers beside them."""
        own = {name: value for name, value in asdict(self).items() if value is not None and name != "tube"}
        first = self.primary()
        return {**own, "tube": self.tube.describe(), "K_c": first.K_c, "u_c": first.u_c, "y_s": float(first.y_s)}


def _check_apart(name: str, distance: float, setup: WireAndTube) -> None:
    apart = setup.width + float(setup.tube.radius or 0.0)
    if distance <= apart:
        raise InputError(name, f"be above {apart:g} nm", distance, "the wires would touch: both radii together")


@dataclass(frozen=True, eq=False)
class _State:
    """Points of the knobs (point,): µ, k, the window, numbers of the coupled wires, the region (-1: ask the flow)."""

    mu: FloatArray
    k: FloatArray
    low: FloatArray
    high: FloatArray
    numbers: dict[str, FloatArray]
    region: NDArray[np.int32]


def _state(setup: WireAndTube, gate: FloatArray, field: FloatArray, distance: FloatArray) -> _State:
    """What the knobs make of the setup (module's equations)."""
    tube, q = setup.tube, 2 * setup.k_F
    mu = setup.offset + setup.lever_arm * gate
    gaps = half_gaps(tube.Delta_0, tube.Delta_so, flux_gap_of(tube.v_F, tube.radius, field)).reshape(4, -1)
    low, high = np.sort(gaps, axis=0)[:2]
    k, level = fermi_momenta(mu, low, tube.hbar_v), np.abs(mu)
    region = np.select([k == 0, level >= high], [INSULATING, MORE_BANDS], -1).astype(np.int32)
    inside = region < 0
    overlap = np.where(inside, low / np.where(inside, level, 1.0), 1.0)
    around = {"gate_distance": setup.gate_distance, "permittivity": setup.permittivity}
    V_0, V_2k = (between_lines(wave, distance, **around) for wave in (0.0, q))
    own_0, own_2k = setup._own(np.zeros(1), tube.radius or 0.0)[0], setup._own(2 * k, tube.radius or 0.0)
    numbers = {name: np.full(mu.shape, np.nan) for name in COUPLINGS}
    first = setup.primary()
    for n in np.flatnonzero(inside):
        second = spinless(tube.hbar_v**2 * k[n] / level[n], Amplitudes(own_0, own_2k[n] * overlap[n] ** 2))
        numbers["K"][n] = second.K
        numbers["y"][n] = backscattering(V_2k[n] * overlap[n], (first.u_c + second.u) / 2)
        numbers["upsilon"][n] = forward_scattering(V_0[n], Charge(first.K_c, first.u_c), second)
        numbers["u_ratio"][n] = second.u / first.u_c
    numbers["mismatch"] = np.where(inside, np.minimum(1.0, np.abs(setup.k_F - k) * setup.cutoff_length), np.nan)
    region[inside & (np.abs(numbers["upsilon"]) >= 1)] = UNSTABLE
    return _State(mu, k, low, high, numbers, region)


def _answers(setup: WireAndTube, state: _State, scheme: Scheme) -> dict[str, NDArray[Any]]:
    """Region, l_spin and l_trion at all points."""
    flowing = state.region < 0
    found: dict[str, NDArray[Any]] = {"region": state.region.copy()}
    found |= {name: np.full(state.mu.shape, np.inf) for name in ("l_spin", "l_trion")}
    if flowing.any():
        held = CoupledWires(**setup._constant(), K=1.0, y=0.0)
        fields = asdict(held) | {name: values[flowing] for name, values in state.numbers.items()}
        fields["upsilon"] = np.where(state.mu[flowing] > 0, -1, 1) * fields["upsilon"]  # particles: Q → -Q
        fields["y_s"] = np.full(int(flowing.sum()), held.y_s)
        answers = answers_at(fields, held.beta, scheme)
        found["region"][flowing] = answers["phase"][0]
        for name in ("l_spin", "l_trion"):
            found[name][flowing] = answers[name][0]
    return found


def experiment(
    setup: WireAndTube, axes: Mapping[str, ArrayLike], *, scheme: Scheme | None = None, **conventions: Any
) -> xr.Dataset:
    """The phase diagram over experimental knobs, in units (this module's equations).

    The carriers of the tube are holes for µ < 0, which repulsion between the wires helps to bind, and particles for
    µ > 0, which it hinders: there Q → -Q.

    Args:
        setup: the wire and the tube.
        axes: `gate` (mV), `field` (T), `distance` (nm); arrays make dimensions, numbers fix a knob.
        scheme: all conventions of the flow (`attractron.wires.Scheme`); its feedback is "complete", since a repulsion
            of densities is off the line (13).
        conventions: fields of the scheme by name, instead of it.

    Returns:
        Dataset over the axes: `phase` (CF flags: phases and the regions of the module's text); `mu` (meV), `k` (1/nm),
        `window_low` and `window_high` (meV, of |µ|); `K`, `y`, `upsilon`, `u_ratio`, `mismatch`, not a number outside
        the window; `spin_temperature`, `trion_temperature` in K, Λe^{-l} with Λ = ħu_s/α_0, 0 without such a gap and
        not a number where the flow ended before.

    Raises:
        InputError: unknown knobs, wires that touch, a feedback other than "complete".

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=60.0, Delta_so=1.0, radius=1.0, field=2.5)
        >>> setup = at.wires.WireAndTube(tube=tube, k_F=0.02, v_F=400.0, distance=15.0, lever_arm=0.1)
        >>> found = at.wires.experiment(setup, {"gate": [-570.0, -588.0, -601.0]})
        >>> found.k.values.round(4).tolist(), [int(code) for code in found.phase]  # 1/nm; 1 paired
        ([0.0, 0.0184, 0.0299], [4, 1, 5])
    """
    member("setup", setup, WireAndTube)
    knobs = over_axes("axes", axes, KNOBS)
    conventional = _conventional(scheme, conventions)
    values = {**_own_knobs(setup), **knobs.open_grid}
    _check_apart("axes['distance']", float(np.min(values["distance"])), setup)
    flat = [np.broadcast_to(values[name], knobs.shape).ravel().astype(float) for name in KNOBS]
    state = _state(setup, *flat)
    found = _answers(setup, state, conventional)
    scale = setup.primary().u_s / setup.cutoff_length / K_B
    columns: dict[str, tuple[NDArray[Any], str, str]] = {
        "phase": (found["region"], "1", "phase"),
        "mu": (state.mu, "meV", "chemical potential of the nanotube"),
        "k": (state.k, "1/nm", "Fermi momentum of the nanotube"),
        "window_low": (state.low, "meV", "lower end of the window of |µ|"),
        "window_high": (state.high, "meV", "upper end of the window of |µ|"),
        **{name: (state.numbers[name], *text) for name, text in COUPLINGS.items()},
        "spin_temperature": (scale * np.exp(-found["l_spin"]), "K", "spin gap over k_B"),
        "trion_temperature": (scale * np.exp(-found["l_trion"]), "K", "trion gap over k_B"),
    }
    variables: dict[str, Variable] = {
        name: (knobs.dims, knobs.over(flat_values), unit, text) for name, (flat_values, unit, text) in columns.items()
    }
    result = dataset(
        variables,
        knobs.labelled(KNOBS),
        question="wires.experiment",
        parameters=setup.describe(),
        options={**conventional.describe(), "fixed": knobs.fixed},
        method=f"bands of the tube, repulsion of lines above a gate, weak coupling; {METHOD}",
        validity=VALIDITY,
        references=("shavit_oreg2020", "giamarchi2003", "attractron"),
    )
    result["phase"].attrs.update(flags(REGIONS))
    return result


def experiment_boundary(
    setup: WireAndTube,
    axes: Mapping[str, ArrayLike],
    *,
    points: int = 60,
    scheme: Scheme | None = None,
    **conventions: Any,
) -> xr.Dataset:
    """Boundaries between the regions in a plane of two knobs, bisected (see `phase_boundary`).

    Args:
        setup, scheme, conventions: as for `experiment`.
        axes: two knobs with arrays, the grid that is searched; a number fixes the third.
        points: on each curve.

    Returns:
        Dataset over (curve, point): the two knobs, not a number where no bisection found the boundary; over `curve`
        the regions on both sides, `left` and `right` (CF flags).

    Raises:
        InputError: not two axes with two points at least, and as `experiment`.

    Example:
        >>> tube = at.wires.Nanotube(Delta_0=60.0, Delta_so=1.0, radius=1.0, field=2.5)
        >>> setup = at.wires.WireAndTube(tube=tube, k_F=0.02, v_F=400.0, distance=15.0, lever_arm=0.1)
        >>> axes = {"gate": [-570.0, -579.0, -583.0], "distance": [80.0, 90.0]}
        >>> found = at.wires.experiment_boundary(setup, axes, points=3)
        >>> round(float(found.gate.max()), 3)  # the band begins at |µ| = 58 meV
        -580.0
    """
    member("setup", setup, WireAndTube)
    number, conventional = whole("points", points, at_least=3), _conventional(scheme, conventions)
    knobs = over_axes("axes", axes, KNOBS)
    if len(knobs.dims) != 2 or min(knobs.shape) < 2:
        sizes = dict(zip(knobs.dims, knobs.shape, strict=True))
        raise InputError("axes", "hold two arrays of at least two points", sizes, "the grid that is searched")
    held = {**_own_knobs(setup), **knobs.fixed}
    _check_apart("axes['distance']", float(np.min({**held, **knobs.swept}["distance"])), setup)

    def position(fractions: FloatArray) -> dict[str, FloatArray]:
        return {
            name: np.interp(fractions[..., a] * (grid.size - 1), np.arange(grid.size), grid)
            for a, (name, grid) in enumerate(knobs.swept.items())
        }

    def label(fractions: FloatArray) -> Labels:
        at = position(fractions)
        state = _state(setup, *(at.get(name, np.full(len(fractions), held[name])) for name in KNOBS))
        return _answers(setup, state, conventional)["region"].astype(np.int8)

    curves = traced(label, (knobs.shape[0], knobs.shape[1]), number)
    where = position(np.reshape([curve.points for curve in curves], (len(curves), number, 2)))
    sides = np.reshape([curve.sides for curve in curves], (len(curves), 2)).astype(np.int32)
    result = dataset(
        {
            **{name: (("curve", "point"), values, *KNOBS[name]) for name, values in where.items()},
            "left": ("curve", sides[:, 0], "1", "region on one side"),
            "right": ("curve", sides[:, 1], "1", "region on the other side"),
        },
        {},
        question="wires.experiment_boundary",
        parameters=setup.describe(),
        options={**conventional.describe(), "fixed": knobs.fixed},
        method="regions on a grid, bisected along the edges and along the normals of their boundaries",
        validity=VALIDITY,
        references=("shavit_oreg2020", "giamarchi2003", "attractron"),
    )
    for side in ("left", "right"):
        result[side].attrs.update(flags(REGIONS))
    return result


def _own_knobs(setup: WireAndTube) -> dict[str, Any]:
    return {"gate": setup.gate, "field": setup.tube.field, "distance": setup.distance}


def _conventional(scheme: Scheme | None, conventions: Mapping[str, Any]) -> Scheme:
    given = conventions if scheme is not None or "feedback" in conventions else {**conventions, "feedback": "complete"}
    found = chosen(scheme, given)
    if found.feedback != "complete":
        raise InputError(
            "feedback", 'be "complete"', repr(found.feedback), "density-density coupling is off the line (13)"
        )
    return found
