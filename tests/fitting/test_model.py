"""The fitted diagram is the stability diagram, and its derivatives are those that differences converge to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.dots import (
    Detector,
    Device,
    Gate,
    Island,
    Parameter,
    building_block,
    chain,
    effective_interaction,
    stability_diagram,
)
from attractron.fitting.model import DiagramModel, charges, response

ARMS = {"V_L": {"L": 1.0, "R": 0.2}, "V_R": {"R": 0.8, "L": 0.1}}
AXES = {"V": np.linspace(-1.5, 4.5, 31), "V_R": np.linspace(-2.5, 2.5, 27)}
DEVICES = {
    "electrons": building_block(W=0.83, U=2.41, delta=2.2, t=0.1, lever_arms=ARMS),
    "holes with spin": building_block(W=0.83, U=2.41, delta=2.2, t=0.1, lever_arms=ARMS, carriers="holes", spin=True),
    "offset gates, a level": Device(
        dots=("L", "R", "a", "b"),
        repulsion=np.array([[0, 0.5, 0.4, 0.9], [0.5, 0, 0.7, 0.3], [0.4, 0.7, 0, 0], [0.9, 0.3, 0, 0]]),
        levels=np.array([0.2, -0.3, 0.0, 0.1]),
        tunnelling=np.array([[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0.2], [0, 0, 0.2, 0]]),
        islands=(Island(dots=("a", "b"), electrons=1),),
        gates={
            "V_L": Gate(lever_arms=ARMS["V_L"], offset=0.3),
            "V_R": Gate(lever_arms=ARMS["V_R"]),
            "V_P": Gate(lever_arms={"a": 0.5, "L": 0.1}, offset=0.7),
        },
        virtual_gates={"V": {"V_L": 1.0, "V_R": 1.0}},
    ),
}


def model(device: Device) -> DiagramModel:
    sign = 1.0 if device.carriers == "electrons" else -1.0
    return DiagramModel(device=device, names=("V", "V_R"), axes=(sign * AXES["V"], sign * AXES["V_R"]))


def sensor(width: float) -> Detector:
    return Detector(
        background=3.0, slope={"V": 2.0, "V_R": -1.0}, weights={"L": -50.0, "R": -30.0}, tunnel_broadening=width
    )


@pytest.mark.parametrize("width", [0.0, 0.1])
@pytest.mark.parametrize("name", DEVICES)
def test_the_image_is_the_stability_diagram(name, width):
    device, fitted = DEVICES[name], model(DEVICES[name])
    axes = dict(zip(fitted.names, fitted.axes, strict=True))
    expected = stability_diagram(device, axes, temperature=0.6, detector=sensor(width))["detector_current"].values
    values = fitted.initial_values(sensor(width), 0.6, {})
    np.testing.assert_allclose(fitted.current(values), expected, atol=1e-9)
    np.testing.assert_allclose(fitted.derivatives(values, ["temperature"])[0], expected, atol=1e-5)
    assert fitted.energies(values)[2] == pytest.approx(effective_interaction(device, temperature=0.6), abs=1e-12)


def test_offsets_raise_the_levels_of_the_open_dots():
    device = DEVICES["electrons"]
    raised = Device(
        dots=device.dots,
        repulsion=device.repulsion,
        levels=device.levels + np.array([0.3, -0.2, 0.0, 0.0]),
        tunnelling=device.tunnelling,
        islands=device.islands,
        gates=device.gates,
        virtual_gates=device.virtual_gates,
    )
    values = model(device).initial_values(sensor(0.0), 0.6, {"L": 0.3, "R": -0.2})
    expected = stability_diagram(raised, AXES, temperature=0.6, detector=sensor(0.0))["detector_current"].values
    np.testing.assert_allclose(model(device).current(values), expected, atol=1e-9)


@pytest.mark.parametrize("width", [0.0, 0.1])
@pytest.mark.parametrize("name", DEVICES)
def test_derivatives_are_those_that_differences_converge_to(name, width):
    """Halving the step of a central difference divides its distance from the derivative by four; linear parameters
    agree at once."""
    fitted = model(DEVICES[name])
    values = fitted.initial_values(sensor(width), 1.5, {})
    names = [name for name in values if name != "tunnel_broadening" or width]
    _, slopes = fitted.derivatives(values, names)
    for parameter, slope in zip(names, slopes, strict=True):
        errors = []
        for step in (8e-3, 4e-3):
            above, below = ({**values, parameter: values[parameter] + sign * step} for sign in (1, -1))
            difference = (fitted.current(above) - fitted.current(below)) / (2 * step)
            errors.append(np.abs(difference - slope).max())
        if parameter.startswith(("weight", "slope", "background")):
            assert max(errors) < 1e-8, parameter
        else:
            assert np.abs(slope).max() > 1e-6, parameter
            assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.1) or max(errors) < 1e-7, parameter


def test_derivative_by_the_width_starts_at_its_one_sided_value():
    fitted = model(DEVICES["electrons"])
    values = fitted.initial_values(sensor(0.0), 1.5, {})
    slope = fitted.derivatives(values, ["tunnel_broadening"])[1][0]
    plain = fitted.current(values)
    errors = [
        np.abs((fitted.current({**values, "tunnel_broadening": step}) - plain) / step - slope).max()
        for step in (2e-4, 1e-4)
    ]
    assert errors[0] / errors[1] == pytest.approx(2.0, rel=0.05)


energy = st.floats(-3.0, 3.0)


@given(a=energy, b=energy, W=energy, temperature=st.floats(0.05, 5.0), width=st.floats(0.0, 1.0))
def test_charges_obey_the_symmetries_of_two_dots(a, b, W, temperature, width):
    """Exchange of the dots; and of carriers by holes: n_i → 1 - n_i where e_i → -e_i - W."""
    first, second = np.array([a]), np.array([b])
    found = charges(first, second, W, temperature, width)
    swapped = charges(second, first, W, temperature, width)
    holes = charges(-first - W, -second - W, W, temperature, width)
    np.testing.assert_allclose(found, swapped[::-1], atol=1e-7)
    np.testing.assert_allclose(found, 1 - holes, atol=1e-7)
    assert (found > -1e-7).all()
    assert (found < 1 + 1e-7).all()


@given(a=energy, b=energy, W=energy, temperature=st.floats(0.05, 5.0))
def test_without_broadening_both_ways_agree(a, b, W, temperature):
    """Γ = 0: Boltzmann weights, or the roots of the partition function."""
    arguments = (np.array([a]), np.array([b]), W, temperature, 0.0, (1.0, -0.3))
    plain = response(*arguments, by_width=False)
    roots = response(*arguments, by_width=True)
    scale = 1 / (K_B * temperature)
    np.testing.assert_allclose(roots.charges, plain.charges, atol=1e-5)
    for slow, fast in zip(roots[1:4], plain[1:4], strict=True):
        np.testing.assert_allclose(slow, fast, atol=1e-5 * scale)


CROWDED = building_block(W=0.8, U=2.0, delta=1.0, t=0.1, on_site=3.0, max_electrons=2)
NAMESAKE = Device(
    dots=("a", "b"),
    repulsion=np.array([[0.0, 0.5], [0.5, 0.0]]),
    parameters={"background": Parameter(value=0.5, repulsion={("a", "b"): 1.0})},
    gates={"V_a": Gate(lever_arms={"a": 1.0}), "V_b": Gate(lever_arms={"b": 1.0})},
)


@pytest.mark.parametrize(
    ("device", "names", "message"),
    [
        (chain(sites=3, W=0.8, U=2.0, delta=1.0, t=0.1), ("V_1", "V_2"), "`device` must have two open dots for one"),
        (CROWDED, ("V_L", "V_R"), "`device` must have two open dots for one carrier each"),
        (NAMESAKE, ("V_a", "V_b"), "`device` must have no parameter or dot named temperature, .*: got 'background'"),
        (
            building_block(W=0.8, U=2.0, delta=1.0, t=0.1, lever_arms={"V_L": {"L": 1.0}, "V_R": {"L": 0.2}}),
            ("V_L", "V_R"),
            "`device` must have lever arms of the image's axes on both dots: got none on 'R'",
        ),
        (DEVICES["electrons"], ("V_L", "x"), r"`image` must have gates of the device as axes \(V_L, V_R, V, delta_V\)"),
        (DEVICES["offset gates, a level"], ("V_L", "V_P"), "`image` must have axes that move no island: got 'V_P'"),
    ],
)
def test_bad_input(device, names, message):
    with pytest.raises(InputError, match=message):
        DiagramModel(device=device, names=names, axes=(np.arange(20.0), np.arange(20.0)))
