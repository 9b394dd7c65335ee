"""Devices say what is wrong with them when they are made, and are data: frozen, pickled, described."""

import copy
import json
import pickle
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.checks import ReadOnly
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
        ({"islands": (Island(dots=(), electrons=0),)}, r"`islands\[0\].dots` must be different names, at least one"),
        ({"carriers": "positrons"}, "`carriers` must be one of electrons, holes"),
    ],
)
def test_bad_devices(fields: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Device(**({"dots": ("a", "b"), "repulsion": SQUARE} | fields))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"dots": "ab"}, "`dots` must be a tuple of names: got 'ab'"),
        ({"dots": 2}, "`dots` must be a tuple of names: got 2"),
        ({"dots": None}, "`dots` must be a tuple of names: got None"),
        ({"dots": {"a": 1, "b": 2}}, "`dots` must be a tuple of names"),
        ({"dots": ("a", 2)}, "`dots` must be a tuple of names: got 2 among them"),
        ({"repulsion": [[0.0, 1.0], [1.0]]}, "`repulsion` must be an array of real numbers: got"),
        ({"repulsion": "strong"}, "`repulsion` must be an array of real numbers: got 'strong'"),
        ({"repulsion": {"a": 1.0}}, "`repulsion` must be an array of real numbers"),
        ({"repulsion": [[0.0, 1j], [-1j, 0.0]]}, "`repulsion` must be an array of real numbers"),
        ({"repulsion": np.array([[0.0, 1j], [-1j, 0.0]])}, "`repulsion` must be an array of real numbers"),
        ({"repulsion": np.zeros((2, 2), dtype="M8[s]")}, "`repulsion` must be an array of real numbers"),
        ({"repulsion": [[0, 10**400], [10**400, 0]]}, "`repulsion` must be an array of real numbers"),
        ({"repulsion": None}, "`repulsion` must be a matrix over the dots"),
        ({"levels": ["low", "high"]}, "`levels` must be an array of real numbers"),
        ({"levels": [0.0, [1.0]]}, "`levels` must be an array of real numbers"),
        ({"levels": np.zeros(2, dtype=complex)}, "`levels` must be an array of real numbers"),
        ({"tunnelling": [[0.0, 0.1], [0.1]]}, "`tunnelling` must be an array of real numbers"),
        ({"islands": PAIR}, "`islands` must be a tuple of Island: got Island"),
        ({"islands": 3}, "`islands` must be a tuple of Island: got 3"),
        ({"islands": (("a", "b"),)}, r"`islands\[0\]` must be an Island: got \('a', 'b'\)"),
        ({"gates": ("V",)}, r"`gates` must be a mapping: got \('V',\)"),
        ({"gates": None}, "`gates` must be a mapping: got None"),
        ({"gates": {"V": {"a": 1.0}}}, r"`gates\['V'\]` must be a Gate: got {'a': 1.0}"),
        ({"gates": {1: Gate(lever_arms={})}}, "`gates` must have names as keys: got 1"),
        ({"virtual_gates": ["X"]}, "`virtual_gates` must be a mapping"),
        ({"virtual_gates": {"X": 1.0}}, r"`virtual_gates\['X'\]` must be a mapping: got 1.0"),
        (
            {"gates": {"V": Gate(lever_arms={})}, "virtual_gates": {"X": {"V": "half"}}},
            r"`virtual_gates\['X'\]\['V'\]` must be a number: got 'half'",
        ),
        ({"max_electrons": "2"}, "`max_electrons` must be a whole number: got '2'"),
        ({"max_electrons": (1, 1.5)}, "`max_electrons` must be a whole number: got 1.5"),
        ({"spin": "up"}, "`spin` must be True or False: got 'up'"),
        ({"spin": None}, "`spin` must be True or False: got None"),
        ({"carriers": ["electrons"]}, "`carriers` must be one of electrons, holes"),
        ({"parameters": [1.0]}, "`parameters` must be a mapping"),
        ({"parameters": {"p": 1.0}}, r"`parameters\['p'\]` must be a Parameter: got 1.0"),
    ],
)
def test_devices_of_wrong_types(fields: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Device(**({"dots": ("a", "b"), "repulsion": SQUARE} | fields))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Island(dots="ab", electrons=1), "`dots` must be a tuple of names: got 'ab'"),
        (lambda: Island(dots=7, electrons=1), "`dots` must be a tuple of names: got 7"),
        (lambda: Island(dots=("a", None), electrons=1), "`dots` must be a tuple of names: got None among them"),
        (lambda: Island(dots=("a", "b"), electrons="one"), "`electrons` must be a whole number: got 'one'"),
        (lambda: Island(dots=("a", "b"), electrons=1.5), "`electrons` must be a whole number: got 1.5"),
        (lambda: Island(dots=("a", "b"), electrons=-1), "`electrons` must be at least 0: got -1"),
        (lambda: Gate(lever_arms=1.0), "`lever_arms` must be a mapping: got 1.0"),
        (lambda: Gate(lever_arms={"a": "strong"}), r"`lever_arms\['a'\]` must be a number: got 'strong'"),
        (lambda: Gate(lever_arms={"a": 1j}), r"`lever_arms\['a'\]` must be a number: got 1j"),
        (lambda: Gate(lever_arms={"a": np.nan}), r"`lever_arms\['a'\]` must be finite: got nan"),
        (lambda: Gate(lever_arms={0: 1.0}), "`lever_arms` must have names as keys: got 0"),
        (lambda: Gate(lever_arms={}, offset=None), "`offset` must be a number: got None"),
        (lambda: Gate(lever_arms={}, offset=np.inf), "`offset` must be finite: got inf"),
        (lambda: Parameter(value="high"), "`value` must be a number: got 'high'"),
        (lambda: Parameter(value=[1.0, 2.0]), "`value` must be a number"),
        (lambda: Parameter(value=0.0, levels=("a",)), "`levels` must be a mapping"),
        (lambda: Parameter(value=0.0, levels={"a": np.nan}), r"`levels\['a'\]` must be finite"),
        (lambda: Parameter(value=0.0, levels={("a", "b"): 1.0}), "`levels` must have names as keys"),
        (lambda: Parameter(value=0.0, repulsion={"ab": 1.0}), r"`repulsion` must have pairs of dots as keys: got 'ab'"),
        (lambda: Parameter(value=0.0, repulsion={("a", 1): 1.0}), "`repulsion` must have pairs of dots as keys"),
        (lambda: Parameter(value=0.0, tunnelling={("a",): 1.0}), "`tunnelling` must have pairs of dots as keys"),
        (
            lambda: Parameter(value=0.0, tunnelling={("a", "b"): "weak"}),
            r"`tunnelling\[\('a', 'b'\)\]` must be a number: got 'weak'",
        ),
        (
            lambda: building_block(W=0.83, U=2.41, delta=2.41, t=0.05, lever_arms=0.1),
            "`lever_arms` must be a mapping: got 0.1",
        ),
        (
            lambda: building_block(W=0.83, U=2.41, delta=2.41, t=0.05, lever_arms={"V_L": 0.1, "V_R": 0.1}),
            r"`lever_arms\['V_L'\]` must be a mapping: got 0.1",
        ),
        (
            lambda: building_block(W=0.83, U=2.41, delta=2.41, t=0.05, max_electrons="2"),
            "`max_electrons` must be a whole number: got '2'",
        ),
    ],
)
def test_parts_of_wrong_types(make: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        make()


def test_parts_keep_numbers_and_names_of_any_numeric_type() -> None:
    island = Island(dots=["a", np.str_("b")], electrons=np.int64(1))
    gate = Gate(lever_arms={"a": np.float32(0.5)}, offset=1)
    device = Device(dots=np.array(["a", "b"]), repulsion=[[0, 1], [1, 0]], islands=[island], gates={"V": gate})
    assert device.islands == (Island(dots=("a", "b"), electrons=1),)
    assert [type(value) for value in (gate.lever_arms["a"], gate.offset)] == [float, float]
    assert json.loads(json.dumps(device.describe()))["gates"]["V"] == {"lever_arms": {"a": 0.5}, "offset": 1.0}


def test_devices_are_frozen_and_their_arrays_too() -> None:
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    with pytest.raises(AttributeError):
        device.__setattr__("spin", True)
    with pytest.raises(ValueError, match="read-only"):
        device.repulsion[0, 1] = 1.0


def test_mappings_cannot_change() -> None:
    arms, gates, weights = {"a": 1.0}, {}, {"V": 1.0}
    gates["V"] = Gate(lever_arms=arms)
    derivative, parameters = {"a": 1.0}, {}
    parameters["p"] = Parameter(value=0.0, levels=derivative)
    virtual = {"X": weights}
    device = Device(
        dots=("a", "b"), repulsion=SQUARE, gates=gates, virtual_gates=virtual, parameters=parameters, levels=np.zeros(2)
    )
    before = device.describe()
    for mapping in (arms, gates, weights, virtual, derivative, parameters):
        mapping.clear()
    assert device.describe() == before
    assert device.knobs == ("V", "X", "p")
    assert device.direction("p")[1].tolist() == [1.0, 0.0]
    held = (
        *(device.gates, device.virtual_gates, device.parameters, device.virtual_gates["X"]),
        *(device.gates["V"].lever_arms, device.named()["p"].levels, device.named()["p"].repulsion),
    )
    for mapping in held:
        with pytest.raises(TypeError, match="does not support item assignment"):
            mapping["b"] = 1.0
        with pytest.raises(TypeError, match="does not support item deletion"):
            del mapping["a"]
        assert isinstance(mapping, ReadOnly)
        assert not {"clear", "pop", "popitem", "update", "setdefault", "__ior__"} & set(dir(mapping))


def test_read_only_mappings_are_copies() -> None:
    given = {"a": 1.0}
    kept = ReadOnly(given)
    given["a"] = 2.0
    assert kept == {"a": 1.0}
    assert list(kept.items()) == [("a", 1.0)]


def test_parts_compare_copy_and_show_themselves_as_with_dictionaries() -> None:
    gate = Gate(lever_arms={"a": 1.0, "b": 0.5}, offset=2.0)
    assert gate == Gate(lever_arms={"b": 0.5, "a": 1.0}, offset=2.0)
    assert gate != Gate(lever_arms={"a": 1.0}, offset=2.0)
    assert gate.lever_arms == {"a": 1.0, "b": 0.5}
    assert repr(gate) == "Gate(lever_arms={'a': 1.0, 'b': 0.5}, offset=2.0)"
    assert asdict(gate)["lever_arms"] == {"a": 1.0, "b": 0.5}
    for again in (pickle.loads(pickle.dumps(gate)), copy.copy(gate), copy.deepcopy(gate), replace(gate)):
        assert again == gate
        with pytest.raises(TypeError):
            again.lever_arms["a"] = 2.0
    with pytest.raises(TypeError, match="unhashable"):
        hash(gate)
    parameter = Parameter(value=1.0, repulsion={("a", "b"): 1.0})
    assert pickle.loads(pickle.dumps(parameter)) == parameter
    assert {Island(dots=("a", "b"), electrons=1), Island(dots=["a", "b"], electrons=1)} == {PAIR}


def _with_W(device: Device, W: float) -> Device:
    return device.with_parameters(W=W)


def test_workers_get_devices_that_cannot_change() -> None:
    from joblib import Parallel, delayed

    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05).with_parameters(W=0.3)
    found = Parallel(n_jobs=2, backend="loky")(delayed(_with_W)(device, W) for W in (0.1, 0.7))
    for W, there in zip((0.1, 0.7), found, strict=True):
        assert there.describe() == device.with_parameters(W=W).describe()
        with pytest.raises(TypeError):
            there.gates["V_L"] = Gate(lever_arms={})
        with pytest.raises(ValueError, match="read-only"):
            there.repulsion[0, 1] = 1.0


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


detours = st.lists(
    st.dictionaries(st.sampled_from(["W", "U", "delta", "t"]), st.floats(-1e12, 1e12), min_size=1), max_size=4
)


@given(steps=detours, pickled=st.booleans())
def test_parameters_define_the_device_whatever_was_set_before(steps: list[dict[str, float]], pickled: bool) -> None:
    """Bit by bit: nothing is left of any detour, also after a journey to a worker."""
    device = building_block(W=0.83, U=2.41, delta=1.7, t=0.05)
    target = {"W": 0.5, "U": 3.1, "delta": 1.1, "t": 0.07}
    there = device
    for step in steps:
        there = there.with_parameters(**step)
        there = pickle.loads(pickle.dumps(there)) if pickled else there
    assert there.with_parameters(**target).describe() == device.with_parameters(**target).describe()
    original = {name: parameter.value for name, parameter in device.named().items()}
    assert there.with_parameters(**original).describe() == device.describe()


def test_detours_leave_nothing_whatever_the_derivatives() -> None:
    """Two parameters on the same entries, neither zero at the start, and a gate moved on the way."""
    both = {("a", "b"): 0.3}
    device = Device(
        dots=("a", "b"),
        repulsion=[[0.1, 0.7], [0.7, 0.0]],
        levels=[0.2, 0.9],
        gates={"V": Gate(lever_arms={"a": 0.37})},
        parameters={
            "p": Parameter(value=0.1, repulsion=both, levels={"a": 0.7}),
            "q": Parameter(value=-0.4, repulsion=both, levels={"a": -0.9, "b": 0.6}),
        },
    )
    far = device.with_parameters(p=1e12, q=-3e11)
    assert far.with_parameters(p=0.1, q=-0.4).describe() == device.describe()
    assert far.with_gates(V=2.3).with_parameters(p=0.3, q=0.6).describe() == (
        device.with_parameters(q=0.6, p=0.3).with_gates(V=2.3).describe()
    )
    assert device.with_gates(V=2.3).levels == pytest.approx([0.2 - 2.3 * 0.37, 0.9], abs=1e-15)


def test_replacing_an_array_starts_anew() -> None:
    """What a user replaces is what parameters are counted from."""
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    changed = replace(device.with_parameters(W=0.5), repulsion=2 * device.repulsion)
    assert changed.with_parameters(W=0.6).repulsion[0, 1] == pytest.approx(1.66 + 0.1, abs=1e-15)


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


def test_centre_of_the_repulsion_is_symmetric_between_empty_and_full() -> None:
    """Two open dots for up to two electrons each beside an island of three dots with one electron.

    E(n) = Σ_i ½ U_i n_i (n_i - 1) + W n_1 n_2 + Σ_i (φ_i - µ_i) n_i, where φ_i is the potential of a third of an
    electron on each dot of the island. µ is the centre when E(n) = E(2 - n) for all nine n.
    """
    U1, U2, W = 6.0, 5.0, 0.8
    beside = {("1", "A"): 0.9, ("1", "B"): 0.3, ("2", "C"): 0.6}
    dots = ("1", "A", "B", "2", "C")
    repulsion = np.zeros((5, 5))
    for (first, second), value in {**beside, ("1", "2"): W, ("1", "1"): U1, ("2", "2"): U2, ("A", "B"): 1.7}.items():
        i, j = dots.index(first), dots.index(second)
        repulsion[i, j] = repulsion[j, i] = value
    device = Device(
        dots=dots,
        repulsion=repulsion,
        islands=(Island(dots=("A", "B", "C"), electrons=1),),
        max_electrons=(2, 1, 1, 2, 1),
    )
    centre = device.particle_hole_centre()
    field = np.array([(0.9 + 0.3) / 3, 0.6 / 3])

    def energy(n: tuple[int, int]) -> float:
        interaction = U1 * n[0] * (n[0] - 1) / 2 + U2 * n[1] * (n[1] - 1) / 2 + W * n[0] * n[1]
        return interaction + float((field - centre[[0, 3]]) @ n)

    states = [(first, second) for first in range(3) for second in range(3)]
    assert [energy(n) for n in states] == pytest.approx([energy((2 - n[0], 2 - n[1])) for n in states], abs=1e-12)
    assert centre[[1, 2, 4]].tolist() == [0.0, 0.0, 0.0]


def test_presets_refuse_what_is_missing() -> None:
    with pytest.raises(InputError, match="`on_site` must be given when max_electrons exceeds 1"):
        building_block(W=0.83, U=2.41, delta=2.41, t=0.05, max_electrons=2)
    with pytest.raises(InputError, match="gates V_L and V_R"):
        building_block(W=0.83, U=2.41, delta=2.41, t=0.05, lever_arms={"V_L": {"L": 1.0}})
    with pytest.raises(InputError, match="`W` must be finite"):
        building_block(W=float("nan"), U=2.41, delta=2.41, t=0.05)
    with pytest.raises(InputError, match="`sites` must be at least 2"):
        chain(sites=1, W=0.83, U=2.41, delta=2.41, t=0.05)


def test_a_copy_is_equal_and_the_short_form_is_short():
    device = building_block(W=0.83, U=2.41, delta=2.41, t=0.05)
    copy = pickle.loads(pickle.dumps(device))
    assert copy == device
    assert hash(copy) == hash(device)
    assert device != device.with_parameters(U=2.4)
    assert device != "device"
    assert repr(device) == (
        "Device(L, R, T, B; W=0.83, U=2.41, delta=2.41, t=0.05; island T-B: 1; gates V_L, V_R, V, delta_V)"
    )
    assert len(repr(chain(sites=6, W=0.8, U=2.4, delta=2.4, t=0.05))) < 300
