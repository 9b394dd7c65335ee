"""The error bar against what is known: random junctions, a reference calculation of the pair junction, another method.

Run by `make validation`; results are recorded in benchmarks/README.md.
"""

from itertools import groupby

import numpy as np
import pytest

from attractron.core.constants import K_B
from attractron.transport import NrgOptions, linear_conductance

from ..junctions import published
from ..test_linear_conductance import dots
from .oracles import free_level

pytestmark = pytest.mark.validation

# Factor on the couplings, αV, αδV, µ_P - U and k_BT in µeV, G in e²/h with its error, n_L, n_R, n_P. A calculation of
# its own by the same method (no code in common): Λ = 6, 2000 states, 8 twists, D = 100 U, its mean with a full density
# matrix below 40 µeV; checked there with Λ = 4 and 4000 states, and at ten points with equations of motion (0.4 %).
PAIR = [
    (1.0, 0, 0, 0, 685.1852, 0.0857141, 0.00017, 0.50000, 0.50000, 0.50000),
    (1.0, 0, 0, 0, 131.864, 0.1677, 0.00034, 0.50000, 0.50000, 0.50000),
    (1.0, 0, 0, 0, 43.95465, 0.18477, 0.00037, 0.50000, 0.50000, 0.50000),
    (1.0, 0, 0, 0, 17.23467, 0.246483, 0.00049, 0.50000, 0.50000, 0.50000),
    (1.0, 0, 0, 0, 8.459076, 0.333257, 0.0018, 0.50000, 0.50000, 0.50000),
    (1.0, 0, 0, 0, 2.819692, 0.541157, 0.0043, 0.50000, 0.50000, 0.50000),
    (0.1, 0, 0, 0, 228.3951, 0.014093, 2.8e-05, 0.50000, 0.50000, 0.50000),
    (0.1, 0, 0, 0, 76.13169, 0.00730683, 1.5e-05, 0.50000, 0.50000, 0.50000),
    (0.1, 0, 0, 0, 25.37723, 0.000270055, 2.6e-06, 0.50000, 0.50000, 0.50000),
    (0.1, 0, 0, 0, 14.65155, 0.000178091, 5.1e-06, 0.50000, 0.50000, 0.50000),
    (0.1, 0, 0, 0, 4.88385, 0.000146682, 3.3e-06, 0.50000, 0.50000, 0.50000),
    (0.3, 0, 0, 0, 685.1852, 0.0263425, 5.3e-05, 0.50000, 0.50000, 0.50000),
    (0.3, 0, 0, 0, 131.864, 0.0409968, 8.2e-05, 0.50000, 0.50000, 0.50000),
    (0.3, 0, 0, 0, 43.95465, 0.0111735, 0.00011, 0.50000, 0.50000, 0.50000),
    (0.3, 0, 0, 0, 17.23467, 0.00448183, 0.00012, 0.50000, 0.50000, 0.50000),
    (0.3, 0, 0, 0, 8.459076, 0.00364702, 3.6e-05, 0.50000, 0.50000, 0.50000),
    (0.3, 0, 0, 0, 2.819692, 0.00302559, 7.4e-05, 0.50000, 0.50000, 0.50000),
    (0.5, 0, 0, 0, 228.3951, 0.0724329, 0.00014, 0.50000, 0.50000, 0.50000),
    (0.5, 0, 0, 0, 76.13169, 0.0555927, 0.00011, 0.50000, 0.50000, 0.50000),
    (0.5, 0, 0, 0, 25.37723, 0.0272784, 9.3e-05, 0.50000, 0.50000, 0.50000),
    (0.5, 0, 0, 0, 14.65155, 0.0248616, 0.00044, 0.50000, 0.50000, 0.50000),
    (0.5, 0, 0, 0, 4.88385, 0.0238797, 0.00043, 0.50000, 0.50000, 0.50000),
    (1.0, 5, 0, 0, 17.23467, 0.243135, 0.00049, 0.55849, 0.54213, 0.43380),
    (1.0, 25, 0, 0, 17.23467, 0.181937, 0.00036, 0.74583, 0.67856, 0.22264),
    (1.0, 100, 0, 0, 17.23467, 0.0445341, 0.00021, 0.89513, 0.80688, 0.06612),
    (1.0, 200, 0, 0, 17.23467, 0.0255516, 0.00016, 0.92196, 0.84994, 0.05058),
    (1.0, 0, 100, 0, 17.23467, 0.293231, 0.00059, 0.74816, 0.50949, 0.30340),
    (1.0, 40, 60, 80, 43.95465, 0.211178, 0.00042, 0.54004, 0.44020, 0.54393),
    (0.3, 50, 0, 0, 76.13169, 0.0229402, 4.6e-05, 0.72399, 0.70892, 0.26737),
]

# Factor, k_BT in µeV, G: hierarchy of equations of motion at the centre, converged in depth and poles to 0.1 %, the
# last row, of depth 4, to 1 %.
EQUATIONS_OF_MOTION = [
    (0.1, 76.13169, 0.00732),
    (0.1, 43.95465, 0.001623),
    (0.3, 76.13169, 0.026483),
    (1, 131.864, 0.167821),
    (1, 76.13169, 0.173699),
    (1, 43.95465, 0.183979),
]

GROUPS = [(key, list(rows)) for key, rows in groupby(PAIR, key=lambda row: row[:4])]


@pytest.mark.parametrize(("place", "rows"), GROUPS)
def test_the_pair_junction_at_all_temperatures_of_a_place(place, rows):
    """Within twice the errors of both; charges to 2e-4; what is above 1 % says so."""
    factor, V, delta_V, more, *_ = place
    rows = sorted(rows, key=lambda row: row[4])
    junction = published(factor, mu_P=0.925 + more / 1e3)
    axes = {"V": V / 1e3, "delta_V": delta_V / 1e3, "temperature": [row[4] / 1e3 / K_B for row in rows]}
    found = linear_conductance(junction, axes, origin="centre")
    for number, (*_, G, error, n_L, n_R, n_P) in enumerate(rows):
        at = found.isel(temperature=number)
        own = float(at["conductance_error"])
        assert abs(float(at["conductance"]) - G) < 2 * np.hypot(own, error)
        assert own < 0.05 * G
        assert int(at["status"]) == int(own > 0.01 * float(at["conductance"]))
        np.testing.assert_allclose(at["occupation"], [n_L, n_R, n_P], atol=2e-4)


@pytest.mark.parametrize(("factor", "kT", "G"), EQUATIONS_OF_MOTION)
def test_the_pair_junction_by_equations_of_motion(factor, kT, G):
    """With eight twists: four leave 0.75 % at the weakest coupling, within their error."""
    axes = {"V": 0.0, "temperature": kT / 1e3 / K_B}
    found = linear_conductance(published(factor), axes, origin="centre", options=NrgOptions(kept=2000, twists=8))
    assert abs(float(found["conductance"]) - G) < float(found["conductance_error"])
    assert float(found["conductance"]) == pytest.approx(G, rel=0.005)


def random_dots(rng, count, repulsion):
    """Widths of 0.2 to 1, levels within 1.5 of zero, and k_BT of a half to a thirtieth of the first width."""
    Gammas = np.exp(rng.uniform(np.log(0.2), 0, count))
    levels = rng.uniform(-1.5, 1.5, count) * rng.uniform(0, 1)
    upper = np.triu(rng.uniform(0, repulsion, (count, count)), 1)
    return list(levels), upper + upper.T, list(Gammas), float(Gammas[0] / np.exp(rng.uniform(np.log(0.5), np.log(30))))


def test_the_error_covers_the_truth():
    """In 38 of 40 cases: 12 free junctions of three dots, 14 of two, 14 weakly interacting ones of two, whose truth is
    that of another ratio of cuts."""
    rng = np.random.default_rng(16)
    within = []
    for count, repulsion, cases in ((3, 0.0, 12), (2, 0.0, 14), (2, 0.3, 14)):
        for _ in range(cases):
            levels, U, Gammas, kT = random_dots(rng, count, repulsion)
            junction = dots(levels, U, Gammas, kT / K_B)
            found = linear_conductance(junction, {})
            if repulsion:
                truth = float(linear_conductance(junction, {}, options=TRUTH)["conductance"])
            else:
                truth = 8 / 9 * free_level(levels[0], Gammas[0], kT)[0]
            error = float(found["conductance_error"])
            within.append(abs(float(found["conductance"]) - truth) < error)
            assert abs(float(found["conductance"]) - truth) < 2.5 * error
    assert sum(within) >= 38


TRUTH = NrgOptions(Lambda=4.0, kept=600, twists=8)
