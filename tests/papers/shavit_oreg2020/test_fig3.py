"""The flows of the dot and the map against SciPy and closed forms, and claims against datasets that contradict them."""

import math

import numpy as np
import pytest
import xarray as xr
from scipy.optimize import brentq

from attractron.papers.shavit_oreg2020 import fig3
from attractron.wires import phase_diagram
from tests.papers.judged import by_reading
from tests.papers.shavit_oreg2020.helpers import published_flow

NAME = "shavit-3"


def test_the_dot_follows_the_published_equations(made: xr.Dataset) -> None:
    for cut in fig3.CUTS:
        wires = fig3.WIRES.with_parameters(mismatch=math.exp(-cut))
        path = made.sel(l_star=cut, theta=0.0)
        points = path["l"].values[path["l"].values <= 15.0]
        y_s, ln_y, *_ = published_flow(wires, 1.0, 15.0).sol(points)
        assert path["running_y_s"].values[: points.size] == pytest.approx(y_s, abs=1e-8)
        assert path["running_y"].values[: points.size] == pytest.approx(np.exp(ln_y), rel=1e-7)


def test_the_dot_is_gapless_at_the_shorter_cut_and_paired_at_the_longer(made: xr.Dataset) -> None:
    assert fig3.readings(made)["dots"] == "decoupled, paired"
    gap = float(made["dot_l_spin"].sel(l_star=3.0, theta=0.0))
    path = published_flow(fig3.WIRES.with_parameters(mismatch=math.exp(-3.0)), 1.0, 20.8)
    crossing = brentq(lambda ell: path.sol(ell)[0] + 1, 10.0, 20.8)
    assert gap == pytest.approx(20.45086, abs=1e-5)
    assert gap == pytest.approx(crossing, abs=1e-6)


def test_a_largest_l_would_move_the_boundary(made: xr.Dataset) -> None:
    short = made["smallest_y"].sel(l_star=2.0).values[1:]
    assert short[:3] == pytest.approx([0.2046, 0.1929, 0.1844], abs=5e-5)
    assert short[3] < short[2]
    # Without source y_s(l) = y_s/(1 + y_s l): a gap at l_max needs y_s ≈ -1/l_max, the line comes down as 1/l_max.
    assert (short[0] - short[3]) / (short[2] - short[3]) == pytest.approx(200 / 30, rel=0.1)


def test_the_map_is_that_of_the_flow_and_closed_form_without_coupling(made: xr.Dataset) -> None:
    bare = made["l_spin"].sel(y=0.0)
    attractive = bare["y_s"].values < -1e-9
    expected = -1 / bare["y_s"].values[attractive] - 1
    assert bare.values[:, attractive] == pytest.approx(np.array([expected, expected]), rel=1e-12)
    assert np.isinf(bare.values[:, ~attractive]).all()


def test_the_boundary_on_the_scale_of_l_max_is_where_the_gap_opens_there(made: xr.Dataset) -> None:
    for cut in fig3.CUTS:
        for name, end in (("boundary", "vertex"), ("boundary_without", "end")):
            points = made[name].sel(l_star=cut, pair="decoupled to paired").dropna(end).values
            inside = points[(points[:, 0] > 0.02) & (points[:, 1] < 0.28)][::6]
            for y, y_s in inside:
                wires = fig3.WIRES.with_parameters(y=y, y_s=y_s, mismatch=math.exp(-cut))
                l_spin = float(phase_diagram(wires, {}, cutoff=fig3.CUTOFF, stop="both")["l_spin"])
                assert l_spin == pytest.approx(30.0, rel=1e-5) if name == "boundary" else l_spin > 1e4


def test_claims_on_competition_fail_on_a_dataset_that_contradicts_them(made: xr.Dataset) -> None:
    def judged(result: xr.Dataset) -> dict[str, str]:
        return by_reading(NAME, result)

    assert judged(made) == {
        "shift": "holds",
        "dots": "open",
        "gap": "holds",
        "limits_agree": "differs",
        "cooperation": "open",
        "reversal": "holds",
        "end_of_line": "holds",
    }
    other = made.assign(phase=made["phase"].isel(l_star=[1, 0]).drop_vars("l_star"))
    assert judged(other)["dots"] == "fails"
    alike = made.assign(smallest_y=0 * made["smallest_y"] + made["smallest_y"].isel(l_star=0, drop=True))
    assert judged(alike)["shift"] == "fails"
    sharp = made.assign(smallest_y=0 * made["smallest_y"] + made["smallest_y"].isel(l_max=-1))
    assert judged(sharp)["limits_agree"] == "holds"
    fading = made.assign(running_y=0 * made["running_y"] + np.exp(-made["l"]))
    assert judged(fading)["cooperation"] == "fails"
    usual = made.assign(running_y_s=made["running_y_s"].isel(theta=[0, 0]).assign_coords(theta=made["theta"]))
    assert judged(usual)["reversal"] == "fails"
    shifted = made.assign_coords(y_s=made["y_s"] + 0.01)
    assert judged(shifted)["end_of_line"] == "fails"
    later = made.assign(dot_l_spin=made["dot_l_spin"] + 1e-4)
    assert judged(later)["gap"] == "fails"
