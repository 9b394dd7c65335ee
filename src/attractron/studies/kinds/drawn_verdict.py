"""Whether a drawing pairs, in words: 2Δ with errors of mesh and lengths, and what frozen clouds leave open."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from attractron.dots import effective_interaction, verdict
from attractron.geometry import Uniform, relaxed
from attractron.geometry.device import VIRTUAL
from attractron.studies.kinds.drawn_device import ISLANDS, NEGLIGIBLE, Drawn, pairing
from attractron.studies.study import Study, Verdict

FROZEN = (
    "Clouds are frozen: carriers that avoid each other repel less, so W and U are upper estimates, and 2Δ may be off "
    "by tens of per cent where levels lie closer than the repulsion; give the `mass` of the carriers to see it."
)


def verdict_of(study: Study, result: xr.Dataset) -> Verdict:
    """Whether this drawing pairs, by how much, with which errors; then what is said of any device."""
    drawn: Drawn = study.model
    if not drawn.device.islands:
        return _without_polarizer(drawn)
    temperature = study.options.temperature
    here = pairing(drawn, temperature)
    moved = _of_parameters(study)
    sigma = float(np.hypot(here["two_delta_error"], np.sqrt(sum(step**2 for step in moved.values()))))
    found = verdict(drawn.device, temperature=temperature)
    attracts = str(found.attrs["summary"]).partition("; ")[2]
    numbers = {str(name): (float(value), str(value.attrs["units"])) for name, value in found.data_vars.items()}
    numbers |= {str(name): (float(here[name]), "meV") for name in here if not here[name].ndim and name != "panels"}
    numbers["two_delta_uncertainty"] = (sigma, "meV")
    sentences = (
        _pairs(here, moved, sigma),
        _made_of(here),
        f"{attracts[:1].upper()}{attracts[1:]}",
        _relaxing(drawn, numbers),
        _compensation(drawn, study),
        _over(study, result),
    )
    return Verdict(text=" ".join(filter(None, sentences)), numbers=numbers)


def _without_polarizer(drawn: Drawn) -> Verdict:
    dots = drawn.layout.dots
    if len(dots) < 2:
        return Verdict(text="There are no two dots that could pair.", numbers={})
    W, error = (float(drawn.found[name][0, 1]) for name in ("repulsion", "repulsion_error"))
    text = f"Without a polarizer {dots[0]} and {dots[1]} repel by W = {W:.4g} ± {error:.2g} meV (two meshes). {FROZEN}"
    return Verdict(text=text, numbers={"W": (W, "meV"), "W_error": (error, "meV")})


def _pairs(here: xr.Dataset, moved: Mapping[str, float], sigma: float) -> str:
    """2Δ, and what its uncertainty consists of."""
    two_delta, mesh = float(here["two_delta"]), float(here["two_delta_error"])
    says = (
        f"pairs by 2Δ = {two_delta:.4g}" if two_delta > 0 else f"does not pair: the electrons repel by {-two_delta:.4g}"
    )
    text = f"This drawing {says}{f' ± {sigma:.2g}' if sigma else ''} meV"
    if abs(two_delta) < 2 * sigma:
        text += ", a sign that the uncertainty leaves open"
    parts = {**({"mesh": mesh} if mesh else {}), **moved}
    return f"{text} ({', '.join(f'{name} {step:.2g} meV' for name, step in parts.items())})." if parts else f"{text}."


def _made_of(here: xr.Dataset) -> str:
    W, U = (_with_error(here, name) for name in ("W", "U"))
    near, far = (float(here[name]) for name in ("U_near", "far_site"))
    return f"W = {W} meV, U = {U} meV: {near:.4g} of the near site less {far:.4g} of the far one."


def _with_error(here: xr.Dataset, name: str) -> str:
    error = float(here[f"{name}_error"])
    return f"{float(here[name]):.4g}{f' ± {error:.2g}' if error else ''}"


def _of_parameters(study: Study) -> dict[str, float]:
    """By how much a standard deviation of each uncertain parameter changes 2Δ: half of the step from side to side.

    Raises:
        InputError: a deviation that leads to a drawing that cannot be.
    """
    found = {}
    for name, deviation in study.uncertainty.items():
        drawn = study.model
        value = drawn.value(name)
        ends = [drawn.vary({name: value + side * deviation}) for side in (-1, 1)]
        low, high = (-float(effective_interaction(end.device)) for end in ends)
        found[name] = abs(high - low) / 2
    return found


def _relaxing(drawn: Drawn, numbers: dict[str, tuple[float, str]]) -> str:
    """What frozen clouds make uncertain: and numbers of carriers that avoid each other."""
    if drawn.mass is None or any(isinstance(getattr(cloud, "shape", None), Uniform) for cloud in drawn.layout.clouds):
        return FROZEN
    method = "panels" if drawn.layout.finite_metals else "images"
    found = relaxed(drawn.layout, mass=drawn.mass, islands=ISLANDS, resolution="coarse", method=method)
    frozen, free = (2 * float(found["pairing_energy"].sel(carriers=name)) for name in ("frozen", "relaxed"))
    W, U = (float(found[name].sel(carriers="relaxed")) for name in ("W", "U"))
    spacing = float(found["level_spacing"].min())
    numbers |= {"two_delta_relaxed": (free, "meV"), "W_relaxed": (W, "meV"), "U_relaxed": (U, "meV")}
    numbers["level_spacing"] = (spacing, "meV")
    return (
        f"These are frozen clouds, which is the largest uncertainty: carriers of {drawn.mass:g} electron masses, with "
        f"levels {spacing:.3g} meV apart, avoid each other, and 2Δ becomes {free:.3g} meV for t → 0 instead of "
        f"{frozen:.3g} (W {W:.3g}, U {U:.3g} meV)."
    )


def _compensation(drawn: Drawn, study: Study) -> str:
    """What the virtual gates of the axes do beside moving L and R."""
    made, said = drawn.device, []
    for virtual, weights in made.virtual_gates.items():
        if virtual not in study.swept:
            continue
        arms = made.lever_arms(virtual)
        step = float(arms[made.index(ISLANDS[0][0])] - arms[made.index(ISLANDS[0][1])])
        moved = [f"{name} by {weight:.3g} mV/mV" for name, weight in weights.items() if name not in VIRTUAL[virtual]]
        if moved:
            said.append(f"So that the detuning of the polarizer stays, {virtual} moves {', '.join(moved)}.")
        elif abs(step) > NEGLIGIBLE:
            said.append(f"{virtual} detunes the polarizer by {abs(step):.3g} meV/mV, which no gate can compensate.")
    return " ".join(said)


def _over(study: Study, result: xr.Dataset) -> str:
    """The range of 2Δ over the axes."""
    if "two_delta" not in result and "effective_interaction" not in result:
        return ""
    binding = result["two_delta"] if "two_delta" in result else -result["effective_interaction"]
    if not binding.ndim:
        return ""
    best = binding.isel(binding.argmax(...))
    where = ", ".join(f"{name} = {float(best[name]):.4g} {study.units[str(name)]}" for name in binding.dims)
    share = float((binding > 0).mean())
    return (
        f"Over the axes 2Δ runs from {float(binding.min()):.4g} to {float(binding.max()):.4g} meV, the most at "
        f"{where}; {100 * share:.3g} % of the points pair."
    )
