"""Questions to a chain with shared polarizers, exact for any length: clusters, filling, correlations and steps.

The chain is a lattice gas (see `attractron.dots.chain.model`): clusters and pairs have closed forms, everything
else is a transfer matrix. Energies in meV, temperatures in K.
"""

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from itertools import pairwise

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from attractron.core.axes import Axes
from attractron.core.checks import FloatArray, axis, finite
from attractron.core.checks import temperature as checked_temperature
from attractron.core.constants import K_B
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset, flags
from attractron.core.units import Temperature
from attractron.dots.chain.correlations import correlation_length, middle_site, pair_correlations
from attractron.dots.chain.ground_states import (
    ORDERS,
    as_text,
    order_of,
    pattern_energy,
    pattern_filling,
    plateaus,
    step_at,
)
from attractron.dots.chain.model import (
    DEGENERATE,
    LatticeGas,
    PolarizerChain,
    checked_knobs,
    energy_scale,
    lattice_gas,
    points_over,
    transfer_step,
)
from attractron.dots.chain.transfer_matrix import COUNT, ENERGY, HIGH, LOG_WEIGHT, LOW, PAIRS, VARIANCE, totals

VALIDITY = (
    "Electrons do not hop between sites: exact as long as hopping is much smaller than the energies and k_B T.",
    "Polarizers follow the charges at rest (static limit), with their tunnelling t treated exactly.",
    "At most one electron per site, without spin; polarizers couple to their one or two neighbour sites only.",
)
REFERENCES = ("hamo2016", "little1964", "hirsch_scalapino1985")


def cluster_energies(chain: PolarizerChain, sizes: ArrayLike, *, temperature: Temperature = 0.0) -> xr.Dataset:
    """Energies of clusters of n neighbouring electrons in an otherwise empty chain.

    A cluster touches n + 1 polarizers, the outer two with one electron, the others with two:

        E_n = 2(p₁ - p₀) + (n - 1)(p₂ - p₀) + Σ_d (n - d) W_d            (d < n)
        E_n - n E₁ = (n - 1) w + Σ_d (n - d) W_d

    For t = T = 0 and 0 ≤ δ ≤ U: E₁ = 2δ and E_n - n E₁ = Σ_d (n - d) W_d - (n - 1) δ, so that with neighbours'
    repulsion alone each electron added gains δ - W and clusters grow without end if W < δ; repulsion of longer range
    adds up to Σ_d W_d per electron and stops them.

    Theory: docs/theory/dots.md, eq-cluster.

    Args:
        chain: the chain; on an open chain the energies hold anywhere, also at its ends.
        sizes: n, strictly rising or falling; up to N, on a ring up to N - r.
        temperature: K; the polarizers' free energies.

    Returns:
        Dataset over `size` in meV: `energy` E_n above the empty chain, `binding` E_n - n E₁ (negative: bound) and
        `binding_per_electron`; `attraction` w.

    Raises:
        InputError: sizes that are not whole, not strictly monotonic or too large; a negative temperature.

    Example:
        >>> chain = at.dots.PolarizerChain(sites=20, W=0.83, U=2.41, delta=1.2, t=0.0)
        >>> at.dots.cluster_energies(chain, [1, 2, 3])["binding"].values.round(6)  # (n - 1)(W - δ)
        array([ 0.  , -0.37, -0.74])
    """
    most = chain.sites - len(chain.repulsion) if chain.periodic else chain.sites
    size = _whole_axis("sizes", sizes, at_least=1, at_most=most)
    kelvin = checked_temperature("temperature", temperature)
    gas = _gas(chain, kelvin)
    distance = np.arange(1, len(chain.repulsion) + 1)
    binding = np.maximum(size[:, None] - distance, 0) @ gas.pairs[0]
    return dataset(
        {
            "energy": ("size", binding + size * gas.site[0], "meV", "energy of a cluster above the empty chain"),
            "binding": ("size", binding, "meV", "binding energy of a cluster"),
            "binding_per_electron": ("size", binding / size, "meV", "binding energy per electron"),
            "attraction": _attraction(chain, gas),
        },
        {"size": ("size", size, "1", "electrons in the cluster")},
        question="dots.cluster_energies",
        parameters=asdict(chain),
        options={"temperature": kelvin},
        method="closed form",
        validity=VALIDITY,
        references=REFERENCES,
    )


def pair_energies(chain: PolarizerChain, distances: ArrayLike, *, temperature: Temperature = 0.0) -> xr.Dataset:
    """Energy of two electrons at distance d in an otherwise empty chain, less that of two separate ones.

        V(1) = W₁ + w,    V(d) = W_d for 2 ≤ d ≤ r,    V(d) = 0 beyond

    For t = T = 0 and 0 ≤ δ ≤ U, V(1) = W₁ - δ: two far electrons cost 2δ each, neighbours share one polarizer.

    Theory: docs/theory/dots.md, eq-chain.

    Args:
        chain: the chain.
        distances: d, strictly rising or falling; below N, on a ring up to N // 2.
        temperature: K; the polarizers' free energies.

    Returns:
        Dataset over `distance` in meV: `pair_energy` V(d); `repulsion` W_d; `attraction` w.

    Raises:
        InputError: distances that are not whole, not strictly monotonic or too large; a negative temperature.

    Example:
        >>> chain = at.dots.PolarizerChain(sites=20, W=(0.83, 0.2), U=2.41, delta=1.2, t=0.0)
        >>> at.dots.pair_energies(chain, [1, 2, 3])["pair_energy"].values.round(6)  # W₁ - δ, W₂, 0
        array([-0.37,  0.2 ,  0.  ])
    """
    most = chain.sites // 2 if chain.periodic else chain.sites - 1
    distance = _whole_axis("distances", distances, at_least=1, at_most=most)
    kelvin = checked_temperature("temperature", temperature)
    gas = _gas(chain, kelvin)

    def at(values: ArrayLike) -> FloatArray:
        return np.append(values, 0.0).take(np.minimum(distance, len(chain.repulsion) + 1) - 1)

    return dataset(
        {
            "pair_energy": ("distance", at(gas.pairs[0]), "meV", "interaction of a pair"),
            "repulsion": ("distance", at(chain.repulsion), "meV", "bare repulsion of a pair"),
            "attraction": _attraction(chain, gas),
        },
        {"distance": ("distance", distance, "1", "distance in sites")},
        question="dots.pair_energies",
        parameters=asdict(chain),
        options={"temperature": kelvin},
        method="closed form",
        validity=VALIDITY,
        references=REFERENCES,
    )


def filling(chain: PolarizerChain, axes: Mapping[str, ArrayLike], *, temperature: ArrayLike = 0.0) -> xr.Dataset:
    """Filling of the chain by a reservoir at chemical potential µ, exact for its N sites.

    Sums over all 2^N configurations by doubling blocks (see `attractron.dots.chain.transfer_matrix`), with their first
    and second derivatives in µ as exact moments: with the grand potential Ω = -k_B T ln Σ e^{-(E - µ n)/k_B T},

        filling = -∂Ω/∂µ / N = ⟨n⟩/N,      compressibility = ∂filling/∂µ = (⟨n²⟩ - ⟨n⟩²)/(N k_B T).

    At T = 0 ground states of equal energy count alike (the limit T → 0, including the two states of polarizers that
    are degenerate); `filling_low` and `filling_high` are the least and the largest filling among them, so that a
    first-order step met exactly is a riser, not a point. The rule for "equal" is `DEGENERATE`, per site.

    Any N costs about the same: hundreds of points 10 ms for r = 1, below a second up to r = 4, seconds up to r = 8; at
    T = 0 and r > 5 up to ten seconds for each point where a long period leaves its defects many places.

    Theory: docs/theory/dots.md, eq-filling.

    Args:
        chain: the chain.
        axes: "mu" and any parameter → values in meV, "temperature" in K; arrays make dimensions in the order given,
            numbers fix a knob.
        temperature: K where it is no axis, a number, or an array that makes the first dimension.

    Returns:
        Dataset over the axes: `filling`, `filling_low`, `filling_high`; `grand_potential` Ω/N in meV with the
        polarizers'; `fluctuation` (⟨n²⟩ - ⟨n⟩²)/N; `compressibility` in 1/meV (at T = 0 zero, infinite on a step);
        `neighbour_pairs` ⟨n_i n_{i+1}⟩, the mean over the bonds between sites (NaN for a single site), and
        `neighbour_correlation`, the same less filling².

    Raises:
        InputError: no "mu", an unknown knob, a bad axis, a negative repulsion or temperature.

    Example:
        Where neighbours attract, all electrons enter at once.

        >>> chain = at.dots.PolarizerChain(sites=1000, W=0.83, U=2.41, delta=1.2, t=0.0)
        >>> at.dots.filling(chain, {"mu": [2.0, 2.03, 2.1]})["filling"].values
        array([0., 0., 1.])
    """
    if isinstance(axes, Mapping) and "temperature" in axes:
        rest = {name: values for name, values in axes.items() if name != "temperature"}
        over_both = filling(chain, rest, temperature=axes["temperature"])
        return over_both.transpose(*(name for name in axes if name in over_both.dims))
    knobs = checked_knobs(chain, axes)
    kelvin = _temperatures(temperature)
    over = Axes({"temperature": kelvin, **knobs})
    points = points_over(chain, over)
    cold = points["temperature"] == 0
    sums = np.full((HIGH + 1, cold.size), np.nan)
    for chosen in (cold, ~cold):
        if chosen.any():
            some = {name: values[chosen] for name, values in points.items()}
            found = totals(transfer_step(some), chain.sites, periodic=chain.periodic)
            sums[: len(found), chosen] = found
    variables = {
        name: (over.dims, over.over(values), unit, long_name)
        for name, (values, unit, long_name) in _per_site(chain, points, sums).items()
    }
    coords = knobs.coordinates(lambda _knob: "meV", _long_name)
    coords["temperature"] = ("temperature" if np.ndim(kelvin) else (), kelvin, "K", "temperature")
    return dataset(
        variables,
        coords,
        question="dots.filling",
        parameters=asdict(chain),
        options={"temperature": kelvin, "fixed": knobs.fixed},
        method="transfer matrix in logarithms with exact moments, by doubling; min-plus at T = 0",
        validity=(*VALIDITY, f"At T = 0 energies per site closer than {DEGENERATE:g} of their scale are degenerate."),
        references=REFERENCES,
    )


def correlation(chain: PolarizerChain, distances: ArrayLike, *, mu: float, temperature: float) -> xr.Dataset:
    """Density correlations in the bulk: between the middle site i = ⌈N/2⌉ and the sites to its right.

    The means are exact for the chain's N sites and boundary. The correlation length is that of the infinite chain,
    ξ = -1/ln|λ₂/λ₁| with the two largest eigenvalues of the transfer matrix (on a line or ring much longer than ξ the
    correlation decays as e^{-d/ξ}, times an oscillation where λ₂ is not positive).

    Theory: docs/theory/dots.md, eq-filling.

    Args:
        chain: the chain.
        distances: d, strictly rising or falling, from 0 up to N // 2.
        mu: chemical potential in meV.
        temperature: K, above zero.

    Returns:
        Dataset over `distance`: `correlation` ⟨n_i n_{i+d}⟩ - ⟨n_i⟩⟨n_{i+d}⟩, `pair_probability` ⟨n_i n_{i+d}⟩,
        `filling` ⟨n_{i+d}⟩; `correlation_length` in sites, infinite where it cannot be told from long-range order.

    Raises:
        InputError: distances not whole, not strictly monotonic or beyond the chain, a temperature not above zero.

    Example:
        >>> chain = at.dots.PolarizerChain(sites=100, W=0.83, U=2.41, delta=1.2, t=0.05)
        >>> found = at.dots.correlation(chain, [1, 2], mu=2.0, temperature=2.0)
        >>> found["correlation"].values.round(4)  # neighbours attract
        array([0.1114, 0.0532])
    """
    distance = _whole_axis("distances", distances, at_least=0, at_most=chain.sites // 2)
    level = finite("mu", mu)
    kelvin = checked_temperature("temperature", temperature)
    if kelvin == 0:
        raise InputError("temperature", "be above zero", 0.0, "at T = 0 see `steps` for the order of the ground state")
    step = transfer_step(points_over(chain, {"temperature": kelvin, "mu": level})).weights()
    furthest = int(distance.max())
    density, connected = pair_correlations(step, chain.sites, furthest, periodic=chain.periodic)
    there = density[distance]
    return dataset(
        {
            "correlation": ("distance", connected[distance], "1", "connected density correlation"),
            "pair_probability": ("distance", connected[distance] + density[0] * there, "1", "both sites occupied"),
            "filling": ("distance", there, "1", "mean occupation of the site at this distance"),
            "correlation_length": ((), correlation_length(step), "1", "correlation length in sites"),
        },
        {"distance": ("distance", distance, "1", "distance in sites")},
        question="dots.correlation",
        parameters=asdict(chain),
        options={"mu": level, "temperature": kelvin, "middle_site": middle_site(chain.sites)},
        method="transfer matrix in logarithms; conditional Markov chain from the middle to the right",
        validity=VALIDITY,
        references=REFERENCES,
    )


def steps(chain: PolarizerChain) -> xr.Dataset:
    """Steps of the filling of an infinite chain at T = 0: which patterns are ground states, and where they change.

    The ground states are periodic, and the filling is a staircase: its plateaus are the corners of the lower convex
    envelope of the energy per site against the filling over all periodic patterns (exact: see
    `attractron.dots.chain.ground_states`), and at each step two patterns coexist (first order). With neighbours'
    repulsion alone there are two cases: W₁ + w < 0 gives one jump from 0 to 1 at µ = 2(p₁ - p₀) + W₁ + w (phase
    separation), W₁ + w > 0 a plateau of single electrons "10" between µ = 2(p₁ - p₀) and that plus 2(W₁ + w). Repulsion
    of longer range screens large clusters and lets pairs "1100" or other patterns win.

    Theory: docs/theory/dots.md, eq-chain, eq-cluster.

    Args:
        chain: the chain; its length and boundary do not matter.

    Returns:
        Dataset over `plateau` (named by one period of a pattern; others may be degenerate with it): `filling`,
        `electrons` per `period` in sites, `energy` per site in meV at µ = 0 with the polarizers', and `order`, codes
        with CF flags; over `step`, by rising µ: `mu` in meV, `filling_below`, `filling_above`, `jump`. The attributes
        `verdict` (what the first electrons do: "phase separation", "pairs", …) and `summary` say it in words.

    Example:
        Repulsion at the distance of two makes pairs.

        >>> chain = at.dots.PolarizerChain(sites=100, W=(0.83, 0.6), U=2.41, delta=1.2, t=0.0)
        >>> found = at.dots.steps(chain)
        >>> found.attrs["verdict"], found["plateau"].values.tolist()
        ('pairs', ['0', '1100', '1'])
    """
    gas = _gas(chain, 0.0)
    site, pairs = float(gas.site[0]), gas.pairs[0]
    tolerance = DEGENERATE * float(energy_scale(points_over(chain, {"mu": 0.0}))[0])
    found = plateaus(site, pairs, tolerance)
    at = [step_at(low, high, site, pairs) for low, high in pairwise(found)]
    fillings = np.array([pattern_filling(pattern) for pattern in found])
    energies = [pattern_energy(pattern, site, pairs) + float(gas.constant[0]) for pattern in found]
    orders = [order_of(pattern) for pattern in found]
    result = dataset(
        {
            "filling": ("plateau", fillings, "1", "filling"),
            "electrons": ("plateau", [sum(pattern) for pattern in found], "1", "electrons in a period"),
            "period": ("plateau", [len(pattern) for pattern in found], "1", "sites in a period"),
            "energy": ("plateau", energies, "meV", "energy per site at µ = 0"),
            "order": ("plateau", [ORDERS.index(order) for order in orders], "1", "order of the ground state"),
            "mu": ("step", at, "meV", "chemical potential of the step"),
            "filling_below": ("step", fillings[:-1], "1", "filling below the step"),
            "filling_above": ("step", fillings[1:], "1", "filling above the step"),
            "jump": ("step", np.diff(fillings), "1", "jump of the filling"),
        },
        {"plateau": ("plateau", [as_text(pattern) for pattern in found], "1", "one period of the pattern")},
        question="dots.steps",
        parameters=asdict(chain),
        method="lower convex envelope over the cycles of the transfer graph (minimum mean cycles)",
        validity=(*VALIDITY, "Infinite chain at T = 0."),
        references=REFERENCES,
    )
    result["order"].attrs.update(flags(dict(enumerate(ORDERS))))
    result.attrs["verdict"] = "phase separation" if orders[1] == "full" else orders[1]
    result.attrs["summary"] = (
        f"The first electrons enter at µ = {at[0]:.6g} meV, where the filling jumps from 0 to "
        f"{Fraction(sum(found[1]), len(found[1]))} (pattern {as_text(found[1])}): {result.attrs['verdict']}. "
        f"{len(at)} {'step' if len(at) == 1 else 'steps'} in all, the last at µ = {at[-1]:.6g} meV."
    )
    return result


def _temperatures(values: ArrayLike) -> FloatArray | float:
    """One temperature, or an axis of them."""
    if np.ndim(values) == 0:
        return checked_temperature("temperature", values)
    return np.array([checked_temperature("temperature", value) for value in axis("temperature", values)])


def _gas(chain: PolarizerChain, kelvin: float) -> LatticeGas:
    """The lattice gas at one point."""
    return lattice_gas(points_over(chain, {"temperature": kelvin}))


def _attraction(chain: PolarizerChain, gas: LatticeGas) -> Variable:
    return ((), gas.pairs[0, 0] - chain.repulsion[0], "meV", "attraction of neighbours by their shared polarizer")


def _whole_axis(argument: str, values: ArrayLike, *, at_least: int, at_most: int) -> NDArray[np.int_]:
    array = axis(argument, values)
    for value in array:
        if value != round(value) or not at_least <= value <= at_most:
            raise InputError(argument, f"be whole numbers from {at_least} to {at_most} on this chain", value)
    return array.astype(int)


def _per_site(
    chain: PolarizerChain, points: Mapping[str, FloatArray], sums: FloatArray
) -> dict[str, tuple[FloatArray, str, str]]:
    """Quantities of `filling` over the points, with units and long names."""
    cold, kT = points["temperature"] == 0, K_B * points["temperature"]
    bonds = chain.sites - (0 if chain.periodic else 1)
    polarizers = chain.polarizers * lattice_gas(points).constant
    density, fluctuation = sums[COUNT] / chain.sites, sums[VARIANCE] / chain.sites
    pairs = sums[PAIRS] / bonds if bonds else np.full_like(density, np.nan)
    potential = polarizers + np.where(cold, sums[ENERGY], -kT * sums[LOG_WEIGHT])
    rigid = np.where(sums[HIGH] > sums[LOW], np.inf, 0.0)
    return {
        "filling": (density, "1", "filling"),
        "filling_low": (np.where(cold, sums[LOW] / chain.sites, density), "1", "least filling of a ground state"),
        "filling_high": (np.where(cold, sums[HIGH] / chain.sites, density), "1", "largest filling of a ground state"),
        "grand_potential": (potential / chain.sites, "meV", "grand potential per site"),
        "fluctuation": (fluctuation, "1", "variance of the number of electrons per site"),
        "compressibility": (
            np.where(cold, rigid, fluctuation / np.where(cold, 1.0, kT)),
            "1/meV",
            "compressibility ∂filling/∂µ",
        ),
        "neighbour_pairs": (pairs, "1", "probability that neighbours are both occupied"),
        "neighbour_correlation": (pairs - density**2, "1", "neighbour pairs less filling squared"),
    }


def _long_name(knob: str) -> str:
    return {"mu": "chemical potential µ", "W": "neighbours' repulsion W₁"}.get(knob, knob)
