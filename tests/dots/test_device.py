"""Devices say what is wrong with them when they are made, and are data: frozen, pickled, described."""

import json
import pickle

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.dots import Device, Gate, Island, Parameter, building_block, chain

SQUARE = np.zeros((2, 2))
PAIR = Island(dots=("a", "b"), electrons=1)
HOP = np.array([[0.0, 0.1], [0.1, 0.0]])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dots": ("a", "a")}, "`dots` must be different names"),
        (
            {"repulsion": np.zeros((3, 3))},
            r"`repulsion` must be a matrix over the dots, shape \(2, 2\): got shape \(3, 3\)",
        ),
        ({"repulsion": np.array([[0.0, 1.0], [2.0, 0.0]])}, r"`repulsion` must be symmetric: got 1 at \(0, 1\) and 2"),
        ({"repulsion": np.array([[0.0, np.inf], [np.inf, 0.0]])}, "`repulsion` must be finite"),
        ({"levels": np.zeros(3)}, "`levels` must have one entry a dot"),
        ({"levels": np.array([0.0, np.nan])}, "`levels` must be finite"),
        ({"tunnelling": HOP}, "`tunnelling` must connect two dots of one island: got 0.1 meV between 'a' and 'b'"),
        ({"tunnelling": np.diag([0.1, 0.0]), "islands": (PAIR,)}, "`tunnelling` must connect two dots"),
        ({"islands": (Island(dots=("a", "c"), electrons=1),)}, "must name dots of the device"),
        ({"islands": (PAIR, PAIR)}, "each on one island"),
        (
            {"islands": (Island(dots=("a", "b"), electrons=3),)},
            r"`islands\[0\].electrons` must fit on the island \(0 to 2\)",
        ),
        ({"islands": (PAIR,), "max_electrons": 2}, "`max_electrons` must be at most 1 on an island"),
        ({"max_electrons": (1, 1, 1)}, "`max_electrons` must be one number or 2"),
        ({"max_electrons": 0}, "`max_electrons` must be at least 1"),
        ({"gates": {"V": Gate(lever_arms={"z": 1.0})}}, "must name dots of the device"),
        ({"gates": {"V": Gate(lever_arms={"a": np.nan})}}, "must be finite"),
        ({"virtual_gates": {"X": {"V": 1.0}}}, "must name gates of the device"),
        (
            {"gates": {"V": Gate(lever_arms={})}, "parameters": {"V": Parameter(value=1.0)}},
            "no gate and no other parameter",
        ),
        ({"parameters": {"p": Parameter(value=1.0, levels={"q": 1.0})}}, "`dot` must be one of a, b"),
        (
            {"parameters": {"p": Parameter(value=0.0, tunnelling={("a", "b"): 1.0})}},
            r"`parameters\['p'\].tunnelling` must connect two dots of one island",
        ),
        ({"parameters": {"p": Parameter(value=0.0, levels={"a": np.nan})}}, "must have finite derivatives"),
        ({"carriers": "positrons"}, "`carriers` must be one of electrons, holes"),
    ],
)
def test_bad_devices(fields: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Device(**({"dots": ("a", "b"), "repulsion": SQUARE} | fields))


def test_devices_are_frozen_and_their_arrays_too() -> None:
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    with pytest.raises(AttributeError):
        device.__setattr__("spin", True)
    with pytest.raises(ValueError, match="read-only"):
        device.repulsion[0, 1] = 1.0


def test_devices_travel_to_workers_and_into_attributes() -> None:
    device = chain(sites=3, W=0.83, U=2.41, delta=2.41, t=0.05)
    again = pickle.loads(pickle.dumps(device))
    assert again.describe() == device.describe() == json.loads(json.dumps(device.describe()))
    assert again.knobs == ("V_1", "V_2", "V_3", "V", "W", "U", "delta", "t")


def test_parameters_move_the_matrices_they_name() -> None:
    device = building_block(W=0.83, U=2.41, delta=2.0, t=0.05)
    changed = device.with_parameters(U=3.0, delta=1.0, t=0.2, W=0.5)
    direct = building_block(W=0.5, U=3.0, delta=1.0, t=0.2)
    for name in ("repulsion", "levels", "tunnelling"):
        assert getattr(changed, name) == pytest.approx(getattr(direct, name), abs=1e-15)
    with pytest.raises(InputError, match="did you mean 'delta'"):
        device.with_parameters(detla=1.0)


def test_default_parameters_name_every_entry() -> None:
    device = Device(
        dots=("a", "b"),
        repulsion=np.array([[5.0, 1.0], [1.0, 0.0]]),
        levels=np.array([0.3, 0.0]),
        tunnelling=HOP,
        islands=(PAIR,),
    )
    assert {name: parameter.value for name, parameter in device.named().items()} == {
        "level_a": 0.3,
        "U_aa": 5.0,
        "U_ab": 1.0,
        "t_ab": 0.1,
    }
    assert device.with_parameters(U_ab=2.0).repulsion.tolist() == [[5.0, 2.0], [2.0, 0.0]]


def test_virtual_gates_and_cross_capacitance() -> None:
    """V_L = V + δV and V_R = V - δV, so µ_L moves by α_LL ± α_LR; holes move the other way."""
    arms = {"V_L": {"L": 0.6, "R": 0.1}, "V_R": {"R": 0.5, "L": 0.2}}
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05, lever_arms=arms)
    assert device.lever_arms("V")[:2] == pytest.approx([0.8, 0.6])
    assert device.lever_arms("delta_V")[:2] == pytest.approx([0.4, -0.4])
    holes = building_block(W=0.83, U=2.41, delta=2.41, t=0.05, lever_arms=arms, carriers="holes")
    assert holes.lever_arms("V") == pytest.approx(-device.lever_arms("V"))


def test_presets_refuse_what_is_missing() -> None:
    with pytest.raises(InputError, match="`on_site` must be given when max_electrons exceeds 1"):
        building_block(W=0.83, U=2.41, delta=2.41, t=0.05, max_electrons=2)
    with pytest.raises(InputError, match="gates V_L and V_R"):
        building_block(W=0.83, U=2.41, delta=2.41, t=0.05, lever_arms={"V_L": {"L": 1.0}})
    with pytest.raises(InputError, match="`W` must be finite"):
        building_block(W=float("nan"), U=2.41, delta=2.41, t=0.05)
    with pytest.raises(InputError, match="`sites` must be at least 2"):
        chain(sites=1, W=0.83, U=2.41, delta=2.41, t=0.05)
