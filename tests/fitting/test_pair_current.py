"""W and U out of maps of the pair current: known ones are read back, what else a map may be gives no number."""

from dataclasses import replace

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.fitting import fit_pair_current
from attractron.fitting.pair_model import PairMap, fit_pairs, physical, with_background
from attractron.fitting.pair_report import polarity
from attractron.fitting.pair_rivals import DIAMOND, NOTHING, SMOOTH, others
from attractron.fitting.pair_search import starts
from attractron.fitting.pair_settle import model_error
from attractron.transport import threshold_lines
from tests.fitting.pair_maps import as_map, pair_map

QUICK = {"gates": 16, "biases": 16}


def pairs_of(image, noise, **options):
    gate, bias = image["V"].to_numpy(), image["V_SD"].to_numpy()
    span = (float(gate[0] + gate[-1]) / 2, float(np.ptp(gate)))
    values = image.to_numpy()
    return PairMap(
        gate=gate, bias=bias, values=values, noise=np.full(values.shape, noise), span=span, current=True, **options
    )


def point_of(truth, pairs):
    middle, length = pairs.span
    logs = {name: float(np.log(truth[name])) for name in ("lever_arm", "U", "Gamma_S", "Gamma_D", "temperature")}
    return logs | {
        "centre": (truth["centre"] - middle) / length,
        "bias_offset": 0.0,
        "ratio": float(np.log(truth["W"] / truth["U"])),
        "Gamma_LR": float(np.log(truth["Gamma_L"] * truth["Gamma_R"])) / 2,
        "excess": float(np.cosh(np.log(truth["Gamma_R"] / truth["Gamma_L"]) / 2)) - 1,
    }


@pytest.fixture(scope="module")
def simulated():
    image, truth = pair_map(1, **QUICK, noise=2e-3)
    return image, truth, pairs_of(image, 2e-3 * float(image.max()))


def status(result):
    return flag_names(result["status"])[int(result["status"])]


def test_the_model_is_the_current_that_made_the_map(simulated):
    image, truth, pairs = simulated
    curve, linear = with_background(pairs.orders(point_of(truth, pairs), "2e"), pairs)
    left = (curve - image.to_numpy()) / pairs.noise
    assert np.mean(left**2) == pytest.approx(1.0, abs=0.3)
    assert abs(linear[0]) < 4 * pairs.noise[0, 0]


def test_parameters_come_back_from_a_start_beside_them(simulated):
    """W and U within their uncertainties, which are those of a linear fit, from 5 % away."""
    _, truth, whole = simulated
    point, pairs = point_of(truth, whole), whole.thinned(10, 10)
    held = {name: point[name] for name in ("Gamma_S", "Gamma_D", "Gamma_LR", "excess", "temperature", "lever_arm")}
    held["bias_offset"] = 0.0
    away = {**point, "U": point["U"] + 0.05, "ratio": point["ratio"] - 0.05}
    rough = fit_pairs(pairs.with_error(0.2), away, held, enough=1e-3)
    found = fit_pairs(pairs, rough.point, held, enough=1e-4)
    assert found.varied == ("centre", "U", "ratio")
    errors = np.sqrt(np.diag(found.minimum.covariance))
    for name, error in zip(found.varied, errors, strict=True):
        assert abs(found.point[name] - point[name]) < 4 * error
    assert physical(found.point, pairs)["W"] == pytest.approx(truth["W"], rel=0.02)


@pytest.mark.parametrize("sign", [1, -1])
def test_the_search_finds_the_scale_and_the_gate_s_sign(simulated, sign):
    image, truth, _ = simulated
    turned = image if sign == 1 else as_map(-image["V"].to_numpy()[::-1], image["V_SD"].to_numpy(), image.values[::-1])
    best = starts(pairs_of(turned, 1.0), truth["lever_arm"], 1)[0]
    assert best[0] == sign
    assert np.exp(best[1]["U"]) == pytest.approx(truth["U"], rel=0.35)


def test_amplitudes_of_every_order_may_be_free(simulated):
    _, truth, pairs = simulated
    orders = pairs.orders(point_of(truth, pairs), "2e")
    wanted = np.array([3.0, 1.0, 0.5, 4.0])
    mixed = wanted[0] + np.tensordot(wanted[1:], orders, axes=1)
    free = pairs_of(as_map(pairs.gate, pairs.bias, mixed), 1.0, free=True)
    curve, linear = with_background(orders, free)
    assert linear == pytest.approx(wanted, rel=1e-6)
    assert curve == pytest.approx(mixed, rel=1e-6)


def test_holes_at_the_other_bias_are_electrons_at_this_one(simulated):
    """At µ_P = U the map is odd under αV → -αV, V_SD → -V_SD: the lines at negative bias are mirror images."""
    _, truth, pairs = simulated
    point = point_of(truth, pairs)
    mirrored = replace(pairs, gate=2 * truth["centre"] - pairs.gate[::-1], bias=-pairs.bias[::-1])
    again = mirrored.orders(point, "2e")[:, ::-1, ::-1]
    assert again == pytest.approx(-pairs.orders(point, "2e"), rel=1e-6, abs=1e-6)
    assert (polarity(pairs), polarity(mirrored)) == (1, -1)


@pytest.mark.parametrize("error", [0.0, 0.02, 0.2])
def test_the_error_of_a_model_is_what_the_residual_shows(error):
    draw = np.random.default_rng(3)
    size = draw.uniform(10, 1000, (40, 40))
    left = np.hypot(1.0, error * size) * draw.normal(size=size.shape)
    found = model_error(left, pairs_of(as_map(np.arange(40.0), np.arange(40.0), size), 1.0), 9)
    assert found == pytest.approx(error, rel=0.1)


def test_rivals_describe_what_they_are_of():
    gate, bias = np.linspace(-20, 20, 30), np.linspace(-2, 2, 31)
    x, y = gate[:, None], bias[None, :]
    draw = np.random.default_rng(5)
    window = 1 / (1 + np.exp(-(np.abs(y) - 0.08 * x) / 0.05)) / (1 + np.exp(-(np.abs(y) + 0.05 * x) / 0.05))
    diamond = others(
        pairs_of(as_map(gate, bias, 100 * window * np.tanh(y / 0.05) + draw.normal(size=window.shape)), 1.0)
    )
    assert diamond[DIAMOND][0] < 1.3 * window.size < diamond[SMOOTH][0]
    smooth = others(pairs_of(as_map(gate, bias, 5 * y + 0.3 * x * y + draw.normal(size=window.shape)), 1.0))
    assert smooth[SMOOTH][0] < 1.2 * window.size < smooth[NOTHING][0]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (lambda image: image[:5], "12 points"),
        (lambda image: 0 * image, "flat"),
        (lambda image: image.rename(V_SD="gate"), "bias"),
        (lambda image: image.isel(V=0), "gate"),
        (lambda image: image.assign_attrs(units="uS"), "conductance"),
    ],
)
def test_what_is_no_such_map_is_refused(simulated, change, match):
    with pytest.raises(InputError, match=match):
        fit_pair_current(change(simulated[0]))


@pytest.mark.thorough
def test_a_map_is_read_and_its_thresholds_are_those_of_charging_energies():
    image, truth = pair_map(1, gates=18, biases=18)
    result = fit_pair_current(image, lever_arm=truth["lever_arm"], temperature=truth["temperature"])
    assert status(result) == "read"
    for name in ("W", "U", "centre", "Gamma_S", "Gamma_D"):
        assert abs(float(result[name]) - truth[name]) < 4 * float(result[f"{name}_uncertainty"])
    assert float(result["W_uncertainty"]) < 0.06 * truth["W"]
    lines = threshold_lines(float(result["W"]), float(result["U"]), float(result["U"]))
    starts_at = lines["start"].sel(process=["1e", "0e"]).to_numpy()  # of αV from the centre
    gates = float(result["centre"]) + starts_at / truth["lever_arm"]
    assert result["corner_gate"].to_numpy() == pytest.approx(gates)
    applied = result["corner_bias"].to_numpy() - float(result["bias_offset"])
    assert applied == pytest.approx(lines["start_bias"].sel(process=["1e", "0e"]).to_numpy())
    assert abs(float(result["bias_offset"])) < 4 * float(result["bias_offset_uncertainty"])
    assert result.attrs["runner_up"] != "pairs"


@pytest.mark.validation
def test_single_electrons_alone_give_no_number():
    image, truth = pair_map(1, gates=24, biases=24, processes="1e")
    result = fit_pair_current(image, lever_arm=truth["lever_arm"], temperature=truth["temperature"])
    assert status(result) in ("no_pairs", "not_described")
    assert np.isnan(float(result["W"]))


def test_noise_gives_no_number(simulated):
    noise = simulated[0].copy(data=np.random.default_rng(1).normal(size=simulated[0].shape))
    result = fit_pair_current(noise)
    assert status(result) == "not_described"
    assert "no current" in result.attrs["summary"]
    assert np.isnan(float(result["U"]))


@pytest.mark.validation
def test_pulls_of_seeded_maps():
    pulls = []
    for seed in range(12):
        image, truth = pair_map(seed)
        result = fit_pair_current(image)
        assert status(result) == "read"
        pulls += [(float(result[name]) - truth[name]) / float(result[f"{name}_uncertainty"]) for name in ("W", "U")]
    assert np.std(pulls) == pytest.approx(1.0, abs=0.35)
