"""A referee of another kind: Laplace's equation on a grid of nodes, seven points a node."""

import numpy as np
from scipy.sparse import diags, eye, kron
from scipy.sparse.linalg import cg


def repulsion_and_lever_arm(side, steps, sheet, dots):
    """1/4πε0 left out: the potential of the first dot at the second in 1/nm, and the part that a sheet sees of it.

    Args:
        side: of the grounded cube, nm.
        steps: along each side.
        sheet: a rectangle on nodes, grounded.
        dots: two clouds.
    """
    h, inner = side / steps, steps - 1
    line = diags([-1.0, 2.0, -1.0], [-1, 0, 1], shape=(inner, inner))
    one = eye(inner)
    laplace = (kron(kron(line, one), one) + kron(kron(one, line), one) + kron(kron(one, one), line)).tocsr()
    nodes = h * np.stack(np.meshgrid(*[np.arange(1, steps)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    metal = ((nodes >= np.array(sheet.low) - 1e-9) & (nodes <= np.array(sheet.high) + 1e-9)).all(axis=1)
    free = np.flatnonzero(~metal)
    first, second = (_spread(dot, h, inner) for dot in dots)
    potential = np.zeros(inner**3)
    potential[free], info = cg(laplace[free][:, free], 4 * np.pi / h * first[free], rtol=1e-8)
    assert info == 0
    induced = h / (4 * np.pi) * (laplace @ potential)[metal].sum()
    return potential @ second, -induced


def _spread(dot, h, inner):
    """Charges of a cloud shared among the eight nodes around each."""
    places, charges = dot.points()
    cell = np.floor(places / h).astype(int)
    part = places / h - cell
    grid = np.zeros((inner,) * 3)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, part, 1 - part), axis=1)
        np.add.at(grid, tuple((cell + corner - 1).T), charges * weight)
    return grid.ravel()
