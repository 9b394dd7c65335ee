r"""Samples of the posterior of a reading, for what one sigma does not tell: tails, edges, banana-shaped valleys.

    p(parameters | data) ∝ exp(-Σ r²/2) within physical bounds

r being the residual of the reading, whitened by the noise that it shows, with a prior that is flat in every parameter
as it is quoted: temperature, tunnel broadening and coupling from zero on, positions within the axis, heights and
backgrounds anywhere. Where the data fix a parameter the prior does not matter and samples agree with the profile of χ²;
near zero it does, and a prior flat in t is not one flat in t². The sampler is in `readout.sampling`, the posterior of a
vertex in `readout.vertex.posterior`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from threadpoolctl import threadpool_limits

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import dataset, flag_names
from attractron.readout.honeycomb.posterior import HoneycombPosterior, honeycomb_posterior
from attractron.readout.sampling import Samples, Target, samples
from attractron.readout.trace.drift import estimate
from attractron.readout.trace.found_line import LORENTZIAN, THERMAL
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.numbers import CHANGES
from attractron.readout.trace.peak_fit import PeakModel
from attractron.readout.trace.separable import orthonormal
from attractron.readout.trace.shapes import Step
from attractron.readout.trace.whitening import whitening
from attractron.readout.vertex.posterior import VertexPosterior, vertex_posterior

SHARE = 0.95
"""Of the samples in the intervals."""

READ = ("described", "open", "repulsive", "attractive", "below_resolution")
"""Statuses of what was read."""


@dataclass(frozen=True, kw_only=True)
class Curve:
    """What is sampled of a trace.

    Attributes:
        names: of the parameters, as in the result.
        units: of them.
        start: values of the reading.
        scales: how far walkers start from them.
        lows: lowest values.
        highs: highest ones.
        curve: of the parameters, (n,).
        data: (n,), less all that the reading's fit holds beside the curve.
        white: values (n,) in the base in which the reading's noise is white with unit variance.
        flattening: factor by which the reading raises its variances, because its model is not exact.
        beside: what the reading's fit holds beside the curve, in words.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    start: FloatArray
    scales: FloatArray
    lows: FloatArray
    highs: FloatArray
    curve: Callable[[FloatArray], FloatArray]
    data: FloatArray
    white: Callable[[FloatArray], FloatArray]
    flattening: float = 1.0
    beside: str = ""

    @property
    def validity(self) -> tuple[str, ...]:
        """What the samples rest on."""
        said = ["Priors are flat in each parameter as it is quoted, and end at zero or at the ends of the axis."]
        if self.flattening > 1:
            said.append(f"Variances are {self.flattening:.3g} times those of the noise: the model is not exact.")
        return (*said, self.beside) if self.beside else tuple(said)

    @property
    def target(self) -> Target:
        """Its density, in the noise of the reading."""

        def logarithm(point: FloatArray) -> float:
            left = self.white(self.curve(point) - self.data)
            return -0.5 * float(left @ left) / self.flattening

        return Target(start=self.start, scales=self.scales, lows=self.lows, highs=self.highs, logarithm=logarithm)

    def quoted(self, found: Samples, seed: int) -> Samples:
        """The samples as they are quoted."""
        return found


def posterior(result: xr.Dataset, *, seed: int = 1) -> xr.Dataset:
    """Samples of the posterior of a vertex or several, a charging line, an interdot line or a Coulomb peak.

    Of a vertex the triple points, their distance and, where something sets the scale, W_eff with its sign are sampled
    (see `readout.vertex.posterior`); half a minute for 100 x 100 pixels. Of all vertices of a honeycomb the lengths and
    W_eff are, one by one, with their mean and spread (`readout.honeycomb.posterior`); some minutes.

    Theory: docs/theory/readout.md, eq-posterior.

    Args:
        result: of `read_vertex`, `read_honeycomb`, `charging_line`, `interdot_line` or `coulomb_peak`, also from its
            file.
        seed: of the sampler.

    Returns:
        Dataset with `posterior` (sample, parameter), its `posterior_mean`, `posterior_deviation` and
        `posterior_interval` (parameter, end; the middle 95 %, or from zero on where the reading has a bound only),
        `autocorrelation_time` in steps and `effective_sample_size` over `parameter`, the `units` of each, and
        `acceptance`, the part of proposals that was accepted. `attrs` hold the seed.

    Raises:
        InputError: another result, one in which nothing was read, an image that is not read alike again, or emcee is
            not installed.

    Example:
        >>> from attractron.papers.measured import DATA
        >>> line = at.readout.charging_line(at.readout.load(DATA / "addition_line.nc"), lever_arm=0.1)
        >>> [name for name in line if name in ("temperature", "position")]  # at.readout.posterior(line) samples them
        ['temperature', 'position']
    """
    checks.whole("seed", seed)
    question = str(result.attrs.get("question", ""))
    if question not in BUILDERS:
        names = ", ".join(name.removeprefix("readout.") for name in BUILDERS)
        raise InputError("posterior", f"be asked of a result of {names}", question or "another dataset")
    if (status := flag_names(result["status"])[int(result["status"])]) not in READ:
        raise InputError("posterior", "be asked of what was read", status.replace("_", " "))
    target = BUILDERS[question](result)
    with threadpool_limits(limits=1):
        found = target.quoted(samples(target.target, seed), seed)
    return _result(result, target, found, seed)


def _result(
    result: xr.Dataset, target: Curve | VertexPosterior | HoneycombPosterior, found: Samples, seed: int
) -> xr.Dataset:
    names, chain, times = list(target.names), found.chain, found.times
    tail = (1 - SHARE) / 2
    low, high = np.quantile(chain, [tail, 1 - tail], axis=0)
    for at, name in enumerate(names):
        # Of what only an upper bound is known there is no lower end but zero.
        if int(result.get(f"{name}_status", 0)) == 1:
            low[at], high[at] = 0.0, np.quantile(chain[:, at], SHARE)
    effective = chain.shape[0] / np.maximum(times / found.thin, 1.0)
    labelled = dataset(
        {
            "posterior": (("sample", "parameter"), chain, "1", "samples, each parameter in its unit"),
            "posterior_mean": ("parameter", chain.mean(axis=0), "1", "mean of the samples"),
            "posterior_deviation": ("parameter", chain.std(axis=0), "1", "standard deviation of the samples"),
            "posterior_interval": (("parameter", "end"), np.stack([low, high], axis=1), "1", "95 % of the samples"),
            "autocorrelation_time": ("parameter", times, "1", "autocorrelation time in steps of all walkers"),
            "effective_sample_size": ("parameter", effective, "1", "number of independent samples"),
            "acceptance": ((), found.acceptance, "1", "part of the proposals that was accepted"),
        },
        {
            "parameter": ("parameter", names, "1", "parameter"),
            "units": ("parameter", list(target.units), "1", "unit of each parameter"),
            "end": ("end", ["lower", "upper"], "1", "end of an interval"),
        },
        question="readout.posterior",
        parameters={"of": result.attrs["question"], **json.loads(result.attrs["parameters"])},
        method=f"{found.walkers} walkers of emcee, moves along their differences",
        validity=[*target.validity, "The noise is that of the reading's residual, and taken as known."],
        references=("foreman_mackey2013",),
        options={"seed": seed},
    )
    labelled.attrs.update(seed=seed, summary=_sentence(labelled))
    return labelled


def _sentence(found: xr.Dataset) -> str:
    parts = []
    for at, name in enumerate(found["parameter"].to_numpy()):
        if name not in QUOTED:
            continue
        mean, spread = (float(found[f"posterior_{part}"][at]) for part in ("mean", "deviation"))
        low, high = found["posterior_interval"].to_numpy()[at]
        unit = str(found["units"].to_numpy()[at])
        digits = max(0, 1 - int(np.floor(np.log10(spread)))) if spread > 0 else 3
        said = f"{str(name).replace('_', ' ')} {mean:.{digits}f} ± {spread:.{digits}f} {unit}"
        parts.append(f"{said} (95 % from {low:.{digits}f} to {high:.{digits}f})")
    count = int(found["effective_sample_size"].min())
    return f"Posterior of {count} independent samples: {'; '.join(parts)}."


QUOTED = (
    "position",
    "temperature",
    "tunnel_broadening",
    "tunnel_coupling",
    "width",
    "interaction_line_length",
    "effective_interaction",
    "mean_length",
    "mean_interaction",
    "mean_interaction_spread",
)
"""Parameters that the sentence names."""


def _trace(result: xr.Dataset) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Axis, data and fit of the points that were used, rising."""
    axis = result[result["signal"].dims[0]].to_numpy().astype(float)
    used = np.flatnonzero(result["used"].to_numpy() == 1)
    used = used[np.argsort(axis[used])]
    return axis[used], result["signal"].to_numpy().astype(float)[used], result["fit"].to_numpy()[used]


def _value(result: xr.Dataset, name: str) -> float:
    return float(result[name]) if name in result else 0.0


Values = dict[str, float]


def _target(
    result: xr.Dataset,
    names: list[str],
    limits: dict[str, tuple[float, float]],
    curve: Callable[[Values], FloatArray],
    fitted: Values,
) -> Curve:
    """From the curve as a function of the result's numbers, in white and 1/f noise.

    Args:
        result: that was read.
        names: of what is sampled.
        limits: of some of them.
        curve: of the numbers.
        fitted: numbers that are others in the fitted curve: where two shapes are quoted, or where one has a bound only.
    """
    _, data, fit = _trace(result)
    start = np.array([{name: _value(result, name), **fitted}[name] for name in names])
    scales = np.array([_value(result, f"{name}_uncertainty") for name in names])
    lows, highs = np.transpose([limits.get(name, (-np.inf, np.inf)) for name in names])
    held = {str(name): _value(result, str(name)) for name in result.data_vars if result[name].ndim == 0}

    def of(point: FloatArray) -> FloatArray:
        return curve({**held, **dict(zip(names, point.tolist(), strict=True))})

    # What the fit holds beyond the curve stays as it was fitted.
    beside = fit - of(start)
    return Curve(
        names=tuple(names),
        units=tuple(str(result[name].attrs["units"]) for name in names),
        start=np.clip(start, lows, highs),
        scales=scales,
        lows=lows,
        highs=highs,
        curve=of,
        data=data - beside,
        white=whitening(data - fit, len(names)),
    )


def _step(result: xr.Dataset) -> Curve:
    """A charging line or an interdot line."""
    axis, _, _ = _trace(result)
    whole = result[result["signal"].dims[0]].to_numpy().astype(float)
    alpha = float(json.loads(result.attrs["parameters"])["lever_arm"])
    interdot = "tunnel_coupling" in result
    own = "tunnel_coupling" if interdot else "tunnel_broadening"
    step = Step(
        line=interdot_occupation if interdot else lead_occupation,
        lever_arm=alpha,
        free=("position", "temperature", "own"),
        held={},
        spacing=float(np.median(np.diff(axis))),
        slopes=2,
        derivative=bool(result.attrs.get("derivative", 0)),
    )
    names = ["background", "slope", "curvature", "cubic", "step_height", "position", *CHANGES]
    names = [name for name in names if _value(result, f"{name}_uncertainty") > 0]
    names += [name for name in ("temperature", own) if status_of(result, name) in ("resolved", "upper_bound", "open")]
    coldest, hottest = alpha * np.array([1e-3 * step.spacing, np.ptp(axis)]) / K_B
    limits = {
        "position": (float(axis[0]), float(axis[-1])),
        "temperature": (0.0, float(hottest)),
        own: (0.0, alpha * float(np.ptp(axis))),
    }
    away = axis - float(whole[0] + whole[-1]) / 2
    powers = {name: away**power for power, name in enumerate(("background", "slope", "curvature", "cubic"))}

    def curve(values: dict[str, float]) -> FloatArray:
        width = values[own] ** 2 if interdot else values[own]
        point = np.array([values["position"], max(values["temperature"], float(coldest)), width])
        charge = step(axis, point)[0] @ np.array([values["step_height"], *(values.get(name, 0.0) for name in CHANGES)])
        return np.asarray(charge + sum(values[name] * power for name, power in powers.items()))

    held = {THERMAL: {own: 0.0}, LORENTZIAN: {"temperature": 0.0}}.get(str(result.attrs["shape"]), {})
    found = _target(result, names, limits, curve, {name: value for name, value in held.items() if name in names})
    used = result["used"].to_numpy() == 1
    noise = estimate(
        orthonormal(_tangents(found)),
        found.data,
        derivative=step.derivative,
        spread=result["relative_noise"].to_numpy().astype(float)[used][np.argsort(whole[used])],
    )
    return replace(
        found,
        white=noise.whiten,
        flattening=float(result["variance_factor"]),
        beside=(
            "Pick-up, jumps and further steps stay as they were fitted; that no detector is exactly linear (1 % of the "
            "energies) is not in the samples."
        ),
    )


def _tangents(found: Curve) -> FloatArray:
    """How the curve changes with each parameter, (n, parameter); inwards where one is at its bound."""
    columns = []
    for at, scale in enumerate(found.scales):
        step = np.zeros(found.start.size)
        step[at] = 1e-3 * scale if np.isfinite(scale) and scale > 0 else 1e-3
        moved = found.start + step
        columns.append(found.curve(moved) - found.curve(found.start))
    return np.stack(columns, axis=1)


def status_of(result: xr.Dataset, name: str) -> str:
    """What is known of a quantity."""
    variable = result[f"{name}_status"]
    return flag_names(variable)[int(variable)]


def _peak(result: xr.Dataset) -> Curve:
    """A Coulomb peak with a lever arm, in temperature and broadening; without, in its width."""
    axis, _, _ = _trace(result)
    model = PeakModel(shape=str(result.attrs["shape"]), gate=axis)
    alpha = json.loads(result.attrs["parameters"])["lever_arm"]
    options = json.loads(result.attrs["options"])
    if alpha is None:
        raise InputError("posterior", "be asked of a Coulomb peak with a lever arm", "none")
    names = ["background", "slope", "height", "position"]
    if options["temperature"] is None:
        names.append("temperature")
    # A peak that was read without tunnel broadening has a bound on it: samples say more.
    if model.shape == "single-level" and options["tunnel_broadening"] in (None, "fit"):
        names.append("tunnel_broadening")
    span, step = float(np.ptp(axis)), float(np.median(np.diff(axis)))
    limits = {
        "position": (float(axis[0]), float(axis[-1])),
        "temperature": (0.0, alpha * span / K_B),
        "tunnel_broadening": (0.0, 2 * alpha * span),
    }

    def curve(values: dict[str, float]) -> FloatArray:
        thermal = max(K_B * values["temperature"] / alpha, 1e-3 * step)
        return model.curve({**values, "thermal": thermal, "lorentz": values["tunnel_broadening"] / alpha})[0]

    return _target(result, names, limits, curve, {})


BUILDERS: dict[str, Callable[[xr.Dataset], Curve | VertexPosterior | HoneycombPosterior]] = {
    "readout.charging_line": _step,
    "readout.interdot_line": _step,
    "readout.coulomb_peak": _peak,
    "readout.read_vertex": vertex_posterior,
    "readout.read_honeycomb": honeycomb_posterior,
}
"""Question → what of it is sampled."""
