"""How the cosines between the wires are cut off at l*, where their momentum mismatch is noticed: a convention.

With y_i the couplings and x_i the bracket of (16c, d), all schemes read

    source of y_s, K_s, K:  c_i y_i²,      dy_i/dl = x_i y_i   (`Frozen`: c_i x_i y_i),

and differ in c_i(l). The share of paired ground states depends strongly on the choice, so that it is a part of every
result and `attractron.wires.scheme_comparison` draws the band between them. The factors c_i are calculated beside the
equations (`attractron.wires.flow.equations`), l* from the mismatch with the model (`attractron.wires.model`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from attractron.core.checks import FloatArray, positive
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable
from attractron.wires.flow.cutoff_table import table_of

TANH, SHARP, FROZEN = 0, 1, 2
"""Codes of the schemes in the compiled kernel."""


@dataclass(frozen=True)
class Tanh(ShownAsTable):
    """c = ½[1 - tanh((l-l*)/χ)] = 1/(1 + e^{2(l-l*)/χ}), as published (below (16)).

    Where x > 1/χ the source c y² ∝ e^{2(x-1/χ)l} grows beyond l*: the scheme then cuts nothing off.

    Theory: docs/theory/wires.md, eq-cutoff.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> round(float(at.wires.flow(wires, cutoff=at.wires.Tanh(chi=1.5)).l_spin), 2)
        5.44
    """

    chi: float = 1.5

    def __post_init__(self) -> None:
        positive("chi", self.chi)


@dataclass(frozen=True)
class Sharp(ShownAsTable):
    """c = 1 before l*, 0 after.

    Theory: docs/theory/wires.md, eq-cutoff.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> round(float(at.wires.flow(wires, cutoff=at.wires.Sharp()).l_spin), 2)  # a gap e^-30 smaller than by Tanh
        35.87
    """


@dataclass(frozen=True)
class Frozen(ShownAsTable):
    """The c of `Tanh` in the source and in dy/dl alike: the coupling stops growing where it is cut off.

    Theory: docs/theory/wires.md, eq-cutoff.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> round(float(at.wires.flow(wires, cutoff=at.wires.Frozen(chi=1.5)).l_spin), 2)
        33.66
    """

    chi: float = 1.5

    def __post_init__(self) -> None:
        positive("chi", self.chi)


@dataclass(frozen=True)
class CustomCutoff(ShownAsTable):
    """A cut-off of your own: any smooth c(l - l*) that falls from 1 to 0.

    Give its logarithm, since c y² matters where c alone is below the range of numbers. It has to fall ever faster, or
    along a line in the end (c log-concave). It is tabulated once, to 1e-11 (`attractron.wires.flow.cutoff_table`).

    Theory: docs/theory/wires.md, eq-cutoff.

    Attributes:
        log_factor: ln c as a function of an array of l - l*.
        name: in results and their `scheme`; two cut-offs of one name are taken for the same.
        frozen: whether c stands in dy/dl too, as with `Frozen`.

    Raises:
        InputError: not such a function.

    Example:
        One that holds on for a while, and then falls off fast:

        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> own = at.wires.CustomCutoff(lambda u: -np.where(u > 0, u, 0.0) ** 4, name="e^-u⁴ beyond l*")
        >>> round(float(at.wires.flow(wires, cutoff=own).l_spin), 2)
        4.87
    """

    log_factor: Callable[[Any], Any] = field(compare=False, repr=False)
    name: str
    frozen: bool = False
    _table: tuple[float, FloatArray] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not callable(self.log_factor):
            raise InputError("log_factor", "be a function of l - l*", repr(self.log_factor))
        if not isinstance(self.name, str) or not self.name:
            raise InputError("name", "be a word or two", repr(self.name), "it stands in results")
        object.__setattr__(self, "_table", table_of(self.log_factor))

    @property
    def chi(self) -> float:
        """χ of the slope -2/χ with which ln c goes on beyond its table."""
        return self._table[0]

    @property
    def table(self) -> FloatArray:
        """The table that the compiled flow reads."""
        return self._table[1]


Cutoff = Tanh | Sharp | Frozen | CustomCutoff

NO_TABLE: FloatArray = np.empty(0)

PUBLISHED = Tanh()
"""The paper's, at the χ of most of its figures: the default."""

CODES = {Tanh: TANH, Sharp: SHARP, Frozen: FROZEN}


def numbers(cutoff: Cutoff) -> tuple[int, float]:
    """Code of the scheme and its χ (1 for a sharp one, which has none).

    Raises:
        InputError: not a cut-off.
    """
    if isinstance(cutoff, CustomCutoff):
        return FROZEN if cutoff.frozen else TANH, cutoff.chi
    if type(cutoff) not in CODES:
        expected = "be Tanh(chi), Sharp(), Frozen(chi) or a CustomCutoff"
        raise InputError("cutoff", expected, repr(cutoff), "for example Tanh(chi=1.5)")
    return CODES[type(cutoff)], getattr(cutoff, "chi", 1.0)


def table(cutoff: Cutoff) -> FloatArray:
    """What stands behind the constants of a flow: the table of a `CustomCutoff`, nothing for the others."""
    return cutoff.table if isinstance(cutoff, CustomCutoff) else NO_TABLE
