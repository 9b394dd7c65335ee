"""Derivatives of the pair current from shared integrals, and what is left open along a valley of equal fits."""

from types import SimpleNamespace

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.fitting import pair_profile
from attractron.fitting.pair_current import ROOM, _next_offset
from attractron.fitting.pair_gates_start import exchanged
from attractron.fitting.pair_model import PairMap, physical
from attractron.fitting.pair_profile import averaged, profiled
from attractron.transport import threshold_lines
from tests.fitting.test_pair_gates import POINT, blank

BIASED = {
    "centre": 0.1,
    "lever_arm": np.log(0.5),
    "bias_offset": 0.02,
    "U": 0.0,
    "ratio": np.log(0.5),
    **{name: POINT[name] for name in ("Gamma_S", "Gamma_D", "Gamma_LR", "temperature")},
    "excess": 0.1,
}


def over_bias(sign=1):
    gate, bias = np.linspace(-1.0, 2.2, 6), np.linspace(0.1, 1.3, 5)
    values = np.zeros((6, 5))
    return PairMap(gate=gate, bias=bias, values=values, noise=values + 1, span=(0.6, 3.2), current=True, sign=sign)


@pytest.mark.parametrize(
    ("pixels", "point"), [(blank(np.linspace(-1, 1, 5), np.linspace(-1, 1, 6)), POINT), (over_bias(-1), BIASED)]
)
def test_derivatives_are_those_of_the_current(pixels, point):
    steps = dict.fromkeys(pixels.names, 1e-4)
    current, found = pixels.derivatives(point, "2e", steps)
    assert current == pytest.approx(pixels.orders(point, "2e"))
    for name in pixels.names:
        up, down = (pixels.orders({**point, name: point[name] + step}, "2e") for step in (1e-4, -1e-4))
        wanted = (up - down) / 2e-4
        assert np.abs(found[name] - wanted).max() < 0.06 * np.abs(wanted).max(), name
        assert np.sum(found[name] * wanted) == pytest.approx(np.sum(wanted**2), rel=0.03), name


def landscape(monkeypatch, squares):
    """Fits along x that do nothing, on a map whose χ² is a function of it."""

    def fitted(_map, start, held, **_options):
        return SimpleNamespace(point={**start, **held}, squares=float(squares(held["x"])), held=set(held))

    monkeypatch.setattr(pair_profile, "fit_pairs", fitted)
    fit = SimpleNamespace(point={"x": 0.0}, squares=float(squares(0.0)), held=set())
    return SimpleNamespace(fit=fit, fine=None, beyond_noise=1.0)


def step(width):
    return lambda point, side, number: {**point, "x": point["x"] + side * number * width}


@pytest.mark.parametrize("sigma", [0.007, 0.03, 0.06])
def test_the_width_is_that_of_the_profile(monkeypatch, sigma):
    """A quantity that is 2x along the valley, and 0.01 beside it: a free fit knows both, which do not count twice."""
    outcome = landscape(monkeypatch, lambda x: ((x - 0.3 * sigma) / sigma) ** 2)
    profile = profiled(outcome, {}, "x", (-1.0, 1.0), step(0.4 * sigma))

    def at(fit):
        error = 0.01 if "x" in fit.held else np.hypot(2 * sigma, 0.01)
        return {"q": np.array(2 * fit.point["x"])}, {"q": np.array(error)}

    value, error = averaged(profile, at)["q"]
    assert value == pytest.approx(0.6 * sigma, abs=0.1 * sigma)
    assert error == pytest.approx(np.hypot(2 * sigma, 0.01), rel=0.05)


def test_two_minima_that_noise_does_not_tell_are_both_in_the_uncertainty(monkeypatch):
    outcome = landscape(monkeypatch, lambda x: 1e4 * x**2 * (x - 0.1) ** 2 / 0.1**2 + 0.5 * x)
    profile = profiled(outcome, {}, "x", (-1.0, 1.0), step(0.01))
    found = averaged(profile, lambda fit: ({"q": np.array(fit.point["x"])}, {"q": np.array(0.0)}))
    assert found["q"][0] == pytest.approx(0.05, abs=0.015)
    assert found["q"][1] > 0.04


def test_angles_on_both_sides_of_their_cut_are_alike(monkeypatch):
    outcome = landscape(monkeypatch, lambda x: (x / 0.02) ** 2)
    profile = profiled(outcome, {}, "x", (-1.0, 1.0), step(0.01))

    def at(fit):
        angle = 90.0 + 10.0 * fit.point["x"]
        return {"line_angle": np.array(90.0 - (90.0 - angle) % 180.0)}, {"line_angle": np.array(0.0)}

    found = averaged(profile, at)["line_angle"]
    assert abs(found[0]) == pytest.approx(90.0, abs=0.1)
    assert found[1] == pytest.approx(0.2, rel=0.25)


@pytest.mark.parametrize("sign", [1, -1])
def test_along_the_offset_of_the_bias_all_lines_stay_where_they_are(sign):
    pairs = over_bias(sign)
    moved = _next_offset(pairs, BIASED, 1, 1)
    apart = []
    for point in (BIASED, moved):
        values = physical(point, pairs)
        lines = threshold_lines(values["W"], values["U"], values["U"])
        energy = sign * values["lever_arm"] * (pairs.gate - values["centre"])
        apart.append(
            lines["intercept"].values[:, None] + lines["slope"].values[:, None] * energy + values["bias_offset"]
        )
    assert apart[1] == pytest.approx(apart[0], abs=1e-9)
    by = physical(moved, pairs)["bias_offset"] - physical(BIASED, pairs)["bias_offset"]
    assert by == pytest.approx(ROOM * K_B * physical(BIASED, pairs)["temperature"])


def test_couplings_exchanged_twice_are_what_they_were():
    once = exchanged(POINT)
    assert once["Gamma_LR"] == pytest.approx((POINT["Gamma_S"] + POINT["Gamma_D"]) / 2)
    assert exchanged(once) == pytest.approx(POINT)
