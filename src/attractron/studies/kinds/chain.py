"""Long chains with shared polarizers as study files describe them, and their questions."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo

from attractron.studies.study import (
    Energy,
    Kind,
    Options,
    Query,
    Question,
    Schema,
    Study,
    Temperature,
    Verdict,
    number,
)

if TYPE_CHECKING:
    import xarray as xr

    from attractron.dots import PolarizerChain


def _by_distance(value: Any, info: ValidationInfo) -> float | tuple[float, ...]:
    name = info.field_name or "value"
    if isinstance(value, list):
        return tuple(number(f"{name}[{n}]", item, "meV") for n, item in enumerate(value))
    return number(name, value, "meV")


class PolarizerChainTable(Schema):
    """A chain with one polarizer on every bond; W is a number, or a list for distances 1, 2, …"""

    sites: int
    W: Annotated[float | tuple[float, ...], BeforeValidator(_by_distance)]
    U: Energy
    delta: Energy
    t: Energy
    boundary: Literal["open", "periodic"] = "open"


class FillingOptions(Options):
    """Of the filling."""

    temperature: Temperature = 0.0


class ClusterOptions(Options):
    """Of the energies of clusters."""

    sizes: list[int] = Field(default_factory=lambda: list(range(1, 9)))
    temperature: Temperature = 0.0


def build_polarizer_chain(table: PolarizerChainTable) -> "PolarizerChain":
    """The chain of `[model]`."""
    from attractron.dots import PolarizerChain

    return PolarizerChain(**table.model_dump())


def fill(query: Query) -> "xr.Dataset":
    """The filling over the axes."""
    from attractron.dots import filling

    return filling(query.model, query.axes, temperature=query.options.temperature)


def clusters(query: Query) -> "xr.Dataset":
    """The energies of clusters."""
    from attractron.dots import cluster_energies

    return cluster_energies(query.model, query.options.sizes, temperature=query.options.temperature)


def chain_verdict(study: Study, _result: "xr.Dataset") -> Verdict:
    """What electrons on the chain do at T = 0 as the chemical potential rises."""
    from attractron.dots import steps

    found = steps(study.model)
    mu = found["mu"].to_numpy()
    return Verdict(
        text=str(found.attrs["summary"]),
        numbers={
            "first_step": (float(mu[0]), "meV"),
            "last_step": (float(mu[-1]), "meV"),
            "first_jump": (float(found["jump"][0]), "1"),
        },
    )


def _vary(chain: "PolarizerChain", values: Mapping[str, float]) -> "PolarizerChain":
    changed: dict[str, Any] = dict(values)
    if "W" in values and isinstance(chain.W, tuple):
        changed["W"] = (values["W"], *chain.W[1:])
    return replace(chain, **changed)


POLARIZER_CHAIN = Kind(
    name="polarizer-chain",
    about="a chain of any length with shared polarizers, by a transfer matrix",
    schema=PolarizerChainTable,
    build=build_polarizer_chain,
    parameters=lambda _chain: dict.fromkeys(("W", "U", "delta", "t"), "meV"),
    controls=lambda _chain: {"mu": "meV"},
    vary=_vary,
    describe=asdict,
    questions={
        "filling": Question(
            about="electrons per site against the chemical potential mu, with compressibility and correlations",
            answer=fill,
            verdict=chain_verdict,
            options=FillingOptions,
            needs=("mu",),
        ),
        "cluster-energies": Question(
            about="energy of n neighbouring electrons, and what binds them",
            answer=clusters,
            verdict=chain_verdict,
            options=ClusterOptions,
            knobs=(),
        ),
    },
)
