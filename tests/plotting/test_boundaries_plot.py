import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.plotting import phases
from attractron.plotting.style import new_axes


def paths(pairs: int = 3) -> xr.DataArray:
    """Two pieces for the first pair, none for the others."""
    values = np.full((pairs, 5, 2), np.nan)
    values[0, [0, 1, 3, 4]] = [[0.0, 1.0], [1.0, 2.0], [3.0, 4.0], [4.0, 5.0]]
    names = [f"pair {number}" for number in range(pairs)]
    return xr.DataArray(values, dims=("pair", "vertex", "axis"), coords={"pair": names})


def test_a_line_for_each_pair_that_has_a_boundary_within_limits_that_stay() -> None:
    ax = new_axes()
    (under,) = ax.plot([0.0, 1.0], [2.0, 3.0])
    limits = ax.axis()
    drawn = phases.plot_boundaries(paths(), ax)
    assert drawn is ax
    assert ax.axis() == limits
    line = next(own for own in ax.get_lines() if own is not under)
    assert len(ax.get_lines()) == 2
    assert line.get_label() == "pair 0"
    assert np.array_equal(line.get_xydata(), paths().to_numpy()[0], equal_nan=True)


def test_new_axes_show_all_of_it_and_colours_can_be_chosen() -> None:
    ax = phases.plot_boundaries(paths().transpose("axis", "vertex", "pair"), colours=("red", "blue", "green"))
    assert ax.get_xlim()[1] >= 4.0
    assert ax.get_lines()[0].get_color() == "red"


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(InputError, match="`paths` must be over pair, vertex and axis"):
        phases.plot_boundaries(paths().isel(pair=0))
    with pytest.raises(InputError, match=r"`colours` must be one for each pair.*there are 4 pairs"):
        phases.plot_boundaries(paths(4))
