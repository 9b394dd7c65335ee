"""The shape of photon lines, against the two-level system itself."""

from dataclasses import replace

import numpy as np
import pytest

from attractron.core.constants import PLANCK
from attractron.readout.maps.photon_model import CURVED, FIXED, NOTHING, SHAPES, PhotonModel, fit

GATE, FREQUENCY = np.linspace(-3.0, 3.0, 301), np.linspace(8.0, 20.0, 13)
VALUES = {
    "lever_arm": np.log(0.05),
    "position": 0.2,
    "coupling_squared": 0.01**2,
    "width": np.log(0.002),
    "temperature": np.log(0.05),
}


def exact_resonance(frequency, photons, side):
    """Detuning at which the splitting of (ε/2)σ_Z + tσ_X is n h f, by diagonalising it."""
    energies = np.linspace(0.0, 0.2, 4001)
    H = np.zeros((energies.size, 2, 2))
    H[:, 0, 0], H[:, 1, 1] = energies / 2, -energies / 2
    H[:, 0, 1] = H[:, 1, 0] = 0.01
    splitting = np.diff(np.linalg.eigvalsh(H), axis=1)[:, 0]
    return 0.2 + side * np.interp(photons * PLANCK * frequency, splitting, energies) / 0.05


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("photons", [1, 2])
def test_lines_lie_where_the_splitting_is_that_of_the_photons(shape, photons):
    model = PhotonModel(gate=GATE, frequency=FREQUENCY, photons=(photons,), shape=shape)
    columns = model.columns(VALUES)
    for number, frequency in enumerate(FREQUENCY):
        for which, side in enumerate((1, -1)):
            wanted = exact_resonance(frequency, photons, side)
            if PLANCK * photons * frequency < 0.03 or not -2.9 < wanted < 2.9:
                continue  # nearer to 2t the charge ε/Ω moves the top of a line that has a width
            line = columns[number, :, 3 + which]
            assert GATE[np.argmax(line)] == pytest.approx(wanted, abs=0.04)


def test_no_line_below_the_gap():
    low = PhotonModel(gate=GATE, frequency=np.array([1.0, 20.0]))
    columns = low.columns(VALUES | {"coupling_squared": 0.03**2})
    assert columns[0, :, 3:].max() < 0.01 * columns[1, :, 3:].max()


@pytest.mark.parametrize("shape", SHAPES[1:])
def test_what_is_left_below_the_gap_fades_with_the_distance_in_energy(shape):
    """At h f = 0.9 · 2t, where no detuning is in resonance: 1/(1 + ((2t)² - (h f)²)/γ²) at zero detuning."""
    quantum, coupling, width = 0.9 * 0.06, 0.03, 0.02
    model = PhotonModel(gate=GATE, frequency=np.array([quantum / PLANCK]), shape=shape)
    columns = model.columns(VALUES | {"coupling_squared": coupling**2, "width": np.log(width)})
    wanted = 1 / (1 + ((2 * coupling) ** 2 - quantum**2) / width**2)
    middle = int(np.argmin(np.abs(GATE - VALUES["position"])))
    assert columns[0, middle, 3:].max() == pytest.approx(wanted, rel=1e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_fit_of_its_own_shape_is_exact(shape):
    model = PhotonModel(gate=GATE, frequency=FREQUENCY, shape=shape)
    draw = np.random.default_rng(1)
    amplitudes = draw.normal(size=(FREQUENCY.size, model.linear))
    signal = np.einsum("rck,rk->rc", model.columns(VALUES), amplitudes)
    start = VALUES | {"lever_arm": np.log(0.0505), "position": 0.19, "coupling_squared": 0.009**2}
    found = fit(model, signal, start)
    assert found.squares < 1e-4 * np.sum(signal**2)
    assert np.exp(found.values["lever_arm"]) == pytest.approx(0.05, rel=1e-3)
    assert np.sqrt(found.values["coupling_squared"]) == pytest.approx(0.01, rel=1e-2)


def test_numbers_of_parameters():
    model = PhotonModel(gate=GATE, frequency=FREQUENCY)
    assert model.names == ("lever_arm", "position", "coupling_squared", "width", "temperature")
    assert model.linear == 5
    assert replace(model, kind=NOTHING).linear == 3
    assert "coupling_squared" not in replace(model, kind=FIXED).names
    assert replace(model, photons=(1, 2), kind=CURVED).linear == 7
