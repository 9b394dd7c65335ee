"""Which drawing of the crossed nanotubes pairs, and which pairs best: over distance and height, and within bounds."""

from typing import Any

import numpy as np
import xarray as xr
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.geometry import Layout, crossed_nanotubes, disorder, distance_scan, optimise
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting.style import OKABE_ITO

DISTANCE = 125.0
"""nm, that of the experiment."""

SPREAD = {"distance": 10.0, "shift_x": 10.0, "shift_y": 10.0}
"""Of tubes that lie where nobody wanted them, nm."""

BOUNDS = {
    "distance": (80.0, 300.0),
    "height": (60.0, 500.0),
    "polarizer_height": (60.0, 500.0),
    "top_distance": (350.0, 800.0),
    "dot": (200.0, 300.0),
}
"""Within which the best drawing is looked for, nm; dots 400 nm apart."""

PLANES: dict[str, Any] = {"fixed": {"solid_planes": True}, "method": "images"}


def between(*, height: float = 130.0, **lengths: Any) -> Layout:
    """Crossed nanotubes as far from the gates of one chip as from those of the other."""
    return crossed_nanotubes(height=height, polarizer_height=height, **lengths)


def compute_map(quick: bool) -> xr.Dataset:
    """2Δ over the distance of the tubes and their height over the gates, and the best height at each distance."""
    number = 10 if quick else 20
    distance = np.unique([*np.linspace(40.0, 400.0, number), DISTANCE])
    heights = np.linspace(60.0, 500.0, number + 1)
    rows = [
        distance_scan(between, distance, fixed={"solid_planes": True, "height": height}, method="images")
        for height in heights
    ]
    best = optimise(between, {"height": (60.0, 500.0)}, fixed={"solid_planes": True, "distance": DISTANCE}, starts=1)
    return dataset(
        {
            "two_delta": (
                ("height", "distance"),
                [2 * row["pairing_energy"].values for row in rows],
                "meV",
                "2Δ, t → 0",
            ),
            "best_height": (
                (),
                float(best["best"][0]),
                "nm",
                "height that pairs best at the distance of the experiment",
            ),
            "best_two_delta": ((), 2 * float(best["pairing_energy"]), "meV", "2Δ there"),
        },
        {
            "height": ("height", heights, "nm", "height of each tube over its gates"),
            "distance": ("distance", distance, "nm", "distance of the tubes"),
        },
        question="papers.ours.drawings.map",
        parameters=between(solid_planes=True).describe(),
        method="mirror images of solid planes in place of the gates",
        validity=["Frozen clouds, vacuum, t → 0; solid planes are 1 to 2 % from gates with gaps."],
        references=["hamo2016"],
    )


def readings_map(result: xr.Dataset) -> Readings:
    """The best height at the distance of the experiment, and where nothing pairs."""
    two_delta = result["two_delta"]
    here = two_delta.sel(distance=DISTANCE)
    return {
        "best_height": float(result["best_height"]),
        "best_two_delta": float(result["best_two_delta"]),
        "on_map": float(here.max()),
        "far": float(two_delta.sel(distance=two_delta["distance"] >= 2 * DISTANCE).sel(height=slice(300, None)).max()),
    }


def _highest(x: FloatArray, y: FloatArray) -> float:
    """Where a curve is highest, by a parabola through three points; NaN at its ends, or where it is negative."""
    k = int(np.argmax(y))
    if k in (0, len(x) - 1) or y[k] <= 0:
        return np.nan
    a, b, _ = np.polyfit(x[k - 1 : k + 2], y[k - 1 : k + 2], 2)
    return float(-b / (2 * a))


def draw_map(result: xr.Dataset) -> Figure:
    """2Δ in colour, white where it is zero, with the line on which pairing ends and the best height."""
    figure, (ax,) = panels(7.2, 5.2)
    values = result["two_delta"]
    largest = float(abs(values).max())
    mesh = ax.pcolormesh(
        values["distance"],
        values["height"],
        values,
        cmap="PuOr",
        norm=TwoSlopeNorm(0.0, -largest, largest),
        shading="gouraud",
    )
    ax.contour(values["distance"], values["height"], values, [0.0], colors="black", linewidths=1.5)
    ridge = np.array(
        [_highest(values["height"].values, column) for column in values.transpose("distance", "height").values]
    )
    ax.plot(values["distance"], ridge, ":", color="black", label="best height")
    ax.plot([], [], color="black", linewidth=1.5, label="2Δ = 0")
    ax.plot(DISTANCE, float(result["best_height"]), "o", color=OKABE_ITO[2], label="best at 125 nm, by gradients")
    ax.plot(DISTANCE, 130.0, "s", color="black", label="drawing A")
    figure.colorbar(mesh, label="2Δ (meV); negative: electrons repel")
    ax.set(xlabel="distance of the tubes (nm)", ylabel="height of each tube over its gates (nm)")
    ax.legend(frameon=True, fontsize="small", loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=4)
    return figure


def compute_best(quick: bool) -> xr.Dataset:
    """The best drawing within bounds, and how drawing A and the best one stand tubes that lie elsewhere."""
    best = optimise(crossed_nanotubes, BOUNDS, fixed=PLANES["fixed"], starts=1 if quick else 3)
    lengths = {str(name): float(value) for name, value in zip(best["length"].values, best["best"].values, strict=True)}
    copies = 40 if quick else 150
    spread = [
        disorder(crossed_nanotubes, SPREAD, samples=copies, fixed={"solid_planes": True, **each}, method="images")
        for each in ({}, lengths)
    ]
    nominal = distance_scan(crossed_nanotubes, [DISTANCE], **PLANES)["pairing_energy"]
    two_delta = [2 * each["pairing_energy"].values for each in spread]
    return dataset(
        {
            "best": ("length", best["best"].values, "nm", "length of the best drawing"),
            "lower": ("length", best["lower"].values, "nm", "lower bound"),
            "upper": ("length", best["upper"].values, "nm", "upper bound"),
            "slope": ("length", 2 * best["slope"].values, "meV/nm", "change of 2Δ with a length"),
            "nominal": ("drawing", [2 * float(nominal[0]), 2 * float(best["pairing_energy"])], "meV", "2Δ as drawn"),
            "two_delta": (("drawing", "copy"), two_delta, "meV", "2Δ of a copy whose tubes lie elsewhere"),
        },
        {
            "length": ("length", list(lengths), "1", "length of the drawing"),
            "drawing": ("drawing", ["A", "best"], "1", "drawing"),
            "copy": ("copy", np.arange(copies), "1", "copy"),
        },
        question="papers.ours.drawings.best",
        parameters=crossed_nanotubes(**{**PLANES["fixed"], **lengths}).describe(),
        options={"bounds": BOUNDS, "spread": SPREAD},
        method="gradients on mirror images of solid planes",
        validity=["Frozen clouds, vacuum, t → 0; solid planes are 1 to 2 % from gates with gaps."],
        references=["hamo2016"],
    )


def readings_best(result: xr.Dataset) -> Readings:
    """The best 2Δ, the lengths that end at a bound, and mean and spread over copies."""
    at = [
        str(name)
        for name, value, low, high in zip(
            *(result[key].values for key in ("length", "best", "lower", "upper")), strict=True
        )
        if min(value - low, high - value) < 1e-3 * (high - low)
    ]
    copies = result["two_delta"]
    mean, std = copies.mean("copy"), copies.std("copy", ddof=1)
    count = copies.sizes["copy"]
    found: Readings = {
        "best": float(result["nominal"].sel(drawing="best")),
        "bounds": ", ".join(sorted(at)),
        "height": float(result["best"].sel(length="height")),
    }
    for name in ("A", "best"):
        found[f"mean_{name}"] = float(mean.sel(drawing=name))
        found[f"std_{name}"] = float(std.sel(drawing=name))
        found[f"error_{name}"] = 3 * float(std.sel(drawing=name)) * np.sqrt(1 / count + 1 / 150)
        found[f"lost_{name}"] = float(result["nominal"].sel(drawing=name) - mean.sel(drawing=name))
    return found


def draw_best(result: xr.Dataset) -> Figure:
    """Every length within its bounds, and 2Δ of copies of both drawings."""
    figure, axes = panels(11.0, 4.4, columns=2)
    names = [str(name).replace("_", " ") for name in result["length"].values]
    place = np.arange(len(names))
    parts = (result["best"] - result["lower"]) / (result["upper"] - result["lower"])
    axes[0].barh(place, np.ones(place.size), color="0.9", height=0.5)
    axes[0].plot(parts, place, "D", color=OKABE_ITO[1], markersize=9, clip_on=False)
    for row, length in enumerate(result["length"].values):
        low, best, high = (float(result[key].sel(length=length)) for key in ("lower", "best", "upper"))
        axes[0].text(
            0.5, row + 0.3, f"{best:.0f} nm, from {low:.0f} to {high:.0f}", ha="center", va="bottom", fontsize="small"
        )
    axes[0].set_yticks(place, names)
    axes[0].set(
        xlabel="best length, from its lower to its upper bound", xlim=(-0.03, 1.03), ylim=(-0.5, place.size - 0.2)
    )
    axes[0].set_ylabel("length")
    bins = np.linspace(0.5, 3.0, 51).tolist()
    for colour, name in zip(OKABE_ITO, result["drawing"].values, strict=False):
        values = result["two_delta"].sel(drawing=name).values
        label = f"drawing {name}: {values.mean():.2f} ± {values.std(ddof=1):.2f} meV"
        axes[1].hist(values, bins, color=colour, alpha=0.75, label=label)
        axes[1].axvline(float(result["nominal"].sel(drawing=name)), color=colour, linestyle="--", ymax=0.68)
    axes[1].plot([], [], color="0.4", linestyle="--", label="as drawn")
    axes[1].set(xlabel="2Δ (meV)", ylabel="copies", ylim=(0, axes[1].get_ylim()[1] * 1.5))
    axes[1].legend(frameon=False, loc="upper center", fontsize="small")
    lettered(axes)
    return figure


FIGURES = (
    Recipe(
        name="drawn-map",
        compute=compute_map,
        draw=draw_map,
        readings=readings_map,
        parameters={"distance": DISTANCE},
    ),
    Recipe(
        name="drawn-best",
        compute=compute_best,
        draw=draw_best,
        readings=readings_best,
        parameters={"spread": SPREAD["distance"]},
    ),
)
