"""A charging line as measured: the electron temperature."""

from typing import TYPE_CHECKING

from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.measured.source import SOURCE, measured, sourced
from attractron.readout import charging_line

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

LEVER_ARM = "100 µeV/mV"
PUBLISHED = 253.9
"""Electron temperature, mK."""

TOLERANCE = 0.03


def compute(_quick: bool) -> "xr.Dataset":
    """The measured trace, read with the published lever arm and without tunnel broadening, as published."""
    data = measured("addition_line.nc")
    return sourced(charging_line(data, lever_arm=LEVER_ARM), data)


def claims(reading: "xr.Dataset") -> list[Claim]:
    """The electron temperature."""
    error, left_out = 1e3 * float(reading["temperature_uncertainty"]), int((reading["used"] == 0).sum())
    return [
        Claim(
            figure="measured-trace",
            claim="Estimated electron temperature: 253.9 mK",
            source=f"{SOURCE}; notebook example_fermi_fitting of that repository",
            published=PUBLISHED,
            computed=1e3 * float(reading["temperature"]),
            tolerance=TOLERANCE * PUBLISHED,
            unit="mK",
            note=f"Lever arm {LEVER_ARM} and no tunnel broadening, as published. The published fit keeps all points; "
            f"here {left_out} of {reading['used'].size} that stand out are left out. Tolerance: {TOLERANCE:.0%}. Both "
            "fits see the same noise and the same line shape, so that they agree more closely than the standard "
            f"deviation of either, ± {error:.0f} mK.",
        )
    ]


def draw(reading: "xr.Dataset") -> "Figure":
    """The trace with its fit, and the residual."""
    from attractron.plotting import readings

    return readings.picture_trace(reading)


FIGURES = (
    PaperFigure(
        name="measured-trace",
        title="A measured charging line and the electrons' temperature",
        source=SOURCE,
        caption="Charge sensor over the gate P4 across the line at which a dot takes an electron from its lead, as "
        "measured (800 points), with the fitted Fermi step on a sloping background; below, what the fit leaves. "
        f"Crosses: outliers that the fit leaves out. The lever arm, {LEVER_ARM}, is the published one. Data under the "
        "MIT licence, © QuTech (TNO, TU Delft).",
        compute=compute,
        draw=draw,
        claims=claims,
    ),
)
