"""What is opened on the page: a kind of model, a study, its result or a reading; on a server or in a notebook."""

from collections.abc import Callable, Sequence
from pathlib import Path

import xarray as xr
from bokeh.document import Document as Page
from bokeh.io import output_notebook
from bokeh.io import show as show_in_notebook
from bokeh.models import CustomJS
from bokeh.resources import INLINE

from attractron.core.files import read_dataset
from attractron.explorer.measured import Reading, is_measured
from attractron.explorer.models import MODELS, pictures, pictures_of
from attractron.explorer.page import Explorer
from attractron.explorer.worker import Worker
from attractron.studies.stored import document_of

KEEP = 30_000
"""Milliseconds between two questions of nothing, which keep the process."""

DARK_MODE = "if (window.matchMedia('(prefers-color-scheme: dark)').matches) { toggle.active = true; }"


def document(what: str | Path | None = None, *, worker: Worker | None = None) -> Callable[[Page], None]:
    """A function that fills a Bokeh document with the page, for a server of one's own or a notebook.

    Args:
        what: a kind of model ("building-block", "junction", "wires", …), a study file, a result of one, or a reading of
            measured data; the building block by default.
        worker: who calculates, by default a process of its own; its kernels are compiled before this returns.

    Returns:
        Document → None; every document that it fills has numbers of its own.

    Raises:
        InputError: no such model, a file that cannot be read or explored.
        AttractronError: Bokeh is not installed.

    Example:
        >>> from bokeh.document import Document
        >>> page = Document()
        >>> at.explorer.document("building-block", worker=at.explorer.Worker(apart=False))(page)
        >>> page.title
        'Attractron explorer'
    """
    measured = _measured(what)
    kind = "building-block" if what is None else str(what) if what in MODELS else ""
    texts: Sequence[str] = ()
    if measured is None:
        texts = pictures(kind) if kind else pictures_of(document_of(str(what)))
    answers = worker or Worker()
    if measured is None:
        answers.warm()

    def fill(page: Page) -> None:
        page.title = "Attractron explorer"
        explorer = Explorer(page, texts, kind, answers) if measured is None else Reading(page, measured, answers)
        page.add_root(explorer.root() if isinstance(explorer, Explorer) else explorer.whole)
        page.js_on_event("document_ready", CustomJS(args={"toggle": explorer.dark}, code=DARK_MODE))
        page.add_periodic_callback(answers.keep, KEEP)

    return fill


def _measured(what: str | Path | None) -> xr.Dataset | None:
    """The reading that a file, or the folder of `attractron read`, holds; None of anything else."""
    if what is None or what in MODELS:
        return None
    path = Path(what)
    kept = sorted(path.glob("*-read.nc"))[:1] if path.is_dir() else [path] if path.suffix == ".nc" else []
    result = read_dataset(kept[0]) if kept and kept[0].exists() else None
    return result if result is not None and is_measured(result) else None


def show(what: str | Path | None = None, *, address: str = "http://localhost:8888") -> None:
    """The page in a notebook, below the cell that calls this.

    Args:
        what: as for `document`.
        address: of the notebook as the browser shows it, without its path; pages of another are refused.

    Raises:
        InputError: as `document`.

    Example:
        >>> callable(at.explorer.show)  # at.explorer.show("junction") in a notebook
        True
    """
    output_notebook(INLINE, hide_banner=True)
    show_in_notebook(document(what), notebook_url=address)
