"""Questions to the exactly solved chains: symmetries, axes, units, and what they refuse."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.wires.bethe import integral_equations as nystrom
from attractron.wires.bethe.chains import HUBBARD, TV, coupled_wires_from_chains, hubbard_chain, tv_chain
from attractron.wires.dimensions import normal_modes, scaling_dimension, two_wires
from tests.wires.rings import hubbard_energy, tv_energy


def numbers(result):
    return {name: float(result[name]) for name in result.data_vars}


@settings(max_examples=10)
@given(U=st.floats(1.0, 10.0), filling=st.floats(0.1, 0.9), t=st.floats(0.1, 10.0))
def test_hubbard_particles_and_holes_and_scale(U, filling, t):
    # c → (-1)^i c† maps n to 2 - n and adds U(N - L); energies scale with t.
    below, above = numbers(hubbard_chain(U, filling)), numbers(hubbard_chain(U * t, 2 - filling, t))
    for name in ("u_c", "u_s"):
        assert above[name] == pytest.approx(t * below[name], rel=1e-9)
    assert above["K_c"] == pytest.approx(below["K_c"], rel=1e-9)
    assert above["y_s"] == pytest.approx(below["y_s"], rel=1e-9)
    assert above["compressibility"] == pytest.approx(below["compressibility"] / t, rel=1e-9)
    assert above["energy"] == pytest.approx(t * (below["energy"] + U * (1 - filling)), abs=1e-9)
    assert above["chemical_potential"] == pytest.approx(t * (U - below["chemical_potential"]), abs=1e-9 * t)


@given(V=st.floats(-1.5, 6.0), filling=st.floats(0.05, 0.45), t=st.floats(0.8, 10.0))
def test_tv_particles_and_holes_and_scale(V, filling, t):
    # c → (-1)^i c† maps n to 1 - n and adds V(2N - L).
    below, above = numbers(tv_chain(V, filling)), numbers(tv_chain(V * t, 1 - filling, t))
    assert above["K"] == pytest.approx(below["K"], rel=1e-9)
    assert above["u"] == pytest.approx(t * below["u"], rel=1e-9)
    assert above["energy"] == pytest.approx(t * (below["energy"] + V * (1 - 2 * filling)), abs=1e-9)
    assert above["chemical_potential"] == pytest.approx(t * (2 * V - below["chemical_potential"]), abs=1e-9 * t)


def test_energies_above_half_filling_are_those_of_rings():
    # The signs of the shifts, against rings whose energy per site differs from e by πu/6L².
    tv, ring = numbers(tv_chain(1.0, 0.75)), tv_energy(16, 12, 1.0)
    assert ring / 16 + np.pi * tv["u"] / (6 * 256) == pytest.approx(tv["energy"], abs=1e-4)
    electrons, ring = numbers(hubbard_chain(4.0, 1.5)), hubbard_energy(8, 6, 4.0)
    shift = np.pi * (electrons["u_c"] + electrons["u_s"]) / (6 * 64)
    assert ring / 8 + shift == pytest.approx(electrons["energy"], abs=1e-3)


@pytest.mark.parametrize(("question", "interaction", "n"), [(hubbard_chain, 3.0, 1.3), (tv_chain, 3.0, 0.7)])
def test_compressibility_is_the_slope_of_the_filling(question, interaction, n):
    step = 1e-3
    mu = question(interaction, [n - step, n + step], 2.0)["chemical_potential"].values
    assert 2 * step / (mu[1] - mu[0]) == pytest.approx(
        float(question(interaction, n, 2.0)["compressibility"]), rel=1e-4
    )


def test_half_filling_of_the_tv_chain():
    Delta = 0.4
    here = numbers(tv_chain(2 * Delta, 0.5))
    assert here["K"] == pytest.approx(np.pi / (2 * (np.pi - np.arccos(Delta))), rel=1e-14)
    assert here["u"] == pytest.approx(np.pi * np.sqrt(1 - Delta**2) / np.arccos(Delta), rel=1e-14)
    assert here["chemical_potential"] == pytest.approx(2 * Delta)
    assert here["compressibility"] == pytest.approx(here["K"] / (np.pi * here["u"]))


@given(filling=st.one_of(st.floats(0.01, 0.99), st.floats(1.01, 1.99)))
def test_free_electrons(filling):
    here = numbers(hubbard_chain(0.0, filling, 2.0))
    k_F = np.pi * filling / 2
    v_F = 4 * np.sin(k_F)
    expected = {"K_c": 1.0, "u_c": v_F, "u_s": v_F, "energy": -2 * v_F / np.pi, "chemical_potential": -4 * np.cos(k_F)}
    for name, value in {**expected, "y_s": 0.0, "k_F": k_F, "error": 0.0}.items():
        assert here[name] == pytest.approx(value, abs=1e-12), name


def test_free_electrons_are_the_limit():
    free, weak = numbers(hubbard_chain(0.0, 0.6)), numbers(hubbard_chain(0.2, 0.6))
    for name in ("K_c", "u_c", "u_s", "energy", "chemical_potential"):
        assert weak[name] == pytest.approx(free[name], abs=0.08), name


@pytest.mark.parametrize(("question", "name", "labels"), [(hubbard_chain, "U", HUBBARD), (tv_chain, "V", TV)])
def test_arrays_make_axes_and_numbers_do_not(question, name, labels):
    grid = question([1.0, 2.0], [0.3, 0.4, 0.6])
    assert dict(grid.sizes) == {name: 2, "filling": 3}
    assert list(grid.data_vars) == list(labels)
    line = question(2.0, [0.3, 0.4, 0.6])
    assert dict(line.sizes) == {"filling": 3}
    point = question(2.0, 0.4)
    for variable in labels:
        assert grid[variable].attrs["units"] == labels[variable][0]
        np.testing.assert_array_equal(grid[variable].values[1], line[variable])
        assert float(line[variable][1]) == float(point[variable])
    assert json.loads(grid.attrs["parameters"]) == {name: [1.0, 2.0], "filling": [0.3, 0.4, 0.6], "t": 1.0}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1.0, 0.5), "`U` must be zero or positive: got -1.0; attraction opens a spin gap"),
        ((0.001, 0.5), "`U` must be 0 or at least 0.02 t: got 0.001; use U = 0"),
        ((np.nan, 0.5), "`U` must be finite"),
        ((4.0, 0.0), r"`filling` must lie in \(0, 2\)"),
        ((4.0, 2.0), r"`filling` must lie in \(0, 2\)"),
        ((4.0, -0.1), r"`filling` must lie in \(0, 2\)"),
        ((4.0, 0.999995), "`filling` must differ from 1 by at least 1e-05: got 0.999995"),
        ((4.0, [0.5, 1.0]), "`filling` must differ from 1 by at least 1e-05: got 1.0; one electron per site is a Mott"),
        ((4.0, np.inf), "`filling` must be finite"),
        ((4.0, [[0.5]]), "`filling` must be one-dimensional"),
        ((4.0, 0.5, 0.0), "`t` must be positive: got 0.0"),
        (("strong", 0.5), "`U` must be a number"),
    ],
)
def test_hubbard_refuses(arguments, message):
    with pytest.raises(InputError, match=message):
        hubbard_chain(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-2.0, 0.3), "`V` must be above -2t = -2: got -2.0; at stronger attraction the fermions phase-separate"),
        ((-2.0, 0.3, 1.0), "`V` must be above -2t"),
        ((1.0, 0.0), r"`filling` must lie in \(0, 1\)"),
        ((1.0, 1.0), r"`filling` must lie in \(0, 1\).*an empty or full chain"),
        ((2.5, 0.5), "`filling` must differ from 1/2 where V > 2t: got 0.5; there the chain is a charge-density-wave"),
        ((1.0, 0.5 + 1e-7), "`filling` must be 1/2 or differ from it by at least 1e-05"),
        ((np.inf, 0.3), "`V` must be finite"),
        ((1.0, 0.3, -1.0), "`t` must be positive"),
    ],
)
def test_tv_refuses(arguments, message):
    with pytest.raises(InputError, match=message):
        tv_chain(*arguments)


def test_what_the_quadrature_does_not_resolve_is_refused(monkeypatch):
    monkeypatch.setattr(nystrom, "MOST_NODES", 64)
    with pytest.raises(
        InputError, match=r"`U` must be such that the finest quadrature.*got 0.05 at filling 0.5, error"
    ):
        hubbard_chain(0.05, 0.5)
    with pytest.raises(InputError, match=r"`V` must be such that .*got -1.9999 at filling 0.4, error"):
        tv_chain(-1.9999, 0.4)


def chains(**changes):
    return coupled_wires_from_chains(
        **{"U": 2.0, "filling": 0.5, "V_sec": 2.0, "filling_sec": 0.75, "V": 1.0, "t_sec": 0.5, **changes}
    )


def test_coupled_chains_carry_the_numbers_of_both():
    wires = chains()
    primary, secondary = numbers(hubbard_chain(2.0, 0.5)), numbers(tv_chain(2.0, 0.75, 0.5))
    assert wires.K_c == primary["K_c"]
    assert secondary["K"] == wires.K
    assert wires.u_ratio == pytest.approx(secondary["u"] / primary["u_c"])
    assert wires.y_s == primary["y_s"]
    assert wires.y == pytest.approx(np.sqrt(2) * 2 / (np.pi * (secondary["u"] + primary["u_c"])))
    assert chains(normalisation="literal").y ** 2 == pytest.approx(wires.y**2 / 8)
    assert chains(y_s=0.1).y_s == 0.1


def test_coupled_chains_have_the_exact_dimensions():
    wires = chains()
    primary, secondary = numbers(hubbard_chain(2.0, 0.5)), numbers(tv_chain(2.0, 0.75, 0.5))
    modes = normal_modes(
        *two_wires(
            K_c=primary["K_c"], u_c=primary["u_c"], K=secondary["K"], u=secondary["u"], V_phi=np.sqrt(2), V_theta=0
        )
    )
    exact = [scaling_dimension(modes, [np.sqrt(2), sign * 2]) for sign in (1, -1)]
    np.testing.assert_allclose(wires.dimensions, exact, rtol=1e-12)


@pytest.mark.parametrize(
    ("filling_sec", "carriers", "mismatch", "mismatch_2"),
    [
        (0.75, "holes", 0.0, np.pi / 2),
        (0.25, "particles", 0.0, np.pi / 2),
        (0.70, "holes", 0.05 * np.pi, 0.45 * np.pi),
        (0.35, "particles", 0.10 * np.pi, 0.4 * np.pi),
    ],
)
def test_momenta_match_modulo_the_lattice(filling_sec, carriers, mismatch, mismatch_2):
    # k_F = π/4: e^{2ik± x} on the sites has the momentum k± modulo π.
    wires = chains(filling_sec=filling_sec)
    assert wires.carriers == carriers
    assert wires.mismatch == pytest.approx(mismatch, abs=1e-12)
    assert wires.mismatch_2 == pytest.approx(min(1.0, mismatch_2))


def test_strong_coupling_needs_its_own_backscattering():
    with pytest.raises(
        InputError, match=r"`U` must be weak enough for y_s = U/\(πu_s\) < 1: got 8.0; give y_s, here 4.3 "
    ):
        chains(U=8.0)
    assert chains(U=8.0, y_s=0.2).y_s == 0.2


def test_chains_that_phase_separate_are_refused():
    with pytest.raises(InputError, match=r"`upsilon` must lie in \(-1, 1\)"):
        chains(V=10.0)
