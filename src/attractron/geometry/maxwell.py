"""Maxwell's capacitance matrix as another solver computed it, in place of a layout.

Metals at potentials φ carry the charges Q = C φ: C_ii > 0 is what charges metal i while all others are grounded, and
off its diagonal C_ij ≤ 0. Metals that are named dots float, the others are gates (or grounded):

    M = e² C_DD⁻¹      α_gd = -(C_gD C_DD⁻¹)_gd
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray, choice, shown
from attractron.core.checks import names as names_of
from attractron.core.constants import E_SQUARED
from attractron.core.errors import InputError
from attractron.core.results import dataset
from attractron.geometry.electrostatics import metals_said
from attractron.geometry.floating import float_metals
from attractron.geometry.maxwell_text import UNITS, Table, read_table

NOISE = 0.01
"""Part of √(C_ii C_jj) by which a solver may miss symmetry, signs and sums."""


def from_maxwell_matrix(
    source: str | Path | xr.DataArray | xr.Dataset,
    dots: Sequence[str],
    *,
    unit: str | None = None,
    names: Sequence[str] | None = None,
    grounded: Sequence[str] = (),
) -> xr.Dataset:
    """Repulsions and lever arms of metals whose capacitances are known (equations in the module's docstring).

    Dots of this kind are pieces of metal, of many electrons each; charge that the matrix does not name (what is left of
    a column's sum) ends at ground.

    Theory: docs/theory/geometry.md, eq-from-maxwell.

    Args:
        source: a table of values separated by commas, semicolons, tabs or blanks with names in its first row and first
            column, FastCap's listing, a NetCDF file, or a DataArray (metal, metal_2); of a Dataset its `capacitance`.
            Lines that begin with # or % are left out, but for the header of a table of numbers only.
        dots: names of the metals that float; the others are gates.
        unit: of the numbers, "aF", "fF", "pF", "nF", "uF" or "F", if the source does not say: by its `units`, by column
            names such as "V_L (fF)", or by its first cell.
        names: other names for its rows, in their order.
        grounded: names of metals that are no gates.

    Returns:
        Dataset as `electrostatics` gives it, for `device`, without what belongs to a mesh; `…_error` from how far the
        matrix is from symmetric, or from its own `capacitance_error`.

    Raises:
        InputError: no unit, or an unknown one; names that differ between rows and columns or are unknown; a matrix that
            is not Maxwell's: not symmetric, positive off its diagonal (a table of mutual capacitances), negative sums.

    Example:
        Two metallic dots and a gate beside each, in fF.

        >>> import xarray as xr
        >>> table = xr.DataArray([[0.050, -0.010, -0.020, -0.005], [-0.010, 0.050, -0.005, -0.020],
        ...                       [-0.020, -0.005, 0.100, -0.001], [-0.005, -0.020, -0.001, 0.100]],
        ...                      dims=("metal", "metal_2"), coords={"metal": ["L", "R", "V_L", "V_R"]},
        ...                      attrs={"units": "fF"})
        >>> found = at.geometry.from_maxwell_matrix(table, ("L", "R"))
        >>> found["repulsion"].sel(dot="L").values.round(3), found["lever_arm"].sel(dot="L").values.round(3)
        (array([3.338, 0.668]), array([0.438, 0.188]))
    """
    table = _table(source)
    metals = table.names if names is None else names_of("names", names)
    if len(metals) != len(table.names) or len(set(metals)) < len(metals):
        argument = "source" if names is None else "names"
        raise InputError(argument, f"name each of {len(table.names)} metals once", shown(metals))
    C, misses = _maxwell(table, metals, unit)
    wanted, still = names_of("dots", dots), names_of("grounded", grounded)
    if not wanted:
        raise InputError("dots", f"name metals that float, of {', '.join(metals)}", "none")
    for argument, each in (("dots", wanted), ("grounded", still)):
        for name in each:
            choice(argument, name, metals)
        if len(set(each)) < len(each):
            raise InputError(argument, "name each metal once", shown(each))
    if set(wanted) & set(still):
        raise InputError("grounded", "name no dots", shown(tuple(set(wanted) & set(still))))
    order = [*wanted, *(metal for metal in metals if metal not in wanted)]
    place = [metals.index(metal) for metal in order]
    C, misses = C[np.ix_(place, place)], misses[np.ix_(place, place)]
    count, rest = len(wanted), order[len(wanted) :]
    M, arms = float_metals(np.zeros((0, 0)), np.zeros((len(order), 0)), C, np.arange(len(order)) < count)
    M_error, arms_error = _errors(C, misses, M, count)
    gates = [k for k, metal in enumerate(rest) if metal not in still]
    held = {"dot": list(wanted), "gate": [rest[k] for k in gates], "metal": order}
    dot, over, pair = ("dot", "dot_2"), ("gate", "dot"), ("metal", "metal_2")
    return dataset(
        {
            "repulsion": (dot, M, "meV", "repulsion of an electron on each of two dots"),
            "repulsion_error": (dot, M_error, "meV", "error of the repulsion from that of the capacitances"),
            "lever_arm": (over, arms[gates], "meV/mV", "lever arm of a gate on a dot, for electrons"),
            "lever_arm_error": (over, arms_error[gates], "meV/mV", "error of the lever arm from the capacitances"),
            "missing_charge": ("dot", 1 - arms.sum(axis=0), "1", "part of the induced charge that ends at ground"),
            "capacitance": (pair, C, "aF", "Maxwell capacitance matrix"),
            "capacitance_error": (pair, misses, "aF", "error of the capacitance"),
        },
        {
            "dot": ("dot", held["dot"], "1", "dot"),
            "dot_2": ("dot_2", held["dot"], "1", "second dot"),
            "gate": ("gate", held["gate"], "1", "gate"),
            "metal": ("metal", held["metal"], "1", "metal"),
            "metal_2": ("metal_2", held["metal"], "1", "second metal"),
        },
        question="geometry.from_maxwell_matrix",
        parameters={"source": str(source) if isinstance(source, str | Path) else "an array"},
        method="Maxwell's matrix of another solver, dots set floating",
        validity=_validity(wanted),
        references=(),
        options={"dots": list(wanted), "unit": unit or table.unit, "grounded": list(still)},
    )


def _validity(dots: tuple[str, ...]) -> Iterator[str]:
    yield "Capacitances are another solver's; their mesh, medium and boundaries are not known here."
    yield metals_said(dots)
    yield "What the matrix does not name counts as ground."


def _errors(C: FloatArray, misses: FloatArray, M: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Bounds of first order: dM = -M dC M/e² and dα = -(dC_gD + α dC_DD) C_DD⁻¹."""
    inverse, own = abs(M) / E_SQUARED, misses[:count, :count]
    arms = abs(C[count:, :count]) @ inverse
    return E_SQUARED * inverse @ own @ inverse, (misses[count:, :count] + arms @ own) @ inverse


def _maxwell(table: Table, metals: tuple[str, ...], unit: str | None) -> tuple[FloatArray, FloatArray]:
    """C in aF without a solver's noise, and the noise; or an InputError."""
    said = table.unit if unit is None else unit
    if said is None:
        raise InputError("unit", "be given where the source names none", "None", 'for example unit="fF"')
    if unit is not None and table.unit is not None and unit != table.unit:
        raise InputError("unit", f"be the source's own, {table.unit}", unit)
    factor = UNITS[choice("unit", said, UNITS)]
    values = table.values
    if not np.isfinite(values).all():
        i, j = np.argwhere(~np.isfinite(values))[0]
        raise InputError("source", "hold finite numbers", f"{values[i, j]} at {metals[i]}, {metals[j]}")
    own = np.diag(values)
    if own.min() <= 0:
        k = int(np.argmin(own))
        got = f"{own[k]:g} {said} at {metals[k]}"
        raise InputError("source", "be Maxwell's: positive on the diagonal", got, "charges per volt on the same metal")
    size = np.sqrt(np.outer(own, own))
    apart = abs(values - values.T) / size
    i, j = np.unravel_index(np.argmax(apart), apart.shape)
    if apart[i, j] > NOISE:
        got = f"{values[i, j]:.4g} and {values[j, i]:.4g} {said} between {metals[i]} and {metals[j]}"
        raise InputError("source", "be symmetric", got, "refine the mesh of the solver")
    C = (values + values.T) / 2
    off = C - np.diag(own)
    i, j = np.unravel_index(np.argmax(off / size), off.shape)
    if off[i, j] > NOISE * size[i, j]:
        got = f"{off[i, j]:.4g} {said} between {metals[i]} and {metals[j]}"
        remedy = (
            "a table of mutual capacitances (as circuits have them) is another: put minus each of them off the "
            "diagonal, and on it the sum of its row, with that to ground"
        )
        raise InputError("source", "be Maxwell's: zero or negative off the diagonal", got, remedy)
    off = np.minimum(off, 0.0)
    sums = own + off.sum(axis=1)
    k = int(np.argmin(sums / own))
    if sums[k] < -NOISE * own[k]:
        got = f"{sums[k]:.4g} {said} in the row of {metals[k]}"
        remedy = "on the diagonal stands all of a metal's capacitance, the one to each other metal and to ground"
        raise InputError("source", "be Maxwell's: no row with a negative sum", got, remedy)
    clean = off + np.diag(own)
    if np.linalg.eigvalsh(clean / size)[0] <= 1e-9:
        remedy = "some metal, or the surroundings, must be ground"
        raise InputError("source", "be positive definite", "a group of metals without capacitance to ground", remedy)
    misses = np.maximum(abs(values - clean), abs(values.T - clean))
    if table.misses is not None:
        misses = np.maximum(misses, abs(table.misses))
    return factor * clean, factor * misses


def _table(source: Any) -> Table:
    if isinstance(source, str | Path):
        path = Path(source)
        if not path.exists():
            raise InputError("source", "be a file, a DataArray or a Dataset", f"no file {path}")
        if path.is_dir() or path.suffix.lower() in (".nc", ".nc4", ".h5", ".zarr"):
            return _labelled(_opened(path))
        return read_table(path)
    if isinstance(source, xr.DataArray | xr.Dataset):
        return _labelled(source)
    raise InputError("source", "be a file, a DataArray or a Dataset", shown(source))


def _opened(path: Path) -> xr.Dataset:
    try:
        return xr.load_dataset(path)
    except (OSError, ValueError) as error:
        raise InputError("source", "be a table as text, or NetCDF", f"{path}, which is neither") from error


def _labelled(source: xr.DataArray | xr.Dataset) -> Table:
    misses = None
    if isinstance(source, xr.Dataset):
        matrices = [str(name) for name in source.data_vars if name == "capacitance"]
        matrices = matrices or [str(name) for name, each in source.items() if each.ndim == 2]
        if len(matrices) != 1:
            raise InputError("source", "have a variable `capacitance`", shown(list(source)))
        if "capacitance_error" in source:
            misses = source["capacitance_error"].values.astype(float)
        source = source[matrices[0]]
    if source.ndim != 2 or source.shape[0] != source.shape[1] or not source.size:
        raise InputError("source", "be a square matrix", f"shape {source.shape}")
    labels = [[str(each) for each in source[dim].values] for dim in source.dims if dim in source.coords]
    if not labels:
        raise InputError("source", "have names along its rows", f"dimensions {', '.join(map(str, source.dims))}")
    if labels[0] != labels[-1]:
        raise InputError("source", "have the same names along rows and columns", f"{labels[0]} and {labels[-1]}")
    said = str(source.attrs.get("units", source.attrs.get("unit", ""))) or None
    return Table(names_of("source", labels[0]), source.values.astype(float), said, misses)
