"""How the cosines between the wires are cut off at l*, where their momentum mismatch is noticed: a convention.

With y_i the couplings and x_i the bracket of (16c, d), all schemes read

    source of y_s, K_s, K:  c_i y_i²,      dy_i/dl = x_i y_i   (`Frozen`: c_i x_i y_i),

and differ in c_i(l). The share of paired ground states depends strongly on the choice, so that it is a part of every
result and `attractron.wires.scheme_comparison` draws the band between them. The factors c_i are calculated beside the
equations (`attractron.wires.flow.equations`), l* from the mismatch with the model (`attractron.wires.model`).
"""

from dataclasses import dataclass

from attractron.core.checks import positive
from attractron.core.errors import InputError

TANH, SHARP, FROZEN = 0, 1, 2
"""Codes of the schemes in the compiled kernel."""


@dataclass(frozen=True)
class Tanh:
    """c = ½[1 - tanh((l-l*)/χ)] = 1/(1 + e^{2(l-l*)/χ}), as published (below (16)).

    Where x > 1/χ the source c y² ∝ e^{2(x-1/χ)l} grows beyond l*: the scheme then cuts nothing off.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> round(float(at.wires.flow(wires, cutoff=at.wires.Tanh(chi=1.5)).l_spin), 2)
        5.44
    """

    chi: float = 1.5

    def __post_init__(self) -> None:
        positive("chi", self.chi)


@dataclass(frozen=True)
class Sharp:
    """c = 1 before l*, 0 after.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> round(float(at.wires.flow(wires, cutoff=at.wires.Sharp()).l_spin), 2)  # a gap e^-30 smaller than by Tanh
        35.87
    """


@dataclass(frozen=True)
class Frozen:
    """The c of `Tanh` in the source and in dy/dl alike: the coupling stops growing where it is cut off.

    Example:
        >>> wires = at.wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.1, upsilon=0.12, mismatch=0.05)
        >>> round(float(at.wires.flow(wires, cutoff=at.wires.Frozen(chi=1.5)).l_spin), 2)
        33.66
    """

    chi: float = 1.5

    def __post_init__(self) -> None:
        positive("chi", self.chi)


Cutoff = Tanh | Sharp | Frozen

PUBLISHED = Tanh()
"""The paper's, at the χ of most of its figures: the default."""

CODES = {Tanh: TANH, Sharp: SHARP, Frozen: FROZEN}


def numbers(cutoff: Cutoff) -> tuple[int, float]:
    """Code of the scheme and its χ (1 for a sharp one, which has none).

    Raises:
        InputError: not a cut-off.
    """
    if type(cutoff) not in CODES:
        raise InputError("cutoff", "be Tanh(chi), Sharp() or Frozen(chi)", repr(cutoff), "for example Tanh(chi=1.5)")
    return CODES[type(cutoff)], getattr(cutoff, "chi", 1.0)
