"""The drawing that pairs best within bounds, by gradients; nominal, or on average over disorder."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, choice, finite, mapping, positive, shown, whole
from attractron.core.errors import InputError
from attractron.core.results import dataset, to_json
from attractron.geometry.disorder import draws, spreads, weights_of_quantile
from attractron.geometry.electrostatics import METHODS, check_method, surroundings
from attractron.geometry.layout import Layout
from attractron.geometry.lengths import Draw, check_name, checked_lengths, drawing, layout_at, lengths_of
from attractron.geometry.objectives import OBJECTIVES, Objective, Problem
from attractron.geometry.pairing import labelled, roles_of
from attractron.geometry.search import Search, Step
from attractron.geometry.solution import check_memory, extrapolated, factor_of

TRIES = 200
"""Random points among which a start is looked for that can be drawn."""

AT_BOUND = 1e-4
"""Of the interval between bounds: so close to one, a length is at it."""

ALIKE = 1e-3
"""Relative difference of the optima of two starts that is none."""

ROUNDING = 1e-6
"""Relative difference of objectives that says only on which processor they were computed: the first start is shown."""

End = tuple[FloatArray, float, FloatArray]
"""Where a search ended, the objective there, and the way (step, length)."""


def optimise(
    draw: Draw,
    bounds: Mapping[str, tuple[float, float]],
    *,
    objective: Objective = "pairing_energy",
    disorder: Mapping[str, float] | None = None,
    samples: int = 32,
    quantile: float = 0.1,
    starts: int = 3,
    seed: int = 0,
    fixed: Mapping[str, Any] | None = None,
    method: str = "images",
    resolution: str | float = "normal",
    islands: Sequence[Sequence[str]] = (("T", "B"),),
    detector: str | None = None,
    memory: float = 4.0,
    progress: Step | None = None,
) -> xr.Dataset:
    """The lengths within bounds for which a drawing pairs best.

    Searches by gradients (SLSQP), from the drawing's own lengths and from random ones. The pairing energy is the lesser
    of two, those with L and with R; it is taken as the largest s with Δ_L ≥ s and Δ_R ≥ s, so that its kink, on which a
    nominal optimum sits, is no obstacle. Points that cannot be drawn are avoided.

    Theory: docs/theory/geometry.md, eq-energies, eq-adjoint.

    Args:
        draw: a function of named lengths that returns a layout: a preset, or your own.
        bounds: name of a length → (lowest, highest), nm.
        objective: "pairing_energy"; "mean" or "quantile" of it over disorder; or a function of a dictionary of W, U,
            U_near, far_site and pairing_energy (meV) whose value is to be large.
        disorder: name of a length → its standard deviation about what is drawn, nm; for "mean" and "quantile".
        samples: copies over which they are taken, the same ones at every point.
        quantile: which quantile.
        starts: searches; the first from the drawing's own lengths, within the bounds.
        seed: of other starts, and of copies.
        fixed: values of other keywords, and the first start.
        method: "images" where all metals are solid planes, or "panels", slower by the time of solutions: panels are
            stretched with the drawing during a search, and cut anew for a second one from its end, and for the result.
        resolution: of `electrostatics`, for panels.
        islands: the two dots that share an electron, the far site first; two other dots pair.
        detector: a dot that only senses the others, and neither pairs nor attracts.
        memory: GB that may be used.
        progress: hears after every step how many were made, and the best value so far.

    Returns:
        Dataset over `length`: `best` (nm) with `lower`, `upper` and `at_bound` ("lower", "upper" or "inside"), and
        `slope` of the objective there in meV/nm, what a bound costs; `objective`, and W, U, U_near, far_site,
        pairing_energy of the best drawing with their `_error`; for every `start`: `ended` (start, length) and
        `objective_of_start`; `path` (step, length) of the best search; `starts_agree`; `evaluations`, `gradients`,
        `refused` (points that could not be drawn) and `seconds`. `summary` says it in a sentence.

    Raises:
        InputError: an unknown length, bounds in the wrong order or at which no drawing can be, disorder without an
            objective for it or the other way round.

    Example:
        Height of the gates at a fixed distance: the best is inside, that of the distance is its bound.

        >>> found = at.geometry.optimise(at.geometry.crossed_nanotubes, {"height": (60, 500), "distance": (125, 300)},
        ...                              fixed={"solid_planes": True}, starts=1)
        >>> found["at_bound"].values.tolist(), found["best"].values.round().tolist()
        (['inside', 'lower'], [135.0, 125.0])
    """
    bare = drawing(draw, fixed)
    low, high = _bounds(bare, bounds)
    names = list(low)
    if not callable(objective):
        choice("objective", objective, OBJECTIVES)
    over_disorder = objective in ("mean", "quantile")
    if over_disorder != (disorder is not None):
        got = "no disorder" if disorder is None else f"disorder and the objective {shown(objective)}"
        raise InputError("disorder", 'be given for the objectives "mean" and "quantile" alone', got)
    spread = {} if disorder is None else spreads("disorder", bare, disorder)
    moves = draws(spread, samples, seed) if spread else np.zeros((1, 0))
    number = whole("starts", starts, at_least=1)
    factor = factor_of(resolution)
    positive("memory", memory)
    started = time.perf_counter()
    first, begins = _starts(bare, low, high, number, seed)
    check_method(method, first)
    problem = Problem(
        draw=bare,
        names=names,
        scattered=checked_lengths("disorder", bare, spread) if spread else {},
        moves=moves,
        factor=factor,
        roles=roles_of(first.dots, islands, detector),
        objective=objective,
        weights=weights_of_quantile(quantile, len(moves)) if objective == "quantile" else None,
    )
    problem.cut_at(begins[0])
    check_memory([problem.meshes], memory)
    search = Search(
        values=problem.values,
        slopes=problem.slopes,
        low=np.array(list(low.values())),
        high=np.array(list(high.values())),
        hear=progress,
    )
    problem.check_objective(begins[0])
    ends: list[End] = []
    for begin in begins:
        try:
            ends.append(_searched(search, problem, begin))
        except InputError:  # a copy of it cannot be drawn
            if begin is begins[-1] and not ends:
                raise
    result = _labelled(search, problem, ends, memory)
    if len(ends) < number:
        result.attrs["validity"] += f" {number - len(ends)} of {number} starts were left out: a copy cannot be drawn."
    result["seconds"] = ((), time.perf_counter() - started, {"units": "s", "long_name": "time that it took"})
    result.attrs["method"] = f"{METHODS[method]}, SLSQP"
    result.attrs["options"] = to_json(
        {
            "bounds": {name: [low[name], high[name]] for name in names},
            "objective": objective if isinstance(objective, str) else getattr(objective, "__name__", "a function"),
            "disorder": spread,
            "samples": len(moves) if spread else None,
            "quantile": quantile if objective == "quantile" else None,
            "starts": number,
            "seed": seed,
            "method": method,
            "resolution": resolution,
            "islands": [list(each) for each in islands],
            "detector": detector,
        }
    )
    return result


def _bounds(draw: Draw, bounds: Any) -> tuple[dict[str, float], dict[str, float]]:
    given = dict(mapping("bounds", bounds, lambda _, key: str(key), lambda _, value: value))
    if not given:
        raise InputError("bounds", "name at least one length", "none")
    low, high = {}, {}
    for name, pair in given.items():
        check_name("bounds", draw, name)
        argument = f"bounds[{name!r}]"
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise InputError(argument, "be (lowest, highest) in nm", shown(pair))
        low[name], high[name] = (finite(argument, each) for each in pair)
        if low[name] >= high[name]:
            raise InputError(argument, "rise from the lowest to the highest", shown(pair))
    return low, high


def _starts(
    draw: Draw, low: Mapping[str, float], high: Mapping[str, float], number: int, seed: int
) -> tuple[Layout, list[FloatArray]]:
    """The drawing of the first start, and as many starts as wanted: the drawing's own lengths, then random ones."""
    own = lengths_of(draw)
    middle = {name: (low[name] + high[name]) / 2 for name in low}
    tried = [np.array([np.clip(own.get(name, middle[name]), low[name], high[name]) for name in low])]
    generator = np.random.default_rng(seed)
    ends = np.array([list(low.values()), list(high.values())])
    tried += list(ends[0] + (ends[1] - ends[0]) * generator.random((TRIES, len(low))))
    _check_ends(draw, low, high, tried[0])
    layouts, found, reason = [], [], ""
    for x in tried:
        try:
            layouts.append(layout_at(draw, "bounds", **dict(zip(low, map(float, x), strict=True))))
        except InputError as error:
            reason = reason or str(error)
            continue
        found.append(x)
        if len(found) == number:
            return layouts[0], found
    raise InputError("bounds", f"hold {number} drawings that can be", f"{len(found)} of {len(tried)}", reason)


def _check_ends(draw: Draw, low: Mapping[str, float], high: Mapping[str, float], start: FloatArray) -> None:
    """An InputError for an end that is negative, where the drawing allows no such length."""
    for name in low:
        for end in (low[name], high[name]):
            lengths = dict(zip(low, map(float, start), strict=True)) | {name: end}
            try:
                draw(**lengths)
            except InputError as error:
                if error.argument == name and end <= 0:
                    raise InputError(f"bounds[{name!r}]", error.expected, f"{end:g}", error.remedy) from error


def _searched(search: Search, problem: Problem, start: FloatArray) -> End:
    """The end of a search; with panels of another one from there, on panels that are cut for it."""
    problem.cut_at(start)
    best, value, path = search.run(start)
    if problem.meshes[0]:
        problem.cut_at(best)
        best, value, more = search.run(best)
        path = np.concatenate([path, more[1:]])
    return best, value, path


def _labelled(search: Search, problem: Problem, ends: Sequence[End], memory: float) -> xr.Dataset:
    highest = max(value for _, value, _ in ends)
    best, value, path = next(end for end in ends if end[1] >= highest - ROUNDING * abs(highest))
    layout = problem.cut_at(best)
    check_memory([problem.meshes], memory)
    solution, steps = extrapolated(layout, problem.meshes)
    slope = problem.slopes(best)[int(np.argmin(problem.values(best)))]
    near = AT_BOUND * (search.high - search.low)
    places = np.where(best - search.low < near, "lower", np.where(search.high - best < near, "upper", "inside"))
    values = np.array([each[1] for each in ends])
    agree = bool((abs(values - value) <= ALIKE * abs(value)).all())
    text = OBJECTIVES[problem.objective] if isinstance(problem.objective, str) else "value of the function"
    result = dataset(
        {
            "best": ("length", best, "nm", "best value"),
            "lower": ("length", search.low, "nm", "lower bound"),
            "upper": ("length", search.high, "nm", "upper bound"),
            "at_bound": ("length", places.tolist(), "1", "bound that acts"),
            "slope": ("length", slope, "meV/nm", f"slope of the {text}"),
            "objective": ((), value, "meV", text),
            **labelled(solution.repulsion, steps.repulsion, problem.roles, ()),
            "ended": (("start", "length"), np.array([each[0] for each in ends]), "nm", "where a search ended"),
            "objective_of_start": ("start", values, "meV", f"{text} where a search ended"),
            "path": (("step", "length"), path, "nm", "lengths during the best search"),
            "starts_agree": ((), agree, "1", "whether all searches ended at the same objective"),
            "evaluations": ((), search.evaluations, "1", "points that were tried"),
            "gradients": ((), search.gradients, "1", "gradients that were computed"),
            "refused": ((), search.refused, "1", "points that could not be drawn"),
        },
        {
            "length": ("length", list(problem.names), "1", "length"),
            "start": ("start", np.arange(len(ends)), "1", "start"),
            "step": ("step", np.arange(len(path)), "1", "step"),
        },
        question="geometry.optimise",
        parameters=layout.describe(),
        method="",
        validity=_validity(layout, search, values, agree),
        references=("hamo2016",),
    )
    at = ", ".join(
        f"{name} = {each:.4g} nm" + (f" ({place} bound)" if place != "inside" else "")
        for name, each, place in zip(problem.names, best, places, strict=True)
    )
    result.attrs["summary"] = f"{text.capitalize()}: {value:.4g} meV at {at}."
    return result


def _validity(layout: Layout, search: Search, values: FloatArray, agree: bool) -> Iterator[str]:
    yield "Frozen clouds: repulsions are of first order; carriers that avoid each other repel less."
    yield from surroundings(layout)
    if not agree:
        less = ", ".join(f"{value:.4g}" for value in sorted(values)[:-1])
        yield f"Searches from other starts ended lower, at {less} meV: there may be a better drawing; try more starts."
    if search.refused:
        yield f"{search.refused} of {search.evaluations} points could not be drawn; the last: {search.reason}."
