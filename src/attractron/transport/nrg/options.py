"""How finely Wilson's renormalisation group is run: ratio of the band's cuts, states kept, twists, band, shells."""

from dataclasses import dataclass, replace

from attractron.core.checks import finite, positive, shown, whole
from attractron.core.errors import InputError
from attractron.core.html import ShownAsTable

KEPT = {1: 400, 2: 500, 3: 2000, 4: 4000}
"""States kept at one per cent, by number of channels: with half of them free levels come out within 0.4 % still."""

MOST_CHANNELS = max(KEPT)
"""Channels that are calculated; five with 10000 states were 4 % off, six with 12000 a third, at 10 s a twist."""

FAST, FINE = 0.05, 0.01
"""The relative accuracies from which on less, and below which more work is done than by default."""

STEPS = (0.2, 0.27, 0.36, 0.48)
"""ω/k_BT of the shells that are averaged."""


@dataclass(frozen=True, kw_only=True)
class NrgOptions(ShownAsTable):
    """Parameters of the numerical renormalisation group.

    Theory: docs/theory/transport.md, eq-nrg, eq-shell.

    Attributes:
        Lambda: Λ, the ratio of the cuts of the band. Larger ones need fewer kept states and more twists: at a fixed
            number of states 6 errs less than 4 or 3.
        kept: states kept after every site. With fewer than 1000 for three channels (250 for two) results are several
            per cent low; the error then has a part for it.
        twists: an even number of twists z over which results are averaged.
        band: D in meV, half of the width of the flat band; None: `band_ratio` times the largest repulsion.
        band_ratio: where `band` is None. D is 2.5 times this number of times the largest width Γ, and a tenth of it
            times the largest energy to add a carrier, if these are more: at 100 the band is wide to 0.1 %.
        steps: ω/k_BT of the shells whose results are averaged, between 0.12 and 0.6: above, results are 5 % too large
            and more, below they rest on too few states.

    Raises:
        InputError: Λ outside [2, 12], fewer than 20 states, an odd number of twists, steps outside their range, a
            band or a ratio that is not positive.

    Example:
        >>> at.transport.NrgOptions(kept=500).twists
        4
    """

    Lambda: float = 6.0
    kept: int = 2000
    twists: int = 4
    band: float | None = None
    band_ratio: float = 100.0
    steps: tuple[float, ...] = STEPS

    def __post_init__(self) -> None:
        if not 2 <= finite("Lambda", self.Lambda) <= 12:
            raise InputError("Lambda", "lie in [2, 12]", self.Lambda)
        whole("kept", self.kept, at_least=20)
        if whole("twists", self.twists, at_least=2) % 2:
            raise InputError("twists", "be even, since half of them say how far the other half is off", self.twists)
        positive("band_ratio", self.band_ratio)
        if self.band is not None:
            positive("band", self.band)
        if not isinstance(self.steps, tuple | list) or not self.steps:
            raise InputError("steps", "be a tuple of ω/k_BT, at least one", shown(self.steps))
        steps = tuple(finite("steps", step) for step in self.steps)
        if not all(0.12 <= step <= 0.6 for step in steps):
            raise InputError("steps", "lie between 0.12 and 0.6", shown(self.steps))
        object.__setattr__(self, "steps", steps)


def chosen(accuracy: float, channels: int) -> tuple[NrgOptions, ...]:
    """One run that reaches a relative accuracy as a rule, or two with different Λ that are compared.

    >>> [options.kept for options in chosen(0.003, 3)]
    [4000, 2000]
    """
    kept = KEPT[channels]
    usual = NrgOptions(kept=kept, twists=8 if channels < 3 else 4)
    if accuracy >= FAST:
        return (
            NrgOptions(kept=kept if channels == MOST_CHANNELS else kept // 2, twists=2, band_ratio=20, steps=(0.36,)),
        )
    if accuracy >= FINE:
        return (usual,)
    return NrgOptions(Lambda=4.0, kept=2 * kept, twists=4), replace(usual, twists=8)
