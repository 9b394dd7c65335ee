"""The measured vertex and trace as a user gets them: claims, files, licence; and the published fit done again."""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import least_squares
from scipy.special import expit

from attractron.core.constants import K_B
from attractron.core.files import read_dataset
from attractron.core.references import reference
from attractron.papers.catalogue import all_figures
from attractron.papers.measured import FIGURES as MEASURED
from attractron.papers.measured.qtt import DATA, LENGTH, LEVER_ARM, measured
from tests.papers.judged import statuses

FIGURES = {figure.name: figure for figure in MEASURED}


@pytest.fixture(params=FIGURES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_claim_holds(name: str, quick: Any) -> None:
    claims = FIGURES[name].claims(quick(name))
    assert [claim.claim for claim in claims if claim.status != "holds"] == []
    assert {claim.figure for claim in claims} == {name}
    assert all("commit f7de35da" in claim.source for claim in claims)


def test_figures_say_where_the_data_are_from(name: str, quick: Any) -> None:
    result = quick(name)
    keys = result.attrs["references"].split(", ")
    assert "commit f7de35da, MIT licence" in str(reference(keys[0]))
    assert all(reference(key) for key in keys)
    assert result.attrs["source"].startswith("QuTech-Delft/qtt@f7de35da src/qtt/exampledata/")
    assert (DATA / result.attrs["file"]).is_file()
    assert "MIT licence" in all_figures()[name].caption
    assert all(variable.attrs["units"] and variable.attrs["long_name"] for variable in result.variables.values())


def test_data_lie_beside_their_licence_and_published_readings(quick: Any) -> None:
    assert "Copyright 2023 QuTech" in (DATA / "LICENSE.txt").read_text(encoding="utf-8")
    text = (DATA / "README.md").read_text(encoding="utf-8")
    points = [tuple(map(float, point)) for point in re.findall(r"\((-[\d.]+), (-[\d.]+)\)", text)[:2]]
    assert [number for point in points for number in point] == [
        claim.published for claim in FIGURES["measured-vertex"].claims(quick("measured-vertex"))[:4]
    ]
    assert math.dist(*points) == pytest.approx(LENGTH)
    assert f"{published_temperature(quick)} mK" in text
    assert LEVER_ARM in text


def published_temperature(quick: Any) -> float:
    [claim] = FIGURES["measured-trace"].claims(quick("measured-trace"))
    return float(claim.published)


def test_figures_survive_their_files_and_have_labelled_pictures(tmp_path: Path, reproduced: Any) -> None:
    claims = reproduced(["measured"], tmp_path)
    stored = {name: read_dataset(tmp_path / f"{name}.nc") for name in FIGURES}
    assert [claim for name, result in stored.items() for claim in FIGURES[name].claims(result)] == claims
    axes = [ax for name, result in stored.items() for ax in FIGURES[name].draw(result).axes]
    labels = {ax.get_xlabel() for ax in axes if ax.get_label() != "<colorbar>"}
    assert {"P3 (mV)", "P4 (mV)"} <= labels
    assert len(axes) == 3 + 3 + 2  # data, lines, residual, their colour bars; trace and residual


def test_the_published_fit_gives_the_published_temperature(quick: Any) -> None:
    """Fermi step on a straight background, least squares over all points: what was published, to its last digit."""
    data = measured("addition_line.nc")
    gate, signal = data["P4"].to_numpy(), data["signal"].to_numpy()

    def residual(p: np.ndarray) -> np.ndarray:
        return np.asarray(p[0] + p[1] * gate + p[2] * expit(0.1 * (gate - p[3]) / (K_B * p[4])) - signal)

    found = least_squares(residual, [0.6, 0.01, -0.1, -4.9, 0.3], x_scale=[0.1, 0.01, 0.1, 0.1, 0.1], xtol=1e-12)
    assert round(1e3 * found.x[4], 1) == published_temperature(quick)


def test_triple_points_are_compared_one_by_one_in_any_order(quick: Any) -> None:
    result = quick("measured-vertex")
    swapped, claims = result.isel(point=[1, 0]), FIGURES["measured-vertex"].claims
    assert claims(swapped) == claims(result)
    for point in (0, 1):
        for gate in ("P3", "P4"):
            moved = result["triple_point"].copy()
            moved.loc[{"axis": gate}] += np.where(np.arange(2) == point, 1.0, 0.0)
            failing = [status == "fails" for status in statuses("measured-vertex", result.assign(triple_point=moved))]
            lower = point == int(np.argmin(result["triple_point"].sel(axis="P3").to_numpy()))
            expected = ["P3", "P4"].index(gate) + (0 if lower else 2)
            assert np.flatnonzero(failing).tolist() == [expected]


def test_claims_fail_on_readings_that_contradict_them(quick: Any) -> None:
    result = quick("measured-vertex")
    attractive = result.assign(status=result["status"].copy(data=2))
    assert statuses("measured-vertex", attractive) == ["holds"] * 5 + ["fails"]
    turned = result.assign(interaction_line_angle=result["interaction_line_angle"] - 6.0)
    assert statuses("measured-vertex", turned) == ["holds"] * 4 + ["fails", "holds"]
    names = ("triple_point", "triple_point_uncertainty", "interaction_line_angle")
    blank = result.assign({name: result[name] * np.nan for name in names})
    blank = blank.assign(status=result["status"].copy(data=0))
    assert statuses("measured-vertex", blank) == ["fails"] * 6
    cold = quick("measured-trace")
    for factor, status in ((0.95, "fails"), (0.99, "holds"), (1.0, "holds"), (1.05, "fails")):
        assert statuses("measured-trace", cold.assign(temperature=factor * cold["temperature"])) == [status]
