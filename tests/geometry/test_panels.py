"""Panels against what is known of a square and a cube, and what any matrix of mutual potentials obeys."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import dblquad

from attractron.geometry import HalfSpace, Rectangle, Vacuum, box, rectangle
from attractron.geometry.images import images_of
from attractron.geometry.mesh import Panels, cut
from attractron.geometry.panels import matrix, potentials

KNOWN = json.loads((Path(__file__).parents[1] / "data/reference/geometry.json").read_text())["self_capacitance"]
FREE = images_of(Vacuum(), ())


def meshes(metal, resolution):
    return [cut(sheet, 0, [], resolution) for sheet in metal.rectangles]


def capacitance(metal, resolution):
    """Self capacitance over 4πε0: the charge at unit potential."""
    P = matrix(meshes(metal, resolution), FREE)
    return np.linalg.solve(P, np.ones(len(P))).sum()


SQUARE = rectangle("square", x=(0, 1), y=(0, 1), z=0)
CUBE = box("cube", x=(0, 1), y=(0, 1), z=(0, 1))


@pytest.mark.parametrize(("name", "metal", "sizes"), [("square", SQUARE, (2, 3, 4, 5)), ("cube", CUBE, (1, 1.5, 2))])
def test_self_capacitance_converges_with_its_order(name, metal, sizes):
    """Charge density falls as 1/√distance from a free edge (distance^-1/3 at a cube's): graded panels make it cubic."""
    errors = [1 - capacitance(metal, size) / KNOWN[name] for size in sizes]
    assert all(error > 0 for error in errors)  # Galerkin: the energy of a constrained charge is too high
    assert errors[-1] < 3e-4
    assert 2.6 < np.polyfit(np.log(sizes), -np.log(errors), 1)[0] < 3.6


def test_parallel_sheets_by_quadrature():
    first = Panels(2, 0.0, (0, 1), (np.array([0.0, 1.0]), np.array([0.0, 0.7])), 0)
    second = Panels(2, 0.4, (0, 1), (np.array([0.3, 1.8]), np.array([-0.5, 0.2])), 0)
    found = matrix([first, second], FREE)[0, 1]
    area = 1.5 * 0.7

    def potential_at(y, x):
        return potentials(np.array([[x, y, 0.0]]), [second], FREE)[0, 0]

    assert found == pytest.approx(dblquad(potential_at, 0, 1, 0, 0.7, epsrel=1e-9)[0] / 0.7, rel=1e-8)
    point = np.array([[0.9, 0.3, -0.2]])
    exact = dblquad(lambda y, x: 1 / np.sqrt((x - 0.9) ** 2 + (y - 0.3) ** 2 + 0.36), 0.3, 1.8, -0.5, 0.2, epsrel=1e-9)
    assert potentials(point, [second], FREE)[0, 0] == pytest.approx(exact[0] / area, rel=1e-8)


@pytest.mark.parametrize("turn", [(0, 1, 2), (1, 2, 0), (2, 0, 1)])
def test_all_directions_are_alike(turn):
    """A sheet over an upright one: turned as a whole, it is the same problem."""
    sides = [((0, 2), (0, 3), 0.0), ((0.5, 1.5), 4.0, (1, 2))]
    sheets = [Rectangle(**{"xyz"[k]: side[turn[k]] for k in range(3)}) for side in sides]
    P = matrix([cut(sheet, 0, [], 1.5) for sheet in sheets], FREE)
    straight = [Rectangle(x=x, y=y, z=z) for x, y, z in sides]
    expected = matrix([cut(sheet, 0, [], 1.5) for sheet in straight], FREE)
    assert P.sum() == pytest.approx(expected.sum(), rel=1e-12)
    assert np.linalg.eigvalsh(P) == pytest.approx(np.linalg.eigvalsh(expected), rel=1e-10)


@pytest.mark.parametrize("medium", [Vacuum(), HalfSpace(permittivity=11.7)])
def test_the_matrix_is_symmetric_and_positive_definite(medium):
    images = images_of(medium, ())
    P = matrix([cut(sheet, 0, [], 1.0) for sheet in box("b", x=(0, 3), y=(0, 1), z=(-2, -1)).rectangles], images)
    assert (P == P.T).all()
    assert np.linalg.eigvalsh(P)[0] > 0


def test_far_panels_are_points_with_quadrupoles():
    """One panel, 5.9 and 6.1 times the sum of the half diagonals away: both ways of computing agree."""
    half = np.sqrt(2) / 2
    for factor, bound in ((6.1, 2e-5), (5.9, 1e-12)):
        x = factor * 2 * half
        pair = [Panels(2, 0.0, (0, 1), (np.array([a, a + 1]), np.array([0.0, 1.0])), 0) for a in (0.0, x)]
        many = [Panels(2, 0.0, (0, 1), (np.linspace(a, a + 1, 9), np.linspace(0, 1, 9)), 0) for a in (0.0, x)]
        P = matrix(many, FREE)[:64, 64:]
        assert matrix(pair, FREE)[0, 1] == pytest.approx(P.mean(), rel=max(bound, 1e-8))
