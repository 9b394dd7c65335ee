"""A whole charge stability diagram fitted with a device: parameters, what the data fix of them, and what is left."""

from collections.abc import Iterable, Mapping

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from attractron.core.checks import finite, nearest, whole
from attractron.core.checks import temperature as checked_temperature
from attractron.core.errors import InputError
from attractron.dots.detector import Detector
from attractron.dots.device import Device
from attractron.fitting.identifiability import identifiability
from attractron.fitting.initial_guess import from_vertex, warmed
from attractron.fitting.model import DiagramModel
from attractron.fitting.report import Outcome, labelled, structure
from attractron.fitting.solve import ROUNDS, make_problem, solve
from attractron.readout.vertex.image import prepare, trimmed
from attractron.readout.vertex.vertex import read_vertex

MISPLACED = 0.2
"""Structure in the residual over the image's contrast, both r.m.s., beyond which the lines are not the image's."""


def fit_diagram(
    image: xr.DataArray | xr.Dataset,
    device: Device,
    *,
    temperature: float,
    free: Iterable[str] | None = None,
    detector: Detector | None = None,
    vertex: xr.Dataset | None = None,
    offsets: Mapping[str, float] | None = None,
    seed: int = 0,
) -> xr.Dataset:
    """Fit a measured charge stability diagram with a device of two open dots, its islands and its detector.

        I(V) = I_0 + Σ_a s_a V_a + Σ_i w_i ⟨n_i⟩,    e_i = F(i) - F(0) + o_i - µ_i,    µ_i = ± Σ_g α_gi (V_g - V_g⁰)

    with ⟨n_i⟩ of `dots.stability_diagram` (temperature T and tunnel broadening Γ included); o_i are the offsets of the
    charging points, + for electrons. Generalised least squares in noise that is white and 1/f along the scan, with
    exact derivatives. An image of one vertex depends on the Hamiltonian through W_eff and the two charging points
    only, and energies, lever arms and temperature may share a factor that it does not show: what the data do not fix
    is named, and not given a number.

    Theory: docs/theory/readout.md, eq-fit, eq-scan-noise.

    Args:
        image: detector current over two gates or virtual gates of the device, mV; NaN pixels are left out. Its unit,
            pA unless its attributes say something else, is that of weights, background and slopes.
        device: where the fit starts. Its gates' lever arms need the right signs, and directions to about 30 degrees.
        temperature: K, where the fit starts; a factor of 4 is bridged.
        free: parameters that are fitted: those of the device, "temperature", "tunnel_broadening", "background",
            "slope.AXIS" (pA/mV), "weight.DOT" (pA for one electron), "offset.DOT" (meV), "lever_arm.GATE.DOT"
            (meV/mV). By default all of them but the largest lever arm, which sets the scale of energy.
        detector: where the fit starts; noise and seed in it are not used.
        vertex: `readout.read_vertex` of the same image, which is read here where none is given. It supplies the initial
            guess of free offsets and lever arms and of the interaction.
        offsets: dot → meV, in place of a reading.
        seed: of the reading's search.

    Returns:
        Dataset over `parameter`: `value` (NaN if the data do not fix it), `uncertainty` (one standard deviation, from
        the data alone, infinite along null directions), `start`, `point` (the values that `model` is drawn with),
        `status` (CF flags determined, not_fixed, at_bound), `units`, `correlation` (parameter, other). Eigenvalues and
        eigenvectors of Fisher's matrix in units of `range`; `combination` (coefficients), `combination_value` and
        `combination_uncertainty`: what is fixed of the parameters that are not; `unseen_move`: changes of them that
        leave the image as it is. `effective_interaction` at T, its `_uncertainty` and `_status` (meV);
        `reduced_chi_square` of the residual in blocks of pixels. `data`, `model`, `residual` over the axes (pA).
        attrs["summary"] is a paragraph.

    Raises:
        InputError: a device without two open dots for one carrier each, islands that the axes move, unknown names,
            T = 0; an image without one vertex; a fit that does not settle or leaves the charging lines in the residual.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
        >>> axes = {"V": np.linspace(0.0, 3.5, 40), "delta_V": np.linspace(-1.7, 1.7, 40)}
        >>> image = at.dots.stability_diagram(device, axes, temperature=0.5)["detector_current"]
        >>> guess = device.with_parameters(W=0.9)
        >>> found = at.fitting.fit_diagram(image, guess, temperature=0.4, free=["W", "temperature"])
        >>> np.round(found["value"].values, 2)  # meV, K
        array([0.83, 0.5 ])
    """
    prepared = prepare(image, "current", None)
    kelvin = checked_temperature("temperature", temperature)
    if kelvin == 0:
        raise InputError("temperature", "be positive", kelvin, "start with that of the cryostat")
    model = DiagramModel(device=device, names=prepared.names, axes=prepared.axes)
    values = model.initial_values(_sensor(detector or Detector(), model), kelvin, _offsets(offsets, model))
    names = _free(free, model, values)
    first = whole("seed", seed)
    if vertex is not None and offsets is not None:
        raise InputError(
            "offsets", "be left out where a vertex is given", "both", "the vertex says where offsets start"
        )
    array, pixels = trimmed(image)
    data = np.where(np.isfinite(pixels), pixels, np.nan)
    with threadpool_limits(limits=1):  # products of tall matrices: more threads on busy cores wait for each other
        if offsets is None and (vertex is not None or any(model.parameters[name].kind == "offset" for name in names)):
            # Without lever arms: their rough sizes would make it doubt the lines. The sign is found by `from_vertex`.
            reading = read_vertex(image, seed=first) if vertex is None else vertex
            values = from_vertex(model, values, names, reading)
        thin = make_problem(model, data, values, names).thinned()
        problem = make_problem(model, data, warmed(thin.model, values, names, thin.data), names)
        solution = solve(problem)
    outcome = Outcome(
        problem=problem,
        solution=solution,
        known=identifiability(names, problem.ranges, solution.information),
        units=str(array.attrs.get("units", "pA")),
    )
    _check(outcome)
    options = {"free": list(names), "temperature": kelvin, "offsets": offsets, "seed": first}
    return labelled(outcome, options)


def _sensor(detector: Detector, model: DiagramModel) -> Detector:
    """The detector, if it sees the open dots and the axes only."""
    detector.check(model.device)
    weights = dict(zip(model.device.dots, detector.per_dot(model.device), strict=True))
    unseen = [dot for dot, weight in weights.items() if weight and dot not in model.dots]
    if unseen:
        raise InputError("detector", "see the open dots only", f"a weight on {unseen[0]!r}", "leave islands out")
    other = [name for name in detector.slope if name not in model.names]
    if other:
        raise InputError("detector", f"have slopes along the image's axes ({', '.join(model.names)})", repr(other[0]))
    return detector


def _offsets(offsets: Mapping[str, float] | None, model: DiagramModel) -> dict[str, float]:
    given = {} if offsets is None else dict(offsets)
    for dot, value in given.items():
        if dot not in model.dots:
            raise InputError("offsets", f"name open dots ({', '.join(model.dots)})", repr(dot))
        finite(f"offsets[{dot!r}]", value)
    return given


def _free(free: Iterable[str] | None, model: DiagramModel, values: Mapping[str, float]) -> tuple[str, ...]:
    """Names of the parameters that are fitted, in the order of the model's."""
    arms = [name for name, entry in model.parameters.items() if entry.kind == "lever_arm"]
    if free is None:
        return tuple(name for name in values if name != max(arms, key=lambda arm: abs(values[arm])))
    if isinstance(free, str):
        raise InputError("free", "be a list of names", repr(free), f"[{free!r}]")
    chosen = list(free)
    for name in chosen:
        if name not in values:
            raise InputError("free", f"name parameters ({', '.join(values)})", repr(name), nearest(str(name), values))
    if not chosen:
        raise InputError("free", "name at least one parameter", "none")
    return tuple(name for name in values if name in chosen)


def _check(outcome: Outcome) -> None:
    """Whether the fit found a minimum, and whether it is the image's."""
    if not outcome.solution.settled:
        raise InputError(
            "image", "be fitted from the start given", f"no minimum after {ROUNDS} steps", "hold what is known"
        )
    left, contrast = structure(outcome.solution), float(np.nanstd(outcome.problem.data))
    if left.seen and left.rms > MISPLACED * contrast:
        raise InputError(
            "image",
            "be like the diagram of the device",
            f"structure of {left.rms:.3g} {outcome.units} r.m.s. in the residual of an image of {contrast:.3g}",
            "crop it to one vertex, or start from better lever arms, offsets or parameters",
        )
