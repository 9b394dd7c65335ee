"""One vertex of a fitted honeycomb as the fit of a single one has it, with what its lines' shape adds to its errors."""

import numpy as np

from attractron.core.checks import FloatArray
from attractron.readout.honeycomb.fit import STEPS, HoneycombFit
from attractron.readout.honeycomb.triple_points import single
from attractron.readout.vertex.fit import MODEL_ERROR, VertexFit
from attractron.readout.vertex.model import FULL_WIDTH, WIDTHS, central_differences

MOST_MISFIT = 5.0
"""Times `MODEL_ERROR` by which lines may be misplaced at most: a line that leads broaden as much as temperature, fitted
as one that only temperature does, displaces its vertices by a tenth of its width."""


def single_covariance(fitted: HoneycombFit, k: int, m: int) -> FloatArray:
    """Covariance of `single`, to first order, with an error of its place and length from the shape of its lines."""
    size = fitted.states.size
    shape = fitted.parameters[:size]
    jacobian = central_differences(lambda theta: single(fitted.states, theta, k, m), shape)
    found = jacobian @ fitted.covariance[:size, :size] @ jacobian.T
    width = model_error(fitted, k, m)
    for at in (1, 3, 5):
        found[at, at] += width**2
    return np.asarray(found)


def model_error(fitted: HoneycombFit, k: int, m: int) -> float:
    """Of a vertex's place and length in units of the window, from the shape of its lines.

    Lines on both sides of a vertex have one shape, whatever it is, and its error cancels, unless the residual shows it:
    for each standard deviation beyond one by which its square at the lines exceeds that elsewhere, `MODEL_ERROR` of a
    line's width.
    """
    misfit = MODEL_ERROR * float(np.clip(fitted.misfit - 1, 0, MOST_MISFIT))
    width = single(fitted.states, fitted.parameters[: fitted.states.size], k, m)[WIDTHS[0]]
    return misfit * FULL_WIDTH * float(np.exp(width))


def as_vertex(fitted: HoneycombFit, k: int, m: int) -> VertexFit:
    """One vertex as the fit of a single one has it."""
    size = fitted.states.size
    shape, heights = single(fitted.states, fitted.parameters[:size], k, m), slice(size, size + STEPS)
    covariance = np.zeros((len(shape) + STEPS, len(shape) + STEPS))
    covariance[:-STEPS, :-STEPS] = single_covariance(fitted, k, m)
    covariance[-STEPS:, -STEPS:] = fitted.covariance[heights, heights]
    return VertexFit(
        image=fitted.image,
        parameters=np.concatenate([shape, fitted.parameters[heights]]),
        covariance=covariance,
        seen=np.abs(fitted.parameters[heights]) / np.diag(covariance)[-STEPS:] ** 0.5,
        noise=fitted.noise,
        rival=np.inf,
    )
