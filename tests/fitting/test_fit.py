"""Whole diagrams fitted: the truth comes back with honest uncertainties, and what is not in the data is said."""

import numpy as np
import pytest
from scipy.stats import chi2

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.dots import Detector, building_block, effective_interaction, stability_diagram
from attractron.fitting import fit_diagram
from attractron.readout import read_vertex
from tests.fitting.diagram_images import ANCHOR, simulated
from tests.readout.vertex_images import image_without_vertex

SMALL = (40, 44)
HELD = ("U", "delta", "t", ANCHOR)


def fitted(seed, *, held=HELD, error=0.05, **options):
    """A fit from near the charging points, without a reading: W stands for the interaction."""
    sample = simulated(seed, shape=SMALL, error=error, **options)
    start = sample.start.with_parameters(**{name: sample.truth[name] for name in held if name in ("U", "delta", "t")})
    free = [name for name in sample.truth if name not in held]
    offsets = {"L": 0.03, "R": -0.03}
    return sample, fit_diagram(sample.image, start, temperature=sample.temperature, free=free, offsets=offsets)


def status_of(result, name):
    return flag_names(result["status"])[int(result["status"].sel(parameter=name))]


@pytest.fixture(scope="module")
def read():
    """Everything from a reading and a rough guess: an attractive vertex, the scale held by one lever arm."""
    sample = simulated(3)
    reading = read_vertex(sample.image)
    free = [name for name in sample.truth if name != ANCHOR]
    given = {"temperature": sample.temperature, "free": free, "vertex": reading}
    return sample, fit_diagram(sample.image, sample.start, **given), reading


@pytest.mark.parametrize("count", [4, pytest.param(10, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("kind", [0, 1], ids=["repulsive", "attractive"])
def test_pulls(kind, count):
    """(found - true)/uncertainty over some images: its square adds up to chi-square within 0.1 % at either end."""
    pulls = []
    for seed in range(kind, 2 * count, 2):
        sample, result = fitted(seed)
        found = [(result["effective_interaction"], result["effective_interaction_uncertainty"], sample.interaction)]
        for name in ("W", "offset.L", "offset.R", "lever_arm.V_R.R", "slope.V_L"):
            entry = result.sel(parameter=name)
            found.append((entry["value"], entry["uncertainty"], sample.truth[name]))
        pulls.append([float((value - truth) / error) for value, error, truth in found])
        assert np.sign(result["effective_interaction"]) == (-1) ** kind
        assert float(result["reduced_chi_square"]) < 1.6
    low, high = chi2.ppf([0.001, 0.999], len(pulls))
    for total in np.sum(np.square(pulls), axis=0):
        assert low < total < high
    assert np.abs(np.mean(pulls, axis=0)).max() < 3 / np.sqrt(len(pulls))


def test_the_truth_is_the_minimum_of_an_image_without_noise():
    sample, result = fitted(5, noise=0.0)
    for name in result["parameter"].values:
        entry = result.sel(parameter=name)
        assert float(entry["value"]) == pytest.approx(sample.truth[name], abs=6 * float(entry["uncertainty"])), name
    assert float(result["effective_interaction"]) == pytest.approx(sample.interaction, rel=1e-4)
    assert float(abs(result["residual"]).max()) < 1e-2
    assert "structure" not in result.attrs["summary"]


def test_a_rough_guess_and_a_reading_suffice(read):
    sample, result, _ = read
    found, error = float(result["effective_interaction"]), float(result["effective_interaction_uncertainty"])
    assert abs(found - sample.interaction) < 4 * error < 0.4 * abs(sample.interaction)
    for name in ("temperature", "lever_arm.V_R.R", "lever_arm.V_R.L", "lever_arm.V_L.R", "weight.L", "weight.R"):
        assert status_of(result, name) == "determined"
        entry = result.sel(parameter=name)
        assert abs(float(entry["value"]) - sample.truth[name]) < 4 * float(entry["uncertainty"]), name
    assert f"{found:.4g}" in result.attrs["summary"]
    assert "attractive" in result.attrs["summary"]


def test_the_parameters_of_the_hamiltonian_are_not_fixed_but_their_combinations_are(read):
    """One vertex has two charging points and W_eff: three numbers for W, U, δ, t and two offsets."""
    _, result, _ = read
    loose = ["W", "U", "delta", "t", "offset.L", "offset.R"]
    for name in loose:
        assert status_of(result, name) == "not_fixed"
        assert np.isnan(result["value"].sel(parameter=name))
        assert np.isinf(result["uncertainty"].sel(parameter=name))
    assert f"Not fixed by the data: {', '.join(loose)}." in result.attrs["summary"]
    assert result.sizes["combination_number"] == 3
    assert result.sizes["move"] == 3
    # Along the moves the image does not change, and so W_eff and the charging points do not: to second order.
    moves, rows = result["unseen_move"].values, result["combination"].values
    np.testing.assert_allclose(rows @ moves.T, 0.0, atol=1e-3 * np.abs(rows).max() * np.abs(moves).max())
    named = dict(zip(result["parameter"].values, result["point"].values, strict=True))
    for move in moves:
        interaction = []
        for step in (-1e-3, 1e-3):
            values = {name: named[name] + step * move[list(named).index(name)] for name in ("W", "U", "delta", "t")}
            device = building_block(**values)
            interaction.append(effective_interaction(device, temperature=named["temperature"]))
        assert abs(interaction[1] - interaction[0]) < 1e-5
    finite = result["correlation"].sel(parameter=["temperature"], other=["temperature", "W"]).values
    assert finite[0, 0] == pytest.approx(1.0)
    assert np.isnan(finite[0, 1])


def test_with_all_energies_free_their_scale_is_not_fixed(read):
    sample, held, _ = read
    result = fit_diagram(sample.image, sample.start, temperature=sample.temperature, free=sample.truth)
    sentence = "The common scale of all energies, lever arms and temperature is not fixed"
    assert sentence in result.attrs["summary"]
    assert sentence not in held.attrs["summary"]
    assert "The image does not fix the effective interaction." in result.attrs["summary"]
    assert np.isnan(result["effective_interaction"])
    for name in ("temperature", ANCHOR, "tunnel_broadening"):
        assert status_of(result, name) == "not_fixed"
    assert status_of(result, "weight.L") == "determined"


def test_the_largest_lever_arm_is_held_by_default():
    sample = simulated(1, shape=SMALL, error=0.0)
    result = fit_diagram(sample.image, sample.start, temperature=0.5, offsets={"L": 0.0})
    arms = {name: value for name, value in sample.truth.items() if name.startswith("lever_arm")}
    largest = max(arms, key=lambda name: arms[name])
    assert set(sample.truth) - set(result["parameter"].values) == {largest}


def test_missing_pixels_count_not():
    sample = simulated(2, shape=SMALL, error=0.05)
    image = sample.image.copy()
    image[3] = np.nan
    image[10:14, 20:26] = np.nan
    free = [name for name in sample.truth if name not in HELD]
    result = fit_diagram(image, sample.start, temperature=sample.temperature, free=free, offsets={"L": 0.0})
    np.testing.assert_array_equal(np.isnan(result["residual"]), np.isnan(image))
    assert np.isfinite(result["model"]).all()
    found, error = float(result["effective_interaction"]), float(result["effective_interaction_uncertainty"])
    assert abs(found - sample.interaction) < 4 * error


def test_a_scan_that_was_stopped_is_fitted_where_it_was_taken():
    sample = simulated(2, shape=SMALL, error=0.05)
    image = sample.image.copy()
    image[-4:] = np.nan
    free = [name for name in sample.truth if name not in HELD]
    given = {"temperature": sample.temperature, "free": free, "offsets": {"L": 0.0}}
    result = fit_diagram(image, sample.start, **given)
    assert result["data"].shape == (SMALL[0] - 4, SMALL[1])
    np.testing.assert_array_equal(result["point"], fit_diagram(image[:-4], sample.start, **given)["point"])


def test_holes_over_virtual_gates():
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05, carriers="holes")
    axes = {"V": np.linspace(1.2, -2.6, 50), "delta_V": np.linspace(-2, 2, 46)}
    detector = Detector(white_noise=5.0, seed=2)
    image = stability_diagram(device, axes, temperature=0.9, detector=detector)["detector_current"]
    result = fit_diagram(image, device.with_parameters(W=1.1), temperature=0.6)
    found, error = float(result["effective_interaction"]), float(result["effective_interaction_uncertainty"])
    assert abs(found - effective_interaction(device, temperature=0.9)) < 4 * error
    assert float(result["value"].sel(parameter="weight.L")) == pytest.approx(-100.0, abs=5.0)
    assert "tunnel_broadening" not in result.attrs["options"] or status_of(result, "tunnel_broadening") != "not_fixed"


def test_structure_that_the_model_does_not_have_is_noted():
    """A background that is bent along the raster is no part of the model (across it it might be drift)."""
    sample = simulated(0, shape=SMALL, error=0.05)
    bent = sample.image + 30.0 * np.linspace(-1, 1, SMALL[1]) ** 2
    free = [name for name in sample.truth if name not in HELD]
    result = fit_diagram(bent, sample.start, temperature=sample.temperature, free=free, offsets={"L": 0.0})
    assert "The residual shows structure" in result.attrs["summary"]
    assert float(result["reduced_chi_square"]) > 1.2


def test_results_are_labelled_and_survive_a_file(read, tmp_path):
    _, result, _ = read
    for name, variable in result.variables.items():
        assert "units" in variable.attrs, name
        assert variable.attrs["long_name"], name
    np.testing.assert_allclose(result["data"] - result["model"], result["residual"], atol=1e-9)
    result.to_netcdf(tmp_path / "fit.nc", engine="h5netcdf")
    assert list(
        result["units"].sel(parameter=["temperature", ANCHOR.replace("V_L.L", "V_R.R"), "weight.L"]).values
    ) == [
        "K",
        "meV/mV",
        "pA",
    ]


@pytest.mark.thorough
def test_a_reading_that_is_not_given_is_made(read):
    sample, result, _ = read
    free = [name for name in sample.truth if name != ANCHOR]
    again = fit_diagram(sample.image, sample.start, temperature=sample.temperature, free=free)
    np.testing.assert_allclose(again["point"], result["point"], rtol=1e-12)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": 0.0}, "`temperature` must be positive"),
        ({"temperature": -1.0}, "`temperature` must be zero or positive"),
        ({"free": ["W", "lever_arm.V_L.Q"]}, r"`free` must name parameters .* did you mean 'lever_arm.V_L"),
        ({"free": "W"}, r"`free` must be a list of names: got 'W'; \['W'\]"),
        ({"free": []}, "`free` must name at least one parameter"),
        ({"offsets": {"T": 0.1}}, r"`offsets` must name open dots \(L, R\): got 'T'"),
        ({"offsets": {"L": float("nan")}}, r"`offsets\['L'\]` must be finite"),
        ({"detector": Detector(weights={"T": 1.0})}, "`detector` must see the open dots only: got a weight on 'T'"),
        ({"detector": Detector(slope={"delta": 1.0})}, r"`detector` must have slopes along the image's axes"),
        ({"seed": -1}, "`seed` must be at least 0"),
    ],
)
def test_bad_input(options, message):
    sample = simulated(1, shape=SMALL)
    with pytest.raises(InputError, match=message):
        fit_diagram(sample.image, sample.start, **{"temperature": 0.5, **options})


def test_a_reading_of_something_else_is_refused(read):
    sample, result, reading = read
    with pytest.raises(InputError, match=r"`vertex` must be a result of readout\.read_vertex"):
        fit_diagram(sample.image, sample.start, temperature=0.5, vertex=result)
    turned = reading.assign_coords(axis=reading["axis"].values[::-1])
    with pytest.raises(InputError, match=r"`vertex` must have the image's axes \(V_L, V_R\): got V_R, V_L"):
        fit_diagram(sample.image, sample.start, temperature=0.5, vertex=turned)


def test_a_start_is_given_once(read):
    sample, *_ = read
    with pytest.raises(InputError, match="`offsets` must be left out where a vertex is given"):
        fit_diagram(sample.image, sample.start, temperature=0.5, vertex=sample.image.to_dataset(), offsets={"L": 0.0})


def test_other_units_of_the_current_are_kept():
    sample = simulated(1, shape=SMALL, error=0.0)
    image = (sample.image / 1000.0).assign_attrs(units="nA")
    free = ["weight.L", "weight.R", "background", "slope.V_L", "slope.V_R"]
    result = fit_diagram(image, sample.start, temperature=0.5, free=free, offsets={})
    assert list(result["units"].values) == ["nA", "nA", "nA", "nA/mV", "nA/mV"]
    assert result["model"].attrs["units"] == "nA"
    assert float(result["value"].sel(parameter="background")) > 0


def test_an_image_without_a_vertex_is_refused():
    device = building_block(W=0.8, U=2.0, delta=1.0, t=0.1)
    with pytest.raises(
        InputError, match="`image` must show one vertex of two dots: got a reading with the status no_v"
    ):
        fit_diagram(image_without_vertex(0)[::3, ::3], device, temperature=0.5)


def test_lines_that_are_elsewhere_are_no_silent_minimum():
    sample = simulated(1, shape=SMALL)
    with pytest.raises(
        InputError, match=r"`image` must be (like the diagram of the device|fitted from the start given)"
    ):
        fit_diagram(
            sample.image,
            sample.start,
            temperature=0.05,
            free=["temperature", "weight.L", "weight.R", "background"],
            offsets={"L": 1.5, "R": -1.5},
        )
