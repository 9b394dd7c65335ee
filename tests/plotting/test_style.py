"""What pictures share."""

import numpy as np
import xarray as xr

import attractron as at
from attractron.plotting import lines, phases, stability
from attractron.plotting.style import even_ratios, symbol


def test_symbols():
    names = {
        "delta": "δ",
        "delta_V": "δV",
        "mu": "µ",
        "V_L": r"$V_{\mathrm{L}}$",
        "t_TB": r"$t_{\mathrm{TB}}$",
        "W": "W",
    }
    assert {name: symbol(name) for name in names} == names


def test_axes_of_even_ratios_are_logarithmic():
    x, y = np.geomspace(1e-3, 1.0, 31), np.linspace(0.0, 1.0, 21)
    codes = (x[:, None] > 0.03) * np.ones(y.size, int)
    attrs = {"flag_values": [0, 1], "flag_meanings": "paired trion", "units": "1"}
    result = xr.Dataset(
        {"phase": (("x", "y"), codes, attrs), "gap": (("x", "y"), codes * 1.0), "line": ("x", x)}, {"x": x, "y": y}
    )
    for ax in (phases.plot(result), stability.plot(result, variable="gap"), lines.plot(result, variable="line")):
        assert (ax.get_xscale(), ax.get_yscale()) == ("log", "linear")
        assert 0 < ax.get_xlim()[0] <= 1e-3
    mesh = stability.plot(result, variable="gap").collections[0].get_coordinates()[0, :, 0]
    np.testing.assert_allclose(mesh[1:] / mesh[:-1], x[1] / x[0])
    assert not even_ratios(np.array([0.0, 1.0, 2.0]))
    assert not even_ratios(np.array([1.0, 2.0]))


def test_pictures_show_themselves_in_a_notebook():
    device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    diagram = at.dots.stability_diagram(device, {"V": np.linspace(0, 3, 9), "delta_V": np.linspace(-1, 1, 9)})
    shown = at.plotting.picture(diagram)._repr_png_()
    assert shown.startswith(b"\x89PNG")
