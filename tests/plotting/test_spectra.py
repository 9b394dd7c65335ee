"""A map of A(q, ω): colours that a divergence does not take, thresholds on both sides, what cannot be drawn."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.plotting.spectra import DECADES, plot_spectrum

Q, OMEGA = np.array([-0.01, 0.0, 0.01]), np.array([-2.0, 0.0, 2.0])


def spectrum(values):
    lines = {
        name: ("q", factor * Q) for name, factor in (("threshold", 100), ("hole_threshold", 90), ("charge_edge", 200))
    }
    return xr.Dataset({"spectral_function": (("q", "omega"), values), **lines}, {"q": Q, "omega": OMEGA})


def test_a_divergence_takes_no_colours():
    values = np.full((3, 3), 0.1)
    values[0, 0] = np.inf
    ax = plot_spectrum(spectrum(values))
    low, high = ax.collections[0].get_clim()
    assert high == pytest.approx(0.1)
    assert np.log10(high / low) == pytest.approx(DECADES)


def test_edges_are_drawn_on_both_sides():
    ax = plot_spectrum(spectrum(np.ones((3, 3))))
    slopes = [np.diff(line.get_ydata())[0] / np.diff(line.get_xdata())[0] for line in ax.lines]
    np.testing.assert_allclose(slopes, [0.1, 0.09, 0.2])  # meV µm


@pytest.mark.parametrize("bad", [spectrum(np.zeros((3, 3))), xr.Dataset()])
def test_nothing_to_draw(bad):
    with pytest.raises(InputError, match="dataset"):
        plot_spectrum(bad)
