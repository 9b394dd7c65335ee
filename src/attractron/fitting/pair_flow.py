"""The flow out of the source of a pair junction at many points: integrals once, for any couplings of its leads.

A rate of order k is the product of k couplings with an integral that knows nothing of them. So a fit that varies
couplings needs no new integrals. Those of third order take most of the time, and few of them matter: a process counts
for as much as the state has that it starts from. They are calculated where a state has a part of the charge without
them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attractron.core.checks import FloatArray
from attractron.core.constants import K_B, PA_PER_MEV
from attractron.transport import Junction, pair_junction
from attractron.transport.clamping import lead_flow
from attractron.transport.elastic import channels, elastic_lead_flow
from attractron.transport.master_equation import steady_state
from attractron.transport.processes import forms
from attractron.transport.rates import Rates, clamped, rates
from attractron.transport.solve import Model, joined, make_model

Place = Callable[[Mapping[str, float]], FloatArray]
"""αV, αδV and V_SD of pixels at a point of the parameters (knob, n, m)."""

KNOBS = ("V", "delta_V", "V_SD")
"""αV and αδV in meV from the particle-hole symmetric point, V_SD in mV."""

RARE = 1e-3
"""Probability of both states of a process of third order below which it is left out."""


JUNCTION = ("U", "ratio", "Gamma_S", "Gamma_D", "Gamma_LR", "asymmetry", "temperature")
"""Parameters of the junction: U, W/U, Γ and T as logarithms; ρ."""

COLDEST = 1 / 400
"""k_BT/U to which a fit may go: below it nothing changes but the time that integrals take."""

NEAR = 0.02
"""Of k_BT, over which it is differenced by energies and the bias."""

COUPLINGS = ("Gamma_S", "Gamma_D", "Gamma_LR", "asymmetry", "excess")
"""Parameters of the junction that integrals do not depend on."""


@dataclass(frozen=True, eq=False, kw_only=True)
class UnitRates:
    """Rates at points of `KNOBS`, for couplings of 1 meV.

    Attributes:
        model: the junction.
        energy: of the charge states, meV (point, state).
        mu: chemical potentials of the leads, meV (point, lead).
        found: of each order, negative ones set to zero (point, process).
        frequent: processes of third order that are taken along (point, process).
    """

    model: Model
    energy: FloatArray
    mu: FloatArray
    found: tuple[Rates, ...]
    frequent: NDArray[np.bool_] | None = None

    def flow(self, junction: Junction) -> FloatArray:
        """ħ × rate out of the source with a junction's couplings, meV (order, point); all else is as it was."""
        Gamma = np.array([lead.Gamma for lead in junction.leads])
        tables = self.model.tables[: len(self.found)]
        scaled = [
            Rates(*(way * Gamma[table.leads].prod(axis=1) for way in each))
            for table, each in zip(tables, self.found, strict=True)
        ]
        populations = _populations(self.model, scaled)
        flows = [lead_flow(table, each, populations, Gamma.size) for table, each in zip(tables, scaled, strict=True)]
        elastic = channels(junction, self.model.energies.charges)
        flows.insert(1, elastic_lead_flow(elastic, self.energy, self.mu, populations, float(self.model.kT[0])))
        return np.stack([each[:, junction.source_number] for each in flows])


def unit_rates(
    junction: Junction, knobs: FloatArray, processes: str, frequent: NDArray[np.bool_] | None = None
) -> UnitRates:
    """Rates at points (point, knob).

    Args:
        junction: with the couplings that tell which states are rare.
        knobs: as of `KNOBS`.
        processes: as of `transport.current`.
        frequent: processes of third order to take along, if that is known already.
    """
    model = make_model(junction, list(KNOBS), processes, "finite-part", "centre")
    energy, mu = model.energies.at(knobs)
    unit = np.ones_like(model.Gamma)
    found: list[Rates] = []
    for table in model.tables:
        if table.order == 3 and frequent is None:
            scaled = [
                Rates(*(way * model.Gamma[lower.leads].prod(axis=1) for way in each))
                for lower, each in zip(model.tables, found, strict=False)
            ]
            p = _populations(model, scaled)
            frequent = ~(np.maximum(p[:, table.initial], p[:, table.final]) < RARE)
        wanted = frequent if table.order == 3 else None
        every = rates(table, forms(table, energy, mu), unit, model.kT, model.widths, model.method, wanted)
        found.append(clamped(every)[0])
    return UnitRates(model=model, energy=energy, mu=mu, found=tuple(found), frequent=frequent)


def _populations(model: Model, found: list[Rates]) -> FloatArray:
    tables = model.tables[: len(found)]
    initial = np.concatenate([table.initial for table in tables])
    final = np.concatenate([table.final for table in tables])
    return steady_state(*joined(found), initial, final, model.states)[0]


@dataclass(frozen=True, eq=False, kw_only=True)
class Currents:
    """I_T of a map at one point of its parameters, and what its derivatives have in common with it.

    Attributes:
        point: the parameters.
        place: knobs of the pixels at any point (knob, n, m).
        processes: as of `transport.current`.
        knobs: at this point.
        different: the different ones (point, knob).
        which: of these each pixel has.
        rated: their rates.
        base: I_T in pA, of first order with the elastic current, of second and of third order (part, n, m).
    """

    point: Mapping[str, float]
    place: Place
    processes: str
    knobs: FloatArray
    different: FloatArray
    which: NDArray[np.intp]
    rated: UnitRates
    base: FloatArray

    @classmethod
    def at(
        cls, point: Mapping[str, float], place: Callable[[Mapping[str, float]], FloatArray], processes: str
    ) -> "Currents":
        """At a point; pixels beyond the range of the lines are calculated once."""
        knobs = place(point)
        different, which = np.unique(knobs.reshape(len(KNOBS), -1).T, axis=0, return_inverse=True)
        junction = symmetric(junction_of(point))
        rated = unit_rates(junction, different, processes)
        base = in_parts(rated.flow(junction))[:, which.ravel()].reshape(-1, *knobs.shape[1:])
        return cls(
            point=point, place=place, processes=processes, knobs=knobs, different=different, which=which.ravel(),
            rated=rated, base=base,
        )  # fmt: skip

    def derivatives(self, steps: Mapping[str, float], geometry: Sequence[str]) -> dict[str, FloatArray]:
        """By each of the parameters of the steps; those of the geometry, which move knobs alone, share derivatives."""
        geometry = [name for name in geometry if name in steps]
        moved = {name: (self.place(self._stepped(name, steps)) - self.knobs) / steps[name] for name in geometry}
        found = dict.fromkeys(geometry, np.zeros_like(self.base))
        for number in range(len(KNOBS)):
            along = [name for name in geometry if moved[name][number].any()]
            if along:
                slope = self._slope(number)
                for name in along:
                    found[name] = found[name] + slope * moved[name][number]
        for name, step in steps.items():
            if name not in geometry:
                found[name] = (self._with(self._stepped(name, steps), name) - self.base) / step
        return found

    def _stepped(self, name: str, steps: Mapping[str, float]) -> dict[str, float]:
        return {**self.point, name: self.point[name] + steps[name]}

    def _slope(self, number: int) -> FloatArray:
        """By one of the knobs."""
        values = junction_of(self.point)
        step = NEAR * K_B * values["temperature"]
        knobs = self.different + step * np.eye(len(KNOBS))[number]
        junction = symmetric(values)
        flow = unit_rates(junction, knobs, self.processes, self.rated.frequent).flow(junction)
        return (self._pixels(flow) - self.base) / step

    def _with(self, point: Mapping[str, float], name: str) -> FloatArray:
        """With another value of a parameter of the junction."""
        junction = symmetric(junction_of(point))
        if name in COUPLINGS:
            return self._pixels(self.rated.flow(junction))
        knobs = np.empty_like(self.different)
        knobs[self.which] = self.place(point).reshape(len(KNOBS), -1).T
        return self._pixels(unit_rates(junction, knobs, self.processes, self.rated.frequent).flow(junction))

    def _pixels(self, flow: FloatArray) -> FloatArray:
        return in_parts(flow)[:, self.which].reshape(self.base.shape)


def junction_of(point: Mapping[str, float]) -> dict[str, float]:
    """What `JUNCTION` says in meV and K."""
    found = {name: float(np.exp(point[name])) for name in JUNCTION if name in point and name != "asymmetry"}
    if "gap" in point:  # 2Δ and W/U: along a line of the second a map that fixes 2Δ alone changes least
        found |= {"U": float(np.exp(point["gap"])) / (1 - point["share"]), "ratio": point["share"]}
    mean = found["Gamma_LR"]
    rho = point["asymmetry"] if "asymmetry" in point else float(np.arccosh(1.0 + max(point["excess"], 0.0)))
    return {
        "U": found["U"],
        "W": found["ratio"] * found["U"],
        "Gamma_S": found["Gamma_S"],
        "Gamma_D": found["Gamma_D"],
        "Gamma_L": mean * float(np.exp(-rho)),
        "Gamma_R": mean * float(np.exp(rho)),
        "temperature": max(found["temperature"], COLDEST * found["U"] / K_B),
    }


def symmetric(values: Mapping[str, float]) -> Junction:
    """The junction at µ_P = U."""
    names = ("W", "U", "Gamma_S", "Gamma_D", "Gamma_L", "Gamma_R", "temperature")
    chosen: dict[str, Any] = {name: values[name] for name in names}
    return pair_junction(mu_P=values["U"], **chosen)


def in_parts(flow: FloatArray) -> FloatArray:
    """pA of the sequential and elastic flow together, and of each order above, from ħ × rates (order, …)."""
    orders = PA_PER_MEV * flow
    return np.asarray(np.nan_to_num(np.concatenate([orders[:2].sum(axis=0, keepdims=True), orders[2:]])))
