"""Small figures for tests of the report: no physics, two numbers."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers import report
from attractron.papers.catalogue import all_figures, in_order
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure


def toy(name: str, *, value: float = 1.0, before: Callable[[], None] | None = None) -> PaperFigure:
    """A straight line whose slope is claimed to be 1."""

    def compute(quick: bool) -> xr.Dataset:
        if before is not None:
            before()
        x = np.linspace(0.0, 1.0, 3 if quick else 5)
        return dataset(
            {"y": ("x", value * x, "meV", "height")},
            {"x": ("x", x, "mV", "gate")},
            question="toy",
            parameters={"value": value},
            method="a line",
            validity=["Always."],
            references=["hamo2016"],
        )

    def draw(line: xr.Dataset) -> Figure:
        picture = Figure(figsize=(1, 1))
        picture.add_subplot().plot(line["x"], line["y"])
        return picture

    def claims(line: xr.Dataset) -> list[Claim]:
        slope = float((line["y"][-1] - line["y"][0]) / (line["x"][-1] - line["x"][0]))
        return [
            Claim(
                figure=name,
                claim=f"The slope of {name} <is> one.",
                source="nobody, p. 1",
                published=1.0,
                computed=slope,
                tolerance=1e-9,
                unit="meV/mV",
                note="Rounding only. Not slope -1.",
            )
        ]

    return PaperFigure(
        name=name,
        paper="nobody",
        title=f"Line {name}",
        source="nobody",
        caption="A < line.",
        compute=compute,
        draw=draw,
        claims=claims,
    )


@pytest.fixture(name="toy")
def toy_maker() -> Callable[..., PaperFigure]:
    return toy


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let `reproduce` know these figures and no others."""

    def use(*figures: PaperFigure) -> None:
        monkeypatch.setattr(report, "all_figures", lambda: in_order(figures))

    return use


@pytest.fixture(scope="session")
def quick() -> Callable[[str], xr.Dataset]:
    """The quick dataset of a published figure, calculated once."""
    return cache(lambda name: all_figures()[name].compute(True))


@pytest.fixture
def reproduced(quick: Callable[[str], xr.Dataset], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Claim]]:
    """`reproduce` on these quick datasets: all but the calculation, once more."""

    def taken(figure: PaperFigure) -> PaperFigure:
        return replace(figure, compute=lambda _: quick(figure.name))

    def use(names: Iterable[str], folder: Path) -> list[Claim]:
        known = all_figures()
        monkeypatch.setattr(report, "all_figures", lambda: {name: taken(figure) for name, figure in known.items()})
        return report.reproduce(list(names), folder, quick=True)

    return use
