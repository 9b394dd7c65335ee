"""Derivatives of the scales: closed forms, and differences whose error falls as the square of their step."""

import math

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, flow, sensitivity

WIRES = CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12, mismatch=0.3)
TURNING = CoupledWires(
    K_c=0.9, K=0.4, y_s=0.1, K_s=1.08, y=0.3, y_2=0.1, mismatch_2=0.5, upsilon=0.12, mismatch=0.3, theta=0.5
)


def scale(wires, name, options):
    return float(flow(wires, stop="both", axes={"l": [0.0]}, **options)[name])


@pytest.mark.parametrize(
    ("wires", "options"),
    [
        (WIRES, {"cutoff": Tanh()}),
        (WIRES.with_parameters(y=0.45, mass=0.4), {"cutoff": Tanh(1.0), "feedback": "complete"}),
        (WIRES.with_parameters(y=0.4), {"cutoff": Sharp()}),
        (WIRES.with_parameters(y=0.5), {"cutoff": Frozen()}),
        (WIRES, {"cutoff": Tanh(), "strong_coupling": "with_cutoff"}),
        (WIRES.with_parameters(y=0.4), {"cutoff": Frozen(), "strong_coupling": "with_cutoff", "y_threshold": 0.6}),
        (TURNING, {"cutoff": Tanh(), "feedback": "complete", "phase_factor": "complete"}),
        (TURNING, {"cutoff": Tanh(), "spin": "published"}),
    ],
)
def test_differences_tend_to_the_derivatives(wires, options):
    found = sensitivity(wires, **options)
    assert np.isfinite(found.l_spin)
    for name in found.parameter.values:
        for quantity in ("l_spin", "l_trion"):
            if not np.isfinite(found[quantity]):
                assert np.isnan(found[f"d{quantity}"]).all()
                continue
            errors = []
            for h in (2e-4, 1e-4):
                ends = [wires.with_parameters(**{name: getattr(wires, name) + sign * h}) for sign in (1, -1)]
                above, below = (scale(end, quantity, options) for end in ends)
                errors.append((above - below) / (2 * h) - float(found[f"d{quantity}"].sel(parameter=name)))
            size = 1 + abs(float(found[f"d{quantity}"].sel(parameter=name)))
            assert errors[1] == pytest.approx(errors[0] / 4, abs=1e-6 * size)
            assert abs(errors[1]) < 1e-3 * size


def test_without_the_other_wire_it_is_the_closed_form():
    """l_spin = 1/|y_s| - 1 on the line."""
    found = sensitivity(WIRES.with_parameters(y_s=-0.2, y=0.0), ["y_s", "K"])
    assert float(found.dl_spin.sel(parameter="y_s")) == pytest.approx(1 / 0.2**2, rel=1e-9)
    assert float(found.dl_spin.sel(parameter="K")) == 0
    assert np.isnan(found.dl_trion).all()


@pytest.mark.parametrize(
    ("changes", "names", "message"),
    [
        ({}, ["W"], "`parameters` must be one of K_c, K, K_s"),
        (
            {},
            ["K_s"],
            "`parameters` must name parameters by which the flow has a derivative: got 'K_s'; K_s is not given",
        ),
        ({"y": 0.0}, ["y"], "y = 0 is a point where the flow changes its form"),
        ({"mismatch": 0.0}, ["mismatch"], "mismatch = 0 is a point"),
        ({}, ["theta"], "theta needs a K_s"),
        ({}, ["V_theta_ratio"], 'there is the "complete" feedback alone'),
    ],
)
def test_bad_input(changes, names, message):
    with pytest.raises(InputError, match=message):
        sensitivity(WIRES.with_parameters(**changes), names)


def test_parameters_without_a_derivative_are_left_out():
    names = set(sensitivity(WIRES.with_parameters(mismatch=0.0)).parameter.values)
    assert names == {"K_c", "K", "y_s", "y", "upsilon", "u_ratio"}
    assert math.isfinite(sensitivity(WIRES).l_trion)
