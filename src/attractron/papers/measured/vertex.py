"""The vertex of a double dot as measured: triple points, direction of the interaction line, sign."""

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.results import flag_names
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.measured.source import SOURCE, measured, sourced
from attractron.readout import read_vertex

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

GATES = ("P3", "P4")
POINTS = {"lower": {"P3": -13.08, "P4": -14.48}, "upper": {"P3": -8.66, "P4": -10.06}}
"""Published triple points, mV."""

GRID = 0.5
"""Step of P4 in mV, and of the grid on which the published lines were fitted."""

TOLERANCE = 0.6
"""GRID and the 0.1 mV that a triple point is uncertain by here, mV."""


def compute(_quick: bool) -> "xr.Dataset":
    """The measured picture, read without any knowledge of the device."""
    data = measured("anti_crossing.nc")
    return sourced(read_vertex(data), data)


def claims(reading: "xr.Dataset") -> list[Claim]:
    """Triple points, the angle of the line between them, and repulsion."""
    claim = partial(Claim, figure="measured-vertex")
    length = math.dist(POINTS["lower"].values(), POINTS["upper"].values())
    return [
        *_point_claims(reading),
        claim(
            claim="interdot line of slope +1",
            source=SOURCE,
            published=45.0,
            computed=float(reading["interaction_line_angle"]),
            tolerance=math.degrees(math.atan2(GRID, length)),
            unit="°",
            note="Angle between the interaction line and the P3 axis, read to "
            f"± {float(reading['interaction_line_angle_uncertainty']):.1f}°. Tolerance: one end of the published "
            f"line, {length:.2f} mV long, shifted by {GRID} mV, the grid of the published fit.",
        ),
        claim(
            claim="the interaction is repulsive",
            source=SOURCE,
            published="repulsive",
            computed=flag_names(reading["status"])[int(reading["status"])],
            note="What the reading says without being told lever arms. It takes both dots' electrons to step the "
            "signal in the same direction.",
        ),
    ]


def _point_claims(reading: "xr.Dataset") -> list[Claim]:
    """Both gates of both triple points, the one at lower P3 first."""
    found, errors = (reading[name].sel(axis=list(GATES)) for name in ("triple_point", "triple_point_uncertainty"))
    ordered = found.transpose("point", "axis").to_numpy()
    ordered = ordered[np.argsort(ordered[:, 0])]
    return [
        Claim(
            figure="measured-vertex",
            claim="the vertex lies at (P3, P4) = (−13.08, −14.48) and (−8.66, −10.06) mV",
            source=f"{SOURCE}; {gate} of the {which} triple point",
            published=published[gate],
            computed=float(ordered[row, column]),
            tolerance=TOLERANCE,
            unit="mV",
            note=f"Standard deviation of the reading: {float(errors.sel(axis=gate).max()):.2f} mV. Tolerance: {GRID} "
            "mV, the step of P4 and the grid on which the published lines were fitted, and 0.1 mV for the reading.",
        )
        for row, (which, published) in enumerate(POINTS.items())
        for column, gate in enumerate(GATES)
    ]


def draw(reading: "xr.Dataset") -> "Figure":
    """Data, lines found, and what the fit leaves."""
    from attractron.plotting import readings

    return readings.picture_vertex(reading)


FIGURES = (
    PaperFigure(
        name="measured-vertex",
        title="A measured vertex, read from the picture alone",
        source=SOURCE,
        caption="Charge sensor of a double quantum dot over the gates P3 and P4 (60 × 928 points, P3 in blocks of 6), "
        "as measured; the same with the charging lines and triple points that the reading finds; and what its fit "
        "leaves. Bars: one standard deviation. Nothing but the picture is given: no lever arms, so that the "
        "interaction is a length in gate voltage. Data under the MIT licence, © QuTech (TNO, TU Delft).",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
