"""The locator against documents whose lines are known because the test wrote them line by line."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.studies.toml import key_path, line_numbers, parse_toml, read_toml

EXAMPLE = '''\
# a comment with [brackets] and = signs
title = "a [string] = with # everything"   # line 2
dotted.key.here = 1

[model]
W = "830 µeV"
'literal = key' = 'C:\\no\\escapes'
"esc\\u0041ped" = -1.5e-3
text = """two
lines with "quotes", and one at the end""""
after = 1979-05-27 07:32:00Z
[ axes . V ]   # spaces in a header
start = 0

[axes]
list = [
  1.0,  # a comment ] in an array
  [2, 3],

  { start = 0, stop = [4,
     5], "odd }" = '}' },
]
inline = { a.b = 1, c = { d = true } }

[[dots]]
name = "L"
[[dots]]
name = "R"
[dots.gate]
alpha = 0.1
[[dots.gate.steps]]
last = """
"""
'''


def test_every_kind_of_key_has_its_line():
    lines = line_numbers(EXAMPLE)
    expected = {
        (): 1,
        ("title",): 2,
        ("dotted",): 3,
        ("dotted", "key"): 3,
        ("dotted", "key", "here"): 3,
        ("model",): 5,
        ("model", "W"): 6,
        ("model", "literal = key"): 7,
        ("model", "escAped"): 8,
        ("model", "text"): 9,
        ("model", "after"): 11,
        ("axes", "V"): 12,
        ("axes", "V", "start"): 13,
        ("axes",): 15,
        ("axes", "list"): 16,
        ("axes", "list", 0): 17,
        ("axes", "list", 1): 18,
        ("axes", "list", 1, 0): 18,
        ("axes", "list", 1, 1): 18,
        ("axes", "list", 2): 20,
        ("axes", "list", 2, "start"): 20,
        ("axes", "list", 2, "stop"): 20,
        ("axes", "list", 2, "stop", 0): 20,
        ("axes", "list", 2, "stop", 1): 21,
        ("axes", "list", 2, "odd }"): 21,
        ("axes", "inline"): 23,
        ("axes", "inline", "a"): 23,
        ("axes", "inline", "a", "b"): 23,
        ("axes", "inline", "c"): 23,
        ("axes", "inline", "c", "d"): 23,
        ("dots",): 25,
        ("dots", 0): 25,
        ("dots", 0, "name"): 26,
        ("dots", 1): 27,
        ("dots", 1, "name"): 28,
        ("dots", 1, "gate"): 29,
        ("dots", 1, "gate", "alpha"): 30,
        ("dots", 1, "gate", "steps"): 31,
        ("dots", 1, "gate", "steps", 0): 31,
        ("dots", 1, "gate", "steps", 0, "last"): 32,
    }
    assert lines == expected


def test_windows_line_ends_count_once():
    assert line_numbers(EXAMPLE.replace("\n", "\r\n")) == line_numbers(EXAMPLE)


def paths(value, keys=()):
    """All key paths of parsed TOML: the oracle for completeness, independent of the locator."""
    yield keys
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*keys, key))


KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True), st.text("a.\"'\\ =#[]{},\nµ", max_size=4))
SCALARS = st.one_of(
    st.integers(-99, 99), st.floats(allow_nan=False), st.booleans(), st.text("x\"'\\\n#]},=", max_size=6)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


def quoted(text):
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    return '"' + "".join(escapes.get(char, char) for char in text) + '"'


class Writer:
    """Writes TOML and notes on which line it put each key."""

    def __init__(self, draw):
        self.draw, self.text, self.lines = draw, "", {(): 1}

    def note(self, keys):
        self.lines.setdefault(keys, self.text.count("\n") + 1)

    def gap(self):
        self.text += self.draw(st.sampled_from(["", " ", "\n", " # ]}\n\n"]))

    def value(self, value, keys):
        if isinstance(value, dict):
            self.text += "{ "
            for n, (key, item) in enumerate(value.items()):
                self.text += ", " if n else ""
                self.note((*keys, key))
                self.text += f"{quoted(key)} = "
                self.value(item, (*keys, key))
            self.text += " }"
        elif isinstance(value, list):
            self.text += "["
            for n, item in enumerate(value):
                self.gap()
                self.note((*keys, n))
                self.value(item, (*keys, n))
                self.gap()
                self.text += ","
            self.gap()
            self.text += "]"
        elif isinstance(value, str):
            multiline = "\n" in value and "\\" not in value and "'" not in value and not value.startswith("\n")
            self.text += f"'''{value}'''" if multiline else quoted(value)
        else:
            self.text += str(value).lower()

    def table(self, table, keys):
        for key, value in table.items():
            self.note((*keys, key))
            self.text += f"{quoted(key)} = "
            self.value(value, (*keys, key))
            self.text += self.draw(st.sampled_from(["\n", "  # = [x]\n\n"]))


@st.composite
def documents(draw):
    """Text, and the lines of its keys."""
    writer = Writer(draw)
    top = draw(st.dictionaries(KEYS, VALUES, max_size=3))
    writer.table(top, ())
    for name, table in draw(
        st.dictionaries(KEYS.filter(lambda key: key not in top), st.dictionaries(KEYS, VALUES, max_size=3), max_size=3)
    ).items():
        writer.note((name,))
        writer.text += f"[{quoted(name)}]\n"
        writer.table(table, (name,))
    return writer.text, writer.lines


@given(documents())
def test_any_document_is_located_completely_and_rightly(document):
    text, expected = document
    found = line_numbers(text)
    assert set(found) == set(paths(tomllib.loads(text)))
    assert found == expected


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a = 1\nb = \n", 2, "invalid value"),
        ("a = 1\na = 2\n", 2, "cannot overwrite a value"),
        ("[model\nW = 1\n", 1, "expected ']'"),
        ("[model]\nW = [1,\n2,", 3, "unclosed array|invalid value"),
        ('[model]\n\nW = "830', 3, "illegal character|unterminated string"),
        ("", 1, None),
    ],
)
def test_bad_syntax_names_its_line(text, line, reason):
    if reason is None:
        assert parse_toml(text).data == {}
        return
    with pytest.raises(InputError, match=rf"`s\.toml, line {line}` must be TOML: got a syntax error \(.*({reason})"):
        parse_toml(text, name="s.toml")


def test_where_names_the_nearest_table_of_a_missing_key():
    document = parse_toml("kind = 'x'\n[model]\nW = 1\n", name="s.toml")
    assert document.where(("model", "U")) == "s.toml, line 2: model.U"
    assert document.where(("axes",)) == "s.toml, line 1: axes"
    assert document.where(()) == "s.toml, line 1"


def test_key_paths_read_as_written():
    assert key_path(("dots", 0, "name")) == "dots[0].name"
    assert key_path(("kind",)) == "kind"


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match=r"missing\.toml` must be a TOML file: got no such file"):
        read_toml(tmp_path / "missing.toml")
    with pytest.raises(InputError, match="must be a TOML file: got is a directory"):
        read_toml(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes("W = '830 µeV'".encode("latin-1"))
    with pytest.raises(InputError, match="must be UTF-8 text"):
        read_toml(latin)


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "notepad.toml"
    path.write_bytes("\ufeffkind = 'x'\r\nW = 1\r\n".encode())
    document = read_toml(path)
    assert document.data == {"kind": "x", "W": 1}
    assert document.lines["W",] == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind = 'x'\nW = " + "1" * 5000, r"s\.toml, line 2` must hold numbers that can be calculated with"),
        ("W = " + "[" * 500 + "]" * 500, r"s\.toml` must nest arrays and tables at most 12 deep: got hundreds"),
        ("kind = 'x'\nW = " + "[" * 50 + "]" * 50, r"s\.toml, line 2: W` must nest arrays and tables at most 12 deep"),
        (".".join("a" * 300) + " = 1", "must nest arrays and tables"),
    ],
)
def test_what_no_study_needs_is_refused_at_once(text, message):
    with pytest.raises(InputError, match=message):
        parse_toml(text, name="s.toml")


def test_an_endless_file_is_not_read_to_its_end(tmp_path):
    with pytest.raises(InputError, match="got more than 4 000 000 characters"):
        read_toml("/dev/zero" if Path("/dev/zero").exists() else _long(tmp_path))


def _long(tmp_path):
    path = tmp_path / "long.toml"
    path.write_text("#" * 4_000_001)
    return path
