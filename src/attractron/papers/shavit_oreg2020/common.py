"""What the figures of this paper share: conventions by name, readings by name, results stacked."""

from collections.abc import Iterable
from itertools import product

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.results import Variable
from attractron.papers.figures import Readings
from attractron.wires import Frozen, Sharp, Tanh
from attractron.wires.flow.cutoffs import Cutoff

CUTOFFS: dict[str, Cutoff] = {"tanh": Tanh(chi=1.5), "sharp": Sharp(), "frozen": Frozen(chi=1.5)}
"""The three ways to cut the coupling off, at the χ of the paper's Figs. 4 and 5: as published in the source alone; at
l*; in the source and in dy/dl."""

FEEDBACKS = ("published", "complete")
"""Forms of (16e, f): complete are those with the cross term ∂φ∂φ_c and the factors (1 ∓ Q/√2)²."""

CUTOFF_AXIS: Variable = ("cutoff", list(CUTOFFS), "1", "how the coupling is cut off")
FEEDBACK_AXIS: Variable = ("feedback", list(FEEDBACKS), "1", "form of the feedback on K̃")
CUTOFF_OPTIONS = {"cutoffs": {name: repr(cutoff) for name, cutoff in CUTOFFS.items()}}


def stacked(results: Iterable[xr.Dataset], name: str) -> FloatArray:
    """One variable of several results, which become its first dimension."""
    return np.stack([result[name].values for result in results])


def each(name: str, values: xr.DataArray) -> Readings:
    """A reading for every entry, called by its coordinates: name_tanh, name_sharp, …"""
    labels = product(*(values[dim].values for dim in values.dims))
    found = zip(labels, values.values.ravel().tolist(), strict=True)
    return {"_".join((name, *map(str, label))): value for label, value in found}


def crossing(x: FloatArray, y: FloatArray) -> float | None:
    """Where a curve passes zero, on the straight line between two points; None where it does not once."""
    places = np.flatnonzero((y[1:] > 0) != (y[:-1] > 0))
    if places.size != 1:
        return None
    i = int(places[0])
    return float(x[i] - y[i] * (x[i + 1] - x[i]) / (y[i + 1] - y[i]))
