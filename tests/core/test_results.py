"""Results carry their labels and their provenance, in a form that any file keeps."""

import json

import numpy as np
import pytest

import attractron
from attractron.core.errors import InputError
from attractron.core.references import REFERENCES, reference
from attractron.core.results import dataset, flag_names, flags, parameters_of, to_json


def example() -> "object":
    return dataset(
        {"gap": ("V", [1.0, 2.0], "meV", "gap")},
        {"V": ("V", [0.0, 1.0], "mV", "gate voltage")},
        question="dots.example",
        parameters={"W": np.float64(0.83), "matrix": np.eye(2), "count": np.int64(3)},
        method="by hand",
        validity=("One.", "Two."),
        references=("hamo2016",),
    )


def test_labels_and_provenance() -> None:
    result = example()
    assert result["gap"].attrs == {"units": "meV", "long_name": "gap"}
    assert result["V"].attrs["units"] == "mV"
    assert result.attrs["validity"] == "One. Two."
    assert result.attrs["attractron_version"] == attractron.__version__
    assert parameters_of(result) == {"W": 0.83, "matrix": [[1.0, 0.0], [0.0, 1.0]], "count": 3}
    assert all(isinstance(value, str) for value in result.attrs.values())
    with pytest.raises(InputError, match="be a result of attractron"):
        parameters_of(result.drop_attrs())
    with pytest.raises(TypeError, match="not JSON-safe"):
        to_json({"a": object()})
    assert json.loads(to_json({"µ": 1.0})) == {"µ": 1.0}


def test_codes_and_names_round_trip() -> None:
    result = example()
    result["gap"].attrs.update(flags({0: "(0,0)", 3: "no pair"}))
    assert flag_names(result["gap"]) == {0: "(0,0)", 3: "no_pair"}


def test_references_are_found_by_key() -> None:
    assert "Nature 535, 395" in str(reference("hamo2016"))
    with pytest.raises(InputError, match="did you mean 'hamo2016'"):
        reference("hamo")
    assert all(entry.used_for and entry.year > 1900 for entry in REFERENCES.values())


@pytest.mark.parametrize("axis", ["W", "line"])
def test_an_axis_that_is_called_as_the_results_own_is_refused(axis: str) -> None:
    """The name of an axis may be the user's: a file's column may be called as a variable or a dimension is."""
    with pytest.raises(InputError, match=f"'{axis}'; rename it"):
        dataset(
            {"W": ((axis,), np.zeros(5), "meV", "W"), "lines": (("line",), np.zeros(4), "mV", "lines")},
            {axis: (axis, np.arange(5.0), "mV", axis)},
            question="q",
            parameters={},
            method="m",
            validity=(),
            references=(),
        )
