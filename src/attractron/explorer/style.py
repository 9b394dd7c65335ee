"""How the page looks and speaks: its style sheet, words as HTML, files to the browser."""

import html
import re
from collections.abc import Mapping

from attractron.explorer.point import GREEK, plain

_GREEK = re.compile(rf"\b({'|'.join(GREEK)})(_\w+)?\b")

DOWNLOAD = """
const text = cb_obj.text; if (!text) return;
const [name, type, data] = text.split("|");
const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0));
const link = document.createElement("a");
link.href = URL.createObjectURL(new Blob([bytes], {type}));
link.download = name; link.click();
setTimeout(() => URL.revokeObjectURL(link.href), 1000);
"""


def style(colours: Mapping[str, str]) -> str:
    """The style sheet of the page's parts in the colours of the page."""
    return f"""
    :host {{ color: {colours["text"]}; font-family: system-ui, sans-serif; font-size: 14px; }}
    .bk-input {{ background-color: {colours["page"]}; color: {colours["text"]}; font-size: 14px; }}
    select.bk-input {{ appearance: auto; background-image: none; color-scheme: {colours["scheme"]}; }}
    .bk-btn {{ background: {colours["page"]}; color: {colours["text"]}; border-color: #888888; font-size: 13px; }}
    .bk-btn:hover, .bk-btn.bk-active {{ background: {colours["grid"]}; color: {colours["text"]}; }}
    label {{ color: {colours["text"]}; font-size: 14px; }}
    .verdict {{ font-size: 17px; line-height: 1.4; }} .verdict b {{ font-size: 20px; }}
    .old {{ opacity: 0.5; }} p {{ margin: 4px 0; }}
    .point {{ min-height: 40px; font-variant-numeric: tabular-nums; }}
    .refused {{ color: #D55E00; font-weight: bold; }}
    pre {{ white-space: pre-wrap; font-size: 13px; border: 1px solid {colours["grid"]}; padding: 8px; }}
    :focus-visible {{ outline: 2px solid #56B4E9; outline-offset: 2px; }}
    """


def sentences(text: str) -> list[str]:
    """The clauses of a verdict.

    >>> sentences("It pairs by 1.5 meV; up to 18 K. The best is 2.4 meV.")
    ['It pairs by 1.5 meV;', 'up to 18 K.', 'The best is 2.4 meV.']
    """
    return re.split(r"(?<=[.;]) (?=\D)", text)


def typeset(text: str) -> str:
    """Plain words as HTML: Greek letters, indices, powers, minus signs."""
    found = (
        _GREEK.sub(lambda word: plain(word[0]), html.escape(text, quote=False)).replace(" -", " −").replace("(-", "(−")
    )
    found = re.sub(r"\^\(?([-−]?[\w.]+)\)?", r"<sup>\1</sup>", found)
    found = re.sub(r"\bk_BT\b", "k<sub>B</sub>T", found)
    return re.sub(r"\b([^\W\d_]̃?)_(\w+)", r"\1<sub>\2</sub>", found)


def as_verdict(text: str, *, current: bool) -> str:
    """The first clause large, the rest below it; pale where it is not of what is shown."""
    first, *rest = sentences(text)
    more = " ".join(rest)
    state = "verdict" if current else "verdict old"
    head, tail = typeset(first.rstrip(";.")), typeset(more[:1].upper() + more[1:])
    return f'<p class="{state}" aria-live="polite"><b>{head}.</b><br>{tail}</p>'


def refused(text: str) -> str:
    """Why there is nothing to show."""
    return f'<p class="verdict refused" role="alert">{typeset(text)}</p>'
