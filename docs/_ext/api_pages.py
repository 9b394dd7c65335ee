"""One page for each folder of the package with all that it exports, and below it one for each function and class."""

import importlib
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

import attractron


def setup(app: Any) -> dict[str, Any]:
    app.connect("config-inited", _write)  # before the pages are gathered
    app.connect("builder-inited", _look_again, priority=100)  # before autosummary's, at 500
    return {"parallel_read_safe": True}


def _look_again(app: Any) -> None:
    """A page that is new since the last build has stubs, too: so far only those of that build are known."""
    app.project.discover(app.config.exclude_patterns, app.config.include_patterns)


def _write(app: Any, config: Any) -> None:
    folder = Path(app.srcdir) / "api"
    folder.mkdir(exist_ok=True)
    names = [name for name in attractron.__all__ if not name.startswith("_")]
    for name in names:
        _keep(folder / f"{name}.rst", page(importlib.import_module(f"attractron.{name}")))
    entries = "".join(f"   {name}\n" for name in names)
    _keep(folder / "index.rst", f"API\n===\n\n.. toctree::\n   :maxdepth: 1\n\n{entries}")


def _keep(path: Path, text: str) -> None:
    """Writes a page only where it changed, so that the next build reads only what is new."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def page(module: ModuleType) -> str:
    """The page of a folder: its first sentence, then its functions and classes."""
    short = module.__name__.removeprefix("attractron.")
    groups = {"": _exported(module)}
    if short == "plotting":  # its modules are the doors
        found = (
            importlib.import_module(f"attractron.plotting.{each.name}")
            for each in pkgutil.iter_modules(module.__path__)
        )
        groups |= {each.__name__.removeprefix("attractron."): _own(each) for each in found}
    text = f"{short}\n{'=' * len(short)}\n\n.. automodule:: {module.__name__}\n   :no-members:\n\n"
    for title, things in groups.items():
        if things:
            text += f"{title}\n{'-' * len(title)}\n\n" if title else ""
            text += ".. autosummary::\n   :toctree: generated\n   :nosignatures:\n\n"
            text += "".join(f"   {thing}\n" for thing in things) + "\n"
    return text


def _exported(module: ModuleType) -> list[str]:
    things = {name: getattr(module, name) for name in getattr(module, "__all__", ())}
    return [name for name, thing in things.items() if inspect.isfunction(thing) or inspect.isclass(thing)]


def _own(module: ModuleType) -> list[str]:
    return [
        f"{module.__name__.removeprefix('attractron.plotting.')}.{name}"
        for name, thing in vars(module).items()
        if inspect.isfunction(thing) and thing.__module__ == module.__name__ and not name.startswith("_")
    ]
