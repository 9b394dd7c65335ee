"""W, 2Δ, the far site and the lever arm from drawings of the device, beside what was measured."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.geometry import (
    Gaussian,
    Layout,
    ParticleInABox,
    Uniform,
    crossed_nanotubes,
    distance_scan,
    electrostatics,
    gate_array,
)
from attractron.geometry.clouds import Shape
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.hamo2016.drawings import ASSUMED, DISTANCE, DOT, system_alone
from attractron.plotting.style import OKABE_ITO

W, TWO_DELTA, LEVER_ARM = 0.83, 1.58, 0.61
"""What the paper measured: meV, meV, meV/mV."""

SHAPES: dict[str, Shape] = {
    "box, 400 nm": ParticleInABox(length=400),
    "uniform, 400 nm": Uniform(length=400),
    "uniform, 300 nm": Uniform(length=300),
    "Gaussian, 50 nm": Gaussian(rms=50),
}
"""Clouds of a dot of about 400 nm."""

PLUNGERS = {
    "five gates, 150 nm wide": (("V_bL", "V_L", "V_C", "V_R", "V_bR"), 200.0, 150.0),
    "three gates, 300 nm wide": (("V_L", "V_C", "V_R"), 320.0, 300.0),
    "two gates, 250 nm wide": (("V_L", "V_R"), 400.0, 250.0),
    "two gates, 380 nm wide": (("V_L", "V_R"), 400.0, 380.0),
}
"""Gates, pitch and width in nm."""

ENERGIES = ("W", "U", "U_near", "far_site", "two_delta")


def compute(quick: bool) -> xr.Dataset:
    """Repulsions for each set of assumed lengths and each shape of the clouds, lever arms for each width of gates."""
    resolution = "coarse" if quick else "normal"
    drawn = {name: _energies(lengths, resolution) for name, lengths in ASSUMED.items()}
    shaped = {name: _shaped(shape) for name, shape in SHAPES.items()}
    variables = {
        name: ("drawing", [found[name] for found in drawn.values()], "meV", text)
        for name, text in {
            "W": "repulsion of L and R",
            "U": "near site less far site",
            "U_near": "repulsion with the near site",
            "far_site": "repulsion with the far site",
            "two_delta": "2Δ",
            "W_alone": "repulsion of L and R without the second chip",
        }.items()
    }
    variables |= {
        f"{name}_error": ("drawing", [found[f"{name}_error"] for found in drawn.values()], "meV", "two meshes")
        for name in (*ENERGIES, "W_alone")
    }
    variables |= {
        f"{name}_of_shape": ("shape", [found[name] for found in shaped.values()], "meV", f"{name}, solid planes")
        for name in ("W_alone", "U_near", "two_delta")
    }
    arms = [_lever_arm(gates) for gates in PLUNGERS.values()]
    return dataset(
        {**variables, "lever_arm": ("plungers", arms, "meV/mV", "lever arm of V = (V_L + V_R)/2 on L")},
        {
            "drawing": ("drawing", list(ASSUMED), "1", "set of assumed lengths"),
            "shape": ("shape", list(SHAPES), "1", "cloud of a dot"),
            "plungers": ("plungers", list(PLUNGERS), "1", "gates of the system"),
        },
        question="papers.hamo2016.drawn",
        parameters={name: {key: str(value) for key, value in lengths.items()} for name, lengths in ASSUMED.items()},
        method="Galerkin boundary elements; solid planes by mirror images for the shapes",
        validity=["Frozen clouds, vacuum, sheets without thickness; all lengths but three are assumed."],
        references=["hamo2016"],
    )


def _energies(lengths: Mapping[str, Any], resolution: str) -> dict[str, float]:
    fixed = {"distance": DISTANCE, **lengths}
    distance = fixed.pop("distance")
    found = distance_scan(crossed_nanotubes, [distance], fixed=fixed, resolution=resolution).isel(distance=0)
    alone = electrostatics(system_alone(lengths), resolution=resolution).sel(dot="L", dot_2="R")
    values = {str(name): float(found[name]) for name in found if not found[name].ndim}
    values |= {"two_delta": 2 * values["pairing_energy"], "two_delta_error": 2 * values["pairing_energy_error"]}
    return {**values, "W_alone": float(alone["repulsion"]), "W_alone_error": float(alone["repulsion_error"])}


def _shaped(shape: Shape) -> dict[str, float]:
    fixed: dict[str, Any] = {"shape": shape, "solid_planes": True}
    found = distance_scan(crossed_nanotubes, [DISTANCE], fixed=fixed, method="images").isel(distance=0)
    alone = electrostatics(crossed_nanotubes(polarizer=False, **fixed), method="images")
    return {
        "W_alone": float(alone["repulsion"].sel(dot="L", dot_2="R")),
        "U_near": float(found["U_near"]),
        "two_delta": 2 * float(found["pairing_energy"]),
    }


def _lever_arm(gates: tuple[tuple[str, ...], float, float]) -> float:
    """α of V on L, of the system alone."""
    names, pitch, width = gates
    drawn = system_alone({})
    rest = tuple(metal for metal in drawn.metals if not metal.name.startswith("V_"))
    strips = gate_array(names, z=-130.0, pitch=pitch, width=width, length=3000.0)
    found = electrostatics(Layout(metals=(*strips, *rest), clouds=drawn.clouds), resolution="coarse")
    return float(found["lever_arm"].sel(dot="L", gate=["V_L", "V_R"]).sum())


def readings(result: xr.Dataset) -> Readings:
    """Energies of the drawing A and of all drawings, how much they depend on the shape, lever arms by gates."""
    A = result.sel(drawing="A")
    part = result["far_site"] / result["U_near"]
    W, U = result["W_alone_of_shape"], result["U_near_of_shape"]
    return {
        "W_alone": 1e3 * float(A["W_alone"]),
        "W_alone_by_drawing": _by(result["W_alone"], 1e3),
        "two_delta": 1e3 * float(A["two_delta"]),
        "two_delta_by_drawing": _by(result["two_delta"], 1e3),
        "far_part": float(part.sel(drawing="A")),
        "far_part_by_drawing": _by(part),
        "lever_arm": float(result["lever_arm"][0]),
        "lever_arm_by_plungers": _by(result["lever_arm"]),
        "W_screened": float(A["W"]),
        "W_screened_error": float(A["W_error"]),
        "two_delta_again": float(A["two_delta"]),
        "two_delta_error": float(A["two_delta_error"]),
        "W_of_shapes": float(W.max() / W.min()),
        "U_of_shapes": float(U.max() / U.min()),
    }


def _by(values: xr.DataArray, factor: float = 1.0) -> dict[str, float]:
    (dim,) = values.dims
    return {str(name): factor * float(value) for name, value in zip(values[dim].values, values.values, strict=True)}


def draw(result: xr.Dataset) -> Figure:
    """Energies by drawing and by shape beside the measured ones, lever arms by gates."""
    figure, axes = panels(12.5, 4.4, columns=3)
    marks = {"W_alone": ("o", "W without the second chip", W), "two_delta": ("s", "2Δ", TWO_DELTA)}
    for colour, (name, (marker, label, measured)) in zip(OKABE_ITO, marks.items(), strict=False):
        axes[0].axhline(measured, color=colour, linestyle="--", linewidth=1.0)
        errors = result[f"{name}_error"]
        axes[0].errorbar(
            result["drawing"].values, result[name], errors, fmt=marker, capsize=4, color=colour, label=label
        )
    axes[0].plot([], [], color="0.4", linestyle="--", label="measured")
    axes[0].set(xlabel="assumed lengths", ylabel="energy (meV)", ylim=(0.5, 2.3), xlim=(-0.5, 2.5))
    _bars(axes[1], result)
    arms = result["lever_arm"]
    axes[2].barh(np.arange(arms.size), arms, color=OKABE_ITO[2], height=0.5)
    axes[2].axvline(LEVER_ARM, color="0.2", linestyle="--", linewidth=1.0, label="measured, 0.61")
    axes[2].set_yticks(np.arange(arms.size), [str(name).replace(", ", ",\n") for name in arms["plungers"].values])
    axes[2].set(ylabel="gates of the system", xlabel="lever arm of V on a dot (meV/mV)", ylim=(-0.6, arms.size + 0.1))
    axes[0].legend(frameon=False, loc="upper left", fontsize="small")
    axes[2].legend(frameon=False, loc="upper left", fontsize="small")
    lettered(axes)
    return figure


def _bars(ax: Axes, result: xr.Dataset) -> None:
    names = {"W_alone": "W without the second chip", "U_near": "U of the near site", "two_delta": "2Δ"}
    colours = (OKABE_ITO[0], OKABE_ITO[4], OKABE_ITO[1])
    places = np.arange(result.sizes["shape"])
    for number, (colour, (name, label)) in enumerate(zip(colours, names.items(), strict=True)):
        ax.bar(places + 0.26 * (number - 1), result[f"{name}_of_shape"], width=0.24, color=colour, label=label)
    ax.set_xticks(places, [str(name).replace(", ", ",\n") for name in result["shape"].values])
    ax.set(xlabel="charge of a dot", ylabel="energy (meV)", ylim=(0, 2.9))
    ax.legend(frameon=False, loc="upper right", fontsize="small")


FIGURES = (
    Recipe(
        name="hamo-drawn",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"distance": DISTANCE, "dot": DOT},
    ),
)
