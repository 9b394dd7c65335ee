"""Gaps: recorded ones, chains that are solved otherwise, what an extrapolation covers."""

import re
from pathlib import Path

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.lattice import (
    LittleChain,
    PrimarySecondary,
    Species,
    TermList,
    extrapolate,
    gaps,
    ground_state,
    hopping,
    repulsion,
)
from attractron.lattice.gaps import GAPS

P1 = {"t": 1, "U": 1, "V1": 0, "t_sec": 3, "V_sec": 0, "V_sec2": 0, "V": 16}
FREE = {"t": 1, "U": 0, "V1": 0, "t_sec": 1, "V_sec": 0, "V_sec2": 0, "V": 0}


def test_recorded_gaps_of_a_paired_chain():
    """Six sites, two electrons a spin, three holes; recorded to 1e-6."""
    found = gaps(PrimarySecondary(length=6, **P1), n_up=2, n_down=2, n_sec=3)
    recorded = {
        "spin_gap": 1.342655,
        "pair_binding": 0.791223,
        "pair_binding_adding": 0.785486,
        "D_pair": 0.885316,
        "D_hole": 1.481173,
        "D_trion": 0.286603,
    }
    assert {name: float(found[name]) for name in recorded} == pytest.approx(recorded, abs=2e-6)
    assert 0 < float(found["D_pair_uncertainty"]) < 1e-8


def levels(length):
    return -2 * np.cos(np.pi * np.arange(1, length + 1) / (length + 1))


def test_free_electrons_bind_nothing():
    """Each gap is a sum of levels of one particle; binding is zero."""
    found, level = gaps(PrimarySecondary(length=6, **FREE), n_up=2, n_down=2, n_sec=3), levels(6)
    step = level[2] - level[1]
    expected = {
        "spin_gap": step,
        "charge_gap": step,
        "D_pair": 2 * step,
        "D_hole": level[3] - level[2],
        "D_trion": 2 * step + level[3] - level[2],
        "pair_binding": 0.0,
        "pair_binding_adding": 0.0,
        "trion_binding": 0.0,
    }
    assert {name: float(found[name]) for name in expected} == pytest.approx(expected, abs=1e-9)


def test_trion_binding_is_that_of_four_energies():
    model = PrimarySecondary(length=4, t=1, U=2, V1=0, t_sec=0.5, V_sec=2, V_sec2=0, V=4)
    found = gaps(model, n_up=1, n_down=1, n_sec=3)

    def energy(up, down, sec):
        return float(ground_state(model, n_up=up, n_down=down, n_sec=sec)["energy"])

    expected = energy(0, 0, 3) + energy(1, 1, 4) - energy(1, 1, 3) - energy(0, 0, 4)
    assert float(found["trion_binding"]) == pytest.approx(expected, abs=1e-9)
    assert expected > 0


def test_gaps_that_leave_the_chain_are_nan():
    found = gaps(PrimarySecondary(length=4, **FREE), n_up=4, n_down=4, n_sec=0)
    assert np.isnan(found["spin_gap"])
    assert np.isnan(found["D_hole"])
    assert np.isfinite(found["pair_binding"])


def test_a_chain_without_secondary_has_gaps_of_electrons_only():
    chain = LittleChain(length=3, t=0.3, W=0.5, U=2, delta=1, t_p=0.3, spinful=True, U_H=1)
    found = gaps(chain, n_up=1, n_down=1)
    assert np.isfinite(found["spin_gap"])
    assert np.isnan(found["D_trion"])


def attractive(length, U):
    spins = (Species("up", length), Species("down", length))
    hops = [t for spin in ("up", "down") for i in range(length - 1) for t in hopping(1.0, spin, i, i + 1)]
    return TermList(species=spins, terms=(*hops, *(repulsion(U, ("up", i), ("down", i)) for i in range(length))))


def test_extrapolations_cover_what_is_known():
    """Free electrons have no gap; at half filling the attractive chain has the spin gap of Lieb and Wu's charge gap.

    U = -4: 1.28672 (Δ = |U| - 4 + 8 ∫ J₁(ω)/(ω(1 + e^{|U|ω/2})) dω).
    """
    lengths = [4, 6, 8]
    free = [
        float(gaps(PrimarySecondary(length=n, **FREE), n_up=n // 2, n_down=n // 2, n_sec=0)["spin_gap"])
        for n in lengths
    ]
    limit, error = extrapolate(lengths, free)
    assert abs(limit) <= error
    bound = [float(gaps(attractive(n, -4.0), n_up=n // 2, n_down=n // 2)["spin_gap"]) for n in lengths]
    limit, error = extrapolate(lengths, bound)
    assert abs(limit - lieb_wu_gap(4.0)) <= error
    assert error < 0.5


def lieb_wu_gap(U):
    from scipy.integrate import quad
    from scipy.special import j1

    def integrand(w):
        return j1(w) / (w * (1 + np.exp(U * w / 2)))

    return U - 4 + 8 * quad(integrand, 1e-12, 60, limit=200)[0]


def test_both_forms_are_exact_where_they_hold():
    lengths = np.array([6, 8, 10, 14])
    x = 1 / (lengths + 1)
    for shape in (x, x**2):
        limit, error = extrapolate(lengths.tolist(), 0.7 + 1.3 * shape)
        assert abs(limit - 0.7) <= error
    limit, error = extrapolate(lengths.tolist(), np.full(4, 0.7))
    assert (limit, error) == pytest.approx((0.7, 0.0), abs=1e-12)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: gaps(PrimarySecondary(length=4, **FREE), n_up=2, n_down=1, n_sec=0), "`n_up` must be equal to n_down"),
        (
            lambda: gaps(LittleChain(length=3, t=1, W=0, U=1, delta=1, t_p=1), n_electron=1),
            "have the species up and down",
        ),
        (lambda: extrapolate([6, 8], [1.0, 1.0]), "at least 3 different lengths"),
        (lambda: extrapolate([6, 8, 8], [1.0, 1.0, 1.0]), "at least 3 different lengths"),
        (lambda: extrapolate([6, 8, 10], [1.0, np.nan, 1.0]), "be 3 finite numbers"),
    ],
)
def test_bad_questions_are_refused(call, says):
    with pytest.raises(InputError, match=says):
        call()


def test_the_examples_of_the_manual_run():
    text = (Path(__file__).parents[2] / "docs" / "lattice.md").read_text(encoding="utf-8")
    scope = {}
    for block in re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL):
        exec(compile(block, "lattice.md", "exec"), scope)
    for name in ("energy", "binding"):
        said = float(re.search(rf"^{name} = .*# (\S+)", text, flags=re.MULTILINE)[1])
        assert scope[name] == pytest.approx(said, abs=1e-6)
    assert all(f"`{name}`" in text for name in GAPS)
