"""Which axis of a transport image is the bias, and whether the image is a current or a conductance."""

import re
from collections.abc import Sequence

from attractron.core.checks import choice
from attractron.core.errors import InputError

BIAS = re.compile(
    r"bias|source.?drain|drain.?source|(?<![a-z])v?_?s_?d(?![a-z])|(?<![a-z])v?_?d_?s(?![a-z])|(?<![a-z])v_?[sd](?![a-z])",
    re.IGNORECASE,
)
"""Names of a bias: V_SD, Vsd, bias, source-drain, V_DS."""

CONDUCTANCE = re.compile(r"^d\w*\s*/?_?\s*dV|conductance|^g(_|\b)|lock.?in", re.IGNORECASE)
SIEMENS = re.compile(r"^[pnµumk]?S$|siemens|e\^?[2²]\s*/\s*h|A\s*/\s*[mµu]?V|mho", re.IGNORECASE)


def bias_axis(names: Sequence[str], given: str | None) -> int:
    """Index of the bias among two axes, by its name where it is not given.

    Raises:
        InputError: no such axis; none or both look like one.
    """
    if given is not None:
        return list(names).index(choice("bias", given, names))
    found = [number for number, name in enumerate(names) if BIAS.search(name)]
    if len(found) != 1:
        listed = ", ".join(names)
        got = "both look like it" if found else "none looks like it"
        raise InputError("bias", f"name the axis of the bias ({listed})", got, f"say --bias {names[0]}")
    return found[0]


def is_conductance(name: str, unit: str) -> bool:
    """Whether a signal is dI/dV by its name or its unit."""
    return bool(CONDUCTANCE.search(name.strip()) or SIEMENS.search(unit.strip()))
