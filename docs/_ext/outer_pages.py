"""Pages of the site that stand elsewhere in the repository, with their links as the site has them."""

import re
from pathlib import Path
from typing import Any

PAGES = {"benchmarks": "benchmarks/README.md", "changelog": "CHANGELOG.md", "contributing": "CONTRIBUTING.md"}
"""Page of the site: its file, from the repository's root."""


def setup(app: Any) -> dict[str, Any]:
    app.connect("source-read", _read)
    return {"parallel_read_safe": True}


def _read(app: Any, name: str, source: list[str]) -> None:
    root = Path(app.srcdir).parent
    here = "docs"
    if name in PAGES:
        path = root / PAGES[name]
        app.env.note_dependency(str(path))
        source[0], here = path.read_text(encoding="utf-8"), str(Path(PAGES[name]).parent)
    source[0] = relinked(source[0], here)


def relinked(text: str, folder: str) -> str:
    """Links to files of the repository as links to the site's pages, for a text that stands in `folder`."""
    pages = {path: name for name, path in PAGES.items()}

    def link(found: re.Match[str]) -> str:
        target = (Path("/") / folder / found[1]).resolve().relative_to("/").as_posix()
        name = pages.get(target) or (target.removeprefix("docs/") if target.startswith("docs/") else None)
        return f"]({name if name is None or name.endswith('.md') else name + '.md'}" if name else found[0]

    return re.sub(r"\]\(((?!https?:|#)[^)#\s]+\.md)", link, text)
