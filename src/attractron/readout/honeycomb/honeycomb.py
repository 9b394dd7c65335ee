"""From a charge stability diagram to all of its vertices: interactions, spacings, their mean and their spread."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray, choice, finite, shown
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, quoted, to_json
from attractron.readout.honeycomb.fallbacks import best_fit
from attractron.readout.honeycomb.fit import HoneycombFit
from attractron.readout.honeycomb.judge import Verdict
from attractron.readout.honeycomb.model import COMMON, gains_of, gradients, occupations
from attractron.readout.honeycomb.one_vertex import as_vertex
from attractron.readout.honeycomb.triple_points import triple_points
from attractron.readout.lever_arms import lever_arm_matrix
from attractron.readout.vertex.geometry import Geometry, dots_own_gates, geometry
from attractron.readout.vertex.image import prepare
from attractron.readout.vertex.model import central_differences
from attractron.readout.vertex.vertex import LINES, STEPS

DESCRIBED, NO_VERTEX, NOT_DESCRIBED = range(3)
STATUS = {DESCRIBED: "described", NO_VERTEX: "no_vertex", NOT_DESCRIBED: "not_described"}

REPULSIVE, ATTRACTIVE, BELOW_RESOLUTION, UNREAD = range(4)
VERTEX_STATUS = {
    REPULSIVE: "repulsive",
    ATTRACTIVE: "attractive",
    BELOW_RESOLUTION: "below_resolution",
    UNREAD: "not_described",
}

UNRESOLVED = (
    "The interaction of none of its vertices is resolved, or the residual around each shows more than noise: take a "
    "finer image, or read one with --as vertex."
)

VALIDITY = (
    "Two dots with several electrons each at one temperature, and one tunnelling between them, less than their "
    "addition energies; lever arms change gently over the window at most.",
    "Steps may change linearly over the window. Each vertex with both triple points in view has its own interaction.",
    "Uncertainties are one standard deviation from the noise in the residual (white and 1/f along the scan), from "
    "patches of it that disagree, and from lines that are not quite of the fitted shape where it shows them; errors of "
    "gate voltages and lever arms are not in them.",
)


class _Number(NamedTuple):
    dims: tuple[str, ...]
    value: Any
    error: Any
    unit: str
    label: str


def read_honeycomb(
    image: xr.DataArray | xr.Dataset,
    *,
    lever_arms: ArrayLike | Mapping[str, Mapping[str, float]] | None = None,
    near: Mapping[str, float] | None = None,
    quantity: str = "current",
    along: str | None = None,
    steps: str = "same-sign",
) -> xr.Dataset:
    """Read all vertices of two dots in an image of a charge detector's signal over two gates.

    All charging lines are fitted at once, as the boundaries of the charge states of

        E(n_1, n_2) = Σ_(k ≤ n_1) e_k + Σ_(m ≤ n_2) f_m + Σ_(k ≤ n_1, m ≤ n_2) W_km - µ_1 n_1 - µ_2 n_2

    at a temperature, with a W_km for each vertex whose two triple points are in view, on a smooth background, in white
    and 1/f noise (`readout.honeycomb.model`). The sign of an interaction rests on what `read_vertex` says of it.

    Theory: docs/theory/readout.md, eq-honeycomb, eq-span, eq-scan-noise.

    Args:
        image: DataArray, or Dataset with `signal`, over two gate axes in mV. Missing pixels are NaN.
        lever_arms: meV/mV, dot → {axis: α} or an array (dot, axis) in the order of the image's axes.
        near: axis → mV: only the vertex nearest to that place is given.
        quantity: "current", or its "derivative" along one axis.
        along: the axis of the derivative; the last one by default.
        steps: "same-sign" or "gates", what gives the sign without lever arms.

    Returns:
        Dataset over `vertex`, ordered along the last axis: `triple_point` (vertex, point, axis) mV, `electron` (vertex,
        dot), which of its dot's electrons in view it takes in, `interaction_line_length` (vertex) mV,
        `charging_line_slope` (vertex, line), `vertex_status` (CF flags repulsive, attractive, below_resolution,
        not_described), with lever arms `effective_interaction` (vertex) meV; `lattice_vector` (dot, axis) mV, by which
        the gates move for one more electron on a dot, and `addition_energy` (dot) meV with its spread; means over
        vertices `mean_length`, `mean_interaction` and their `_spread`; `cross_lever_arm` (dot, axis): how much of its
        main gate's effect each gate has on a dot, from the slopes; `status`; `score` over `candidate`; `data`, `model`,
        `residual`, `occupation` over the axes. What is not read is NaN. attrs["summary"] is one sentence.

    Raises:
        InputError: as `read_vertex`; a place that names other axes or lies out of view.

    Source: van der Wiel et al., Rev. Mod. Phys. 75, 1 (2003), section II.A, with addition energies that need not be
    equal and interactions of either sign (Hamo et al. 2016).

    Example:
        >>> gates = {"P1": at.dots.Gate(lever_arms={"L": 0.1, "R": 0.02}),
        ...          "P2": at.dots.Gate(lever_arms={"L": 0.03, "R": 0.09})}
        >>> device = at.dots.Device(dots=("L", "R"), repulsion=[[2.0, 0.5], [0.5, 2.2]], gates=gates, max_electrons=4)
        >>> axes = {"P2": np.linspace(-12.0, 50.0, 60), "P1": np.linspace(-12.0, 44.0, 60)}
        >>> detector = at.dots.Detector(weights={"L": -1.0, "R": -0.6}, white_noise=0.05)
        >>> image = at.dots.stability_diagram(device, axes, temperature=0.5, detector=detector)["detector_current"]
        >>> found = at.readout.read_honeycomb(image, lever_arms={"L": {"P1": 0.1, "P2": 0.03},
        ...                                                       "R": {"P1": 0.02, "P2": 0.09}})
        >>> print(f"{found.sizes['vertex']} vertices, W = {float(found['mean_interaction']):.2f} meV")
        5 vertices, W = 0.50 meV
    """
    prepared = prepare(image, quantity, along)
    arms = None if lever_arms is None else lever_arm_matrix(lever_arms, prepared.names)
    choice("steps", steps, STEPS)
    place = None if near is None else _place(near, prepared.names, prepared.axes)
    fitted, verdict, notes = best_fit(prepared)
    vertices = [_vertex(fitted, k, m, arms, steps) for k, m in fitted.states.own]
    order = _order(vertices, place, fitted)
    result = _labelled(fitted, verdict, [vertices[at] for at in order], order, arms)
    result.attrs["options"] = _options(arms, near, quantity, along, steps)
    result.attrs["validity"] = " ".join([result.attrs["validity"], *notes])
    result.attrs["summary"] = _summary(result, verdict, near)
    return result


def _place(near: Mapping[str, float], names: tuple[str, str], axes: tuple[FloatArray, FloatArray]) -> FloatArray:
    if not isinstance(near, Mapping) or set(near) != set(names):
        raise InputError("near", f"give a voltage in mV for both axes ({', '.join(names)})", shown(near))
    values = []
    for name, points in zip(names, axes, strict=True):
        value = finite(f"near, {name}", near[name])
        if not points.min() <= value <= points.max():
            raise InputError(f"near, {name}", f"lie in view, {points.min():g} to {points.max():g} mV", f"{value:g} mV")
        values.append(value)
    return np.array(values)


def _options(arms: Any, near: Any, quantity: str, along: str | None, steps: str) -> str:
    given = {"lever_arms": arms, "near": near, "quantity": quantity, "along": along, "steps": steps}
    return to_json(given)


def _vertex(fitted: HoneycombFit, k: int, m: int, arms: FloatArray | None, steps: str) -> Geometry:
    """One vertex as the reading of a single one has it."""
    return geometry(as_vertex(fitted, k, m), arms, steps, None)


def _order(vertices: list[Geometry], place: FloatArray | None, fitted: HoneycombFit) -> list[int]:
    """Along the last axis, then the first; or the one nearest to a place, in half windows."""
    middles = np.array([each.points.mean(axis=0) for each in vertices]).reshape(-1, 2)
    if place is None or not vertices:
        return [int(at) for at in np.lexsort(middles.T)]
    return [int(np.argmin(np.hypot(*((middles - place) / fitted.image.frame[1]).T)))]


def _labelled(
    fitted: HoneycombFit, verdict: Verdict, vertices: list[Geometry], order: list[int], arms: FloatArray | None
) -> xr.Dataset:
    image, states = fitted.image, fitted.states
    names, scale = image.names, image.scale
    shape = fitted.parameters[: states.size]
    status = DESCRIBED if verdict.found else (NOT_DESCRIBED if states.own and verdict.seen.min() > 7 else NO_VERTEX)
    codes = [
        UNREAD if not verdict.described[at] or status != DESCRIBED else _vertex_status(each)
        for at, each in zip(order, vertices, strict=True)
    ]
    everything = len(order) == len(states.own)
    if status == DESCRIBED and (set(codes) == {UNREAD} or (everything and not {REPULSIVE, ATTRACTIVE} & set(codes))):
        status, codes = NOT_DESCRIBED, [UNREAD] * len(codes)
    read = np.array([code != UNREAD for code in codes], dtype=bool)
    numbers = (
        _numbers(vertices, read) | _lattice(fitted, arms) | _means(vertices, codes, _together(fitted, order, arms))
    )
    variables: dict[str, Variable] = {
        "data": (names, image.values * scale, image.units, "signal less its mean"),
        "model": (names, fitted.model * scale, image.units, "fitted signal"),
        "residual": (names, (image.values - fitted.model) * scale, image.units, "data less fit"),
        "occupation": (
            ("dot", *names),
            occupations(states, shape, *image.places) - states.beyond,
            "1",
            "electrons on the dot beyond the fewest in view",
        ),
        "status": ((), np.int32(status), "1", "what was found"),
        "vertex_status": ("vertex", np.array(codes, dtype=np.int32), "1", "what was found at the vertex"),
        "electron": (
            ("vertex", "dot"),
            np.array([states.own[at] for at in order], dtype=np.int32).reshape(-1, 2) + 1 - states.beyond,
            "1",
            "which of its electrons in view each dot takes in at the vertex",
        ),
        **verdict.comparison.variables(),
    }
    for name, number in numbers.items():
        blank = status != DESCRIBED
        value = np.full_like(np.asarray(number.value, dtype=float), np.nan) if blank else number.value
        variables[name] = (number.dims, value, number.unit, number.label)
        if number.error is not None:
            error = np.full_like(np.asarray(number.error, dtype=float), np.nan) if blank else number.error
            variables[f"{name}_uncertainty"] = (
                number.dims,
                error,
                number.unit,
                f"standard deviation of the {number.label}",
            )
    result = dataset(
        variables,
        {
            **{name: (name, values, "mV", str(name)) for name, values in zip(names, image.axes, strict=True)},
            "axis": ("axis", list(names), "1", "gate axis"),
            "dot": ("dot", [1, 2], "1", "dot"),
            "line": ("line", list(LINES), "1", "charging line"),
            "vertex": ("vertex", np.arange(1, len(vertices) + 1), "1", "vertex"),
            **verdict.comparison.coordinates(),
        },
        question="readout.read_honeycomb",
        parameters={},
        method="search over periodic honeycombs, then generalised least squares of all charge states in view",
        validity=(
            *VALIDITY,
            *(vertices[0].notes if vertices else ()),
            *_doubts(vertices),
            *verdict.reasons,
        ),
        references=("hamo2016", "vanderwiel2002"),
    )
    result["status"].attrs.update(flags(STATUS))
    result["vertex_status"].attrs.update(flags(VERTEX_STATUS))
    result.attrs["runner_up"] = verdict.comparison.runner_up
    return result


def _doubts(vertices: list[Geometry]) -> list[str]:
    """What contradicts the lever arms, each thing once."""
    said: dict[str, None] = {}
    for each in vertices:
        for doubt in each.doubts:
            if "off those in the image" in doubt:
                said.setdefault(doubt)
    return list(said)[:1]


def _vertex_status(read: Geometry) -> int:
    if np.hypot(*read.span) < read.resolution:
        return BELOW_RESOLUTION
    return REPULSIVE if read.sign > 0 else ATTRACTIVE


def _numbers(vertices: list[Geometry], read: NDArray[np.bool_]) -> dict[str, _Number]:
    """What each vertex says, over `vertex`; NaN where it is not described, signs where they are not resolved."""
    found: dict[str, _Number] = {}
    if not vertices:
        nothing = np.zeros((0, 2, 2))
        return {"triple_point": _Number(("vertex", "point", "axis"), nothing, nothing, "mV", "triple point")}
    for name in ("triple_point", "interaction_line_length", "charging_line_slope", "effective_interaction"):
        if name not in vertices[0].values:
            continue
        dims, _, _, unit, label = vertices[0].values[name]
        value = np.array([each.values[name][1] for each in vertices], dtype=float)
        error = np.array([each.values[name][2] for each in vertices], dtype=float)
        value[~read], error[~read] = np.nan, np.nan
        found[name] = _Number(("vertex", *dims), value, error, unit, label)
    return found


def _together(fitted: HoneycombFit, order: list[int], arms: FloatArray | None) -> dict[str, FloatArray]:
    """Correlations of the vertices' lengths and interactions: they share the shape of the lines and the tunnelling."""
    states, shape = fitted.states, fitted.parameters[: fitted.states.size]

    def spans(point: FloatArray) -> FloatArray:
        both = np.array([triple_points(states, point, *states.own[at]) for at in order]).reshape(-1, 2, 2)
        return np.asarray((both[:, 1] - both[:, 0]) * fitted.image.frame[1])

    if not order:
        return {}
    size, changes = spans(shape), central_differences(spans, shape)  # (vertex, axis), (vertex, axis, parameter)
    along = {"interaction_line_length": size / np.hypot(*size.T)[:, None]}
    if arms is not None:
        along["effective_interaction"] = np.sign(size @ arms.T) @ arms / 2  # of the mean of both dots'
    found = {}
    for name, directions in along.items():
        slopes = np.einsum("va,vap->vp", directions, changes)
        covariance = slopes @ fitted.covariance[: len(shape), : len(shape)] @ slopes.T
        deviations = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
        found[name] = covariance / np.outer(deviations, deviations)
    return found


def _means(vertices: list[Geometry], codes: list[int], together: dict[str, FloatArray]) -> dict[str, _Number]:
    """Means over the vertices that are read, weighted by their variances, and the spread (standard deviation)."""
    found: dict[str, _Number] = {}
    for name, mean, label in (
        ("interaction_line_length", "mean_length", "mean length of the interaction lines"),
        ("effective_interaction", "mean_interaction", "mean effective interaction"),
    ):
        read = [at for at, code in enumerate(codes) if code != UNREAD and name in vertices[at].values]
        if not read:
            continue
        used = [vertices[at].values[name] for at in read]
        values, errors = (np.array([each[at] for each in used], dtype=float) for at in (1, 2))
        weights = errors**-2.0 / np.sum(errors**-2.0)
        average = float(weights @ values)
        error = float(np.sqrt((weights * errors) @ together[name][np.ix_(read, read)] @ (weights * errors)))
        spread = float(np.std(values, ddof=1)) if len(values) > 1 else np.nan
        if len(values) > 1:
            error = max(error, spread / np.sqrt(len(values)))
        unit = used[0][3]
        found[mean] = _Number((), average, error, unit, label)
        found[f"{mean}_spread"] = _Number((), spread, None, unit, f"standard deviation between vertices of the {label}")
    return found


def _lattice(fitted: HoneycombFit, arms: FloatArray | None) -> dict[str, _Number]:
    """Spacings and slopes that all vertices share, each with its uncertainty."""
    states, size = fitted.states, fitted.states.size
    _, half = fitted.image.frame

    def with_error(function: Any) -> tuple[FloatArray, FloatArray]:
        shape = fitted.parameters[:size]
        slopes = central_differences(function, shape)
        own = fitted.covariance[:size, :size]
        return function(shape), np.sqrt(np.einsum("...i,ij,...j->...", slopes, own, slopes))

    def across(shape: FloatArray) -> FloatArray:
        """∂µ_i/∂V in the middle of the window, (dot, axis)."""
        return np.asarray(gradients(shape, np.zeros(2)) / half)

    def cross(shape: FloatArray) -> FloatArray:
        normals = across(shape)
        main = dots_own_gates(normals)
        return np.asarray(normals / normals[[0, 1], main][:, None])

    def vectors(shape: FloatArray) -> FloatArray:
        gains = gains_of(shape)
        found = np.full((2, 2), np.nan)
        for dot, every in enumerate(states.places(shape)):
            places = every[states.beyond : len(every) - states.beyond]
            if len(places) > 1:
                own = gains[dot] * (places[-1] - places[0]) / (len(places) - 1)
                wanted = np.full(2, shape[COMMON])
                wanted[dot] = own
                found[dot] = np.linalg.solve(across(shape), wanted)
        return found

    found = {
        "cross_lever_arm": _Number(
            ("dot", "axis"), *with_error(cross), "1", "lever arm over that of the dot's own gate, from the slopes"
        )
    }
    if max(states.lines) - 2 * states.beyond > 1:
        value, error = with_error(vectors)
        found["lattice_vector"] = _Number(
            ("dot", "axis"), value, error, "mV", "change of the gates for one more electron on the dot"
        )
        if arms is not None:
            own = _matched(across(fitted.parameters[:size]), arms)
            energies = np.abs(np.einsum("da,da->d", own, value))
            errors = np.sqrt(np.einsum("da,da->d", own**2, error**2))
            found["addition_energy"] = _Number(
                ("dot",), energies, errors, "meV", "mean addition energy between the lines in view"
            )
    return found


def _matched(normals: FloatArray, arms: FloatArray) -> FloatArray:
    """Lever arms in the order of the fit's dots."""
    unit = normals / np.hypot(*normals.T)[:, None]
    toward = np.abs(unit @ (arms / np.hypot(*arms.T)[:, None]).T)
    return arms[::-1] if toward[0, 1] + toward[1, 0] > np.trace(toward) else arms


def _summary(result: xr.Dataset, verdict: Verdict, near: Mapping[str, float] | None) -> str:
    reasons = " ".join(verdict.reasons)
    if int(result["status"]) != DESCRIBED:
        return f"No honeycomb of two dots can be read. {reasons or UNRESOLVED}"
    codes = result["vertex_status"].to_numpy()
    kinds = [
        f"{int((codes == code).sum())} {VERTEX_STATUS[code].replace('_', ' ')}"
        for code in VERTEX_STATUS
        if (codes == code).any()
    ]
    count = len(codes)
    if near is not None:
        count_text = "The vertex nearest to the place"
    else:
        count_text = f"{count} vertices have both triple points in view" if count > 1 else "One vertex is in view"
    sentence = f"{count_text} ({', '.join(kinds)}): interaction lines {quoted(result, 'mean_length', 'mV')} long"
    if "mean_interaction" in result:
        sentence += f", W_eff = {quoted(result, 'mean_interaction', 'meV')}"
        if count > 1 and np.isfinite(float(result["mean_interaction_spread"])):
            sentence += f" (mean; {float(result['mean_interaction_spread']):.2g} meV from vertex to vertex)"
    if "addition_energy" in result:
        energies = result["addition_energy"].to_numpy()
        known = [f"{value:.3g}" for value in energies if np.isfinite(value)]
        if known:
            sentence += f", addition energies {' and '.join(known)} meV"
    return f"{sentence}."
