"""What Figs. 2a, 2b and 3a-c share: a window on the vertex, readings from the diagram alone, the paper's picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from numpy.typing import ArrayLike, NDArray

from attractron.core.checks import FloatArray
from attractron.core.results import flag_names
from attractron.dots import Detector, Device, stability_diagram, triple_points
from attractron.plotting import stability

W = 0.83
"""Repulsion of the two sites in meV, from Fig. 2a."""

TEMPERATURE = 0.1
"""Temperature of the detector's picture in K; charge states, energies and readings are of the ground state."""

PIXELS = {False: (600, 562), True: (200, 188)}
"""Pixels along V and δV, in full and when quick. Even, so that none lies on δV = 0 where states tie; not alike, so that
charging lines at 45° cross the pixels in all phases and a line fitted to their edges averages over them."""


def around(
    device: Device, middle: float, half: float, quick: bool, *, weights: dict[str, float], **axes: ArrayLike
) -> xr.Dataset:
    """The stability diagram within `half` mV of (δV, V) = (0, middle), over further axes if given."""
    detector = Detector(background=500.0, weights=weights)
    diagram = stability_diagram(
        device, {**axes, **window(middle, half, PIXELS[quick])}, temperature=TEMPERATURE, detector=detector
    )
    return diagram.drop_vars("occupation").drop_dims("dot")


def read_scan(devices: Sequence[Device], quick: bool) -> tuple[FloatArray, FloatArray]:
    """2Δ = -W_eff of every device in meV, each from the triple points of a diagram, and the pixels' resolution.

    The windows hold the vertex and a little of its surroundings.
    """
    found = np.array([_read(device, (160, 150) if quick else (400, 374)) for device in devices])
    return found[:, 0], found[:, 1]


def _read(device: Device, pixels: tuple[int, int]) -> tuple[float, float]:
    U, delta = (device.named()[name].value for name in ("U", "delta"))
    # At t → 0 two electrons cost W + min(2U, δ); the vertex is |W_eff| ≤ max(W, U - W) long.
    middle, half = (W + min(2 * U, delta)) / 2, 0.6 * max(W, abs(U - W)) + 0.3
    vertex = triple_points(stability_diagram(device, window(middle, half, pixels)))
    return -float(vertex["effective_interaction"]), float(vertex["resolution"])


def rounding(delta: float, U: float, t: float) -> float:
    """The most by which tunnelling moves W_eff from its kinked limit t → 0, meV.

    W_eff - W_eff(t → 0) = 2 r(U - δ) - r(δ) - r(2U - δ) with r(x) = √(x²/4 + t²) - |x|/2 ≥ 0, from the energies of
    equations (1) to (3); the two parts have opposite signs, so the larger bounds the sum.
    """

    def r(x: float) -> float:
        return float(np.hypot(x / 2, t) - abs(x) / 2)

    return max(2 * r(U - delta), r(delta) + r(2 * U - delta))


def window(middle: float, half: float, pixels: tuple[int, int]) -> dict[str, FloatArray]:
    """Axes within `half` mV of (δV, V) = (0, middle)."""
    rows, columns = pixels
    return {"V": middle + np.linspace(-half, half, rows), "delta_V": np.linspace(-half, half, columns)}


TEXT_WIDTH, TEXT_GAP = 0.7, 0.07
"""Width of a label in a picture and its distance from the interaction line, mV."""


@dataclass(frozen=True)
class Reading:
    """What an eye reads off a diagram over (V, δV), by its charge states, its energies and nothing else."""

    diagram: xr.Dataset

    @cached_property
    def vertex(self) -> xr.Dataset:
        """The triple points."""
        return triple_points(self.diagram)

    @property
    def interaction(self) -> float:
        """W_eff in meV: the distance of the triple points, with its sign."""
        return float(self.vertex["effective_interaction"])

    @property
    def resolution(self) -> float:
        """The change of a chemical potential over one pixel, meV: the accuracy of a length."""
        return float(self.vertex["resolution"])

    @property
    def angle(self) -> float:
        """Angle of the interaction line from the horizontal, degrees."""
        return float(self.vertex["angle"])

    @property
    def angle_error(self) -> float:
        """The angle by which a shift of one end by a pixel tilts the interaction line, degrees."""
        return float(np.degrees(np.arctan2(self.resolution, abs(self.interaction))))

    @property
    def orientation(self) -> str | None:
        """ "vertical" or "horizontal", within the accuracy of the angle; None for anything between."""
        if abs(self.angle - 90.0) <= self.angle_error:
            return "vertical"
        return "horizontal" if abs(self.angle) <= self.angle_error else None

    @property
    def ends(self) -> tuple[FloatArray, FloatArray]:
        """V and δV of the two triple points, mV."""
        return self.vertex["V_point"].values, self.vertex["delta_V_point"].values

    def states_across(self) -> str:
        """The two charge states that meet at the centre of the interaction line, from left to right or upwards."""
        rows, columns = self.diagram["V"].values, self.diagram["delta_V"].values
        (V, dV), names = (end.mean() for end in self.ends), flag_names(self.diagram["charge_state"])
        far = 0.1 * abs(self.interaction)
        offsets = [(0.0, far), (0.0, -far)] if self.angle > 45.0 else [(-far, 0.0), (far, 0.0)]
        found = [
            self.diagram["charge_state"].values[np.abs(rows - V - up).argmin(), np.abs(columns - dV - right).argmin()]
            for up, right in offsets
        ]
        return "/".join(names[int(code)] for code in found)

    def energy(self, state: str, V: ArrayLike, delta_V: ArrayLike) -> FloatArray:
        """Energy of a charge state in meV at any point: the plane on which the ground energy lies in its region."""
        code = {name: code for code, name in flag_names(self.diagram["charge_state"]).items()}[state]
        inside = self.diagram["charge_state"].values == code
        rows, columns = np.meshgrid(self.diagram["V"].values, self.diagram["delta_V"].values, indexing="ij")
        points = np.stack([np.ones(inside.sum()), rows[inside], columns[inside]], axis=1)
        plane = np.linalg.lstsq(points, self.diagram["energy"].values[inside], rcond=None)[0]
        return np.asarray(plane[0] + plane[1] * np.asarray(V) + plane[2] * np.asarray(delta_V))

    def along_line(self, points: int) -> FloatArray:
        """Points on the interaction line, ends included: (V and δV, point)."""
        return np.stack([np.linspace(float(end[0]), float(end[1]), points) for end in self.ends])

    def odd_gap(self, V: ArrayLike, delta_V: ArrayLike) -> FloatArray:
        """Energy of the lower odd state above the lower even one, meV."""
        even, odd = (
            np.minimum(self.energy(first, V, delta_V), self.energy(second, V, delta_V))
            for first, second in (("(0,0)", "(1,1)"), ("(1,0)", "(0,1)"))
        )
        return np.asarray(odd - even)


def draw(reading: Reading, ax: Axes, label: str) -> None:
    """The paper's picture: detector current over δV (right) and V (up), charging lines dashed, interaction line marked.

    Args:
        reading: of the diagram.
        ax: where to draw.
        label: what the length of the interaction line is called.
    """
    stability.plot(reading.diagram, ax)
    _dash_charging_lines(reading.diagram, ax)
    up, right = reading.ends
    halo = [withStroke(linewidth=4.0, foreground="white")]
    ax.plot(right, up, color="black", linestyle=(0, (3, 1.5)), linewidth=2.2, path_effects=halo)
    ax.plot(right, up, "o", color="white", markeredgecolor="black", markersize=5)
    _name_interaction_line(ax, label, up, right, vertical=reading.angle > 45.0)
    ax.set_aspect("equal")


def _name_interaction_line(ax: Axes, label: str, up: FloatArray, right: FloatArray, *, vertical: bool) -> None:
    """The label beside the line, or above it as high as the charging lines leave room for it, with a leader."""
    middle = float(right.mean()), float(up.mean())
    halo = [withStroke(linewidth=4.0, foreground="white")]
    if vertical:
        # A little above the middle, at which the name of the region on the right stands.
        place, ha, va = (middle[0] + TEXT_GAP, middle[1] + 0.36 * float(np.ptp(up))), "left", "center"
    else:
        room = max(TEXT_GAP, (TEXT_WIDTH - abs(float(np.ptp(right)))) / 2 + 2 * TEXT_GAP)
        place, ha, va = (middle[0], middle[1] + room), "center", "bottom"
        if room > TEXT_GAP:
            ax.plot([middle[0]] * 2, [middle[1] + 0.02, place[1] - 0.02], color="black", linewidth=0.8)
    ax.text(*place, label, ha=ha, va=va, fontweight="bold", path_effects=halo)


def _dash_charging_lines(diagram: xr.Dataset, ax: Axes) -> None:
    """Dashes on the lines at which L or R takes an electron."""
    names = flag_names(diagram["charge_state"])
    codes: NDArray[Any] = diagram["charge_state"].transpose("V", "delta_V").values
    for position in (0, 1):
        filled = np.isin(codes, [code for code, name in names.items() if name.strip("()").split(",")[position] == "1"])
        ax.contour(
            diagram["delta_V"],
            diagram["V"],
            filled.astype(float),
            levels=[0.5],
            colors="black",
            linewidths=1.2,
            linestyles=[(0, (5.0, 4.0))],
        )
