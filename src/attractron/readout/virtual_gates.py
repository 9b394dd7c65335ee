"""Virtual gates: combinations of gate voltages that move one dot's charging lines and no other's, from the slopes.

A charging line of dot i is a line of constant µ_i = Σ_g α_ig V_g, so that its normal in the plane of two gates is
(α_ia, α_ib). With V' = M V,

    M_ig = α_ig/α_ii,

virtual gate i, named after the dot's own gate, changes V'_i = µ_i/α_ii alone: M has ones on its diagonal and M⁻¹ says
how the gates move for each virtual gate. A reading of two gates gives M_ab and M_ba; readings of several pairs make up
a matrix of N gates. The scale of energy does not enter.
"""

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.errors import InputError
from attractron.core.results import dataset, flag_names, to_json
from attractron.readout.vertex.geometry import dots_own_gates

CONSISTENT = 3.0
"""Standard deviations by which two readings of one entry may differ."""


def virtual_gates(*readings: xr.Dataset) -> xr.Dataset:
    """The matrix of virtual gates from readings of vertices or honeycombs, each over two gates.

        V' = M V,    M_ig = α_ig/α_ii

    Theory: docs/theory/readout.md, eq-virtual-gates.

    Args:
        readings: results of `read_vertex` or `read_honeycomb`; gates that several share join them.

    Returns:
        Dataset with `matrix` (virtual_gate, gate), 1 on its diagonal, and `inverse` (gate, virtual_gate), each with
        its `_uncertainty` (one standard deviation, from the lines' slopes); `known` (virtual_gate, gate): 0 where no
        reading has both gates and the entry is taken as zero. Entries that several readings have are averaged with
        their variances; what they differ by beyond these is in the uncertainty and said. `attrs["paste"]` is JSON to
        paste into other software (`pasted`).

    Raises:
        InputError: no reading, one of another kind or without lines, gates that are each other's copies.

    Source: Volk et al., npj Quantum Inf. 5, 29 (2019), equation 1; Hensgens et al., Nature 548, 70 (2017), methods.

    Example:
        >>> device = at.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05, lever_arms={
        ...     "V_L": {"L": 1.0, "R": 0.2}, "V_R": {"R": 1.0, "L": 0.1}})
        >>> axes = {"V_L": np.linspace(-1.0, 4.0, 60), "V_R": np.linspace(-1.0, 4.0, 60)}
        >>> image = at.dots.stability_diagram(device, axes, temperature=0.5)["detector_current"]
        >>> found = at.readout.virtual_gates(at.readout.read_vertex(image))
        >>> found["matrix"].round(1).values
        array([[1. , 0.1],
               [0.2, 1. ]])
    """
    if not readings:
        raise InputError("readings", "be at least one result of a vertex or a honeycomb", "none")
    pairs = [_ratios(f"reading {number}", reading) for number, reading in enumerate(readings, start=1)]
    gates = list(dict.fromkeys(gate for pair in pairs for gate in pair[0]))
    entries: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for names, values, errors in pairs:
        a, b = (gates.index(name) for name in names)
        entries.setdefault((a, b), []).append((values[0], errors[0]))
        entries.setdefault((b, a), []).append((values[1], errors[1]))
    matrix, spread, known = np.eye(len(gates)), np.zeros((len(gates),) * 2), np.eye(len(gates), dtype=np.int32)
    notes = []
    for (a, b), found in entries.items():
        matrix[a, b], spread[a, b], apart = _average(found)
        known[a, b] = 1
        if apart > CONSISTENT:
            notes.append(f"Readings of M[{gates[a]}, {gates[b]}] differ by {apart:.1f} standard deviations.")
    absent = [f"{gates[a]} and {gates[b]}" for a in range(len(gates)) for b in range(a) if not known[a, b]]
    if absent:
        notes.append(f"No reading has {', '.join(absent)}: these entries are taken as zero.")
    if abs(np.linalg.det(matrix)) < 1e-6:
        raise InputError("readings", "have gates that move different dots", "gates whose lines are parallel")
    inverse = np.linalg.inv(matrix)
    # dM⁻¹ = -M⁻¹ dM M⁻¹, entries of M being independent.
    errors = np.sqrt((inverse**2) @ (spread**2) @ (inverse**2))
    virtual = [f"v{gate}" for gate in gates]
    result = dataset(
        {
            "matrix": (("virtual_gate", "gate"), matrix, "1", "virtual gate voltages over gate voltages"),
            "matrix_uncertainty": (("virtual_gate", "gate"), spread, "1", "standard deviation of the matrix"),
            "inverse": (("gate", "virtual_gate"), inverse, "1", "gate voltages over virtual gate voltages"),
            "inverse_uncertainty": (("gate", "virtual_gate"), errors, "1", "standard deviation of the inverse"),
            "known": (("virtual_gate", "gate"), known, "1", "whether a reading has both gates"),
        },
        {
            "gate": ("gate", gates, "1", "gate"),
            "virtual_gate": ("virtual_gate", virtual, "1", "virtual gate"),
        },
        question="readout.virtual_gates",
        parameters={},
        method="ratios of the lever arms from the slopes of charging lines",
        validity=["Lever arms do not change over the windows that were read.", *notes],
        references=(),
        options={"readings": len(readings)},
    )
    result.attrs["paste"] = to_json(pasted(result))
    rows = "; ".join(
        f"{name} = {' + '.join(f'{value:.3f} {gate}' for value, gate in zip(row, gates, strict=True) if value)}"
        for name, row in zip(virtual, matrix, strict=True)
    )
    result.attrs["summary"] = " ".join([f"Virtual gates {rows.replace('+ -', '- ')}.", *notes])
    return result


def pasted(result: xr.Dataset) -> dict[str, Any]:
    """A result of `virtual_gates` as other software takes it.

    "crosscap_map": {virtual gate: {gate: M}}, as instruments of virtual gates on QCoDeS (qtt's, among others) are made
    from. "source_gates", "target_gates", "matrix": the arguments of add_layer of a VirtualGateSet of quam-builder for
    Qua, V_source = matrix · V_target. "to_gates": {virtual gate: {gate: M⁻¹}}, what each gate moves by for one volt.
    """
    gates, virtual = result["gate"].to_numpy().tolist(), result["virtual_gate"].to_numpy().tolist()
    matrix, inverse = result["matrix"].to_numpy(), result["inverse"].to_numpy()
    return {
        "crosscap_map": _table(virtual, gates, matrix),
        "source_gates": virtual,
        "target_gates": gates,
        "matrix": np.round(matrix, 9).tolist(),
        "to_gates": _table(virtual, gates, inverse.T),
    }


def _table(rows: Sequence[str], columns: Sequence[str], values: FloatArray) -> dict[str, dict[str, float]]:
    return {
        row: {column: round(float(value), 9) for column, value in zip(columns, line, strict=True)}
        for row, line in zip(rows, values, strict=True)
    }


def _ratios(what: str, reading: xr.Dataset) -> tuple[list[str], FloatArray, FloatArray]:
    """Gates in the order of the dots they belong to, M_ab and M_ba, and their uncertainties.

    Raises:
        InputError: a result of another kind, or one in which nothing was read.
    """
    wanted = "be a result of read_vertex or read_honeycomb"
    if not isinstance(reading, xr.Dataset) or "cross_lever_arm" not in reading:
        raise InputError(what, wanted, str(getattr(reading, "attrs", {}).get("question", type(reading).__name__)))
    cross, errors = reading["cross_lever_arm"].to_numpy(), reading["cross_lever_arm_uncertainty"].to_numpy()
    if not np.isfinite(cross).all():
        status = flag_names(reading["status"])[int(reading["status"])]
        raise InputError(what, "show charging lines of two dots", status, "read another image")
    names = [str(name) for name in reading["axis"].to_numpy()]
    main = dots_own_gates(cross)
    other = 1 - main
    order = np.argsort(main)  # dots in the order of the gates, so that names stay in the order of the axes
    values = cross[[0, 1], other][order]
    return names, values, errors[[0, 1], other][order]


def _average(found: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Weighted mean, its uncertainty raised to what the readings differ by, and that over what it should be."""
    values, errors = np.array(found).T
    weights = np.maximum(errors, 1e-12) ** -2.0
    mean = float(weights @ values / weights.sum())
    error = float(weights.sum() ** -0.5)
    if len(values) == 1:
        return mean, error, 0.0
    chi = float(weights @ (values - mean) ** 2 / (len(values) - 1))
    apart = float(np.max(np.abs(values - mean) * np.sqrt(weights)))
    return mean, error * max(1.0, chi**0.5), apart


def as_text(result: xr.Dataset) -> str:
    """The file that `attractron virtual-gates` writes."""
    return json.dumps(pasted(result), indent=2, ensure_ascii=False) + "\n"
