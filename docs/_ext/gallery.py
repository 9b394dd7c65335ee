"""The gallery: every figure of `attractron reproduce`, drawn on its coarse grid, with the lines of Python beside it.

What is drawn and printed is kept by a hash of the package (`figures_kept_by` in conf.py), so that a second build only
copies it. A figure or a line that fails ends the build.
"""

import contextlib
import io
import itertools
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import joblib

from attractron.papers.catalogue import all_figures
from attractron.papers.figures import PaperFigure

INTRODUCTION = """# Gallery

Every figure of `attractron reproduce`, here on coarse grids, and the lines of Python that calculate what it shows.
The command draws it in full, with the claims of the paper that it checks: `attractron reproduce hamo-3`;
`--list` names them all.
"""


def setup(app: Any) -> dict[str, Any]:
    app.add_config_value("figures_kept_by", "", "env")
    app.connect("config-inited", _write)  # before the pages are gathered
    return {"parallel_read_safe": True}


def _write(app: Any, config: Any) -> None:
    kept = Path(app.srcdir) / "_build" / "gallery" / config.figures_kept_by
    folder = Path(app.srcdir) / "gallery"
    for path in (kept, folder):
        path.mkdir(parents=True, exist_ok=True)
    figures = all_figures()
    missing = [name for name in figures if not (kept / f"{name}.txt").exists()]
    joblib.Parallel(n_jobs=2)(joblib.delayed(make)(name, kept) for name in missing)
    for name, figure in figures.items():
        shutil.copyfile(kept / f"{name}.png", folder / f"{name}.png")
        (folder / f"{name}.py").write_text(figure.python, encoding="utf-8")
        (folder / f"{name}.md").write_text(page(figure, (kept / f"{name}.txt").read_text("utf-8")), encoding="utf-8")
    (folder / "index.md").write_text(index(list(figures.values())), encoding="utf-8")


def make(name: str, folder: Path) -> None:
    """The picture of a figure and what its lines print, the text last, as a sign that both are there."""
    figure = all_figures()[name]
    figure.draw(figure.compute(True)).savefig(folder / f"{name}.png", dpi=80)
    (folder / f"{name}.txt").write_text(printed(figure.python, name), encoding="utf-8")


def printed(lines: str, name: str) -> str:
    """What lines of Python print; files that they write are thrown away."""
    here = Path.cwd()
    text = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(text):
        os.chdir(folder)
        try:
            exec(compile(lines, f"<{name}>", "exec"), {})
        finally:
            os.chdir(here)
    return text.getvalue()


def page(figure: PaperFigure, output: str) -> str:
    """The page of one figure."""
    text = f"# {plain(figure.title)}\n\n*{plain(figure.source)}*\n\n![{figure.name}]({figure.name}.png)\n\n"
    text += f"{plain(figure.caption)}\n\n"
    text += f"In full, with the claims that it checks: `attractron reproduce {figure.name}`.\n\n## In Python\n\n"
    text += f"```python\n{figure.python.strip()}\n```\n\n{{download}}`{figure.name}.py`\n"
    return text + (f"\nIt prints\n\n````text\n{output.strip()}\n````\n" if output.strip() else "")


def plain(text: str) -> str:
    """Text in which Markdown finds nothing of its own, in one paragraph."""
    return re.sub(r"([\\*_$<>\[\]`{}#|~^])", r"\\\1", " ".join(text.split()))


def index(figures: list[PaperFigure]) -> str:
    """All figures as cards, paper by paper."""
    text = INTRODUCTION
    for paper, group in itertools.groupby(figures, key=lambda figure: figure.paper):
        text += f"\n## {plain(paper)}\n\n:::::{{grid}} 1 2 3 3\n:gutter: 3\n\n"
        text += "".join(
            f"::::{{grid-item-card}} {plain(each.title)}\n:link: {each.name}\n:link-type: doc\n"
            f":img-top: {each.name}.png\n:img-alt: {each.name}\n\n`{each.name}`\n::::\n\n"
            for each in group
        )
        text += ":::::\n"
    return text + "\n```{toctree}\n:hidden:\n\n" + "".join(f"{figure.name}\n" for figure in figures) + "```\n"
