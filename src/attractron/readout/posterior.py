r"""Samples of the posterior of a reading, for what one sigma does not tell: tails, edges, banana-shaped valleys.

    p(parameters | data) ∝ exp(-Σ r²/2) within physical bounds

r being the residual of the reading, whitened by the noise that it shows, with a prior that is flat in every parameter
as it is quoted: temperature, tunnel broadening and coupling from zero on, positions within the axis, heights and
backgrounds anywhere. Where the data fix a parameter the prior does not matter and samples agree with the profile of χ²;
near zero it does, and a prior flat in t is not one flat in t². The sampler is emcee's (D. Foreman-Mackey et al., Publ.
Astron. Soc. Pac. 125, 306 (2013)) with moves along differences of walkers (C. J. F. ter Braak, Stat. Comput. 16, 239
(2006)).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from attractron.core import checks
from attractron.core.checks import FloatArray
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import dataset, flag_names
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.numbers import CHANGES
from attractron.readout.trace.peak_fit import PeakModel
from attractron.readout.trace.shapes import Step
from attractron.readout.trace.whitening import whitening

WALKERS = 32
CHUNK = 400
"""Steps after which convergence is looked at."""

MOST_STEPS = 12_000

LONG = 50
"""Autocorrelation times after which a chain is taken as converged, as emcee's authors recommend."""

EFFECTIVE = 2000
"""Independent samples that are wanted."""

SHARE = 0.95
"""Of the samples in the intervals."""


@dataclass(frozen=True, kw_only=True)
class Sampled:
    """What is sampled.

    Attributes:
        names: of the parameters, as in the result.
        start: values of the reading.
        scales: how far walkers start from them.
        lows: lowest values.
        highs: highest ones.
        curve: of the parameters, (n,).
        data: (n,), less all that the reading's fit holds beside the curve.
    """

    names: tuple[str, ...]
    start: FloatArray
    scales: FloatArray
    lows: FloatArray
    highs: FloatArray
    curve: Callable[[FloatArray], FloatArray]
    data: FloatArray


def posterior(result: xr.Dataset, *, seed: int = 1) -> xr.Dataset:
    """Samples of the posterior of a charging line, an interdot line or a Coulomb peak that was read.

    Args:
        result: of `charging_line`, `interdot_line` or `coulomb_peak`, also out of its file.
        seed: of the sampler.

    Returns:
        Dataset with `posterior` (sample, parameter), its `posterior_mean`, `posterior_deviation` and
        `posterior_interval` (parameter, end; the middle 95 %, or from zero on where the reading has a bound only),
        `autocorrelation_time` in steps and `effective_sample_size` over `parameter`, the `units` of each, and
        `acceptance`, the part of proposals that was accepted. `attrs` hold the seed.

    Raises:
        InputError: another result, one in which nothing was read, or emcee is not installed.

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
    if (status := flag_names(result["status"])[int(result["status"])]) not in ("described", "open"):
        raise InputError("posterior", "be asked of what was read", status.replace("_", " "))
    target = BUILDERS[question](result)
    white = whitening(target.data - target.curve(target.start), len(target.names))
    chain, acceptance, times = _sampled(target, lambda point: white(target.curve(point) - target.data), seed)
    return _result(result, target, chain, acceptance, times, seed)


def _sampled(
    target: Sampled, residual: Callable[[FloatArray], FloatArray], seed: int
) -> tuple[FloatArray, float, FloatArray]:
    """Thinned samples (sample, parameter), the acceptance and the autocorrelation times in steps."""
    try:
        import emcee
    except ImportError:
        remedy = 'install it: pip install emcee, or pip install "attractron[posterior]"'
        raise InputError("posterior", "have the sampler emcee", "none installed", remedy) from None

    def logarithm(point: FloatArray) -> float:
        if np.any(point < target.lows) or np.any(point > target.highs):
            return -np.inf
        left = residual(point)
        return -0.5 * float(left @ left)

    rng = np.random.default_rng(seed)
    first = target.start + 0.5 * target.scales * rng.standard_normal((WALKERS, target.start.size))
    # Walkers beyond a bound start mirrored at it.
    first = np.where(first < target.lows, 2 * np.maximum(target.lows, -1e300) - first, first)
    first = np.clip(
        np.where(first > target.highs, 2 * np.minimum(target.highs, 1e300) - first, first), target.lows, target.highs
    )
    moves = [(emcee.moves.DEMove(), 0.8), (emcee.moves.DESnookerMove(), 0.2)]
    sampler = emcee.EnsembleSampler(WALKERS, target.start.size, logarithm, moves=moves)
    sampler.random_state = np.random.RandomState(seed).get_state()
    state: Any = first
    times = np.full(target.start.size, np.inf)
    while sampler.iteration < MOST_STEPS:
        state = sampler.run_mcmc(state, CHUNK, skip_initial_state_check=True)
        times = np.asarray(sampler.get_autocorr_time(tol=0), dtype=float)
        longest = float(np.max(times))
        if np.isfinite(longest) and sampler.iteration > LONG * longest + CHUNK:
            count = (sampler.iteration - CHUNK) * WALKERS / longest
            if count >= EFFECTIVE:
                break
    thin = max(int(np.nan_to_num(float(np.min(times)), nan=1.0) / 2), 1)
    burnt = max(CHUNK, int(2 * np.nan_to_num(float(np.max(times)), nan=0.0)))
    chain = sampler.get_chain(discard=min(burnt, sampler.iteration // 2), thin=thin, flat=True)
    return np.asarray(chain), float(np.mean(sampler.acceptance_fraction)), times


def _result(
    result: xr.Dataset, target: Sampled, chain: FloatArray, acceptance: float, times: FloatArray, seed: int
) -> xr.Dataset:
    names = list(target.names)
    tail = (1 - SHARE) / 2
    low, high = np.quantile(chain, [tail, 1 - tail], axis=0)
    for at, name in enumerate(names):
        # Of what only an upper bound is known there is no lower end but zero.
        if int(result.get(f"{name}_status", 0)) == 1:
            low[at], high[at] = 0.0, np.quantile(chain[:, at], SHARE)
    effective = chain.shape[0] / np.maximum(times / max(_thinned(times), 1), 1.0)
    units = [str(result[name].attrs["units"]) for name in names]
    found = dataset(
        {
            "posterior": (("sample", "parameter"), chain, "1", "samples, each parameter in its unit"),
            "posterior_mean": ("parameter", chain.mean(axis=0), "1", "mean of the samples"),
            "posterior_deviation": ("parameter", chain.std(axis=0), "1", "standard deviation of the samples"),
            "posterior_interval": (("parameter", "end"), np.stack([low, high], axis=1), "1", "95 % of the samples"),
            "autocorrelation_time": ("parameter", times, "1", "autocorrelation time in steps of all walkers"),
            "effective_sample_size": ("parameter", effective, "1", "number of independent samples"),
            "acceptance": ((), acceptance, "1", "part of the proposals that was accepted"),
        },
        {
            "parameter": ("parameter", names, "1", "parameter"),
            "units": ("parameter", units, "1", "unit of each parameter"),
            "end": ("end", ["lower", "upper"], "1", "end of an interval"),
        },
        question="readout.posterior",
        parameters={"of": result.attrs["question"], **json.loads(result.attrs["parameters"])},
        method=f"{WALKERS} walkers of emcee, moves along their differences",
        validity=[
            "Priors are flat in each parameter as it is quoted, and end at zero or at the ends of the axis.",
            "The noise is that of the reading's residual, and taken as known.",
        ],
        references=("foreman_mackey2013",),
        options={"seed": seed},
    )
    found.attrs.update(seed=seed, summary=_sentence(found))
    return found


def _thinned(times: FloatArray) -> int:
    return max(int(np.nan_to_num(float(np.min(times)), nan=1.0) / 2), 1)


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


QUOTED = ("position", "temperature", "tunnel_broadening", "tunnel_coupling", "width")
"""Parameters that the sentence names."""


def _trace(result: xr.Dataset) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Axis, data and fit of the points that were used, rising."""
    axis = result[result["signal"].dims[0]].to_numpy().astype(float)
    used = np.flatnonzero(result["used"].to_numpy() == 1)
    used = used[np.argsort(axis[used])]
    return axis[used], result["signal"].to_numpy().astype(float)[used], result["fit"].to_numpy()[used]


def _value(result: xr.Dataset, name: str) -> float:
    return float(result[name]) if name in result else 0.0


def _target(
    result: xr.Dataset,
    names: list[str],
    limits: dict[str, tuple[float, float]],
    curve: Callable[[dict[str, float]], FloatArray],
) -> Sampled:
    """From the curve as a function of the result's numbers."""
    _, data, fit = _trace(result)
    start = np.array([_value(result, name) for name in names])
    scales = np.array([_value(result, f"{name}_uncertainty") for name in names])
    lows, highs = np.transpose([limits.get(name, (-np.inf, np.inf)) for name in names])
    held = {str(name): _value(result, str(name)) for name in result.data_vars if result[name].ndim == 0}

    def of(point: FloatArray) -> FloatArray:
        return curve({**held, **dict(zip(names, point.tolist(), strict=True))})

    # What the fit holds beyond the curve stays as it was fitted.
    beside = fit - of(start)
    return Sampled(
        names=tuple(names),
        start=np.clip(start, lows, highs),
        scales=scales,
        lows=lows,
        highs=highs,
        curve=of,
        data=data - beside,
    )


def _step(result: xr.Dataset) -> Sampled:
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

    return _target(result, names, limits, curve)


def status_of(result: xr.Dataset, name: str) -> str:
    """What is known of a quantity."""
    variable = result[f"{name}_status"]
    return flag_names(variable)[int(variable)]


def _peak(result: xr.Dataset) -> Sampled:
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

    return _target(result, names, limits, curve)


BUILDERS: dict[str, Callable[[xr.Dataset], Sampled]] = {
    "readout.charging_line": _step,
    "readout.interdot_line": _step,
    "readout.coulomb_peak": _peak,
}
"""Question → what of it is sampled."""
