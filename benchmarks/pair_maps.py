"""The pair current in `python -m benchmarks.maps`: maps over gate and bias, over two gates, and of other things."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np
from tests.fitting.pair_gate_maps import gate_map
from tests.fitting.varied_pair_maps import varied_pair_map
from tests.readout.transport_images import diamonds_image, other_image, triangles_image

from attractron.core.results import flag_names
from attractron.fitting import fit_pair_current, fit_pair_gates

BOUNDS = {
    "pair current over gate and bias: maps read": (0.8, True),
    "W and U within 5 %, of those": (0.95, True),
    "width of pulls of W and U less 1, magnitude": (0.25, False),
    "pair current over two gates: maps read": (0.8, True),
    "2Δ within 5 %, of those": (0.95, True),
    "width of pulls of 2Δ less 1, magnitude": (0.25, False),
    "width of pulls of the line's middle less 1, magnitude": (0.25, False),
    "pair currents in other things": (0, False),
}


def _status(result) -> str:
    return flag_names(result["status"])[int(result["status"])]


def over_bias(seed: int) -> dict[str, object]:
    image, truth = varied_pair_map(seed)
    result = fit_pair_current(image)
    row: dict[str, object] = {"seed": seed, "map": "gate and bias", "status": _status(result)}
    if row["status"] == "read":
        row["errors"] = [float(result[name]) / truth[name] - 1 for name in ("W", "U")]
        row["pulls"] = [
            float((result[name] - truth[name]) / result[f"{name}_uncertainty"])
            for name in ("W", "U", "lever_arm", "centre")
        ]
    return row


def over_gates(seed: int) -> dict[str, object]:
    image, truth = gate_map(seed)
    result = fit_pair_gates(image, bias=truth["bias"])
    row: dict[str, object] = {"seed": seed, "map": "two gates", "status": _status(result)}
    if row["status"] == "read":
        wanted = truth["centre"][[("P1", "P2").index(str(name)) for name in image.dims]]
        centre = (result["centre"].to_numpy() - wanted) / result["centre_uncertainty"].to_numpy()
        row["pulls"] = centre.tolist()
        if np.isfinite(result["two_Delta"]):
            row["errors"] = [float(result["two_Delta"]) / truth["two_Delta"] - 1]
            pull = (result["two_Delta"] - truth["two_Delta"]) / result["two_Delta_uncertainty"]
            row["pulls"] = [float(pull), *centre.tolist()]
    return row


def other(seed: int) -> dict[str, object]:
    """An image of something else, taken for a map over gate and bias, and over two gates."""
    image = (diamonds_image, triangles_image, other_image)[seed % 3](seed)[0]
    gates = image.rename(dict(zip(image.dims, ("P1", "P2"), strict=True)))
    bias = image.rename(dict(zip(image.dims, ("V_SD", "V_g"), strict=True)))
    return {
        "seed": seed,
        "map": "other",
        "read": int(_status(fit_pair_current(bias)) == "read")
        + int(_status(fit_pair_gates(gates, bias=0.1)) == "read"),
    }


def scored(pool: ProcessPoolExecutor, seeds: range) -> tuple[dict[str, float], list[dict]]:
    """The score of the set, and its rows."""
    biases, gates, others = (list(pool.map(each, seeds)) for each in (over_bias, over_gates, other))
    read, lines = ([row for row in rows if row["status"] == "read"] for rows in (biases, gates))
    known = [row for row in lines if "errors" in row]

    def within(rows: list[dict]) -> float:
        return float(np.mean([np.abs(row["errors"]).max() < 0.05 for row in rows])) if rows else np.nan

    def width(pulls: list[float]) -> float:
        return abs(float(np.sqrt(np.mean(np.square(pulls)))) - 1) if pulls else np.nan

    score = {
        "pair current over gate and bias: maps read": len(read) / len(biases),
        "W and U within 5 %, of those": within(read),
        "width of pulls of W and U less 1, magnitude": width([pull for row in read for pull in row["pulls"][:2]]),
        "largest pull of W, U, lever arm and centre, magnitude": max(
            (abs(pull) for row in read for pull in row["pulls"]), default=np.nan
        ),
        "pair current over two gates: maps read": len(lines) / len(gates),
        "with 2Δ": len(known) / len(gates),
        "2Δ within 5 %, of those": within(known),
        "width of pulls of 2Δ less 1, magnitude": width([row["pulls"][0] for row in known]),
        "width of pulls of the line's middle less 1, magnitude": width(
            [pull for row in lines for pull in row["pulls"][-2:]]
        ),
        "largest pull of 2Δ and the line's middle, magnitude": max(
            (abs(pull) for row in lines for pull in row["pulls"]), default=np.nan
        ),
        "pair currents in other things": sum(row["read"] for row in others),
    }
    return score, [*biases, *gates, *others]
