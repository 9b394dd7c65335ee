"""Samples agree with the profile where it is Gaussian, and with quadrature where it is not."""

import numpy as np
import pytest
import xarray as xr

from attractron.core.errors import InputError
from attractron.core.files import read_dataset, write_dataset
from attractron.plotting import picture
from attractron.readout import charging_line, coulomb_peak, interdot_line, posterior
from attractron.readout.posterior import BUILDERS
from attractron.readout.profile_likelihood import Likelihood, careful_deviation
from attractron.readout.trace.lineshapes import interdot_occupation, lead_occupation
from attractron.readout.trace.peak_shapes import single_level

GATE = np.linspace(-6.0, 6.0, 121)
ALPHA, PLACE = 0.1, 0.4


def trace(signal):
    return xr.Dataset(
        {"signal": ("P", signal, {"units": "nA"})}, {"P": ("P", GATE, {"units": "mV"})}, {"derivative": 0}
    )


def white(seed):
    return np.random.default_rng(seed).standard_normal(GATE.size)


def charging():
    curve = 1 + 0.02 * GATE + lead_occupation(ALPHA * (GATE - PLACE), 0.5, 0.0)[0]
    return charging_line(trace(curve + 0.02 * white(1)), lever_arm=ALPHA)


def interdot(t, noise, temperature=0.3):
    curve = 1 + 0.02 * GATE + interdot_occupation(ALPHA * (GATE - PLACE), temperature, t**2)[0]
    return interdot_line(trace(curve + noise * white(2)), lever_arm=ALPHA, temperature=temperature)


def peak():
    curve = 0.1 + single_level(GATE - PLACE, 0.0862 * 0.4 / ALPHA, 0.06 / ALPHA)[0]
    return coulomb_peak(trace(curve + 0.005 * white(3)), lever_arm=ALPHA, tunnel_broadening="fit")


def profile(result):
    """χ² of the reading's curve on its noise, without the error of the line shape that its uncertainties hold."""
    target = BUILDERS[result.attrs["question"]](result)
    count = target.start.size
    deviation = np.sqrt(np.sum((target.data - target.curve(target.start)) ** 2) / (target.data.size - count))

    def residual(point):
        return (target.curve(point) - target.data) / deviation

    def jacobian(point):
        steps = 1e-4 * np.diag(target.scales)
        return np.stack(
            [(residual(point + step) - residual(point - step)) / (2 * step.max()) for step in steps], axis=1
        )

    return Likelihood(
        names=target.names,
        best=target.start,
        residual=residual,
        jacobian=jacobian,
        lows=target.lows,
        highs=target.highs,
    )


def of(samples, name):
    at = samples["parameter"].to_numpy().tolist().index(name)
    return samples["posterior"].to_numpy()[:, at]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(charging, marks=pytest.mark.validation),
        pytest.param(lambda: interdot(0.08, 0.01), marks=pytest.mark.thorough, id="interdot"),
        pytest.param(peak, marks=pytest.mark.validation),
    ],
)
def test_samples_agree_with_the_profile_where_it_is_gaussian(case):
    result = case()
    samples = posterior(result, seed=3)
    assert float(samples["effective_sample_size"].min()) > 1500
    assert 0.1 < float(samples["acceptance"]) < 0.9
    fit = profile(result)
    for name in samples["parameter"].to_numpy():
        found, value = of(samples, name), float(result[name])
        spread = careful_deviation(fit, name)
        assert abs(found.mean() - value) < 0.1 * spread, name
        # 2000 independent samples know a width to 1.6 %.
        assert found.std() == pytest.approx(spread, rel=0.05), name


@pytest.mark.validation
def test_samples_tell_the_truth_near_zero():
    """t of less than its noise: a flat prior in t on a profile in t², against a sum over a grid of t and all others.

    All but t and the position enter linearly: their integral is a Gaussian one, in closed form.
    """
    noise = 0.1
    result = interdot(0.01, noise)
    samples = of(posterior(result, seed=4), "tunnel_coupling")
    data, residual = result["signal"].to_numpy(), result["residual"].to_numpy()
    assert int(result["used"].sum()) == GATE.size
    deviation = np.sqrt(np.sum(residual**2) / (GATE.size - 5))
    couplings, places = np.linspace(0, 0.12, 241), PLACE + np.linspace(-1.0, 1.0, 41)
    weights = np.zeros((couplings.size, places.size))
    for row, t in enumerate(couplings):
        for column, place in enumerate(places):
            step = interdot_occupation(ALPHA * (GATE - place), 0.3, t**2)[0]
            columns = np.stack([np.ones_like(GATE), GATE, step], axis=1) / deviation
            left = data / deviation - columns @ np.linalg.lstsq(columns, data / deviation, rcond=None)[0]
            weights[row, column] = -left @ left / 2 - np.linalg.slogdet(columns.T @ columns)[1] / 2
    density = np.exp(weights - weights.max()).sum(axis=1)
    density /= density.sum()
    mean = float(couplings @ density)
    spread = float(np.sqrt((couplings - mean) ** 2 @ density))
    assert samples.mean() == pytest.approx(mean, abs=0.1 * spread)
    assert samples.std() == pytest.approx(spread, rel=0.07)
    for share in (0.1, 0.5, 0.9):
        expected = np.interp(share, np.cumsum(density) - density / 2, couplings)
        assert np.quantile(samples, share) == pytest.approx(expected, abs=0.12 * spread)
    assert samples.min() >= 0


@pytest.mark.validation
def test_between_a_thermal_and_a_lorentzian_step_both_widths_are_sampled():
    """Against a sum over a grid of T, Γ and the place, all else a Gaussian integral in closed form."""
    curve = 1 + 0.02 * GATE + lead_occupation(ALPHA * (GATE - PLACE), 0.5, 0.0)[0]
    result = charging_line(trace(curve + 0.06 * white(1)), lever_arm=ALPHA)
    assert "which the data leave open" in result.attrs["summary"]
    samples = posterior(result, seed=6)
    data, left = result["signal"].to_numpy(), result["residual"].to_numpy()
    deviation = np.sqrt(np.sum(left**2) / (GATE.size - 5))
    kelvins, gammas, places = np.linspace(0.004, 1.0, 40), np.linspace(0, 0.35, 40), np.linspace(0.25, 0.6, 9)
    weights, heights = np.zeros((2, kelvins.size, gammas.size, places.size))
    for at in np.ndindex(weights.shape):
        step = lead_occupation(ALPHA * (GATE - places[at[2]]), kelvins[at[0]], gammas[at[1]])[0]
        columns = np.stack([np.ones_like(GATE), GATE, step], axis=1) / deviation
        found, square = np.linalg.lstsq(columns, data / deviation, rcond=None)[:2]
        weights[at] = -square[0] / 2 - np.linalg.slogdet(columns.T @ columns)[1] / 2
        heights[at] = found[2]
    density = np.exp(weights - weights.max())
    density /= density.sum()
    wide = {"temperature": kelvins[:, None, None], "tunnel_broadening": gammas[:, None], "step_height": heights}
    for name, values in wide.items():
        mean = float(np.sum(density * values))
        spread = float(np.sqrt(np.sum(density * (values - mean) ** 2)))
        assert of(samples, name).mean() == pytest.approx(mean, abs=0.25 * spread), name
        assert of(samples, name).std() == pytest.approx(spread, rel=0.15), name


@pytest.mark.validation
def test_noise_that_the_step_makes_itself_is_in_the_samples():
    """An electron that hops slowly: counted as even noise, samples would be several times too narrow, and elsewhere."""
    draw = np.random.default_rng(4)
    charge = lead_occupation(ALPHA * (GATE - PLACE), 0.5, 0.0)[0]
    signal = draw.binomial(12, charge) / 12 + 0.01 * draw.standard_normal(GATE.size)
    result = charging_line(trace(signal), lever_arm=ALPHA)
    assert float(result["relative_noise"].max()) > 5
    samples = posterior(result, seed=7)
    error = float(result["position_uncertainty"])
    assert of(samples, "position").mean() == pytest.approx(float(result["position"]), abs=0.5 * error)
    assert of(samples, "position").std() == pytest.approx(error, rel=0.3)


@pytest.mark.validation
def test_a_seed_gives_the_same_samples_and_results_come_out_of_files(tmp_path):
    result = charging()
    write_dataset(result, tmp_path / "line.nc")
    first, second = posterior(result, seed=5), posterior(read_dataset(tmp_path / "line.nc"), seed=5)
    np.testing.assert_allclose(first["posterior"], second["posterior"], rtol=1e-9)
    assert first.attrs["seed"] == 5
    assert "temperature 0." in first.attrs["summary"]
    figure = picture(first)
    figure.draw_without_rendering()
    names = [ax.get_xlabel() for ax in figure.axes if ax.get_xlabel()]
    assert names == ["step height (nA)", "position (mV)", "temperature (K)", "background (nA)", "slope (nA/mV)"]


def test_what_was_not_read_has_no_posterior():
    nothing = coulomb_peak(trace(white(6)), lever_arm=ALPHA)
    with pytest.raises(InputError, match="`posterior` must be asked of what was read: got no peak"):
        posterior(nothing)
    with pytest.raises(InputError, match="`posterior` must be asked of a result of charging_line"):
        posterior(xr.Dataset(attrs={"question": "dots.verdict"}))
    with pytest.raises(InputError, match="a Coulomb peak with a lever arm"):
        posterior(coulomb_peak(trace(np.cosh(GATE / 0.6) ** -2 + 0.01 * white(7))))
