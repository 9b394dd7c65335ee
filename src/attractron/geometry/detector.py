"""The charge detector as a dot of the layout: what each electron and each gate does to its current.

An electron on dot i raises the detector's level by M_Di, a gate lowers it by α_gD V_g. On a flank of its Coulomb peak,
where the current changes by s with the level,

    I_CD = I_0 + s (Σ_i M_Di n_i - Σ_g α_gD V_g).
"""

import xarray as xr

from attractron.core.checks import choice, finite, shown
from attractron.core.errors import InputError
from attractron.core.units import Current, Energy
from attractron.dots import Detector
from attractron.geometry.device import VIRTUAL


def detector(
    found: xr.Dataset,
    dot: str,
    *,
    sensitivity: float,
    background: Current = 0.0,
    tunnel_broadening: Energy = 0.0,
    white_noise: Current = 0.0,
    pink_noise: Current = 0.0,
    seed: int = 0,
) -> Detector:
    """The detector of a device whose layout has a dot that senses the others (equations in the module's docstring).

    The dot itself is left out of the device: `device(found, detector=dot)`. It holds as long as all shifts together
    are small against the width of the detector's peak.

    Theory: docs/theory/geometry.md, eq-drawn-detector.

    Args:
        found: what `electrostatics` found for a layout with the detector among its dots.
        dot: name of the detector.
        sensitivity: s, pA per meV by which the detector's level rises; negative where an electron nearby lowers the
            current.
        background: I_0, pA.
        tunnel_broadening, white_noise, pink_noise, seed: as for `attractron.dots.Detector`.

    Returns:
        The detector: `weights` s M_Di of all other dots, `slope` -s α_gD of all gates, and of the virtual gates V and
        δV where V_L and V_R are drawn.

    Raises:
        InputError: an unknown dot, a sensitivity that is zero or not finite, no result of `electrostatics`.

    Example:
        A dot beside one end of another wire's.

        >>> box = at.geometry.ParticleInABox(length=200)
        >>> dots = tuple(at.geometry.WireDot(name=name, centre=(x, y, 0), along="x", shape=box)
        ...              for name, x, y in (("L", -200, 0), ("R", 200, 0), ("CD", -300, 150)))
        >>> plane = at.geometry.Plane(name="V_G", z=-130)
        >>> found = at.geometry.electrostatics(at.geometry.Layout(metals=(plane,), clouds=dots))
        >>> sensor = at.geometry.detector(found, "CD", sensitivity=-100)
        >>> {name: round(weight, 1) for name, weight in sensor.weights.items()}  # pA for one electron
        {'L': -341.3, 'R': -30.2}
    """
    if not {"repulsion", "lever_arm"} <= set(found):
        raise InputError("found", "be a result of electrostatics", shown(list(found)))
    dots = [str(each) for each in found["dot"].values]
    choice("dot", dot, dots)
    s = finite("sensitivity", sensitivity)
    if s == 0:
        raise InputError("sensitivity", "not be zero: such a detector shows no electron", "0")
    M, arms = found["repulsion"].sel(dot=dot), found["lever_arm"].sel(dot=dot)
    slope = {str(gate): -s * float(arm) for gate, arm in zip(found["gate"].values, arms.values, strict=True)}
    if {"V_L", "V_R"} <= set(slope):
        slope |= {name: sum(part * slope[gate] for gate, part in parts.items()) for name, parts in VIRTUAL.items()}
    return Detector(
        weights={other: s * float(M.sel(dot_2=other)) for other in dots if other != dot},
        slope=slope,
        background=background,
        tunnel_broadening=tunnel_broadening,
        white_noise=white_noise,
        pink_noise=pink_noise,
        seed=seed,
    )
