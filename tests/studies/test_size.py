"""Large studies are asked about: their points, size and time."""

import pytest

from attractron import studies
from attractron.core.errors import InputError
from attractron.studies.size import check_size, estimated

PAIR = """\
kind = "wires"
model = { K_c = 0.85, K = 0.4, y_s = 0.1, y = 0.1 }
question = { name = "phase-diagram", compare = "nothing" }
"""
LARGE = "[axes]\ny = { start = 0, stop = 0.5, points = 40000 }\nK = { start = 0.1, stop = 0.9, points = 1000 }\n"


def test_a_large_grid_is_asked_about_before_anything_is_written(study, tmp_path):
    large = study(PAIR + LARGE)
    said = r"line 4: axes` must have at most 1e\+07 points unasked: got 4e\+07 points, "
    said += r"about [\d.]+ MB, and at most some [\d.]+ "
    with pytest.raises(InputError, match=rf"{said}.*make it smaller, or go on with --yes \(in Python: yes=True\)"):
        studies.run(large, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    check_size(large, yes=True)


def test_the_size_is_that_of_the_result(study):
    small = study(PAIR + LARGE.replace("40000", "12").replace("1000", "7") + "Lambda = [1.0, 2.0]\n")
    result = studies.compute_study(small)
    size, _ = estimated(small)
    assert size == pytest.approx(sum(variable.nbytes for variable in result.values()), rel=0.01)
