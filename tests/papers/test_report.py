import dataclasses
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from attractron.core.errors import InputError, OutputError
from attractron.core.files import read_dataset
from attractron.papers.report import Interrupted, reproduce


def stop() -> None:
    raise KeyboardInterrupt


EMPTY = {"meta", "link", "img", "input"}
"""Elements without an end."""


class Page(HTMLParser):
    """What a browser would load or follow, and the text it would show; every element must end where it began."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append((tag, dict(attrs)))
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.labels += [value or "" for name, value in attrs if name in ("for", "aria-labelledby")]
        if tag not in EMPTY:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def records(out: Path) -> list[dict[str, Any]]:
    return list(json.loads((out / "claims.json").read_text(encoding="utf-8")))


def page(out: Path) -> Page:
    return Page((out / "report.html").read_text(encoding="utf-8"))


def names(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir())


def test_everything_is_written_and_the_claims_are_returned(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"), toy("b", value=2.0))
    seen: list[tuple[int, int, str]] = []
    claims = reproduce([], tmp_path / "out", progress=lambda *step: seen.append(step))
    out = tmp_path / "out"
    assert names(out) == ["a.nc", "a.png", "b.nc", "b.png", "claims.json", "report.html"]
    assert [(claim.figure, claim.status) for claim in claims] == [("a", "holds"), ("b", "fails")]
    assert records(out) == [claim.record() for claim in claims]
    assert seen == [(0, 2, "a"), (1, 2, "b"), (2, 2, "")]
    assert read_dataset(out / "a.nc").attrs["resolution"] == "full"
    assert (out / "a.png").read_bytes().startswith(b"\x89PNG")


def test_quick_is_passed_on_and_said(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"))
    reproduce([], tmp_path, quick=True)
    result = read_dataset(tmp_path / "a.nc")
    assert result.sizes["x"] == 3
    assert result.attrs["resolution"] == "quick"
    assert "attractron reproduce a --quick" in page(tmp_path).text


def test_the_page_loads_nothing_from_elsewhere(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"), toy("b"))
    reproduce([], tmp_path)
    found = page(tmp_path)
    assert all(link.startswith(("data:", "#")) for link in found.links)
    assert sum(link.startswith("data:image/webp;base64,") for link in found.links) == 2
    assert not {"script", "iframe", "object", "embed"} & set(found.tags)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"url\(|@import|https?://", text)


def test_the_page_says_every_claim_in_words_and_escapes_them(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"), toy("b", value=2.0))
    reproduce([], tmp_path)
    found = page(tmp_path)
    said = (
        "The slope of a <is> one.",
        "A < line.",
        "✓ holds",
        "✗ fails",
        "Rounding only.",
        "± 1e−09 meV/mV",
        "slope −1",
    )
    for words in said:
        assert words in found.text
    assert "✓ 1 holds" in found.text
    assert "✗ 1 fails" in found.text
    assert "Electron attraction mediated by Coulomb repulsion" in found.text
    assert "is" not in found.tags


def test_the_page_is_well_formed_with_headings_in_order_and_names_for_what_is_no_text(
    figures: Any, toy: Any, tmp_path: Path
) -> None:
    figures(toy("a"), toy("b", value=2.0))
    reproduce([], tmp_path)
    found = page(tmp_path)
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert set(found.labels) <= set(found.ids)
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)
    levels = [int(tag[1]) for tag in found.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert levels.count(1) == 1
    named = [attributes for tag, attributes in found.attributes if tag == "img"]
    assert all(attributes.get("alt") for attributes in named)


def contrast(first: str, second: str) -> float:
    """Of two colours, as the accessibility guidelines (WCAG 2.1) define it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_colours_of_the_page_can_be_read(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"))
    reproduce([], tmp_path)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6})", text)) | {"paper": "ffffff"}
    for status in ("holds", "differs", "open", "fails"):
        assert contrast(colours[status], colours[f"{status}-bg"]) >= 4.5, status
    for name in ("ink", "soft", "link"):
        assert min(contrast(colours[name], colours[ground]) for ground in ("paper", "shade")) >= 4.5, name


def test_claims_are_sifted_by_status_and_by_being_read_back(figures: Any, toy: Any, tmp_path: Path) -> None:
    known = toy("b", value=2.0)
    read_back = dataclasses.replace(
        known, claims=lambda line: [dataclasses.replace(claim, read_back=True) for claim in known.claims(line)]
    )
    figures(toy("a"), read_back)
    reproduce([], tmp_path)
    found = page(tmp_path)
    boxes = {str(attributes.get("id")) for tag, attributes in found.attributes if tag == "input"}
    assert boxes == {
        *(f"show-{name}" for name in ("holds", "differs", "open", "fails", "prediction", "read-back")),
        *("zoom-a", "zoom-b"),
    }
    sifted = [
        (tag, str(attributes["class"]).split()[1:])
        for tag, attributes in found.attributes
        if "sifted" in str(attributes.get("class"))
    ]
    one = [("li", ["holds-prediction"]), ("li", ["fails-read-back"])]
    assert sifted == [*one, *((tag, kinds) for _, kinds in one for tag in ("section", "tbody"))]
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    for status in ("holds", "differs", "open", "fails"):
        for kind in ("prediction", "read-back"):
            rule = f"body:has(#show-{status}:checked):has(#show-{kind}:checked) .{status}-{kind}"
            assert rule in text
    assert "read back" in found.text


def test_figures_are_grouped_by_paper_and_named_by_panel_with_their_lines_of_python(
    figures: Any, toy: Any, tmp_path: Path
) -> None:
    first = dataclasses.replace(toy("a"), paper="one, Nature", source="one, Nature, Fig. 2a", python="print(1 < 2)\n")
    other = dataclasses.replace(toy("b"), paper="other", source="ours, of Fig. 4 of other")
    figures(first, other)
    reproduce([], tmp_path)
    text = page(tmp_path).text
    assert "One, Nature" in text
    assert "Fig. 2a · a" in text
    assert "Ours, of Fig. 4 · b" in text
    assert "print(1 < 2)" in text
    assert text.count("In Python") == 1


def test_one_figure_leaves_the_others_as_they_are(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"), toy("b"), toy("c"))
    reproduce([], tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in ("a.nc", "a.png", "c.nc", "c.png")}
    figures(toy("a", value=9.0), toy("b", value=2.0), toy("c"))
    claims = reproduce(["b"], tmp_path)
    assert [claim.figure for claim in claims] == ["b"]
    assert [(entry["figure"], entry["computed"]) for entry in records(tmp_path)] == [("a", 1.0), ("b", 2.0), ("c", 1.0)]
    assert before == {name: (tmp_path / name).read_bytes() for name in before}
    text = page(tmp_path).text
    assert all(f"Line {name}" in text for name in "abc")
    assert "value = 1" in text
    assert "value = 9" not in text


def test_claims_of_figures_that_are_no_more_are_kept(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"), toy("gone"))
    reproduce([], tmp_path)
    figures(toy("a"))
    reproduce(["a"], tmp_path)
    assert [entry["figure"] for entry in records(tmp_path)] == ["a", "gone"]
    assert len([link for link in page(tmp_path).links if link.startswith("data:image/webp")]) == 2


def test_a_lost_picture_or_dataset_of_another_figure_is_said_not_fatal(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"), toy("b"))
    reproduce([], tmp_path)
    (tmp_path / "a.png").unlink()
    (tmp_path / "a.nc").unlink()
    reproduce(["b"], tmp_path)
    assert "a.png is not in the folder" in page(tmp_path).text


def test_a_stop_leaves_what_is_finished_and_says_how_to_go_on(figures: Any, toy: Any, tmp_path: Path) -> None:
    out = tmp_path / "my results"
    figures(toy("a"), toy("b", before=stop), toy("c"))
    with pytest.raises(Interrupted) as stopped:
        reproduce([], out, quick=True)
    assert stopped.value.remaining == ["b", "c"]
    assert [claim.figure for claim in stopped.value.finished] == ["a"]
    assert str(stopped.value) == (
        f"stopped; not finished: b, c. Go on with: attractron reproduce b c --quick --out '{out}'"
    )
    assert names(out) == ["a.nc", "a.png", "claims.json", "report.html"]
    assert [entry["figure"] for entry in records(out)] == ["a"]
    assert "Not in this report yet: b, c." in page(out).text
    figures(toy("a", before=stop), toy("b"), toy("c"))
    reproduce(stopped.value.remaining, out)
    assert [entry["figure"] for entry in records(out)] == ["a", "b", "c"]
    assert "Not in this report yet" not in page(out).text


@pytest.mark.parametrize("file", ["claims.json", "report.html", "b.nc", "b.png"])
def test_a_stop_or_a_full_disk_while_writing_leaves_whole_files(
    figures: Any, toy: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    figures(toy("a"), toy("b"))
    reproduce(["a"], tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    really = Path.replace
    for error, raised in ((KeyboardInterrupt(), Interrupted), (OSError(28, "No space left on device"), OutputError)):

        def fail(self: Path, target: Path, error: BaseException = error) -> Path:
            if Path(target).name == file:
                raise error
            return really(self, target)

        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(raised):
            reproduce(["b"], tmp_path)
        assert not [name for name in names(tmp_path) if name.startswith(".")]
        assert file not in names(tmp_path) or (tmp_path / file).read_bytes() == before[file]
        assert records(tmp_path)
        assert "Line a" in page(tmp_path).text
    monkeypatch.setattr(Path, "replace", really)
    reproduce(["b"], tmp_path)
    assert [entry["figure"] for entry in records(tmp_path)] == ["a", "b"]


def test_bad_input_stops_before_any_work(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a", before=stop), toy("b"))
    with pytest.raises(InputError, match="did you mean 'a'"):
        reproduce(["b", "aa"], tmp_path / "new")
    assert not (tmp_path / "new").exists()
    (tmp_path / "claims.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"claims\.json"):
        reproduce(["a"], tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot write to the folder"):
        reproduce(["a"], tmp_path / "file")


def test_a_truncated_dataset_is_no_obstacle_to_making_it_again(figures: Any, toy: Any, tmp_path: Path) -> None:
    figures(toy("a"), toy("b"))
    reproduce([], tmp_path)
    (tmp_path / "a.nc").write_bytes(b"\x89HDF")
    with pytest.raises(InputError, match=r"a\.nc.*make it again"):
        reproduce(["b"], tmp_path)
    reproduce(["a"], tmp_path)
    assert read_dataset(tmp_path / "a.nc").sizes["x"] == 5
