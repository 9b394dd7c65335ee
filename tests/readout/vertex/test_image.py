"""Images on their backgrounds: what families of these hold, that they hold no charging line; lines without means."""

import numpy as np
import pytest
import xarray as xr

from attractron.readout.vertex.image import PLAIN, Background, prepare

ROWS, COLUMNS = np.linspace(-1, 1, 30), np.linspace(-1, 1, 40)
X, Y = np.meshgrid(ROWS, COLUMNS, indexing="ij")


def left(background: Background, image: np.ndarray) -> float:
    """R.m.s. of what the best member of a family leaves."""
    terms = background.terms(ROWS, COLUMNS).reshape(-1, image.size).T
    coefficients, *_ = np.linalg.lstsq(terms, image.ravel())
    return float(np.sqrt(np.mean((image.ravel() - terms @ coefficients) ** 2)))


@pytest.mark.parametrize("order", [2, 4, 6])
def test_polynomials_up_to_the_order_and_no_further(order: int) -> None:
    background = Background(order=order)
    assert len(background.terms(ROWS, COLUMNS)) == (order + 1) * (order + 2) // 2
    assert left(background, X ** (order - 1) * Y + 3 * Y**order) < 1e-12
    assert left(background, X**order * Y) > 1e-3


@pytest.mark.parametrize("angle", [0.7, 2.0, 2.6])
def test_a_ridge_holds_functions_of_its_direction_only(angle: float) -> None:
    """Cubic splines of spacing h leave an error of the order of h^4: 16 with half of the spacing."""
    u = np.cos(angle) * X + np.sin(angle) * Y
    wave = np.sin(5 * u + 0.3)
    coarse, fine = (left(Background(angle=angle, intervals=count), wave) for count in (14, 28))
    assert coarse < 3e-3
    assert 8 < coarse / fine < 32
    assert left(Background(angle=angle + 0.8, intervals=14), wave) > 0.1


def test_terms_are_independent() -> None:
    terms = Background(angle=0.4, intervals=14).terms(ROWS, COLUMNS)
    assert len(terms) == 6 + 14
    assert np.linalg.matrix_rank(terms.reshape(len(terms), -1)) == len(terms)
    assert len(PLAIN.terms(ROWS, COLUMNS)) == 6


@pytest.mark.parametrize("background", [Background(order=6), Background(angle=0.5, intervals=14)])
def test_a_charging_line_is_not_swallowed(background: Background) -> None:
    """Even along the ridge: a spline whose knots are two pixels apart leaves a tenth of a sharp step."""
    u = np.cos(0.5) * X + np.sin(0.5) * Y
    assert left(background, np.where(u > 0.1, 0.5, -0.5)) > 0.08


@pytest.mark.parametrize("axis", [0, 1])
def test_models_lose_what_the_lines_of_the_image_lost(axis: int) -> None:
    levelled = prepare(xr.DataArray(X + np.sin(9 * Y), {"V_L": ROWS, "V_R": COLUMNS}), "current", None).level(axis)
    steps = np.stack([Y > 0.3, X > 0.6]).astype(float)
    for shown in (levelled.values, *levelled.observed(steps), *levelled.background_terms, levelled.coarse(24).values):
        assert np.abs(shown.mean(axis=axis)).max() < 1e-12
    expected = np.eye(2)[1 - axis]  # the step that is alike along a line is gone
    assert np.ptp(levelled.observed(steps), axis=(1, 2)) == pytest.approx(expected)
    assert len(levelled.background_terms) == 3
