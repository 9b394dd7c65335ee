"""Bands of the nanotube against the 8 × 8 matrix of the continuum Hamiltonian, and what they give coupled wires."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.constants import e, elementary_charge, hbar
from scipy.optimize import brentq

from attractron.core.errors import InputError
from attractron.plotting import lines
from attractron.wires.model import CoupledWires
from attractron.wires.nanotube import COVERAGE, Nanotube, bands, polarised_window, primary_channels, secondary_channel

X, Y, Z, ONE = (np.array(m) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]], np.eye(2)))
FIG_8 = Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.5)
IN_FIELD = Nanotube(Delta_0=4.0, Delta_so=1.0, radius=1.0, field=1.25)
METRE_PER_SECOND = hbar / e * 1e3 * 1e9  # ħ times 1 m/s in meV nm


def product(rho, sigma, nu):
    return np.kron(np.kron(rho, sigma), nu)


def matrix(tube, q, mu=0.0):
    """(A1) on sublattice ⊗ spin ⊗ valley, written out."""
    across = tube.Delta_0 * product(ONE, ONE, ONE)
    across = across + tube.Delta_so * product(ONE, Z, Z) + tube.flux_gap * product(ONE, ONE, Z)
    along = METRE_PER_SECOND * tube.v_F * q
    return along * product(Y, ONE, ONE) + across @ product(X, ONE, ONE) - mu * np.eye(8)


gaps = st.floats(-10.0, 10.0)


@given(Delta_0=gaps, Delta_so=gaps, Delta_Phi=gaps, q=st.floats(-0.05, 0.05), mu=gaps)
def test_bands_are_the_eigenvalues_with_their_labels(Delta_0, Delta_so, Delta_Phi, q, mu):
    tube = Nanotube(Delta_0=Delta_0, Delta_so=Delta_so, Delta_Phi=Delta_Phi)
    energy = bands(tube, [q], mu=mu)["energy"].isel(q=0)
    # Spin and valley commute with H: small shifts of their own tell the labels apart.
    labels = 100.0 * product(ONE, Z, ONE) + 1000.0 * product(ONE, ONE, Z)
    found = np.linalg.eigvalsh(matrix(tube, q, mu) + labels)
    expected = energy + 100.0 * energy["spin"] + 1000.0 * energy["valley"]
    np.testing.assert_allclose(np.sort(expected.to_numpy(), axis=None), found, atol=1e-8)


def test_flux_gap_in_units():
    # e v R B/2 from SI units: 8·10⁵ m/s, 1 nm, 1.25 T.
    assert IN_FIELD.flux_gap == pytest.approx(8e5 * 1e-9 * 1.25 / 2 * 1e3, rel=1e-14)
    assert IN_FIELD.flux_gap == pytest.approx(0.5, rel=1e-14)


def test_figure_8_has_a_single_polarised_hole_band():
    result = bands(FIG_8, np.linspace(-0.02, 0.02, 9), mu=-3.0)
    assert dict(zip([(1, 1), (1, -1), (-1, 1), (-1, -1)], result["half_gap"].values.ravel(), strict=True)) == {
        (1, 1): 5.5,
        (1, -1): 2.5,
        (-1, 1): 3.5,
        (-1, -1): 4.5,
    }
    crossed = result["k"].where(result["k"] > 0, drop=True)
    assert crossed.size == 1
    assert (crossed["spin"].item(), crossed["valley"].item()) == (1, -1)
    window = polarised_window(FIG_8)
    assert (window["low"].item(), window["high"].item(), window["width"].item()) == (2.5, 3.5, 1.0)
    assert (window["spin"].item(), window["valley"].item()) == (1, -1)


def test_momentum_is_where_the_matrix_has_a_zero():
    k = secondary_channel(FIG_8, {"mu": -3.0}, k_F=0.003, alpha_0=1.0)["k"].item()
    root = brentq(lambda q: np.linalg.eigvalsh(matrix(FIG_8, q, -3.0))[3], 1e-4, 0.01, xtol=1e-15)
    assert k == pytest.approx(root, rel=1e-8)
    assert k == pytest.approx(np.sqrt(9 - 6.25) / (6.582119569e-4 * 8e5), rel=1e-12)


@given(Delta_0=gaps, Delta_so=gaps, Delta_Phi=gaps, mu=gaps)
def test_conducting_bands_are_counted(Delta_0, Delta_so, Delta_Phi, mu):
    # Oracle: at large q each of the four pairs of bands has one positive energy; at q = 0 those that cross have two or
    # none.
    tube = Nanotube(Delta_0=Delta_0, Delta_so=Delta_so, Delta_Phi=Delta_Phi)
    levels = np.linalg.eigvalsh(matrix(tube, 0.0, mu))
    assume(abs(levels).min() > 1e-6)
    crossings = abs(np.count_nonzero(levels > 0) - 4)
    assert primary_channels(tube, {"mu": mu}, alpha_0=1.0)["channels"].item() == crossings
    found = secondary_channel(tube, {"mu": mu}, k_F=0.003, alpha_0=1.0)
    assert found["polarised"].item() == (crossings == 1)
    assert (found["k"].item() > 0) == (crossings > 0)
    window = polarised_window(tube)
    assert (window["low"].item() < abs(mu) < window["high"].item()) == (crossings == 1)


@given(Delta_0=gaps, Delta_so=gaps, B=st.floats(-20, 20), q=st.floats(-0.05, 0.05))
def test_reversed_field_exchanges_spin_and_valley(Delta_0, Delta_so, B, q):
    one, other = (
        bands(Nanotube(Delta_0=Delta_0, Delta_so=Delta_so, radius=1.5, field=sign * B), [q])["energy"]
        for sign in (1, -1)
    )
    np.testing.assert_allclose(one, other.isel(spin=[1, 0], valley=[1, 0]), atol=1e-12)


def test_without_field_or_spin_orbit_coupling_no_band_is_alone():
    for tube in (
        Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.0),
        Nanotube(Delta_0=4.0, Delta_so=0.0, Delta_Phi=0.5),
    ):
        assert polarised_window(tube)["width"].item() == 0


def test_movers_overlap_as_their_spinors():
    result = secondary_channel(FIG_8, {"mu": [-3.0, -2.6, 1.0, 3.3]}, k_F=0.003, alpha_0=1.0)
    for point in (0, 1, 3):
        part = result.isel(mu=point)
        k, mu = part["k"].item(), part["mu"].item()
        right, left = (
            np.linalg.eigh(matrix(FIG_8, q) + 100 * product(ONE, Z, ONE) + 1000 * product(ONE, ONE, Z)) for q in (k, -k)
        )
        # The band has spin +1 and valley -1: its state is where the shifts of the labels put it.
        wanted = 100.0 - 1000.0 + mu
        number = int(np.argmin(abs(right[0] - wanted)))
        overlap = abs(np.vdot(left[1][:, number], right[1][:, number]))
        assert part["backscattering"].item() == pytest.approx(overlap, rel=1e-9)
    assert result["backscattering"].values[2] == 1.0
    np.testing.assert_array_equal(result["carriers"], [1, 1, 0, 2])


def test_mismatch_follows_the_gate():
    tube = FIG_8
    k = secondary_channel(tube, {"mu": -3.0}, k_F=1.0, alpha_0=1.0)["k"].item()
    # µ = -2 - 0.1 V_g is -3 at 10 mV: there the wires are commensurate.
    result = secondary_channel(tube, {"gate": [8.0, 10.0, 12.0]}, k_F=k, alpha_0=20.0, lever_arm=-0.1, offset=-2.0)
    assert result["l_star"].values[1] == np.inf
    assert result["mismatch"].values[1] == 0
    np.testing.assert_allclose(result["mu"], [-2.8, -3.0, -3.2])
    np.testing.assert_allclose(result["mismatch"], np.exp(-result["l_star"]))
    np.testing.assert_allclose(result["mismatch"], abs(k - result["k"]) * 20.0, atol=1e-15)
    np.testing.assert_allclose(result["mismatch_2"], (k + result["k"]) * 20.0)
    wires = [
        CoupledWires(
            K_c=0.9,
            K=0.4,
            y_s=0.1,
            y=0.1,
            mismatch=part["mismatch"].item(),
            mismatch_2=part["mismatch_2"].item(),
            mass=part["mass"].item(),
        )
        for part in (result.isel(gate=number) for number in range(3))
    ]
    np.testing.assert_allclose([w.l_star for w in wires], np.stack([result["l_star"], result["l_star_2"]], axis=1))


def test_below_the_gap_the_secondary_has_a_mass():
    result = secondary_channel(FIG_8, {"mu": [-2.0, -3.0]}, k_F=0.003, alpha_0=1.0)
    np.testing.assert_allclose(result["mass"], [0.5 / (1e12 * hbar / elementary_charge * 8e5), 0.0], rtol=1e-12)
    np.testing.assert_array_equal(result["k"] > 0, [False, True])
    np.testing.assert_array_equal(result["polarised"], [False, True])
    far = secondary_channel(FIG_8, {"mu": -3.0}, k_F=5.0, alpha_0=1.0)
    assert far["mismatch"].item() == 1.0
    assert far["l_star"].item() < 0


def test_velocity_is_the_slope_of_the_band():
    result = secondary_channel(FIG_8, {"mu": -3.0}, k_F=0.003, alpha_0=1.0)
    k, step = result["k"].item(), 1e-6
    rising = [np.linalg.eigvalsh(matrix(FIG_8, k + sign * step, -3.0))[3] for sign in (1, -1)]
    slope = abs(rising[0] - rising[1]) / (2 * step) / METRE_PER_SECOND
    assert result["velocity"].item() == pytest.approx(slope, rel=1e-6)


def test_grid_over_field_and_radius_is_the_tube_at_each_point():
    axes = {"field": [0.5, 1.25], "radius": [0.8, 1.0, 1.6], "mu": [-3.1, -2.9]}
    result = secondary_channel(IN_FIELD, axes, k_F=0.003, alpha_0=5.0)
    assert result["k"].dims == ("field", "radius", "mu")
    for B, R in ((0.5, 1.6), (1.25, 1.0)):
        tube = Nanotube(Delta_0=4.0, Delta_so=1.0, radius=R, field=B)
        single = secondary_channel(tube, {"mu": [-3.1, -2.9]}, k_F=0.003, alpha_0=5.0)
        for name in ("k", "window_low", "window_high", "l_star", "velocity", "backscattering"):
            np.testing.assert_array_equal(result[name].sel(field=B, radius=R), single[name])


def coverage(tube, mu):
    result = primary_channels(tube, {"mu": mu}, alpha_0=1.0)
    return COVERAGE[int(result["coverage"])], result


@given(Delta_0=gaps, Delta_so=gaps, Delta_Phi=gaps)
def test_the_lowest_band_is_named_alike(Delta_0, Delta_so, Delta_Phi):
    tube = Nanotube(Delta_0=Delta_0, Delta_so=Delta_so, Delta_Phi=Delta_Phi)
    window, channel = polarised_window(tube), secondary_channel(tube, {"mu": -1.0}, k_F=0.003, alpha_0=1.0)
    half_gap = bands(tube, [0.0])["half_gap"]
    for found in (window, channel):
        named = half_gap.sel(spin=found["spin"].item(), valley=found["valley"].item())
        assert named.item() == half_gap.min().item()


def test_a_two_valley_tube_as_the_primary():
    without_field = Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.0)
    assert coverage(without_field, 2.0)[0] == "insulating"
    name, pair = coverage(without_field, 4.0)
    assert name == "spinful wire"
    assert pair["kramers"]
    assert pair["l_spin_mismatch"].item() == np.inf
    assert coverage(without_field, 6.0)[0] == "more than two channels"
    name, split = coverage(FIG_8, 4.0)
    assert name == "two channels of unequal momenta"
    assert split["kramers"]
    k = np.sort(split["k"].values.ravel())
    assert split["l_spin_mismatch"].item() == pytest.approx(-np.log(k[3] - k[2]))
    assert coverage(FIG_8, 3.0)[0] == "one polarised band"
    assert coverage(Nanotube(Delta_0=4.0, Delta_so=-1.0, Delta_Phi=0.2), 4.0)[1]["kramers"]
    spins = Nanotube(Delta_0=4.0, Delta_so=0.0, Delta_Phi=0.5)
    name, same_valley = coverage(spins, -4.0)
    assert name == "spinful wire"
    assert not same_valley["kramers"]


def test_picture_of_figure_8():
    ax = lines.plot_bands(bands(FIG_8, np.linspace(-0.02, 0.02, 101), mu=-3.0))
    assert len(ax.lines) == 9
    assert len({line.get_color() for line in ax.lines[:8]}) == 2
    assert {line.get_linestyle() for line in ax.lines[:8]} == {"-", "--"}
    assert ax.get_ylabel() == "energy from the Fermi level (meV)"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "`Delta_Phi` must be given, or radius and field: got neither"),
        ({"radius": 1.0}, "`Delta_Phi` must be given, or radius and field"),
        ({"Delta_Phi": 0.5, "field": 1.0}, "`Delta_Phi` must be None when radius and field are given"),
        ({"radius": -1.0, "field": 1.0}, r"`radius` must be positive: got -1\.0"),
        ({"Delta_Phi": np.inf}, "`Delta_Phi` must be finite"),
        ({"Delta_Phi": 0.5, "v_F": 0.0}, "`v_F` must be positive"),
    ],
)
def test_bad_tubes(changes, message):
    with pytest.raises(InputError, match=message):
        Nanotube(Delta_0=4.0, Delta_so=1.0, **changes)


@pytest.mark.parametrize(
    ("tube", "axes", "options", "message"),
    [
        (FIG_8, {}, {}, "`axes` must have one of gate and mu: got neither"),
        (FIG_8, {"gate": 1.0, "mu": 1.0}, {}, "`axes` must have one of gate and mu: got gate, mu"),
        (FIG_8, {"mu": 1.0, "field": 1.0}, {}, r"`axes\['field'\]` must belong to a tube with radius and field"),
        (IN_FIELD, {"mu": 1.0, "radius": [-1.0, 1.0]}, {}, r"`axes\['radius'\]` must be positive: got -1\.0"),
        (FIG_8, {"mu": 1.0}, {"k_F": 0.0}, "`k_F` must be positive"),
        (FIG_8, {"mu": 1.0}, {"alpha_0": -1.0}, "`alpha_0` must be positive"),
        (FIG_8, {"mu": 1.0}, {"lever_arm": np.nan}, "`lever_arm` must be finite"),
        (FIG_8, {"V_g": 1.0}, {}, r"`axes\['V_g'\]` must name a knob"),
    ],
)
def test_bad_questions(tube, axes, options, message):
    with pytest.raises(InputError, match=message):
        secondary_channel(tube, axes, **{"k_F": 0.003, "alpha_0": 1.0, **options})
