"""Whatever the dialect in which a table is written, the same numbers come back."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.readout.files.fields import to_number
from attractron.readout.files.load import load

GATE = [-1.5, -0.25, 0.125, 1.0, 12.5]
SIGNAL = [0.001, -2500.0, float("nan"), 3.25, 7.5e-12]

PREAMBLES = {
    "none": [],
    "settings": ["Sample: A17", "Instrument = lock-in 3", "Date: 2024-05-01 12:00:00", ""],
    "comments": ["# made by hand", "# gain: 100", "#"],
    "percent": ["% notes", "%"],
    "slashes": ["// run 12", "// attenuation 20 dB"],
    "exclamation": ["! channel 1"],
    "words": ["Measurement of the second cool-down", "every point 3 ms"],
    "many": [f"setting {at}: {at}" for at in range(300)],
}
HEADERS = {"brackets": "{} ({})", "square": "{} [{}]", "stroke": "{} / {}", "row": None}


@st.composite
def dialects(draw: st.DrawFn) -> dict[str, object]:
    mark = draw(st.sampled_from([",", ";", "\t", " ", "  ", ", ", "; ", "|"]))
    header = draw(st.sampled_from(sorted(HEADERS)))
    return {
        "mark": mark,
        "comma": draw(st.booleans()) and "," not in mark,
        "end": draw(st.sampled_from(["\n", "\r\n", "\r"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le", "utf-16-be"])),
        "preamble": draw(st.sampled_from(sorted(PREAMBLES))),
        "header": header if mark.strip() or header != "stroke" else "brackets",
        "commented": draw(st.sampled_from(["", "# ", "% "])),
        "quoted": draw(st.booleans()) and bool(mark.strip()),
        "trailing": draw(st.booleans()) and mark.strip() in (",", ";", "|"),
        "power": draw(st.sampled_from(["e", "E", "D", "d"])),
        "missing": draw(st.sampled_from(["nan", "NaN", "--", "1.#QNAN", "OVERLOAD", "N/A"])),
        "stamp": draw(st.sampled_from(["", "12:03:0{}.5", "2024-05-01T12:03:0{}", "171455400{}.25"])),
        "blank": draw(st.booleans()),
    }


def written(path: Path, how: dict[str, object]) -> Path:
    """The table in that dialect."""

    def number(value: float) -> str:
        if np.isnan(value):
            return str(how["missing"])
        text = repr(value).replace("e", str(how["power"]))
        return text.replace(".", ",") if how["comma"] else text

    def line(fields: list[str]) -> str:
        quoted = [f'"{each}"' for each in fields] if how["quoted"] else fields
        return str(how["mark"]).join(quoted) + (str(how["mark"]).strip() if how["trailing"] else "")

    names, units = ["V_µ", "I"], ["mV", "nA"]
    form = HEADERS[str(how["header"])]
    stamp = str(how["stamp"]).replace(".", "," if how["comma"] and ":" not in str(how["stamp"]) else ".")
    time = [["time"], [""]] if stamp else [[], []]
    if form is None and not str(how["mark"]).strip():
        time[1] = ["s"] if stamp else []  # between blanks nothing cannot be written
    top = [names] if form is None else [[form.format(*each) for each in zip(names, units, strict=True)]]
    top = [time[0] + top[0], *([time[1] + units] if form is None else [])]
    rows = [
        ([stamp.format(at)] if stamp else []) + [number(gate), number(value)]
        for at, (gate, value) in enumerate(zip(GATE, SIGNAL, strict=True))
    ]
    lines = [*PREAMBLES[str(how["preamble"])], *(f"{how['commented']}{line(each)}" for each in top), *map(line, rows)]
    if how["blank"]:
        lines.insert(-2, "")
    path.write_bytes(str(how["end"]).join([*lines, ""]).encode(str(how["encoding"])))
    return path


@settings(max_examples=400)
@given(how=dialects())
def test_every_dialect_gives_the_same_numbers(tmp_path_factory, how):
    data = load(written(tmp_path_factory.mktemp("dialect") / "x.txt", how))
    np.testing.assert_array_equal(data["signal"], SIGNAL)
    (axis,) = data["signal"].dims
    np.testing.assert_array_equal(data[axis], GATE)
    assert data[axis].attrs["units"] == "mV"
    assert data["signal"].attrs == {"units": "nA", "long_name": "I"}
    assert axis == "V_µ"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("1.0D-3", 1e-3), ("-2.5d+02", -250.0), ("1,5", 1.5), ("1,", 1.0), ("(1+2j)", 1 + 2j), ("1+2i", 1 + 2j)),
        *(("1.5-2.5*I", 1.5 - 2.5j), ("(1, -2)", 1 - 2j), ("00:01:02,5", 62.5), ("1:00:00 PM", 46800.0)),
        *(("1970-01-02", 86400.0), ("1970/1/2", 86400.0), ("1970-01-01T00:01:00Z", 60.0), ("I", None), ("nA", None)),
        *(("gate", None), ("2024-13-45", None), ("1.2.3", None), ("i", None)),
    ],
)
def test_spellings_of_a_number(text, number):
    assert to_number(text, comma=True) == number


@pytest.mark.parametrize("word", ["", "--", "1.#IND", "OVLD", "#N/A", "Inf", "-inf", "nan(ind)", "NA"])
def test_words_for_no_number(word):
    assert not np.isfinite(to_number(word, comma=False))


@pytest.mark.parametrize("minus", ["\N{MINUS SIGN}", "\N{EN DASH}"])
def test_typeset_minus_signs_are_minus_signs(tmp_path, minus):
    """Else half of a trace would be taken for lines above the table."""
    rows = "\n".join(f"{minus if x < 0 else ''}{abs(x)},{minus}{x + 4}e{minus}9" for x in range(-3, 4))
    (tmp_path / "x.csv").write_text(f"V{minus}P1 (mV),I (A)\n{rows}\n", encoding="utf-8")
    found = load(tmp_path / "x.csv")
    np.testing.assert_allclose(found["signal"], [-1e-9 * (x + 4) for x in range(-3, 4)])
    np.testing.assert_array_equal(found[found["signal"].dims[0]], range(-3, 4))


def test_letters_that_are_cut_off(tmp_path):
    for encoding in ("utf-8", "utf-16", "utf-16-le"):
        whole = "V (mV);I (nA)\n1;1\n2;3\n3;2\n4;µ".encode(encoding)
        (tmp_path / "x.csv").write_bytes(whole[:-1])
        np.testing.assert_array_equal(load(tmp_path / "x.csv")["signal"][:3], [1, 3, 2])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("V (mV);I\n1;1.234,5\n2;2.345,6\n3;3.456,7\n", r"line 2, field 2` must be a number: .*thousands separators"),
        ("V (mV)\tI\n1.5\t1,5\n2.5\t2,5\n3.5\t3,5\n", "one decimal sign and no thousands separators"),
        ("V (mV),I\n1,1\n2,2\nthree,3\n4,5\n5,6\n", r"line 4, field 1` must be a number: got 'three'"),
        ("# c\n\nV (mV),I\n1,1\n2,2,2\n4,5\n5,6\n", r"line 5` must have 2 fields like the lines before: got 3"),
    ],
)
def test_errors_name_the_line_of_the_file(tmp_path, text, message):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(InputError, match=message):
        load(tmp_path / "x.csv")


def test_blocks_repeat_their_names_and_words_stand_below(tmp_path):
    block = "V (mV),I\n1,{}\n2,{}\n3,{}\n"
    text = block.format(1, 4, 2).replace("3,", "2.5,") + "\n\n" + block.format(5, 6, 7).replace("1,5", "3,5")
    (tmp_path / "x.csv").write_text(text.replace("\n2,6\n3,7", "\n4,6\n5,7") + "Aborted by user\n")
    data = load(tmp_path / "x.csv")
    np.testing.assert_array_equal(data["V"], [1, 2, 2.5, 3, 4, 5])
    assert "1 lines of text below the table are left out." in data.attrs["validity"]


def test_qtlab_lists_names_one_below_the_other(tmp_path):
    columns = [
        "# Column 1:",
        "#\tname: gate (mV)",
        "#\ttype: coordinate",
        "# Column 2:",
        "#\tname: I (pA)",
        "#\ttype: value",
    ]
    (tmp_path / "x.dat").write_text("\n".join(["# Filename: x.dat", *columns, "0\t1", "1\t3", "2\t2", ""]))
    data = load(tmp_path / "x.dat")
    assert (data["gate"].attrs["units"], data["signal"].attrs["units"]) == ("mV", "pA")


def test_a_time_column_is_the_axis_where_nothing_else_is(tmp_path):
    (tmp_path / "x.csv").write_text("time,I (nA)\n12:00:01,1\n12:00:02,3\n12:00:04,2\n")
    data = load(tmp_path / "x.csv")
    np.testing.assert_allclose(data["time"], [0, 1, 3])
    assert data["time"].attrs["units"] == "s"
    rows = "".join(f"{at},{17e8 + at},{at % 3},{at**2}\n" for at in range(9))
    (tmp_path / "y.csv").write_text("index,epoch,left (nA),right (nA)\n" + rows)
    data = load(tmp_path / "y.csv", variable="right", axes=["epoch"])
    np.testing.assert_allclose(data["epoch"], np.arange(9))


def test_numbers_of_lines_are_no_axis(tmp_path):
    rows = "".join(f"{at},{0.1 * at:g},{at % 3}\n" for at in range(9))
    (tmp_path / "x.csv").write_text(",P1 (mV),I (nA)\n" + rows)  # as pandas writes it
    assert load(tmp_path / "x.csv")["signal"].dims == ("P1",)
