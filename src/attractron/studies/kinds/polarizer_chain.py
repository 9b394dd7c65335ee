"""Long chains with shared polarizers as study files describe them (`polarizer-chain`), and what they are asked."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import xarray as xr

from attractron.core.units import Temperature
from attractron.dots import PolarizerChain, cluster_energies, filling, steps
from attractron.studies.schemas import options_of, table_of, units_of
from attractron.studies.study import Kind, Query, Question, Study, Verdict


def _filling(query: Query) -> xr.Dataset:
    return filling(query.model, query.axes, **query.options.given())


def _clusters(query: Query) -> xr.Dataset:
    return cluster_energies(query.model, query.options.sizes, temperature=query.options.temperature)


def _verdict(study: Study, _result: xr.Dataset) -> Verdict:
    """What electrons on the chain do at T = 0 as the chemical potential rises."""
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


def _vary(chain: PolarizerChain, values: Mapping[str, float]) -> PolarizerChain:
    """The chain with other parameters; an axis W is the repulsion of neighbours."""
    changed: dict[str, Any] = dict(values)
    if "W" in values and isinstance(chain.W, tuple):
        changed["W"] = (values["W"], *chain.W[1:])
    return replace(chain, **changed)


POLARIZER_CHAIN = Kind(
    name="polarizer-chain",
    about="a chain of any length with shared polarizers, by a transfer matrix",
    table=table_of(PolarizerChain),
    parameters=lambda _chain: units_of(PolarizerChain),
    controls=lambda _chain: {"mu": "meV"},
    vary=_vary,
    describe=asdict,
    questions={
        "filling": Question(
            about="electrons per site against the chemical potential mu, with compressibility and correlations",
            answer=_filling,
            verdict=_verdict,
            options=options_of(filling, temperature=(Temperature, 0.0)),
            needs=("mu",),
        ),
        "cluster-energies": Question(
            about="energy of n neighbouring electrons, and what binds them",
            answer=_clusters,
            verdict=_verdict,
            options=options_of(cluster_energies, sizes=(list[int], list(range(1, 9)))),
            knobs=(),
        ),
    },
)
