"""What wires with pinned fields conduct: matched at the leads, published numbers, floating contacts; the protocol."""

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.constants import CONDUCTANCE_QUANTUM
from attractron.core.errors import InputError
from attractron.core.results import flags
from attractron.plotting import phases
from attractron.wires.conductance import conductance, currents, protocol, transmission

PHASES = {"decoupled": (2, 0, 1), "paired": (2, 0, 1), "trion": (4 / 3, -2 / 3, 1 / 3)}
SEPARATE = {"up": ["up"], "down": ["down"], "secondary": ["secondary"]}


def matched(pinned, modes):
    """T by solving for all outgoing currents, without any projector.

    Unknowns (O_R, O_L). At both ends of the region each pinned n gives n·J = 0, J = I_R - O_L at the left end and
    O_R - I_L at the right one; each m ⊥ n passes: m·O_R = m·I_R, m·O_L = m·I_L. The m span the null space of the n.
    """
    rows, drive = [], []
    zero = np.zeros(modes)
    for n in pinned:
        rows += [np.concatenate([zero, n]), np.concatenate([n, zero])]
        drive += [np.concatenate([n, zero]), np.concatenate([zero, n])]
    for m in np.linalg.svd(np.array(pinned).reshape(-1, modes))[2][len(pinned) :]:
        rows += [np.concatenate([m, zero]), np.concatenate([zero, m])]
        drive += [np.concatenate([m, zero]), np.concatenate([zero, m])]
    return np.linalg.solve(np.array(rows), np.array(drive))[:modes, :modes]


@st.composite
def pinnings(draw):
    """Vectors of small integers over 2 to 5 modes, linearly independent."""
    modes = draw(st.integers(2, 5))
    vectors = draw(st.lists(st.lists(st.integers(-4, 4), min_size=modes, max_size=modes), max_size=modes))
    kept = []
    for vector in vectors:
        if np.linalg.matrix_rank(np.array([*kept, vector])) == len(kept) + 1:
            kept.append(vector)
    return kept, modes


@given(case=pinnings())
def test_transmission_is_what_matching_the_leads_gives(case):
    pinned, modes = case
    T = transmission(pinned, modes)
    expected = np.eye(modes) if not pinned else matched(np.array(pinned, dtype=float), modes)
    np.testing.assert_allclose(T, expected, atol=1e-10)
    np.testing.assert_allclose(T @ T, T, atol=1e-12)
    np.testing.assert_allclose(T, T.T, atol=1e-15)
    assert np.trace(T) == pytest.approx(modes - len(pinned), abs=1e-12)


@pytest.mark.parametrize(("phase", "expected"), PHASES.items())
def test_published_conductances(phase, expected):
    result = conductance(phase=phase)
    between = result["contact_conductance"].sel(driven_contact="primary")
    assert between.sel(contact="primary").item() == pytest.approx(expected[0], abs=1e-14)
    assert between.sel(contact="secondary").item() == pytest.approx(expected[1], abs=1e-14)
    own = result["contact_conductance"].sel(contact="secondary", driven_contact="secondary")
    assert own.item() == pytest.approx(expected[2], abs=1e-14)


def test_a_phase_is_its_pinned_combinations_in_any_normalisation():
    by_name = conductance(phase="trion")
    for vectors in ([[1, -1, 0], [1, 1, 2]], [[2e200, 0, 2e200], [0, -3e-200, -3e-200]], [[1, 0, 1], [1, 1, 2]]):
        np.testing.assert_allclose(conductance(pinned=vectors)["conductance"], by_name["conductance"], atol=1e-14)
    np.testing.assert_allclose(by_name["conductance"], np.outer([1, 1, -1], [1, 1, -1]) / 3, atol=1e-14)
    assert by_name["free_modes"].item() == 1


def test_secondary_particles_are_dragged_along():
    between = conductance(phase="trion", carriers="particles")["contact_conductance"]
    np.testing.assert_allclose(between, [[4 / 3, 2 / 3], [2 / 3, 1 / 3]], atol=1e-14)


def test_conductance_with_a_floating_secondary():
    assert conductance(phase="trion")["floating_conductance"].sel(contact="primary").item() == pytest.approx(
        0, abs=1e-14
    )
    paired = conductance(phase="paired")["floating_conductance"]
    np.testing.assert_allclose(paired, [2, 1], atol=1e-14)


@given(case=pinnings())
def test_currents_are_conserved_and_know_no_common_potential(case):
    pinned, modes = case
    names = [f"mode {number}" for number in range(modes)]
    G = conductance(pinned, modes=names)["terminal_conductance"].to_numpy()
    np.testing.assert_allclose(G.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(G.sum(axis=1), 0, atol=1e-12)
    np.testing.assert_allclose(G, G.T, atol=1e-14)
    np.testing.assert_allclose(G[:modes], -G[modes:], atol=1e-14)
    assert np.linalg.eigvalsh(G).min() > -1e-12  # heat is made, never taken


def test_the_six_terminals_of_a_trion_phase():
    result = conductance(phase="trion", contacts=SEPARATE)
    assert list(result["terminal"].values) == [f"{mode}_{end}" for end in ("left", "right") for mode in SEPARATE]
    G = result["terminal_conductance"].sel(driven_terminal="up_left")
    np.testing.assert_allclose(G, np.array([1, 1, -1, -1, -1, 1]) / 3, atol=1e-14)
    # Spin up driven alone drags spin down along with all that it carries itself.
    assert result["floating_conductance"].sel(contact="up").item() == pytest.approx(0, abs=1e-14)


def test_grounded_secondary_flows_back():
    result = currents(phase="trion", bias={"primary": 1.0})
    through = result["through"]
    assert through.sel(contact="primary").item() == pytest.approx(4 / 3 * CONDUCTANCE_QUANTUM, rel=1e-13)
    assert through.sel(contact="secondary").item() == pytest.approx(-2 / 3 * CONDUCTANCE_QUANTUM, rel=1e-13)
    assert result["determined"].all()


@pytest.mark.parametrize("floating", [["secondary"], ["secondary_left"], ["secondary_right"]])
def test_absolute_drag(floating):
    result = currents(phase="trion", bias={"primary": 1.0}, floating=floating)
    np.testing.assert_allclose(result["current"], 0, atol=1e-9)
    np.testing.assert_array_equal(conductance(phase="trion")["floating_conductance"], 0)
    potential = result["potential"].to_series()
    # n_f·ΔV = 0 with n_f = (1, 1, -1)/√3: the secondary answers with twice the voltage.
    assert potential["secondary_left"] - potential["secondary_right"] == pytest.approx(2.0, abs=1e-12)
    one = len(floating) == 1 and floating != ["secondary"]
    assert result["determined"].sel(terminal=floating if one else ["secondary_left", "secondary_right"]).all() == one


def test_floating_secondary_takes_no_part_in_the_paired_phase():
    result = currents(phase="paired", bias={"primary_left": 1.0, "primary_right": -1.0}, floating=["secondary"])
    assert result["through"].sel(contact="primary").item() == pytest.approx(4 * CONDUCTANCE_QUANTUM, rel=1e-13)
    assert result["current"].sel(terminal="secondary_left").item() == pytest.approx(0, abs=1e-9)


def test_a_wire_without_leads_is_a_floating_one():
    # Without leads all that arrives at an end returns: the incoming currents of mode 3 equal the outgoing ones.
    T = transmission([[1, -1, 0], [1, 1, 2]], 3)
    S = np.block([[T, np.eye(3) - T], [np.eye(3) - T, T]])  # (O_R, O_L) from (I_R, I_L)
    # I_R,3 = O_L,3 at the left end and I_L,3 = O_R,3 at the right one; the other incoming ones are given.
    drive = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    closed = np.array([[1, 0], [0, 1]]) - S[np.ix_([5, 2], [2, 5])]
    inner = np.linalg.lstsq(closed, S[[5, 2]] @ drive, rcond=1e-10)[0]
    drive[[2, 5]] = inner
    outgoing = S @ drive
    np.testing.assert_allclose(drive[:3] - outgoing[3:], 0, atol=1e-14)  # I_R - O_L: no current in any mode


@given(case=pinnings(), seed=st.integers(0, 1000))
def test_floating_terminals_carry_no_current(case, seed):
    pinned, modes = case
    names = [f"mode {number}" for number in range(modes)]
    bias = np.random.default_rng(seed).normal(size=modes - 1)
    result = currents(pinned, modes=names, bias=dict(zip(names[1:], bias, strict=True)), floating=names[:1])
    np.testing.assert_allclose(result["current"].sel(terminal=["mode 0_left", "mode 0_right"]), 0, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "`pinned` must be given, or `phase` instead: got neither"),
        ({"pinned": [[1, 0, 0]], "phase": "trion"}, "got both"),
        ({"pinned": [[1, -1]]}, r"`pinned\[0\]` must have 3 entries, one a mode: got \[1, -1\]"),
        ({"pinned": [1, -1, 0]}, r"`pinned\[0\]` must have 3 entries"),
        ({"pinned": "trion"}, "`pinned` must be a list of vectors"),
        ({"pinned": [[1, -1, 0], [0, 0, 0]]}, r"`pinned\[1\]` must not be zero"),
        ({"pinned": [[1, -1, 0], [-2, 2, 0]]}, "`pinned` must be linearly independent"),
        ({"pinned": [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]}, "`pinned` must be linearly independent"),
        ({"pinned": [[1, np.nan, 0]]}, r"`pinned\[0\]\[1\]` must be finite"),
        ({"phase": "trio"}, "`phase` must be one of decoupled, paired, trion: got 'trio'; did you mean 'trion'"),
        ({"phase": "trion", "carriers": "hole"}, "`carriers` must be one of holes, particles"),
        ({"phase": "trion", "modes": ["a", "b", "c"]}, "`phase` must go with the modes up, down, secondary"),
        (
            {"phase": "trion", "contacts": {"all": ["up", "down"]}},
            "`contacts` must feed each of up, down, secondary once",
        ),
        ({"pinned": [[1]], "modes": []}, "`modes` must be different names"),
    ],
)
def test_bad_input_of_conductance(arguments, message):
    with pytest.raises(InputError, match=message):
        conductance(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"bias": {"primry": 1.0}}, r"`bias\['primry'\]` must be one of primary, .*did you mean 'primary'"),
        ({"bias": {"primary": 1.0, "primary_left": 2.0}}, "must bias each terminal once: got primary_left twice"),
        ({"bias": {"primary": np.inf}}, r"`bias\['primary'\]` must be finite"),
        ({"bias": 1.0}, "`bias` must map terminals to potentials"),
        ({"bias": {"primary": 1.0}, "floating": ["primary"]}, "`floating` must name terminals that are not biased"),
        ({"bias": {"primary": 1.0}, "floating": "secondary"}, r"`floating` must be a list .*write \['secondary'\]"),
        ({"bias": {"primary": 1.0}, "floating": ["third"]}, "`floating` must be one of primary"),
    ],
)
def test_bad_input_of_currents(arguments, message):
    with pytest.raises(InputError, match=message):
        currents(phase="trion", **arguments)


SWEEP = ["decoupled", "paired", "trion", "trion", "paired", "decoupled"]


def test_conductance_goes_to_four_thirds_and_back():
    result = protocol(SWEEP, range(6))
    np.testing.assert_allclose(result["conductance"], [2, 2, 4 / 3, 4 / 3, 2, 2], atol=1e-14)
    np.testing.assert_allclose(result["cross_conductance"], [0, 0, -2 / 3, -2 / 3, 0, 0], atol=1e-14)
    np.testing.assert_array_equal(result["returned"], [False, True, False, False, True, False])
    assert result["returned_to_paired"]


def test_tuning_back_may_end_in_the_decoupled_phase():
    assert not protocol(["paired", "trion", "decoupled"], [3.0, 2.0, 1.0])["returned_to_paired"]
    assert not protocol(["paired", "paired"], [0, 1])["returned_to_paired"]  # no plateau to come back from


def test_phases_from_a_function_and_from_codes_agree():
    by_function = protocol(lambda mu: SWEEP[round(mu)], range(6))
    own_codes = xr.DataArray([7, 5, 3, 3, 5, 7], attrs=flags({3: "trion", 5: "paired", 7: "decoupled"}))
    xr.testing.assert_identical(by_function, protocol(own_codes, range(6)))
    xr.testing.assert_identical(by_function, protocol(protocol(SWEEP, range(6))["phase"], range(6)))


def test_particles_are_dragged_forward():
    assert protocol(["trion"], [0.0], carriers="particles")["cross_conductance"].item() == pytest.approx(2 / 3)


def test_picture_shows_both_staircases_and_names_the_phases():
    ax = phases.plot_staircases(protocol(SWEEP, range(6)))
    assert [line.get_drawstyle() for line in ax.lines[:2]] == ["steps-mid"] * 2
    assert [text.get_text() for text in ax.texts] == ["decoupled", "paired", "trion", "paired", "decoupled"]
    assert ax.get_xlabel() == "chemical potential of the secondary (meV)"


@pytest.mark.parametrize(
    ("phases", "options", "message"),
    [
        (["trion"], {}, "`phases` must have one entry for each of the 2 potentials: got 1"),
        (["trion", "pared"], {}, r"`phases\[1\]` must be one of decoupled, paired, trion: .*did you mean 'paired'"),
        ("trion", {}, "`phases` must be a function, or one name a potential"),
        (["trion", "trion"], {"carriers": "both"}, "`carriers` must be one of holes, particles"),
    ],
)
def test_bad_input_of_the_protocol(phases, options, message):
    with pytest.raises(InputError, match=message):
        protocol(phases, [0.0, 1.0], **options)
