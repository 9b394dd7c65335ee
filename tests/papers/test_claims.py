import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attractron.core.errors import InputError
from attractron.papers.claims import Claim, Record, bound, in_words, read_claims, replaced, to_text

KEYS = ["figure", "claim", "source", "published", "computed", "tolerance", "unit", "status", "note", "read_back"]


def claim(**changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "figure": "hamo-2a",
        "claim": "W = 830 µeV.",
        "source": "Hamo et al. 2016, p. 396",
        "published": 830.0,
        "computed": 830.5,
        "tolerance": 1.0,
        "unit": "µeV",
        "note": "One pixel.",
    }
    return Claim(**(fields | changes))


@pytest.mark.parametrize(
    ("published", "computed", "tolerance", "status"),
    [
        (830.0, 831.0, 1.0, "holds"),
        (830.0, 829.0, 1.0, "holds"),
        (830.0, 831.01, 1.0, "fails"),
        (830.0, 828.99, 1.0, "fails"),
        (830.0, 830.0, 0.0, "holds"),
        (830.0, None, 1.0, "fails"),
        (830.0, float("nan"), 1.0, "fails"),
        (830.0, float("inf"), 1.0, "fails"),
        ("≥ 0", 0.0, 0.0, "holds"),
        ("≥ 0", -1e-13, 1e-12, "holds"),
        ("≥ 0", -1e-11, 1e-12, "fails"),
        ("≤ -1.5", -1.49, 0.1, "holds"),
        ("≤ -1.5", -1.39, 0.1, "fails"),
        ("> 300", 300.5, 1.0, "fails"),
        ("> 300", 301.5, 1.0, "holds"),
        ("> 300", 290.0, 1.0, "fails"),
        ("< 0", 0.0, 0.0, "fails"),
        ("< 0", -0.5, 0.4, "holds"),
        ("< 0", -0.3, 0.4, "fails"),
        ("≥ 1e3", 999.0, 0.0, "fails"),
        (True, True, None, "holds"),
        (True, np.bool_(False), None, "fails"),
        (False, True, None, "fails"),
        ("(0,0)/(1,1)", "(0,0)/(1,1)", None, "holds"),
        ("(0,0)/(1,1)", "(1,0)/(0,1)", None, "fails"),
        ("(0,0)/(1,1)", None, None, "fails"),
    ],
)
def test_status_is_worked_out(published: Any, computed: Any, tolerance: float | None, status: str) -> None:
    unit = "" if tolerance is None else "µeV"
    assert claim(published=published, computed=computed, tolerance=tolerance, unit=unit).status == status


@given(
    published=st.floats(-1e6, 1e6, allow_subnormal=False),
    away=st.floats(0.0, 10.0, allow_subnormal=False),
    tolerance=st.floats(1e-3, 10.0, allow_subnormal=False),
    side=st.sampled_from([-1, 1]),
)
def test_a_number_holds_exactly_within_its_tolerance(
    published: float, away: float, tolerance: float, side: int
) -> None:
    computed = published + side * away
    expected = "holds" if abs(computed - published) <= tolerance else "fails"
    assert claim(published=published, computed=computed, tolerance=tolerance).status == expected


def test_the_status_cannot_be_typed_in() -> None:
    with pytest.raises(TypeError, match="status"):
        claim(status="holds")


def test_a_known_difference_differs_holds_or_fails_by_what_is_computed() -> None:
    known: dict[str, Any] = {"published": 8.0, "tolerance": 0.5, "unit": "K", "instead": 9.17}
    note = "The paper says 8 K; 790 µeV / k_B = 9.17 K."
    assert claim(**known, computed=9.2, note=note).status == "differs"
    assert claim(**known, computed=8.3, note=note).status == "holds"
    assert claim(**known, computed=12.0, note=note).status == "fails"
    assert claim(**known, computed=None, note=note).status == "fails"


@pytest.mark.parametrize(
    "note", ["The numbers do not agree.", "The paper says 8 K.", "It is 9.17 K.", "It is 9.1 K, the paper says 8 K."]
)
def test_a_known_difference_must_name_both_numbers(note: str) -> None:
    with pytest.raises(InputError, match="`note` must contain"):
        claim(published=8.0, computed=9.2, tolerance=0.5, unit="K", instead=9.17, note=note)


def test_known_differences_of_words_and_bounds_name_both_too() -> None:
    words: dict[str, Any] = {"published": "vertical", "computed": "horizontal", "tolerance": None, "unit": ""}
    assert claim(**words, instead="horizontal", note="Not vertical: horizontal, 90°.").status == "differs"
    with pytest.raises(InputError, match="contain horizontal"):
        claim(**words, instead="horizontal", note="Not vertical.")
    limits: dict[str, Any] = {"published": "> 300", "computed": 280.0, "tolerance": 1.0, "unit": "K"}
    assert claim(**limits, instead="> 270", note="300 K is meant as 270 K.").status == "differs"
    with pytest.raises(InputError, match="contain > 270"):
        claim(**limits, instead="> 270", note="More than 300 K.")


def test_a_claim_that_depends_on_a_choice_is_open_where_the_choice_decides() -> None:
    own: dict[str, Any] = {"depends_on": "t", "note": "One pixel."}
    assert claim(**own, choices={"a": 830.0, "b": 829.5}).status == "holds"
    assert claim(**own, choices={"a": 830.0, "b": 700.0}).status == "open"
    assert claim(**own, choices={"a": 700.0, "b": None}).status == "open"  # the figure's own choice holds
    assert claim(**own, computed=700.0, choices={"a": 830.0, "b": 700.0}).status == "open"
    assert claim(**own, computed=700.0, choices={"a": float("nan"), "b": 650.0}).status == "fails"
    differs = {"computed": 700.0, "instead": 700.0, "note": "700 and not 830 µeV."}
    assert claim(**own | differs, choices={"a": 650.0}).status == "differs"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"note": "  "}, "`note` must be given"),
        ({"source": ""}, "`source` must be given"),
        ({"tolerance": None}, "`tolerance` must be given for a number"),
        ({"published": "≥ 0", "tolerance": None}, "`tolerance` must be given for a number or a bound"),
        ({"published": True, "computed": True}, "`tolerance` must be left out"),
        ({"tolerance": -1.0}, "`tolerance` must be zero or positive"),
        ({"tolerance": float("nan")}, "`tolerance` must be finite"),
        ({"published": float("nan")}, "`published` must be finite"),
        ({"computed": True}, "`computed` must be a number"),
        ({"computed": "830"}, "`computed` must be a number"),
        ({"published": True, "computed": "yes", "tolerance": None}, "`computed` must be yes or no"),
        ({"published": "vertical", "computed": 1.0, "tolerance": None}, "`computed` must be words"),
        ({"instead": "> 8"}, "`instead` must be a number"),
        ({"depends_on": "t"}, "`depends_on` must say what the paper leaves open where there are choices"),
        ({"choices": {"a": 1.0}}, "`depends_on` must say what the paper leaves open where there are choices"),
        ({"choices": {"a": "much"}, "depends_on": "t"}, "`choices` must be a number each.*a: 'much'"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        claim(**changes)


def test_bounds_are_read_with_either_minus() -> None:
    assert bound("≥ -0.5") == bound("≥ −0.5") == ("≥", -0.5)
    assert bound("> 1e-3") == (">", 1e-3)
    assert bound("(1,0) > 3") is None
    assert bound(3.0) is None


def test_a_record_has_the_ten_keys_and_survives_json(tmp_path: Any) -> None:
    records = [
        claim().record(),
        claim(figure="b", published=True, computed=np.bool_(True), tolerance=None, unit="").record(),
        claim(figure="c", computed=float("nan")).record(),
    ]
    assert list(records[0]) == KEYS
    path = tmp_path / "claims.json"
    path.write_text(to_text(records), encoding="utf-8")
    assert read_claims(path) == records
    assert json.loads(path.read_text(encoding="utf-8"))[2]["computed"] is None
    assert "µeV" in path.read_text(encoding="utf-8")


def test_no_file_is_no_claims(tmp_path: Any) -> None:
    assert read_claims(tmp_path / "claims.json") == []


@pytest.mark.parametrize("text", ["", "{", "{}", "[1]", '[{"figure": "a"}]', '[{"status": "holds"}]', "\udcff"])
def test_a_claims_file_that_is_none_is_refused(tmp_path: Any, text: str) -> None:
    path = tmp_path / "claims.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(
        InputError, match=r"claims\.json` must be a list of claims.*remove it, or choose another folder"
    ):
        read_claims(path)


def test_a_claims_file_with_an_invented_status_is_refused(tmp_path: Any) -> None:
    path = tmp_path / "claims.json"
    path.write_text(json.dumps([claim().record() | {"status": "perhaps"}]), encoding="utf-8")
    with pytest.raises(InputError, match="perhaps"):
        read_claims(path)


def test_replacing_is_by_figure_and_in_order() -> None:
    def record(figure: str, text: str) -> Record:
        return claim(figure=figure, claim=text).record()

    kept = [record("b", "old"), record("b", "older"), record("elsewhere", "kept"), record("c", "kept")]
    new = [record("b", "new"), record("a", "first"), record("a", "second")]
    found = [(entry["figure"], entry["claim"]) for entry in replaced(kept, new, ["a", "b", "c"])]
    assert found == [("a", "first"), ("a", "second"), ("b", "new"), ("c", "kept"), ("elsewhere", "kept")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ("830 µeV", "830.5 µeV", "± 1 µeV")),
        ({"computed": 829.123456, "tolerance": 4.0}, ("830 µeV", "829.1 µeV", "± 4 µeV")),
        ({"computed": 829.123456, "tolerance": 40.0}, ("830 µeV", "829 µeV", "± 40 µeV")),
        ({"published": 0.0, "computed": -1e-17}, ("0 µeV", "0.0 µeV", "± 1 µeV")),
        ({"computed": 3667.2, "tolerance": 467.4}, ("830 µeV", "3667 µeV", "± 470 µeV")),
        ({"computed": None}, ("830 µeV", "not found", "± 1 µeV")),
        ({"published": "≥ -2", "computed": -1.5}, ("≥ −2 µeV", "−1.5 µeV", "1 µeV")),
        ({"published": "≥ 0", "computed": 0.012345678, "tolerance": 1e-12}, ("≥ 0 µeV", "0.0123457 µeV", "1e−12 µeV")),
        ({"published": 1.0, "computed": 0.9987, "tolerance": 0.01, "unit": "1"}, ("1", "0.999", "± 0.01")),
        ({"published": 90.0, "computed": 89.9, "unit": "°"}, ("90°", "89.9°", "± 1°")),
        ({"published": 1.0, "computed": 1.0, "tolerance": 0.0, "unit": "1"}, ("1", "1", "± 0")),
        ({"published": True, "computed": False, "tolerance": None, "unit": ""}, ("yes", "no", "equal")),
        (
            {"published": "vertical", "computed": "horizontal", "tolerance": None, "unit": ""},
            ("vertical", "horizontal", "equal"),
        ),
    ],
)
def test_the_table_shows_no_finer_digits_than_the_tolerance(changes: dict[str, Any], words: tuple[str, ...]) -> None:
    assert in_words(claim(**changes).record()) == words
