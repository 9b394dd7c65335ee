"""From an image of the current over two gates at a known bias to the lever arms of both dots: bias triangles.

Each island of current that the image holds whole is fitted by a pair of triangles (`model`, `search`, `fit`); lever
arms are the mean over the islands.
"""

from dataclasses import replace

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags, quoted, to_json
from attractron.core.units import to_unit
from attractron.readout.scatter import weighted_mean
from attractron.readout.transport_image import TransportImage, prepare
from attractron.readout.triangles.fit import fit
from attractron.readout.triangles.model import ARMS, EXCITED, INTERDOT, PLACE, WIDTH, repulsive
from attractron.readout.triangles.search import islands
from attractron.readout.triangles.verdict import (
    NO_TRIANGLES,
    NOT_DESCRIBED,
    ONE_TRIANGLE,
    STATUS,
    TRIANGLES,
    Judged,
    judge,
    tells_of_excited,
)

MOST_ISLANDS = 12
"""That are fitted, brightest first."""

SLOW = (0.6, 0.7)
"""w over the bias by which lever arms may be off, and w by which E_m and places may be: how far sides lie outside their
resonances (`model`) rests on leads that are alike and on how much they would let pass."""

MODEL_ERROR = 0.003
"""Part of lever arms and energies, because the current's edges are not quite those of the model."""

VALIDITY = (
    "The bias is taken as exact and as lying on the dots alone: energies and lever arms scale with it.",
    "The base is the side along which electron and hole triangle are displaced; both have the same shape. The "
    "interaction of the dots is taken as repulsive: the triangle at lower voltages is that of electrons.",
    "Uncertainties are one standard deviation: from noise (white and 1/f along the scan), raised where patches of the "
    "residual or triangles of one image disagree, 0.3 % because edges are not quite those of the model, and 0.6 w/B of "
    "lever arms and 0.7 w of energies and places: where tunnelling between the dots is slow, sides lie outside their "
    "resonances by w ln(Γ/γ), which is fitted for equal leads; slow and fast tunnelling are averaged by their χ².",
)

SCALARS = {
    "interdot_energy": ("meV", "interdot energy, by which electron and hole triangle lie apart"),
    "edge_width": ("meV", "width w of the sides at the leads, that of a Fermi step"),
    "excited_state": ("meV", "detuning at which an excited state adds to the current (singlet to triplet, say)"),
}


def read_triangles(image: xr.DataArray | xr.Dataset, *, bias: float | str | None = None) -> xr.Dataset:
    """Read bias triangles in an image of the current through two dots over two gates, at a known bias.

    The three sides of a triangle are resonances at which the upper dot's potential is that of one lead, the lower dot's
    that of the other, and both dots are in resonance (the base); together they span the bias B, so that
    B = e_u + ε + e_l at every point fixes all lever arms α_ij in meV/mV (van der Wiel et al. 2003, section III).

    Theory: docs/theory/readout.md, eq-triangles.

    Args:
        image: DataArray, or Dataset with `signal`, over two gates in mV. Missing pixels are NaN.
        bias: the bias in mV, or text with a unit; its sign does not matter.

    Returns:
        Dataset with `status` (CF flags no_triangles, triangles, one_triangle, not_described); `lever_arm` (dot, axis)
        meV/mV, the first dot that of the first axis, whose text for `--lever-arms` is attrs["lever_arms"];
        `interdot_energy`, `edge_width`, `excited_state` meV (NaN where none is seen); `detuning_lever_arm` (axis)
        meV/mV, the change of ε with each gate; `triple_point` (pair, triangle, axis) mV, where both dots are in
        resonance with the lower lead, for electrons and holes; `upper_dot`, from which electrons go to the other;
        `edge` (line, end, axis) mV; `data`, `model` and `residual` over the axes; `score` over `candidate` of the
        brightest pair. All numbers have a one-sigma `*_uncertainty` and are NaN where nothing was read.
        attrs["summary"] is one sentence.

    Raises:
        InputError: no bias, or zero; not two axes in mV of at least 16 points; a constant image.

    Example:
        >>> import xarray as xr
        >>> P1, P2 = np.meshgrid(np.linspace(-5, 20, 60), np.linspace(-12, 12, 60), indexing="ij")
        >>> on = lambda energy: 1 / (1 + np.exp(-energy / 0.03))
        >>> def triangle(shift):  # 1 meV of bias, lever arms 0.1 and 0.03, 0.02 and 0.11 meV/mV
        ...     mu_1, mu_2 = shift - 0.1 * P1 - 0.03 * P2 + 1, shift - 0.02 * P1 - 0.11 * P2
        ...     return on(1 - mu_1) * on(mu_1 - mu_2) * on(mu_2)
        >>> axes = {"P1": ("P1", P1[:, 0], {"units": "mV"}), "P2": ("P2", P2[0], {"units": "mV"})}
        >>> found = at.readout.read_triangles(xr.DataArray(triangle(0) + triangle(0.3), axes, ("P1", "P2")), bias=1.0)
        >>> found["lever_arm"].values.round(2).tolist(), round(float(found["interdot_energy"]), 2)
        ([[0.1, 0.03], [0.02, 0.11]], 0.3)
    """
    if bias is None:
        raise InputError("bias", "be given for bias triangles: it scales all energies", "none", 'say --bias "1 mV"')
    volts = abs(to_unit("bias", bias, "mV"))
    if not 0 < volts < np.inf:
        raise InputError("bias", "be finite and not zero", str(bias))
    prepared = prepare(image)
    with threadpool_limits(limits=1):
        found = [judge(each) for island in islands(prepared)[:MOST_ISLANDS] if (each := fit(island, volts))]
    result = _labelled(prepared, found)
    result.attrs["options"] = to_json({"bias": bias})
    return result


def _labelled(image: TransportImage, found: list[Judged]) -> xr.Dataset:
    read = [each for each in found if each.status == TRIANGLES]
    first = next(iter(read or found), None)
    status = NO_TRIANGLES if first is None else first.status
    reason = (
        "No island of current lies whole in the image: move or widen the window." if first is None else first.reason
    )
    data = np.where(image.there > 0, image.values, np.nan) * image.scale + image.offset
    model = _painted(image, read or found)
    variables: dict[str, Variable] = {
        "data": (image.names, data, image.units, "measured signal"),
        "model": (image.names, model, image.units, "fitted signal"),
        "residual": (image.names, data - model, image.units, "data less fit"),
        "status": ((), status, "1", "what was found"),
    }
    coords: dict[str, Variable] = {
        name: (name, values, "mV", name) for name, values in zip(image.names, image.axes, strict=True)
    }
    coords["axis"] = ("axis", list(image.names), "1", "gate axis")
    coords["dot"] = ("dot", [f"dot of {name}" for name in image.names], "1", "dot")
    variables |= _numbers(read)
    if read:
        coords["triangle"] = ("triangle", ["electrons", "holes"], "1", "triangle")
        variables["edge"] = (("line", "end", "axis"), _outlines(read), "mV", "sides of the triangles")
    if first is not None:
        variables |= first.comparison.variables()
        coords |= first.comparison.coordinates()
    result = dataset(
        variables,
        coords,
        question="readout.read_triangles",
        parameters={},
        method="triangles in the outlines of islands of current, then generalised least squares of pairs of them",
        validity=(*VALIDITY, *([reason] if reason else [])),
        references=("vanderwiel2002", "hanson2007"),
    )
    result["status"].attrs.update(flags(STATUS))
    result.attrs["runner_up"] = "" if first is None else first.comparison.runner_up
    result.attrs["lever_arms"] = _as_option(result) if read else ""
    result.attrs["summary"] = _summary(result, len(read), len(found) - len(read), reason)
    return result


def _painted(image: TransportImage, found: list[Judged]) -> FloatArray:
    """The models of all islands where they were fitted, NaN elsewhere."""
    model = np.full(image.values.shape, np.nan)
    for each in found:
        part = each.fitted.island.image
        best, plan = each.fitted.found, each.fitted.plan
        rows, columns = np.meshgrid(*part.axes, indexing="ij")
        fine = replace(plan, rows=rows, columns=columns)
        values = np.tensordot(best.coefficients, fine.basis(best.point), axes=(0, 0))
        values = np.where(each.fitted.island.others > 0, np.nan, values)
        cuts = np.ix_(*(np.isin(whole, some) for whole, some in zip(image.axes, part.axes, strict=True)))
        model[cuts] = np.where(np.isfinite(values), values, model[cuts])
    return np.asarray(model * image.scale + image.offset)


def _numbers(read: list[Judged]) -> dict[str, Variable]:
    """Means over the islands with their uncertainties; NaN where there is none."""
    nothing = np.nan
    if not read:
        arms = np.full((2, 2), nothing)
        variables: dict[str, Variable] = {}
        for ending in ("", "_uncertainty"):
            variables[f"lever_arm{ending}"] = (("dot", "axis"), arms, "meV/mV", "lever arms")
            variables |= {f"{name}{ending}": ((), nothing, unit, label) for name, (unit, label) in SCALARS.items()}
        return variables
    averages = [each.fitted.averaged for each in read]
    thetas = [repulsive(theta) for theta, _ in averages]
    covariances = [covariance[:EXCITED, :EXCITED] for _, covariance in averages]
    values = np.stack([theta[:EXCITED] for theta in thetas])
    errors = np.stack([np.sqrt(np.diag(covariance)) for covariance in covariances])
    arms = np.empty((2, 4))
    width, bias = float(np.exp(values[:, WIDTH]).mean()), read[0].fitted.plan.bias
    for number in range(4):
        place = ARMS.start + number
        floor = MODEL_ERROR * float(np.abs(values[:, ARMS]).max())
        mean, error = weighted_mean(values[:, place], np.diag(errors[:, place] ** 2), floor)
        arms[:, number] = mean, np.hypot(error, SLOW[0] * width / bias * mean)
    scalars = {
        "interdot_energy": weighted_mean(
            values[:, INTERDOT], np.diag(errors[:, INTERDOT] ** 2), float(np.hypot(MODEL_ERROR * bias, SLOW[1] * width))
        ),
        "edge_width": weighted_mean(
            np.exp(values[:, WIDTH]), np.diag((np.exp(values[:, WIDTH]) * errors[:, WIDTH]) ** 2), 0.0
        ),
        "excited_state": _excited(read),
    }
    table, spread = arms[0].reshape(2, 2), arms[1].reshape(2, 2)
    upper = read[0].fitted.plan.upper
    variables = {
        "lever_arm": (("dot", "axis"), table, "meV/mV", "lever arms"),
        "lever_arm_uncertainty": (("dot", "axis"), spread, "meV/mV", "standard deviation of the lever arms"),
        "detuning_lever_arm": (
            "axis",
            table[1 - upper] - table[upper],
            "meV/mV",
            "change of the detuning with each gate",
        ),
        "detuning_lever_arm_uncertainty": ("axis", np.hypot(*spread), "meV/mV", "standard deviation of that change"),
        "upper_dot": ((), upper + 1, "1", "dot from which electrons go to the other one, counted from 1"),
    }
    for name, (value, error) in scalars.items():
        unit, label = SCALARS[name]
        variables[name] = ((), value, unit, label)
        variables[f"{name}_uncertainty"] = ((), error, unit, f"standard deviation of the {label}")
    points = np.stack([_triple_points(theta) for theta in thetas])
    off = SLOW[1] * width / np.abs(table).max(axis=0)
    spreads = np.stack([np.stack([np.hypot(error[PLACE], off)] * 2) for error in errors])
    dims = ("pair", "triangle", "axis")
    variables["triple_point"] = (dims, points, "mV", "where both dots are in resonance with the lower lead")
    variables["triple_point_uncertainty"] = (dims, spreads, "mV", "standard deviation of these points")
    return variables


def _excited(read: list[Judged]) -> tuple[float, float]:
    """Energy of the excited state, from the islands that show one."""
    shown = [each.fitted for each in read if tells_of_excited(each.fitted)]
    if not shown:
        return np.nan, np.nan
    values = np.array([each.theta[EXCITED] for each in shown])
    variances = np.array([each.found.covariance[EXCITED, EXCITED] for each in shown])
    width = float(np.exp(shown[0].theta[WIDTH]))
    return weighted_mean(values, np.diag(variances), float(np.hypot(MODEL_ERROR * shown[0].plan.bias, width)))


def _triple_points(theta: FloatArray) -> FloatArray:
    """Of electrons and of holes, (triangle, axis)."""
    move = np.linalg.solve(theta[ARMS].reshape(2, 2), np.full(2, theta[INTERDOT]))
    return np.stack([theta[PLACE], theta[PLACE] + move])


def _outlines(read: list[Judged]) -> FloatArray:
    """Sides of all triangles, (line, end, axis)."""
    lines = []
    for each in read:
        theta, plan = repulsive(each.fitted.theta), each.fitted.plan
        arms = theta[ARMS].reshape(2, 2)
        for point in _triple_points(theta):
            # Potentials (upper, lower) at the corners: (0, 0), (B, B) and (B, 0).
            corners = []
            for upper, lower in ((0.0, 0.0), (plan.bias, plan.bias), (plan.bias, 0.0)):
                potentials = np.array([upper, lower] if plan.upper == 0 else [lower, upper])
                corners.append(point - np.linalg.solve(arms, potentials))
            lines += [[corners[a], corners[b]] for a, b in ((0, 1), (1, 2), (2, 0))]
    return np.array(lines)


def _as_option(result: xr.Dataset) -> str:
    """Lever arms as `--lever-arms` takes them."""
    names = [str(name) for name in result["axis"].to_numpy()]
    return "; ".join(
        ", ".join(f"{name}={value:.4f}" for name, value in zip(names, row, strict=True))
        for row in result["lever_arm"].to_numpy()
    )


def _summary(result: xr.Dataset, pairs: int, others: int, reason: str) -> str:
    if not pairs:
        status = int(result["status"])
        if status == ONE_TRIANGLE:
            return f"A single bias triangle: no lever arms. {reason}"
        if status == NOT_DESCRIBED:
            return f"Bias triangles do not describe the image: no number is given. {reason}"
        return f"No bias triangles are in view. {reason}"
    names = [str(name) for name in result["axis"].to_numpy()]
    spread = float((result["lever_arm_uncertainty"] / np.abs(result["lever_arm"]).max()).max())
    text = "A pair of bias triangles" if pairs == 1 else f"{pairs} pairs of bias triangles"
    text += f': lever arms "{result.attrs["lever_arms"]}" meV/mV (± {spread:.1%} of the largest)'
    text += f", interdot energy {quoted(result, 'interdot_energy', 'meV')}"
    if np.isfinite(result["excited_state"]):
        text += f", excited state at a detuning of {quoted(result, 'excited_state', 'meV')}"
    upper = int(result["upper_dot"]) - 1
    text += f"; electrons go from the dot of {names[upper]} to that of {names[1 - upper]}."
    if others:
        text += f" {others} further island{'s' if others > 1 else ''} of current could not be read so."
    return text
