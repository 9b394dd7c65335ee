"""Adaptive studies as they run: however often they are stopped, whoever computes, the same points and values."""

import json

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.files import read_dataset
from attractron.plotting import picture
from attractron.studies import growth
from attractron.studies.parse import read_study
from attractron.studies.run import run
from attractron.studies.store import Store
from tests.studies.lever import KINDS
from tests.studies.stopping import StopError, stopped_after

pytest.importorskip("adaptive", reason="the extra 'adaptive' is not installed")

LINE = """\
kind = "lever"
model = { slope = 1.5, offset = 0.25 }
[adaptive]
points = 29
batch = 12
[adaptive.of]
x = { start = -1, stop = 1 }
"""
PLANE = LINE.replace("[adaptive]\n", '[adaptive]\nquantity = "side"\n') + "slope = { start = 1, stop = 4 }\n"


@pytest.fixture
def study(tmp_path):
    def read(text=LINE):
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return read_study(path, KINDS)

    return read


def arrays(folder):
    opened = xr.open_zarr(folder / "s.zarr").load()
    return {name: each.to_numpy().tobytes() for name, each in opened.variables.items()}


@pytest.mark.thorough
@pytest.mark.parametrize("text", [LINE, PLANE])
def test_stopped_anywhere_it_ends_as_undisturbed(study, tmp_path, monkeypatch, text):
    run(study(text), tmp_path / "whole")
    whole = arrays(tmp_path / "whole")
    calls, stop = 0, 0
    for name in ("write", "extend", "_tell", "complete", "_write_axes"):
        original = getattr(Store, name)

        def stopping(self, *args, original=original, **more):
            nonlocal calls
            calls += 1
            if calls == stop:
                raise KeyboardInterrupt
            done = original(self, *args, **more)
            if calls == -stop:
                raise KeyboardInterrupt
            return done

        monkeypatch.setattr(Store, name, stopping)
    stops = 0
    for each in (2, 5, 9, -9, 10, -10, 11, -11, 12, -12, 18, -21):
        calls, stop = 0, each
        try:
            run(study(text), tmp_path / "part")
        except KeyboardInterrupt:
            stops += 1
    stop = 0
    run(study(text), tmp_path / "part")
    assert stops > 2
    assert arrays(tmp_path / "part") == whole


def test_stopped_in_an_object_store_it_ends_as_in_a_folder(study, tmp_path):
    place = "memory://bucket/adaptive"
    with pytest.raises(StopError):
        run(study(), place, listener=stopped_after(2))
    heard = []
    done = run(study(), place, listener=heard.append).result
    assert heard[0].done >= 2, "what was there was not computed again"
    folder = run(study(), tmp_path / "whole").result
    for name in folder.variables:
        np.testing.assert_array_equal(done[name], folder[name])


@pytest.mark.thorough
def test_a_cluster_puts_the_same_points(study, tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    run(study(PLANE), tmp_path / "here")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        run(study(PLANE), tmp_path / "there", scheduler=cluster.scheduler_address)
    assert arrays(tmp_path / "there") == arrays(tmp_path / "here")


def test_extended_it_is_the_longer_study(study, tmp_path):
    run(study(LINE.replace("29", "17")), tmp_path / "part")
    longer = study(LINE)
    with pytest.raises(InputError, match=r"adaptive.points` must be 17 .* --extend"):
        run(longer, tmp_path / "part")
    outcome = run(longer, tmp_path / "part", extend=True)
    assert outcome.verdict.text.startswith("29 points over x, where height changes: ")
    run(longer, tmp_path / "whole")
    assert arrays(tmp_path / "part") == arrays(tmp_path / "whole")
    with pytest.raises(InputError, match=r"adaptive.points` must be at least the 29 points"):
        run(study(LINE.replace("29", "17")), tmp_path / "part", extend=True)


def test_a_loss_is_a_goal(study, tmp_path):
    outcome = run(study(LINE.replace("points = 29", 'loss = 0.01\nquantity = "side"')), tmp_path / "s")
    x = np.sort(outcome.result["x"])
    at = np.searchsorted(x, -0.25 / 1.5)
    assert x[at] - x[at - 1] <= 0.02 + 1e-12
    assert outcome.result.sizes["point"] < 70
    share = outcome.verdict.numbers
    assert sum(value for name, (value, _) in share.items() if name.startswith("share_")) == pytest.approx(1.0)
    assert json.loads((tmp_path / "s" / "summary.json").read_text(encoding="utf-8"))["numbers"]["loss"]["value"] <= 0.01


def test_failed_points_are_recorded_and_do_not_stop_the_others(study, tmp_path):
    text = LINE.replace("points", 'quantity = "side"\npoints').replace("29", "60") + "[question]\nfail_at = 0.7\n"
    outcome = run(study(text), tmp_path / "s")
    x = outcome.result["x"].to_numpy()
    assert [failure.point for failure in outcome.failures] == [(n,) for n in np.flatnonzero(x >= 0.7)]
    assert np.sum(np.abs(x - 0.7) < 0.1) < 10, "where points begin to fail is no boundary"
    assert np.sum(np.abs(x + 0.25 / 1.5) < 0.1) > 12


def test_a_result_is_labelled_and_drawn(study, tmp_path):
    run(study(PLANE), tmp_path / "s")
    result = read_dataset(tmp_path / "s")
    assert result["x"].dims == result["slope"].dims == ("point",)
    assert result["slope"].attrs["units"] == "meV"
    assert result.attrs["adaptive"] == "x, slope"
    figure = picture(result, "side")
    assert [figure.axes[0].get_xlabel(), figure.axes[0].get_ylabel()] == ["x (mV)", "slope (meV)"]
    assert (tmp_path / "s" / "s.png").exists()


def test_a_quantity_has_to_be_one_at_each_point(study, tmp_path):
    with pytest.raises(InputError, match=r"adaptive.quantity` must be a number at each point"):
        run(study(LINE.replace("points", 'quantity = "heigth"\npoints')), tmp_path / "s")


def test_nothing_grows_that_is_not_adaptive(study, tmp_path):
    from attractron.studies.grid import Layout

    plain = study(LINE.partition("[adaptive]")[0] + "[axes]\nx = [0, 1]\n")
    assert growth.grown(Layout(plain), Store(str(tmp_path))) is None
