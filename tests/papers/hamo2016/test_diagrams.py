"""Readings from diagrams against what the device was made with, wherever the pixels happen to lie."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.dots import building_block, effective_interaction, pairing_energy, stability_diagram
from attractron.papers.hamo2016 import fig2ab, fig3ac, figs6
from attractron.papers.hamo2016.diagrams import Reading, read_scan, rounding
from tests.papers.judged import statuses

PHASE = st.floats(-0.5, 0.5)


def reading(
    *, W: float = 0.83, U: float, delta: float, t: float = 0.0, phase: tuple[float, float] = (0.0, 0.0)
) -> Reading:
    """A diagram of 120 × 112 pixels around the vertex, its grid shifted by a part of a pixel."""
    device = building_block(W=W, U=U, delta=delta, t=t)
    half, middle = 1.4, (W + min(2 * U, delta)) / 2
    rows, columns = np.linspace(-half, half, 120), np.linspace(-half, half, 112)
    axes = {
        "V": middle + rows + phase[0] * (rows[1] - rows[0]),
        "delta_V": columns + phase[1] * (columns[1] - columns[0]),
    }
    return Reading(stability_diagram(device, axes))


@settings(max_examples=15, deadline=None)
@given(rows=PHASE, columns=PHASE)
def test_the_length_does_not_depend_on_the_phase_of_the_pixels(rows: float, columns: float) -> None:
    for U, expected, orientation in ((0.0, 0.83, "vertical"), (2.41, -1.58, "horizontal")):
        found = reading(U=U, delta=2.41 if U else 0.0, phase=(rows, columns))
        assert abs(found.interaction - expected) < found.resolution
        assert found.orientation == orientation


@settings(max_examples=15, deadline=None)
@given(rows=PHASE, columns=PHASE, W=st.floats(0.4, 1.0), delta=st.floats(0.2, 2.4), t=st.floats(0.0, 0.1))
def test_the_gap_at_the_centre_is_half_the_interaction(
    rows: float, columns: float, W: float, delta: float, t: float
) -> None:
    # Oracle: at the centre of the line µ_L = µ_R = (E(2) - E(0))/2, so E(1) - µ - (E(0) + E(2) - 2µ)/2 = -W_eff/2,
    # negative where odd states win. Nothing but the closed form of E(N) enters.
    def energy(N: int) -> float:
        return 2.41 * N / 2 - float(np.hypot((delta - 2.41 * N) / 2, t)) + W * (N == 2)

    expected = -(energy(2) + energy(0) - 2 * energy(1)) / 2
    found = reading(W=W, U=2.41, delta=delta, t=t, phase=(rows, columns))
    gap = found.odd_gap(*found.along_line(3))
    assert gap[1] == pytest.approx(expected, abs=found.resolution)
    centre = (float(energy(2) - energy(0)) / 2, 0.0)
    assert float(found.odd_gap(*centre)) == pytest.approx(expected, abs=1e-9)


def test_states_are_named_across_the_line() -> None:
    assert reading(U=0.0, delta=0.0).states_across() == "(1,0)/(0,1)"
    assert reading(U=2.41, delta=2.41).states_across() == "(0,0)/(1,1)"


@pytest.mark.parametrize(("U", "middle"), [(0.0, 0.5), (2.41, 2.0)])
def test_a_tilted_line_is_neither(U: float, middle: float) -> None:
    arms = {"V_L": {"L": 1.0, "R": 0.0}, "V_R": {"L": 0.0, "R": 0.6}}
    device = building_block(W=0.83, U=U, delta=2.41, t=0.0, lever_arms=arms)
    axes = {"V": middle + np.linspace(-1.5, 1.5, 160), "delta_V": np.linspace(-1.9, 1.9, 150)}
    assert Reading(stability_diagram(device, axes)).orientation is None


def test_figure_2b_is_made_with_the_measured_pairing_energy() -> None:
    assert pairing_energy(fig2ab.PAIRED) == pytest.approx(0.790)


def test_the_right_dot_is_as_visible_as_said() -> None:
    bare, paired = fig2ab.bare_diagram(True), fig2ab.paired_diagram(True).isel(t=0)
    for diagram, contrast in ((bare, 0.6), (paired, 0.1), (fig3ac.detuned_diagram("a", True), 0.1)):
        current = diagram["detector_current"].transpose("V", "delta_V").values
        middle = len(current) // 2
        empty, left, right = current[0, middle], current[middle, -1], current[middle, 0]  # (0,0), (1,0), (0,1)
        assert (right - empty) / (left - empty) == pytest.approx(contrast, abs=1e-3)


def test_scans_read_what_each_device_was_made_with() -> None:
    devices = [
        building_block(W=0.83, U=U, delta=d, t=0.05) for U, d in ((0.3, 0.3), (2.6, 0.0), (1.0, 2.5), (3.0, 3.0))
    ]
    found, resolution = read_scan(devices, True)
    assert np.all(abs(found + np.array([effective_interaction(device) for device in devices])) < resolution)


@given(delta=st.floats(0.0, 5.0), U=st.floats(0.0, 3.0), t=st.floats(0.0, 0.5))
def test_tunnelling_moves_the_interaction_by_no_more_than_said(delta: float, U: float, t: float) -> None:
    device = building_block(W=0.83, U=U, delta=delta, t=t)
    moved = effective_interaction(device) - effective_interaction(device.with_parameters(t=0.0))
    assert abs(moved) <= rounding(delta, U, t) + 1e-12
    assert rounding(delta, U, t) <= 2 * t + 1e-12


def test_claims_are_read_from_the_dataset_not_echoed() -> None:
    # The same claims on a diagram of another device: what it contradicts must fail.
    wrong = reading(W=0.9, U=0.0, delta=0.0).diagram
    assert statuses("hamo-2a", wrong) == ["fails", "holds", "holds", "holds"]
    attractive = reading(U=2.41, delta=2.41).diagram
    assert statuses("hamo-2a", attractive)[:3] == ["fails"] * 3
    paired = fig2ab.paired_diagram(True)
    other = ("pairing_energy", "any_t")
    repulsive = fig2ab.bare_diagram(True).expand_dims(t=[0.0, 0.05]).assign({name: paired[name] for name in other})
    assert statuses("hamo-2b", repulsive) == ["fails"] * 5 + ["holds", "fails", "open"]
    right = fig3ac.detuned_diagram("a", True)
    shifted = reading(U=2.6, delta=1.2, t=0.05).diagram.assign(taken=right["taken"])
    assert statuses("hamo-3b", shifted)[1:] == ["holds", "fails"]
    assert statuses("hamo-3a", shifted)[1:] == ["fails", "fails"]


def test_what_holds_for_no_choice_fails() -> None:
    paired, detuned = fig2ab.paired_diagram(True), fig3ac.detuned_diagram("c", True)
    assert statuses("hamo-2b", paired)[7] == "open"
    assert statuses("hamo-2b", paired.assign(pairing_energy=0.9 * paired["pairing_energy"]))[7] == "fails"
    assert statuses("hamo-3c", detuned)[0] == "open"
    assert statuses("hamo-3c", detuned.assign(taken=0.9 * detuned["taken"]))[0] == "fails"


def test_slopes_are_read_from_the_dataset() -> None:
    growth, scan, slope = fig3ac.growth(True), figs6.scan(True), "hamo-3-slope"
    assert statuses(slope, growth) == ["open", "holds", "holds"]
    steep = growth.assign(two_delta=1.5 * growth["two_delta"], slope=1.5 * growth["slope"])
    assert statuses(slope, steep)[0] == "fails"
    bent = growth["two_delta"] + 0.3 * (growth["delta"] - 1.25) ** 2
    assert statuses(slope, growth.assign(two_delta=bent))[1] == "fails"
    assert statuses(slope, growth.assign(two_delta=growth["two_delta"][::-1].values + 0 * growth["two_delta"]))[2] == (
        "fails"
    )
    # The fixed path rises by chance as much as the best one from end to end, but it is no straight line.
    assert statuses("hamo-s6", scan) == ["open", "holds", "holds"]
    turned = scan.assign_coords(path=scan["path"].values[::-1])
    assert statuses("hamo-s6", turned) == ["open", "fails", "fails"]
    weak = scan.assign(two_delta=0.9 * scan["two_delta"], slope=0.9 * scan["slope"].where(scan["slope"] < 1.02))
    assert statuses("hamo-s6", weak) == ["fails", "holds", "fails"]


def test_a_window_beside_the_vertex_is_refused() -> None:
    device = building_block(W=0.83, U=0.0, delta=0.0, t=0.0)
    away = stability_diagram(device, {"V": np.linspace(5.0, 6.0, 20), "delta_V": np.linspace(-0.5, 0.5, 20)})
    with pytest.raises(InputError, match="show the charging line"):
        statuses("hamo-2a", away)
