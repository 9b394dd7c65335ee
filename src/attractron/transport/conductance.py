"""Differential conductance: the slope of the current with the bias."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from attractron.core.errors import InputError
from attractron.core.results import dataset, flags
from attractron.transport.current import STATUS_NAME, coordinates, options_of, prepared, with_failure
from attractron.transport.failures import failure
from attractron.transport.junction import BIAS, Junction
from attractron.transport.kinetics import STATUS
from attractron.transport.landscape import bias_shares, carrier_sign
from attractron.transport.solution import solve_grid
from attractron.transport.validity import LITERATURE, method_text, notes

if TYPE_CHECKING:
    import xarray as xr

STEP = 0.1
"""Step of the bias in k_BT."""

SIXTH = (3 / 4, -3 / 20, 1 / 60)
FOURTH = (2 / 3, -1 / 12, 0.0)
"""Weights of f(kh) - f(-kh), k = 1, 2, 3, in the central differences for h f'(0)."""


def differential_conductance(
    junction: Junction,
    axes: Mapping[str, ArrayLike],
    *,
    processes: str = "2e",
    method: str = "finite-part",
    origin: str = "absolute",
    part: bool = False,
) -> "xr.Dataset":
    """Differential conductance dI/dV_SD of the source lead.

    The current is analytic in the bias within π k_BT of the real axis, except where a rate is clamped at zero. So the
    central difference of sixth order with a step of k_BT/10, relative error about 36 (1/10π)⁶ = 4e-8, is as good as a
    derivative; across the kink of a clamped rate it averages over ±0.3 k_BT.

    Args:
        junction: the junction; at least one lead must follow the bias.
        axes, processes, method, origin, part: as for `attractron.transport.current`; V_SD is 0 unless it is among the
            axes.

    Returns:
        Dataset over the axes: `conductance` in e²/h; `conductance_error`, its difference to the central difference of
        fourth order, which is far above its own error where the current is smooth; `status`.

    Raises:
        InputError: as for `attractron.transport.current`; no lead follows the bias.
    """
    largest = np.abs(bias_shares(junction)).max()
    if largest == 0:
        raise InputError("junction", "have a lead that follows the bias", "`bias` 0 on all leads")
    knobs, model = prepared(junction, axes, processes, method, origin, default={BIAS: 0.0})
    step = STEP * float(model.kT.min() / largest)
    steps = [sign * number * step for number in range(1, len(SIXTH) + 1) for sign in (1.0, -1.0)]
    grids = [{**knobs, BIAS: knobs[BIAS] + bias} for bias in steps]
    solutions = [solve_grid(model, grid) for grid in grids]
    flows = np.array([solution.flow.sum(axis=1)[:, junction.source_number] for solution in solutions])
    # What flows is ħ × rate in meV: per mV it is a conductance in e²/ħ.
    scale = carrier_sign(junction) * 2 * np.pi / step
    sixth, fourth = (scale * (np.asarray(weights) @ (flows[::2] - flows[1::2])) for weights in (SIXTH, FOURTH))
    status = np.max([solution.status for solution in solutions], axis=0)
    failed = failure(model, knobs, status)
    if not part:
        failed.refuse_all()
    dims = tuple(name for name in knobs if np.ndim(knobs[name]))
    shape = tuple(np.size(knobs[name]) for name in dims)
    result = dataset(
        {
            "conductance": (dims, sixth.reshape(shape), "e²/h", f"dI/dV_SD of lead {junction.source}"),
            "conductance_error": (dims, np.abs(sixth - fourth).reshape(shape), "e²/h", "bound of the difference error"),
            "status": (dims, status.reshape(shape), "1", STATUS_NAME),
        },
        coordinates(junction, knobs),
        question="transport.differential_conductance",
        parameters=junction.describe(),
        options=options_of(knobs, processes, method, origin),
        method=f"central difference of sixth order with steps of {step:.3g} mV; {method_text(processes, method)}",
        validity=[*notes(junction, processes, method), *failed.notes()],
        references=("hamo2016", *LITERATURE[processes]),
    )
    result["status"].attrs.update(flags(STATUS))
    return with_failure(result, failed)
