"""Least squares with bounds: one driver on SciPy for the fits of traces, images and whole diagrams.

Every fit of this package knows its Jacobian, so that the driver asks for it. SciPy's trust region reflects at the
bounds, and each parameter is measured in units of the change that its column of the Jacobian makes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import least_squares

from attractron.core.checks import FloatArray

UNBOUNDED = (-np.inf, np.inf)


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """The end of a fit.

    Attributes:
        point: parameters.
        residual: model less data there, (n,).
        jacobian: derivatives of the residual, (n, parameter).
    """

    point: FloatArray
    residual: FloatArray
    jacobian: FloatArray

    @property
    def squares(self) -> float:
        """Σ r²."""
        return float(self.residual @ self.residual)

    @property
    def covariance(self) -> FloatArray:
        """(JᵀJ)⁺ of the parameters, for residuals that are independent and of unit variance: whitened ones."""
        return np.asarray(np.linalg.pinv(self.jacobian.T @ self.jacobian, hermitian=True))


def minimise(
    residual: Callable[[FloatArray], FloatArray],
    jacobian: Callable[[FloatArray], FloatArray],
    start: FloatArray,
    *,
    bounds: tuple[FloatArray, FloatArray] | tuple[float, float] = UNBOUNDED,
    robust: float | None = None,
    ftol: float = 1e-8,
    xtol: float = 1e-8,
    gtol: float = 1e-8,
    evaluations: int | None = None,
) -> Minimum:
    """The least sum of squares of a residual, from a start.

    Args:
        residual: of the parameters, (n,).
        jacobian: its derivatives, (n, parameter).
        start: parameters.
        bounds: lowest and highest value of each.
        robust: residual from which on it counts by its magnitude and not by its square; None for least squares.
        ftol: relative change of the sum of squares that ends the fit.
        xtol: the same of the parameters.
        gtol: the same of the gradient.
        evaluations: of the residual at most; SciPy's bound by default.
    """
    found = least_squares(
        residual,
        start,
        jacobian,
        bounds=bounds,
        loss="linear" if robust is None else "soft_l1",
        f_scale=1.0 if robust is None else robust,
        x_scale="jac",
        ftol=ftol,
        xtol=xtol,
        gtol=gtol,
        max_nfev=evaluations,
    )
    return Minimum(point=found.x, residual=found.fun, jacobian=found.jac)
