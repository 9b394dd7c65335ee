"""The charge detector: its steps, its broadening and its noise."""

import numpy as np
import pytest
from scipy.special import digamma

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots import Detector, Device, Gate, building_block, stability_diagram
from attractron.dots.detector import one_over_f

BLOCK = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
SINGLE = Device(dots=("a",), repulsion=np.zeros((1, 1)), gates={"V": Gate(lever_arms={"a": 1.0})})


def test_steps_background_and_slope() -> None:
    sensor = Detector(
        background=500.0, slope={"V": 3.0, "delta_V": -2.0, "delta": 0.5}, weights={"L": -40.0, "R": -4.0}
    )
    diagram = stability_diagram(BLOCK, {"V": [0.0, 3.5], "delta_V": [-0.5, 0.5]}, temperature=0.2, detector=sensor)
    electrons = diagram["occupation"]
    expected = (
        500.0
        + 3.0 * diagram["V"]
        - 2.0 * diagram["delta_V"]
        + 0.5 * 2.41
        - 40.0 * electrons.sel(dot="L")
        - 4.0 * electrons.sel(dot="R")
    )
    assert diagram["detector_current"].values == pytest.approx(expected.values, abs=1e-10)


@pytest.mark.parametrize("width", [0.02, 0.1])
def test_broadened_charging_line_is_the_digamma_function(width: float) -> None:
    """One dot without interaction, full width Γ: n = ½ + Im ψ(½ + (Γ/2 + iµ)/2πk_BT)/π, the Fermi function averaged
    over a Lorentzian."""
    temperature = 0.3
    voltage = np.linspace(-0.5, 0.5, 41)
    sensor = Detector(weights={"a": 1.0}, tunnel_broadening=width)
    current = stability_diagram(SINGLE, {"V": voltage}, temperature=temperature, detector=sensor)["detector_current"]
    exact = 0.5 + digamma(0.5 + (width / 2 + 1j * voltage) / (2 * np.pi * K_B * temperature)).imag / np.pi
    assert np.abs(current.values - exact).max() < 1e-12


def test_broadening_at_zero_temperature_is_an_arctangent() -> None:
    voltage = np.linspace(-1, 1, 31)
    sensor = Detector(weights={"a": 1.0}, tunnel_broadening=0.2)
    diagram = stability_diagram(SINGLE, {"V": voltage}, detector=sensor)
    exact = 0.5 + np.arctan(voltage / 0.1) / np.pi
    assert np.abs(diagram["detector_current"].values - exact).max() < 1e-12
    assert "Lorentzian" in diagram.attrs["validity"]


def test_noise_is_repeatable_and_has_the_asked_size() -> None:
    axes = {"V": np.linspace(0, 1, 200), "delta_V": np.linspace(-1, 1, 300)}
    clean = stability_diagram(BLOCK, axes)["detector_current"].values
    for sensor, rms in (
        (Detector(white_noise=2.0), 2.0),
        (Detector(pink_noise=3.0), 3.0),
        (Detector(white_noise=3.0, pink_noise=4.0), 5.0),
    ):
        first, second = (stability_diagram(BLOCK, axes, detector=sensor)["detector_current"].values for _ in range(2))
        np.testing.assert_array_equal(first, second)
        assert (first - clean).std() == pytest.approx(rms, rel=0.35 if sensor.pink_noise else 0.02)
    other = stability_diagram(BLOCK, axes, detector=Detector(white_noise=2.0, seed=1))["detector_current"].values
    assert np.abs(other - clean).max() > 0


@pytest.mark.parametrize("size", [4096, 4097])
def test_spectrum_of_the_flicker_noise_falls_as_one_over_f(size: int) -> None:
    """Averaged over 400 series, ln S against ln f has slope -1, and the mean variance is 1."""
    generator = np.random.default_rng(7)
    series = np.array([one_over_f(size, generator) for _ in range(400)])
    assert (series**2).mean() == pytest.approx(1.0, rel=0.05)
    power = (np.abs(np.fft.rfft(series)) ** 2).mean(axis=0)[1:-1]
    frequency = np.fft.rfftfreq(size)[1:-1]
    slope = np.polyfit(np.log(frequency), np.log(power), 1)[0]
    assert slope == pytest.approx(-1.0, abs=0.02)
    assert one_over_f(1, generator).tolist() == [0.0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tunnel_broadening": -0.1}, "`tunnel_broadening` must be zero or positive"),
        ({"white_noise": float("nan")}, "`white_noise` must be finite"),
        ({"weights": {"L": float("inf")}}, r"`weights\['L'\]` must be finite"),
        ({"seed": 1.5}, "`seed` must be a whole number"),
    ],
)
def test_bad_input(arguments: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Detector(**arguments)


@pytest.mark.parametrize("size", [2, 3, 4, 5, 8])
def test_short_series_have_unit_variance_and_zero_mean(size: int) -> None:
    """The mean of 30 000 squares; its standard error is √(2/30 000) = 0.8 % where one amplitude is all (size 2).

    At size 2 there is the highest frequency alone: a series ±a, whose cosine counts and whose sine does not.
    """
    generator = np.random.default_rng(11)
    series = np.array([one_over_f(size, generator) for _ in range(30_000)])
    assert np.abs(series.sum(axis=1)).max() < 1e-12
    assert (series**2).mean() == pytest.approx(1.0, rel=0.03)
