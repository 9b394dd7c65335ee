"""White and 1/f noise along a raster: found, and undone."""

import numpy as np
import pytest

from attractron.readout.vertex.scan_noise import ScanNoise, Whitener, estimate, recurring

SHAPE = (90, 110)


def drawn(noise: ScanNoise, seed: int) -> np.ndarray:
    """Noise with the wanted spectrum: white noise times √S(f), the reverse of whitening, independently written."""
    series = np.random.default_rng(seed).standard_normal(SHAPE[0] * SHAPE[1])
    frequencies = np.fft.rfftfreq(series.size)
    frequencies[0] = frequencies[1]
    colour = np.sqrt(noise.white + noise.drift / frequencies**noise.exponent)
    coloured = np.fft.irfft(np.fft.rfft(series) * colour, series.size)
    return coloured.reshape(SHAPE) if noise.fast == 1 else coloured.reshape(SHAPE[::-1]).T


@pytest.mark.parametrize("fast", [0, 1])
@pytest.mark.parametrize(("drift", "exponent"), [(0.03, 1.0), (0.001, 1.5), (1.0, -1.6)])
def test_spectrum_and_fast_axis_are_found_and_the_noise_becomes_white(fast: int, drift: float, exponent: float) -> None:
    true = ScanNoise(shape=SHAPE, fast=fast, white=0.5 if exponent > 0 else 0.05, drift=drift, exponent=exponent)
    residual = drawn(true, seed=3)
    found = estimate(residual)
    assert found.fast == fast
    assert found.exponent == pytest.approx(exponent, abs=0.3)
    whitened = found.whiten(residual)
    assert whitened.std() == pytest.approx(1.0, abs=0.03)
    lagged = [np.mean(whitened[:-lag] * whitened[lag:]) for lag in (1, 2, 5, 50)]
    assert np.abs(lagged).max() < 4 / np.sqrt(residual.size)


def test_white_noise_is_left_as_it_is() -> None:
    residual = 0.2 * np.random.default_rng(0).standard_normal(SHAPE)
    found = estimate(residual)
    assert found.whiten(residual) == pytest.approx((residual if found.fast else residual.T).ravel() / 0.2, abs=0.3)


@pytest.mark.parametrize("fast", [0, 1])
def test_stacks_are_whitened_one_by_one_and_single_precision_is_kept(fast: int) -> None:
    noise = ScanNoise(shape=SHAPE, fast=fast, white=1.0, drift=0.1, exponent=1.0)
    stack = np.random.default_rng(1).standard_normal((3, *SHAPE)).astype(np.float32)
    together = noise.whiten(stack)
    assert together.dtype == np.float32
    for one, alone in zip(together, stack, strict=True):
        assert one == pytest.approx(noise.whiten(alone), abs=1e-5)


def test_residual_of_nothing_at_all_has_a_spectrum() -> None:
    assert estimate(np.zeros((20, 20))).white > 0


@pytest.mark.parametrize("fast", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_noise_does_not_recur_from_line_to_line_and_an_image_does(fast: int, seed: int) -> None:
    """A pattern of variance v in white noise of variance one, four lines long, has v in common with its neighbours:
    3/4 of v one line away and half of it two lines away, if it is drawn anew every four lines."""
    true = ScanNoise(shape=SHAPE, fast=fast, white=1.0, drift=0.01, exponent=1.0)
    noise = drawn(true, seed)
    assert abs(recurring(estimate(noise), noise)[1]) < 4
    blocks = 0.3 * np.random.default_rng(seed).standard_normal((SHAPE[1 - fast] // 4 + 1, SHAPE[fast]))
    pattern = np.repeat(blocks, 4, axis=0)[: SHAPE[1 - fast]]
    white = ScanNoise(shape=SHAPE, fast=fast, white=1.0, drift=1e-12, exponent=1.0)
    power, deviations = recurring(white, drawn(white, seed) + (pattern if fast == 1 else pattern.T))
    assert power == pytest.approx(0.09 * (3 / 4 + 1 / 2) / 2, abs=0.03)
    assert deviations == pytest.approx(power * np.sqrt(2 * noise.size))


@pytest.mark.parametrize("fast", [0, 1])
@pytest.mark.parametrize("linear", [False, True])
def test_a_whitened_fit_is_generalised_least_squares(fast: int, linear: bool) -> None:
    """θ = (Jᵀ C⁻¹ J + PᵀP)⁻¹ (Jᵀ C⁻¹ D + Pᵀp) with the noise's covariance C written out, and that inverse as theirs.

    Seen from one pixel of a ring of N the noise of the others is the inverse Fourier transform of its spectrum.
    """
    rows, columns = 7, 8
    size = rows * columns
    noise = ScanNoise(shape=(rows, columns), fast=fast, white=0.5, drift=0.2, exponent=1.2)
    frequencies = np.fft.rfftfreq(size)
    frequencies[0] = frequencies[1] / 2
    row = np.fft.irfft(0.5 + 0.2 / frequencies**1.2, size)
    order = np.arange(size).reshape(rows, columns) if fast else np.arange(size).reshape(columns, rows).T
    covariance = row[(order.ravel()[:, None] - order.ravel()) % size]
    draw = np.random.default_rng(0)
    slopes, data = draw.standard_normal((3, rows, columns)), draw.standard_normal((rows, columns))
    expected, targets = np.array([[0.0, 2.0, 1.0]]), np.array([0.7])
    whitener = Whitener(noise=noise, expected=expected, targets=targets, linear=slopes[1:] if linear else None)
    found = whitener.minimise(
        lambda point: np.tensordot(point, slopes, axes=1) - data,
        lambda point: slopes[:1] if linear else slopes,
        np.zeros(3),
    )
    jacobian = slopes.reshape(3, -1).T
    weighted = np.linalg.solve(covariance, np.column_stack([jacobian, data.ravel()]))
    normal = np.linalg.inv(jacobian.T @ weighted[:, :3] + expected.T @ expected)
    np.testing.assert_allclose(found.point, normal @ (jacobian.T @ weighted[:, 3] + expected.T @ targets), atol=1e-6)
    np.testing.assert_allclose(found.covariance, normal, rtol=1e-6)


@pytest.mark.parametrize(("shape", "fast"), [((8, 9), 1), ((7, 9), 0)])
def test_sums_over_waves_are_those_over_whitened_pixels(shape: tuple[int, int], fast: int) -> None:
    """Parseval, for an even and an odd number of pixels."""
    noise = ScanNoise(shape=shape, fast=fast, white=0.5, drift=0.03, exponent=1.0)
    images = np.random.default_rng(5).standard_normal((4, *shape)) + 1.0
    white, waves = noise.whiten(images), noise.modes(images)
    np.testing.assert_allclose(waves @ waves.T, white @ white.T, rtol=1e-12)
    single = noise.modes(images.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, waves, atol=1e-5)
