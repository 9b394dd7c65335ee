"""The explorer: server work for one step of a slider, by model and parameter, on warm kernels.

Calculation of both pictures on their coarse grids and their update as Bokeh figures, every step with another value;
without the transfer to the browser.
"""

import statistics
from collections.abc import Iterator

from attractron.explorer.figures import Picture
from attractron.explorer.knobs import knobs_of
from attractron.explorer.models import MODELS, pictures
from attractron.explorer.view import study_from
from attractron.explorer.worker import Asked, calculate, warm
from benchmarks.measure import Figure, keep_to_one_core, report, seconds

BOUND = 0.1
"""Seconds after which a page feels slow."""

STEPS = 15

MOVED = {
    "building-block": ("U", "temperature"),
    "chain": ("W",),
    "device": ("U_LR", "V_P"),
    "crossed-nanotubes": ("t", "distance"),
    "planar-dots": ("t", "side"),
    "layout": ("t", "dots.B.centre.2"),
    "junction": ("W", "Gamma_S", "temperature"),
    "leads": ("U_AB", "V_SD"),
    "wires": ("y", "mismatch"),
}
"""Parameters that are moved; lengths of drawings have no bound."""


def values(low: float, high: float) -> Iterator[float]:
    """Ever another value within a slider."""
    at = 0.37
    while True:
        at = (at + 0.0618) % 1.0
        yield low + (0.2 + 0.6 * at) * (high - low)


def moved(kind: str, name: str) -> Figure:
    """Time of a step of one slider."""
    texts = pictures(kind)
    knob = next(each for each in knobs_of(study_from(texts[0])) if each.name == name)
    settings = values(knob.low, knob.high)
    first = calculate(([Asked(text=text) for text in texts], False))
    shown = [Picture(answer.result, kind) for answer in first if answer.result is not None]
    quick = [answer.seconds < BOUND / 2.5 for answer in first]

    def step() -> None:
        value = next(settings)
        asked = [
            Asked(text=text, changes={knob.key: value}, quick_verdict=verdict)
            for text, verdict in zip(texts, quick, strict=True)
        ]
        for picture, answer in zip(shown, calculate((asked, False)), strict=True):
            assert answer.result is not None, answer.refusal
            if picture.takes(answer.result):
                picture.update(answer.result)

    taken = [1e3 * each for each in seconds(step, STEPS)]
    bound = None if knob.unit == "nm" else 1e3 * BOUND
    what, middle = f"{kind}, {name} moved", statistics.median(taken)
    return Figure(what=what, unit="ms", best=min(taken), median=middle, runs=STEPS, bound=bound)


if __name__ == "__main__":
    keep_to_one_core()
    warm()
    report([moved(kind, name) for kind in MODELS for name in MOVED[kind]])
