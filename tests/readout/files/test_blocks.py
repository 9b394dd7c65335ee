"""Blocks of a scan whose slow set point stands in a comment become an image; settings do not become axes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.readout.files.blocks import slow_set_points
from attractron.readout.files.load import load

FAST = np.array([-1.0, 0.0, 1.5])
SLOW = np.array([2.0, 2.5, 4.0])
SIGNAL = np.arange(9.0).reshape(3, 3) ** 2


@pytest.mark.parametrize("comment", ["# P2 = {} mV", "% P2 (mV): {}", "; P2 [mV]={}", "# gain = 100\n# P2 = {} mV"])
@pytest.mark.parametrize("gap", ["", "\n", "\n\n"])
@pytest.mark.parametrize("header", ["", "# P1 (mV)\tI (nA)\n"])
def test_blocks_become_an_image(tmp_path, comment, gap, header):
    blocks = [
        comment.format(slow) + "\n" + "".join(f"{x}\t{y}\n" for x, y in zip(FAST, row, strict=True)) + gap
        for slow, row in zip(SLOW, SIGNAL, strict=True)
    ]
    (tmp_path / "x.dat").write_text(header + "".join(blocks))
    read = load(tmp_path / "x.dat", units=None if header else {"column1": "mV"})
    signal = read["signal"]
    np.testing.assert_array_equal(signal.to_numpy(), SIGNAL)
    np.testing.assert_array_equal(signal["P2"].to_numpy(), SLOW)
    np.testing.assert_array_equal(signal["P1" if header else "column1"].to_numpy(), FAST)
    assert "stand in comments above the blocks" in read.attrs["validity"]


@given(
    st.lists(st.integers(1, 5), min_size=2, max_size=6),
    st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=6, unique=True),
)
@settings(max_examples=40, deadline=None)
def test_every_line_gets_the_value_above_it(sizes, values):
    comments, numbers, wanted, line = [], [], [], 1
    for size, value in zip(sizes, values, strict=False):
        comments += [(line, f"# V_L = {value!r} mV"), (line + 1, "# gain = 10")]
        numbers += range(line + 2, line + 2 + size)
        wanted += [value] * size
        line += size + 2
    found = slow_set_points(comments, numbers)
    assert found is not None
    assert found[0] == "V_L (mV)"
    np.testing.assert_array_equal(found[1], wanted)


def test_what_never_changes_or_is_not_above_each_block_is_no_axis():
    numbers = [2, 3, 5, 6, 8, 9]
    assert slow_set_points([(1, "# B = 1 T"), (4, "# B = 1 T"), (7, "# B = 1 T")], numbers) is None
    assert slow_set_points([(1, "# B = 1 T"), (4, "# B = 2 T"), (7, "# note")], numbers) is None
    assert slow_set_points([(1, "# B = 1 T")], [2, 3, 4]) is None
    assert slow_set_points([(1, "# run 3, B = 1 T"), (4, "# x"), (7, "# B = 2 T")], numbers) is None


def test_bare_numbers_say_how_their_axes_are_given(tmp_path):
    rows = np.column_stack([np.linspace(-1, 1, 30), np.zeros(30)])
    cases = {
        "column.npy": (rows[:, 1] + 1, '--axes "P3=-10:5"'),
        "two.npy": (rows, "--axes column1 --variable column2"),
        "rows.npy": (rows.T, "store a trace in two columns"),
    }
    for name, (values, remedy) in cases.items():
        np.save(tmp_path / name, values)
        with pytest.raises(InputError, match=remedy):
            load(tmp_path / name)
    assert load(tmp_path / "two.npy", axes=["column1"], variable="column2", units="mV")["signal"].dims == ("column1",)
    assert load(tmp_path / "column.npy", axes={"P3": [-10, 5]})["signal"].dims == ("P3",)
