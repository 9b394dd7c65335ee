"""What coupled wires of a study are made from: bare numbers, solved chains, interactions, or a ladder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from attractron.core.checks import positive
from attractron.core.errors import InputError
from attractron.studies.schemas import signature_of, units_of
from attractron.wires import (
    CoupledWires,
    Electrons,
    coupled_wires_from_chains,
    coupled_wires_from_interactions,
    from_interactions,
    hubbard_chain,
    ladder,
)

KNOBS = units_of(CoupledWires)
"""Numbers of `CoupledWires` that may be an axis, with their units."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What coupled wires can be made from.

    Attributes:
        wires: (its parameters, numbers of `CoupledWires` beside them) → the wires.
        units: its parameters that may be an axis, with their units.
        beside: numbers of `CoupledWires` that may be an axis too, with their units.
        bandwidth: its parameters → ħu_s/α_0 in meV, where it knows that.
    """

    wires: Callable[[Mapping[str, Any], Mapping[str, Any]], CoupledWires]
    units: Mapping[str, str]
    beside: Mapping[str, str] = field(default_factory=lambda: KNOBS)
    bandwidth: Callable[[Mapping[str, Any]], float | None] = lambda _source: None


@dataclass(frozen=True, kw_only=True)
class StudiedWires:
    """Coupled wires together with what they were made from, so that either can be varied.

    Attributes:
        origin: what the wires are made from, a key of `ORIGINS`.
        source: its parameters.
        numbers: numbers of `CoupledWires` that are given beside it.
        Lambda: energy of l = 0 in meV as given.
        wires: what they come to.

    Raises:
        InputError: as the functions of `attractron.wires` that make them.
    """

    origin: str
    source: Mapping[str, Any]
    numbers: Mapping[str, Any]
    Lambda: float | None
    wires: CoupledWires = field(init=False)

    def __post_init__(self) -> None:
        if self.Lambda is not None:
            positive("Lambda", self.Lambda)
        object.__setattr__(self, "wires", ORIGINS[self.origin].wires(self.source, self.numbers))

    @property
    def bandwidth(self) -> float | None:
        """Λ in meV: as given, or ħu_s/α_0 where the origin knows it."""
        return ORIGINS[self.origin].bandwidth(self.source) if self.Lambda is None else self.Lambda

    @property
    def parameters(self) -> dict[str, str]:
        """All that may be an axis, with units."""
        own = {name: unit for name, unit in ORIGINS[self.origin].units.items() if isinstance(self.source[name], float)}
        return {**own, **ORIGINS[self.origin].beside, "Lambda": "meV"}

    def vary(self, values: Mapping[str, float]) -> "StudiedWires":
        """The same with some of `parameters` changed."""
        source = {name: value for name, value in values.items() if name in ORIGINS[self.origin].units}
        numbers = {name: value for name, value in values.items() if name not in source and name != "Lambda"}
        return replace(
            self,
            source={**self.source, **source},
            numbers={**self.numbers, **numbers},
            Lambda=values.get("Lambda", self.Lambda),
        )

    def describe(self) -> dict[str, Any]:
        """All parameters, JSON-safe."""
        given = {name: value for name, value in self.source.items() if value is not None}
        return {**self.wires.describe(), "Lambda": self.bandwidth, "origin": self.origin, "source": given}


def _from_chains(source: Mapping[str, Any], numbers: Mapping[str, Any]) -> CoupledWires:
    return coupled_wires_from_chains(**source, y_s=numbers.get("y_s")).with_parameters(**numbers)


def _bandwidth_of_chains(source: Mapping[str, Any]) -> float:
    return float(hubbard_chain(source["U"], source["filling"], source["t"])["u_s"])


def _from_interactions(source: Mapping[str, Any], numbers: Mapping[str, Any]) -> CoupledWires:
    return coupled_wires_from_interactions(**_electrons(source)).with_parameters(**numbers)


def _bandwidth_of_interactions(source: Mapping[str, Any]) -> float:
    found = from_interactions(**_electrons(source))
    alpha_0 = 1 / float(found["k_F"]) if source["alpha_0"] is None else source["alpha_0"]
    return float(found["u_s"]) / alpha_0


def _electrons(source: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of `from_interactions`; what belongs to the secondary has `_sec` in the file."""
    own = signature_of(Electrons)
    try:
        secondary = Electrons(**{name: source[f"{name}_sec"] for name in own})
    except InputError as error:
        head, bracket, tail = error.argument.partition("[")
        raise InputError(f"{head}_sec{bracket}{tail}", error.expected, error.got, error.remedy) from None
    rest = {name: value for name, value in source.items() if name not in own and not name.endswith("_sec")}
    return {"primary": Electrons(**{name: source[name] for name in own}), "secondary": secondary, **rest}


def of_both(electrons: Mapping[str, Any]) -> dict[str, Any]:
    """What there is of each parameter of `Electrons`, for both wires; those of the secondary end in `_sec`."""
    return {f"{name}{suffix}": entry for suffix in ("", "_sec") for name, entry in electrons.items()}


ORIGINS = {
    "numbers": Origin(wires=lambda source, numbers: CoupledWires(**source, **numbers), units={}),
    "chains": Origin(wires=_from_chains, units=units_of(coupled_wires_from_chains), bandwidth=_bandwidth_of_chains),
    "interactions": Origin(
        wires=_from_interactions,
        units={**of_both(units_of(Electrons)), **units_of(coupled_wires_from_interactions)},
        bandwidth=_bandwidth_of_interactions,
    ),
    "ladder": Origin(
        wires=lambda source, _numbers: CoupledWires(**ladder(**source)), units=units_of(ladder), beside={}
    ),
}
