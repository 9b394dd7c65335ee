"""Adaptive studies while they run: what is there decides which points come next, and what is said at the end."""

import importlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import xarray as xr
from scipy.spatial import Delaunay

from attractron.core.checks import FloatArray, nearest
from attractron.core.results import flag_names
from attractron.studies.adaptive import POINT
from attractron.studies.grid import Layout
from attractron.studies.store import Store
from attractron.studies.study import Dimension, Study, Verdict


def with_points(layout: Layout, values: Mapping[str, FloatArray]) -> Layout:
    """The layout of a study that has these points by now."""
    study = replace(layout.study, dimensions=(Dimension(name=POINT, values=dict(values)),))
    return replace(layout, study=study)


def stored(layout: Layout, store: Store) -> Layout:
    """The layout with the points of a store, for which there was room when it was last written."""
    size, axes = store.about["sizes"][POINT], store.axes()
    assert layout.study.adaptive is not None
    return with_points(layout, {name: axes[name][:size] for name in layout.study.adaptive.ends})


def grown(layout: Layout, store: Store) -> Layout | None:
    """The layout with the points that come next; None where the goal is reached, or the study is not adaptive.

    Whole batches decide, of which the last may have been cut short by the number of points that were wanted: a study
    that is extended later goes on as if it had not been.
    """
    plan = layout.study.adaptive
    if plan is None or layout.points >= plan.points:
        return None
    (dimension,) = layout.study.dimensions
    whole = layout.points // plan.batch * plan.batch
    batch, loss = plan.first(), np.inf
    if whole:
        result = store.whole()
        quantity = _quantity(layout.study, result)
        values = result[quantity].to_numpy().astype(float)
        values[[failure.point[0] for failure in store.failures()]] = np.nan
        known = {name: each[:whole] for name, each in dimension.values.items()}
        batch, loss = plan.following(known, values[:whole], flags="flag_values" in result[quantity].attrs)
    if plan.loss is not None and loss <= plan.loss:
        return None
    more = slice(layout.points - whole, plan.points - whole)
    return with_points(
        layout, {name: np.concatenate([each, batch[name][more]]) for name, each in dimension.values.items()}
    )


def _quantity(study: Study, result: xr.Dataset) -> str:
    """What is looked at.

    Raises:
        InputError: it is no number at each point.
    """
    assert study.adaptive is not None
    known = [str(name) for name, each in result.items() if each.dims == (POINT,) and each.dtype.kind in "biuf"]
    main = study.adaptive.quantity or importlib.import_module("attractron.plotting").main_variable(result)
    if main in known:
        return str(main)
    expected = f"be a number at each point ({', '.join(known) or 'there is none'})"
    raise study.document.error(("adaptive", "quantity"), expected, repr(main), nearest(str(main), known))


def verdict(study: Study, result: xr.Dataset) -> Verdict:
    """How many points there are, where they are, and what they say of the quantity."""
    plan = study.adaptive
    assert plan is not None
    name = _quantity(study, result)
    values, places = result[name], {knob: result[knob].to_numpy() for knob in plan.ends}
    flags = "flag_values" in values.attrs
    _, loss = plan.following(places, values.to_numpy().astype(float), flags=flags)
    numbers: dict[str, tuple[float, str]] = {"points": (float(values.size), "1"), "loss": (loss, "1")}
    begin = f"{values.size} points over {' and '.join(plan.ends)}, where {name} changes"
    if flags:
        shares = _shares(plan.shares(places), values.to_numpy())
        words = []
        for code, word in flag_names(values).items():
            share = shares.get(code, 0.0)
            if share:
                numbers[f"share_{word}"] = (share, "1")
                words.append(f"{word} {100 * share:.3g} %")
        text = f"{begin}: {', '.join(words)}; boundaries are known to {loss:.2g} of the range."
    else:
        unit = str(values.attrs.get("units", "1"))
        least, most = float(values.min()), float(values.max())
        numbers |= {"least": (least, unit), "most": (most, unit)}
        text = (
            f"{begin}: {least:.6g} to {most:.6g} {unit}".removesuffix(" 1") + f"; the loss that is left is {loss:.2g}."
        )
    return Verdict(text=text, numbers=numbers)


def _shares(places: FloatArray, codes: np.ndarray) -> dict[int, float]:
    """Code → its part of the line or of the plane, each triangle or interval shared by its corners."""
    if places.shape[1] == 1:
        order = np.argsort(places[:, 0], kind="stable")
        cells, sizes = np.stack([order[:-1], order[1:]], axis=-1), np.diff(places[order, 0])
    else:
        mesh = Delaunay(places)
        cells, corners = mesh.simplices, places[mesh.simplices]
        first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        sizes = np.abs(first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
    weight = np.repeat(sizes / cells.shape[1], cells.shape[1])
    found = codes[cells].ravel()
    return {int(code): float(weight[found == code].sum() / sizes.sum()) for code in np.unique(found)}
