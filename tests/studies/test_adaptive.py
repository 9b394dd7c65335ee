"""The table `[adaptive]`: one or two knobs with ends, a goal, and nothing else that varies."""

import re

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.studies import compute_study

DOT = """\
kind = "building-block"
model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
question = { name = "effective-interaction" }
[adaptive]
points = 20
[adaptive.of]
delta = { start = "0 µeV", stop = 5 }
"""


def test_a_study_begins_with_the_first_batch(study):
    read = study(DOT)
    (dimension,) = read.dimensions
    assert (dimension.name, [*dimension.values]) == ("point", ["delta"])
    np.testing.assert_allclose(dimension.values["delta"], np.linspace(0, 5, 32)[:20])
    assert (read.adaptive.points, read.adaptive.loss, read.adaptive.batch) == (20, None, 32)
    assert study(DOT.replace("points = 20", "loss = 0.1")).adaptive.loss == 0.1
    with pytest.raises(InputError, match="have fixed points to be computed in memory"):
        compute_study(read)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("points = 20", "", "line 4: adaptive` must have a goal, points = ... or loss = ...: got neither"),
        ("points = 20", "points = 2", "line 5: adaptive.points` must be greater than or equal to 8: got 2"),
        ("points = 20", "loss = -1", "line 5: adaptive.loss` must be greater than 0"),
        ("delta = {", "detla = {", "line 7: adaptive.of.detla` must name a knob .* did you mean 'delta'"),
        ("stop = 5", "stop = 0", "adaptive.of.delta.stop` must differ from start"),
        (
            "stop = 5",
            'stop = 5, spacing = "log"',
            "must be positive from start to stop with logarithmic spacing: got 0",
        ),
        ("stop = 5", "stop = 5, points = 3", "got an unknown key"),
        ('{ start = "0 µeV", stop = 5 }', "[0, 5]", "line 7: adaptive.of.delta` must be a table with start and stop"),
        ("[adaptive]", "[axes]\nU = [1, 2]\n[adaptive]", "must be the only table that varies something"),
        ("[adaptive]", "[axes]\ndelta = 1\n[adaptive]", "must be refined or in .axes.: got both"),
    ],
)
def test_what_is_wrong_with_the_table(study, old, new, said):
    with pytest.raises(InputError, match=said):
        study(DOT.replace(old, new))


def test_two_knobs_at_most(study):
    more = "".join(f"{name} = {{ start = 1, stop = 2 }}\n" for name in ("U", "t"))
    with pytest.raises(InputError, match=re.escape("adaptive.of` must ")):
        study(DOT + more)
