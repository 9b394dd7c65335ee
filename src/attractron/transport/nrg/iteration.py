"""One site after the other: the iterative diagonalisation of several Wilson chains on coupled dots.

    H = Σ_s E_s |s⟩⟨s| + Σ_i [V_i d_i† f_{i0} + Σ_n t_n D f_{i,n-1}† f_{in} + h.c.],        V_i = (Γ_i D/π)^{1/2}

for dots i with one channel each and charge states s of energy E_s. No charge moves between dots, so that the charge
N_i of each dot and its chain is conserved: blocks of U(1)^m. The chains are interleaved (Mitchell et al. 2014): chain k
of m has its twist shifted by k/2m, and sites of all chains are added one by one in the order of their depth, that is of
falling energy

    ω = D (1 + 1/Λ)/2 · Λ^{1/2 - depth},     depth = z_k + n/2,

so that a diagonalisation follows every site and meets twice, not 2^m times, the states that are kept. Fermions of
different channels may be taken to commute, as no term mixes them; of one channel, older operators change sign with
every electron on a newer site.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from attractron.core.checks import FloatArray
from attractron.transport.nrg.chain import hoppings

BASE = 256
"""Sectors are numbered Σ_i N_i BASE^i."""

MARGIN = 1.1
"""States are cut at the largest gap between the number to keep and this multiple of it."""

Blocks = dict[int, FloatArray]
"""Matrix blocks by sector of the row."""


@dataclass(frozen=True)
class Site:
    """A site of the interleaved chains.

    Attributes:
        channel: of the site.
        hopping: to the site before it in its chain, or to the dot, in the unit of D.
        scale: ω, the energy of the site, in the same unit.
        last: no site of its channel follows.
    """

    channel: int
    hopping: float
    scale: float
    last: bool = False


def interleaved(widths: Sequence[float], band: float, Lambda: float, twist: float, lowest: float) -> list[Site]:
    """All sites down to an energy, in the order in which they are added.

    Args:
        widths: Γ of the channels.
        band: D.
        Lambda: Λ.
        twist: z in (0, 1].
        lowest: the first site below this energy is the last one.
    """
    found = []
    for channel, Gamma in enumerate(widths):
        start = (twist + channel / (2 * len(widths))) % 1 or 1.0
        count = 2 + max(0, int(np.ceil(2 * (np.log(band / lowest) / np.log(Lambda) + 1.5))))
        steps = (
            np.sqrt(Gamma * band / np.pi),
            *(band * hopping for hopping in hoppings(Lambda, round(start, 12), count)),
        )
        for number, hopping in enumerate(steps):
            scale = band * (1 + 1 / Lambda) / 2 * Lambda ** (0.5 - start - number / 2)
            found.append(Site(channel, float(hopping), float(scale)))
    found.sort(key=lambda site: -site.scale)
    end = next(number for number, site in enumerate(found) if site.scale < lowest)
    chosen = found[: end + 1]
    latest = {site.channel: number for number, site in enumerate(chosen)}
    return [Site(site.channel, site.hopping, site.scale, latest[site.channel] == n) for n, site in enumerate(chosen)]


@dataclass(frozen=True)
class Shell:
    """All states after a site was added, those that are discarded next among them.

    Attributes:
        scale: ω of the site.
        energies: by sector, above the ground state, ascending.
        probe: ⟨q|d†|q - e⟩ of the probed dot between all states, by q.
        charges: n_i of the dots in all states, by sector (dot, state).
        unit: number of e, what the probe adds to the sector.
    """

    scale: float
    energies: Blocks
    probe: Blocks
    charges: Blocks
    unit: int


def shells(
    energies: FloatArray, sites: Sequence[Site], probe: int, kept: int, wanted: Sequence[bool], charges: bool = True
) -> Iterator[Shell]:
    """The iteration; yields the shells that are wanted.

    Args:
        energies: E_s of the 2^m charge states, the first dot's charge varying slowest.
        sites: from `interleaved`.
        probe: the dot whose d† is followed.
        kept: states kept after each site.
        wanted: which of the sites to yield.
        charges: whether to follow the charges of the dots, too.
    """
    channels = (energies.size - 1).bit_length()
    flow = _start(energies, channels, probe, charges)
    end = max(number for number, asked in enumerate(wanted) if asked)
    for site, asked in zip(sites[:end], wanted, strict=False):
        vectors = _diagonalised(flow, site)
        if asked:
            yield _shell(flow, site, *vectors)
        flow = _truncated(flow, site, kept, *vectors)
    yield _shell(flow, sites[end], *_diagonalised(flow, sites[end]))


Vectors = dict[int, tuple[FloatArray, FloatArray]]
"""Eigenvectors by sector: rows with the new site empty, rows with it full."""


@dataclass(frozen=True)
class _Flow:
    """Kept states and operators between them.

    Attributes:
        energies: by sector.
        latest: channel → ⟨q|f†|q - e⟩ of its last site, or of its dot.
        probe: d† of the probed dot.
        charges: n_i by dot; they conserve all charges.
        channel: of the probe.
    """

    energies: Blocks
    latest: dict[int, Blocks]
    probe: Blocks
    charges: list[Blocks]
    channel: int


def _start(energies: FloatArray, channels: int, probe: int, charges: bool) -> _Flow:
    """The charge states of the dots by themselves."""
    one = np.ones((1, 1))
    bits = [[state >> (channels - 1 - dot) & 1 for dot in range(channels)] for state in range(energies.size)]
    sectors = [sum(n * BASE**dot for dot, n in enumerate(charge)) for charge in bits]
    created = [
        {sector: one for sector, charge in zip(sectors, bits, strict=True) if charge[dot]} for dot in range(channels)
    ]
    counts = [
        {sector: one * charge[dot] for sector, charge in zip(sectors, bits, strict=True)} for dot in range(channels)
    ]
    lowest = energies.min()
    return _Flow(
        {sector: np.array([energy - lowest]) for sector, energy in zip(sectors, energies, strict=True)},
        dict(enumerate(created)),
        created[probe],
        counts if charges else [],
        probe,
    )


def _shell(flow: _Flow, site: Site, levels: Blocks, vectors: Vectors) -> Shell:
    """All states with a site added, and the operators that are asked for."""
    unit, step = BASE**site.channel, BASE**flow.channel
    probe = _turned(flow.probe, vectors, unit, step, site.channel == flow.channel)
    numbers = [_diagonal(each, vectors, unit) for each in flow.charges]
    charges = {sector: np.array([number[sector] for number in numbers]) for sector in levels} if numbers else {}
    return Shell(site.scale, levels, probe, charges, step)


def _truncated(flow: _Flow, site: Site, kept: int, levels: Blocks, vectors: Vectors) -> _Flow:
    """The lowest states with a site added, and the operators between them."""
    unit = BASE**site.channel
    cut = _cut(np.sort(np.concatenate(list(levels.values()))), kept)
    counts = {sector: int(np.searchsorted(energy, cut)) for sector, energy in levels.items()}
    lowest = {
        sector: (empty[:, : counts[sector]], full[:, : counts[sector]])
        for sector, (empty, full) in vectors.items()
        if counts[sector]
    }
    latest = {
        channel: _turned(blocks, lowest, unit, BASE**channel)
        for channel, blocks in flow.latest.items()
        if channel != site.channel
    }
    if not site.last:
        latest[site.channel] = {
            sector: full.T @ lowest[sector - unit][0]
            for sector, (_, full) in lowest.items()
            if sector - unit in lowest and len(full)
        }
    return _Flow(
        {sector: levels[sector][: counts[sector]] for sector in lowest},
        latest,
        _turned(flow.probe, lowest, unit, BASE**flow.channel, site.channel == flow.channel),
        [_turned(each, lowest, unit, 0) for each in flow.charges],
        flow.channel,
    )


def _diagonalised(flow: _Flow, site: Site) -> tuple[Blocks, Vectors]:
    """Energies above the ground state, and eigenvectors, with the site added."""
    unit = BASE**site.channel
    levels: Blocks = {}
    vectors: Vectors = {}
    nothing = np.zeros(0)
    coupling = flow.latest[site.channel]
    for sector in sorted({*flow.energies, *(old + unit for old in flow.energies)}):
        empty, full = flow.energies.get(sector, nothing), flow.energies.get(sector - unit, nothing)
        matrix = np.diag(np.concatenate([empty, full]))
        if sector in coupling:
            matrix[empty.size :, : empty.size] = site.hopping * coupling[sector].T
        levels[sector], vector = np.linalg.eigh(matrix)
        vectors[sector] = vector[: empty.size], vector[empty.size :]
    lowest = min(float(energy[0]) for energy in levels.values())
    return {sector: energy - lowest for sector, energy in levels.items()}, vectors


def _cut(energies: FloatArray, kept: int) -> float:
    """The energy below which states are kept: in the middle of the largest gap from `kept` states on."""
    if energies.size <= kept:
        return np.inf
    window = energies[kept - 1 : int(MARGIN * kept) + 1]
    widest = int(np.diff(window).argmax())
    return float(window[widest : widest + 2].mean())


def _turned(blocks: Blocks, vectors: Vectors, unit: int, step: int, odd: bool = False) -> Blocks:
    """An operator that changes the sector by `step`, ⟨q|O|q - step⟩, between the eigenvectors.

    Args:
        blocks: of the operator between the states before the site was added.
        vectors: of the new states.
        unit: what the site adds to the sector.
        step: what the operator adds.
        odd: whether the operator is odd in the fermions of the site's channel, and turns its sign when it is full. Of a
            chain with hopping to neighbours that begins at the dot the sign changes nothing that is asked for here.
    """
    found: Blocks = {}
    for sector, (empty, full) in vectors.items():
        if sector - step not in vectors:
            continue
        right_empty, right_full = vectors[sector - step]
        upper, lower = blocks.get(sector), blocks.get(sector - unit)
        if lower is not None:
            found[sector] = full.T @ (lower @ right_full)
            if odd:
                np.negative(found[sector], out=found[sector])
        if upper is not None:
            part = empty.T @ (upper @ right_empty)
            found[sector] = part if lower is None else np.add(found[sector], part, out=part)
    return found


def _diagonal(blocks: Blocks, vectors: Vectors, unit: int) -> Blocks:
    """The expectation values of an operator that conserves all charges in the eigenvectors (state,)."""
    found: Blocks = {}
    for sector, (empty, full) in vectors.items():
        mean = np.zeros(empty.shape[1])
        for block, part in ((blocks.get(sector), empty), (blocks.get(sector - unit), full)):
            if block is not None:
                mean += np.einsum("ij,ij->j", part, block @ part)
        found[sector] = mean
    return found
