"""Names of axes as files have them, and those under which they go in a result, which has names of its own."""

from collections.abc import Callable, Iterable

OWN = ("signal", "noise", "repeats", "sweep")
"""What data as `load` gives them hold besides their axes."""

NAME_IN_FILE = "name_in_file"
"""Attribute of an axis that goes by another name in a result."""


ALSO_CALLED = "also_called"
"""Attribute of an axis with the other names that its file has for it, a list."""


def labels(names: Iterable[str], taken: Callable[[str], bool]) -> dict[str, str]:
    """Name of an axis → its name in a result: the same, but without what files cannot hold, and an underscore behind it
    where the result has taken it.

    A slash is a group in the files that results go to, and a point the group itself.

    Example:
        >>> from attractron.readout.files.names import labels
        >>> labels(["step", "P1/left", "V_SD"], {"step", "signal"}.__contains__)
        {'step': 'step_', 'P1/left': 'P1_left', 'V_SD': 'V_SD'}
    """
    found: dict[str, str] = {}
    for number, name in enumerate(names, start=1):
        label = "".join(mark if mark.isprintable() else " " for mark in name).replace("/", "_").strip()
        label = label if label.strip(".") else f"axis{number}"
        while taken(label) or label in found.values():
            label += "_"
        found[name] = label
    return found
