"""Complex signals are read along the direction in which they vary, however the noise lies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.readout.files.containers import Array
from attractron.readout.files.load import load
from attractron.readout.files.quadratures import real_signal

GATE = np.linspace(-5.0, 5.0, 400)
STEP = 0.5 / (1 + np.exp(-GATE / 0.3))


def signal(angle, noise=(0.02, 0.02), seed=0):
    rng = np.random.default_rng(seed)
    white = noise[0] * rng.standard_normal(GATE.size) + 1j * noise[1] * rng.standard_normal(GATE.size)
    return STEP * np.exp(1j * angle) + (0.3 - 0.7j) + white


@pytest.mark.parametrize("seed", range(5))
def test_noise_that_is_larger_than_the_step_in_one_quadrature_does_not_turn_it(seed):
    """The covariance alone would take the noise, 0.4 against a step of 0.25 r.m.s., for what varies."""
    read = real_signal(Array(values=signal(0.0, noise=(0.01, 0.4), seed=seed))).values
    assert np.polyfit(STEP, read, 1)[0] == pytest.approx(1.0, abs=0.1)


@settings(max_examples=60)
@given(angle=st.floats(-3.1, 3.1), noise=st.sampled_from([(0.0, 0.0), (0.02, 0.02), (0.2, 0.01), (0.01, 0.2)]))
def test_the_step_keeps_its_height_in_any_direction(angle, noise):
    """Noise that is larger in one quadrature turns the direction by no more than its own uncertainty."""
    found = np.asarray(real_signal(Array(values=signal(angle, noise))).values)
    sign = 1 if -np.pi / 2 < angle <= np.pi / 2 else -1
    ends = found[-100:].mean() - found[:100].mean()
    assert (
        ends * sign == pytest.approx(0.5, abs=0.06 if max(noise) > 0.1 else 0.01) or abs(abs(angle) - np.pi / 2) < 0.1
    )


@pytest.mark.parametrize(
    "names",
    [("Re S21", "Im S21"), ("sensor_real (V)", "sensor_imag (V)"), ("amplitude (V)", "phase (deg)"),
     ("mag (V)", "phase (rad)"), ("mag (dB)", "phase (deg)")],
)  # fmt: skip
def test_two_quadratures_are_one_signal(tmp_path, names):
    z = signal(2.2)
    first, second = z.real, z.imag
    if "phase" in names[1]:
        first, second = np.abs(z), np.unwrap(np.angle(z)) * (180 / np.pi if "deg" in names[1] else 1)
        first = 20 * np.log10(first) if "dB" in names[0] else first
    np.savez(tmp_path / "x.npz", **{"P1 (mV)": GATE, names[0]: first, names[1]: second})
    data = load(tmp_path / "x.npz")
    np.testing.assert_allclose(data["signal"], real_signal(Array(values=z)).values, atol=1e-9)
    assert "of the IQ plane, in which it varies most" in data.attrs["validity"]
    columns = np.stack([GATE, first, second], axis=1)
    header = ",".join(["P1 (mV)", *names])
    np.savetxt(tmp_path / "x.csv", columns, delimiter=",", header=header, comments="", fmt="%.17g")
    np.testing.assert_allclose(load(tmp_path / "x.csv")["signal"], data["signal"], atol=1e-9)
    single = load(tmp_path / "x.csv", variable=names[0].partition(" (")[0])
    np.testing.assert_allclose(single["signal"], first)


def test_quadratures_that_the_user_names(tmp_path):
    z = signal(2.2)
    np.savez(tmp_path / "x.npz", **{"P1 (mV)": GATE, "ch1": z.real, "ch2": z.imag, "short": GATE[:9]})
    data = load(tmp_path / "x.npz", variable="ch1, ch2")
    np.testing.assert_allclose(data["signal"], real_signal(Array(values=z)).values)
    np.savez(tmp_path / "z.npz", **{"P1 (mV)": GATE, "I (V)": z.real, "Q (V)": z.imag})
    with pytest.raises(InputError, match=r"got 2 \(I, Q\); .*one complex signal: --variable I,Q"):
        load(tmp_path / "z.npz")
    np.testing.assert_allclose(load(tmp_path / "z.npz", variable="I,Q")["signal"], data["signal"])
    with pytest.raises(InputError, match="name two real quantities over the same axes"):
        load(tmp_path / "x.npz", variable="ch1,short")
    np.savez(tmp_path / "y.npz", **{"P1 (mV)": GATE, "R": np.abs(z), "theta": np.angle(z)})
    with pytest.raises(InputError, match="'theta'` must have a unit, deg or rad: got none"):
        load(tmp_path / "y.npz")


def test_complex_numbers_in_text(tmp_path):
    z = signal(1.0, (0.0, 0.0))
    for form in ("({:.17g}{:+.17g}j)", "{:.17g}{:+.17g}i", "({:.17g}, {:.17g})"):
        rows = "".join(
            f"{gate:.17g}\t{form.format(each.real, each.imag)}\n" for gate, each in zip(GATE, z, strict=True)
        )
        (tmp_path / "x.txt").write_text("P1 (mV)\tS21\n" + rows)
        np.testing.assert_allclose(load(tmp_path / "x.txt")["signal"], real_signal(Array(values=z)).values, atol=1e-12)


def test_a_bent_path_is_said():
    """On an arc the other quadrature varies, too."""
    found = real_signal(Array(values=np.exp(1j * np.linspace(0.0, 2.0, 300))))
    assert any("a bent path, or drift" in note for note in found.notes)
    straight = real_signal(Array(values=signal(0.4)))
    assert any("In the other quadrature there is noise (r.m.s. 0.0" in note for note in straight.notes)
