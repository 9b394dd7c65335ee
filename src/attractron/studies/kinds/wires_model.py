"""Coupled wires as study files describe them: by bare numbers, by solved chains, by interactions, or with a ladder."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, ValidationInfo

from attractron.core.checks import positive
from attractron.core.errors import InputError
from attractron.studies.study import Energy, InverseLength, Length, LineEnergy, Schema, number

if TYPE_CHECKING:
    from attractron.wires import CoupledWires

LINE = "meV*nm"


def _interaction(value: Any, info: ValidationInfo) -> float | tuple[float, ...]:
    name = info.field_name or "value"
    if isinstance(value, list):
        return tuple(number(f"{name}[{n}]", item, LINE) for n, item in enumerate(value))
    return number(name, value, LINE)


Interaction = Annotated[float | tuple[float, ...], BeforeValidator(_interaction)]
"""A contact interaction, or [U(0), U(2k_F)]."""


class Chains(Schema):
    """A Hubbard chain above a chain of spinless electrons with repulsion of neighbours, both solved exactly."""

    U: Energy
    filling: float
    V_sec: Energy
    filling_sec: float
    V: Energy
    t: Energy = 1.0
    t_sec: Energy = 1.0
    normalisation: Literal["operator-product", "literal"] = "operator-product"


class Interactions(Schema):
    """Two wires of electrons in the continuum, at weak coupling; `_sec`: of the secondary."""

    density: InverseLength
    v_F: LineEnergy
    density_sec: InverseLength
    v_F_sec: LineEnergy
    V: Interaction
    U: Interaction = 0.0
    U_sec: Interaction = 0.0
    alpha_0: Length | None = None
    normalisation: Literal["operator-product", "literal"] = "operator-product"


class Numbers(Schema):
    """Parameters of `attractron.wires.CoupledWires`; beside chains or interactions they replace what follows there."""

    K_c: float | None = None
    K: float | None = None
    K_s: float | None = None
    y_s: float | None = None
    y: float | None = None
    y_2: float | None = None
    upsilon: float | None = None
    u_ratio: float | None = None
    mismatch: float | None = None
    mismatch_2: float | None = None
    mass: float | None = None
    theta: float | None = None
    V_theta_ratio: float | None = None


class WiresTable(Numbers):
    """A pair of wires."""

    carriers: Literal["holes", "particles"] | None = None
    Lambda: Energy | None = None
    chains: Chains | None = None
    interactions: Interactions | None = None


class LadderTable(Schema):
    """A primary wire beside a half-filled Hubbard ladder."""

    K_c: float
    u_c: LineEnergy
    k_F: InverseLength
    y_s: float
    t: Energy
    U: Energy
    V: Energy
    spacing: Length
    alpha_0: Length
    V_rung: Energy = 0.0
    t_rung: Energy = 0.0
    gap: Energy | None = None
    back_gate: Energy = 0.0
    pinned_factor: float = 1.0
    Lambda: Energy | None = None


UNITS = {
    "numbers": {},
    "chains": {**dict.fromkeys(("U", "V_sec", "V", "t", "t_sec"), "meV"), "filling": "1", "filling_sec": "1"},
    "interactions": {
        **dict.fromkeys(("v_F", "v_F_sec", "V", "U", "U_sec"), LINE),
        **dict.fromkeys(("density", "density_sec"), "nm^-1"),
        "alpha_0": "nm",
    },
    "ladder": {
        **dict.fromkeys(("t", "U", "V", "V_rung", "t_rung", "gap", "back_gate"), "meV"),
        **dict.fromkeys(("K_c", "y_s", "pinned_factor"), "1"),
        **{"u_c": LINE, "k_F": "nm^-1", "spacing": "nm", "alpha_0": "nm"},
    },
}
"""Origin → its parameters that may be an axis, with their units."""


@dataclass(frozen=True, kw_only=True)
class StudiedWires:
    """Coupled wires together with what they were made from, so that either can be varied.

    Attributes:
        origin: "numbers", "chains", "interactions" or "ladder".
        source: parameters of the origin.
        numbers: parameters of `CoupledWires` that are given beside it.
        Lambda: energy of l = 0 in meV as given.
        wires: what they come to.

    Raises:
        InputError: as the functions of `attractron.wires` that make them.
    """

    origin: str
    source: Mapping[str, Any]
    numbers: Mapping[str, Any]
    Lambda: float | None
    wires: "CoupledWires" = field(init=False)

    def __post_init__(self) -> None:
        if self.Lambda is not None:
            positive("Lambda", self.Lambda)
        object.__setattr__(self, "wires", MADE[self.origin](self.source, self.numbers))

    @property
    def bandwidth(self) -> float | None:
        """Λ in meV: as given, or ħu_s/α_0 where the origin knows it."""
        if self.Lambda is not None:
            return self.Lambda
        return BANDWIDTH[self.origin](self.source) if self.origin in BANDWIDTH else None

    @property
    def parameters(self) -> dict[str, str]:
        """All that may be an axis, with units."""
        from attractron.wires.model import KNOBS

        own = {name: unit for name, unit in UNITS[self.origin].items() if isinstance(self.source[name], float)}
        bare = {} if self.origin == "ladder" else {name: "rad" if name == "theta" else "1" for name in KNOBS}
        return {**own, **bare, "Lambda": "meV"}

    def vary(self, values: Mapping[str, float]) -> "StudiedWires":
        """The same with some of `parameters` changed."""
        source = {name: value for name, value in values.items() if name in UNITS[self.origin]}
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


def build_wires(table: WiresTable) -> StudiedWires:
    """The wires of `[model]`.

    Raises:
        InputError: two origins, a number that nothing gives, carriers beside chains.
    """
    given = table.model_dump(exclude={"chains", "interactions", "Lambda", "carriers"}, exclude_none=True)
    if table.chains is not None and table.interactions is not None:
        raise InputError("interactions", "be left out beside chains", "both", "describe the wires in one way")
    if table.chains is not None:
        if table.carriers is not None:
            raise InputError("carriers", "be left out for chains", table.carriers, "their fillings decide it")
        return StudiedWires(origin="chains", source=table.chains.model_dump(), numbers=given, Lambda=table.Lambda)
    carriers = table.carriers or "holes"
    if table.interactions is not None:
        source = {**table.interactions.model_dump(), "carriers": carriers}
        return StudiedWires(origin="interactions", source=source, numbers=given, Lambda=table.Lambda)
    for name in ("K_c", "K", "y_s", "y"):
        if name not in given:
            remedy = f"add {name} = ..., or the table [model.chains] or [model.interactions]"
            raise InputError(name, "be given", "nothing", remedy)
    return StudiedWires(origin="numbers", source={"carriers": carriers}, numbers=given, Lambda=table.Lambda)


def build_ladder(table: LadderTable) -> StudiedWires:
    """The wire and its ladder of `[model]`."""
    source = table.model_dump(exclude={"Lambda"})
    return StudiedWires(origin="ladder", source=source, numbers={}, Lambda=table.Lambda)


def _from_numbers(source: Mapping[str, Any], numbers: Mapping[str, Any]) -> "CoupledWires":
    from attractron.wires import CoupledWires

    return CoupledWires(**source, **numbers)


def _from_chains(source: Mapping[str, Any], numbers: Mapping[str, Any]) -> "CoupledWires":
    from attractron.wires import coupled_wires_from_chains

    return coupled_wires_from_chains(**source, y_s=numbers.get("y_s")).with_parameters(**numbers)


def _from_interactions(source: Mapping[str, Any], numbers: Mapping[str, Any]) -> "CoupledWires":
    from attractron.wires import coupled_wires_from_interactions

    return coupled_wires_from_interactions(**_electrons(source)).with_parameters(**numbers)


def _from_ladder(source: Mapping[str, Any], _numbers: Mapping[str, Any]) -> "CoupledWires":
    from attractron.wires import CoupledWires, ladder

    return CoupledWires(**ladder(**source))


def _electrons(source: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of `from_interactions`."""
    from attractron.wires import Electrons

    return {
        "primary": Electrons(density=source["density"], v_F=source["v_F"], U=source["U"]),
        "secondary": _secondary(source),
        **{name: source[name] for name in ("V", "alpha_0", "carriers", "normalisation")},
    }


def _secondary(source: Mapping[str, Any]) -> Any:
    from attractron.wires import Electrons

    try:
        return Electrons(density=source["density_sec"], v_F=source["v_F_sec"], U=source["U_sec"])
    except InputError as error:
        head, bracket, tail = error.argument.partition("[")
        raise InputError(f"{head}_sec{bracket}{tail}", error.expected, error.got, error.remedy) from None


def _bandwidth_of_chains(source: Mapping[str, Any]) -> float:
    from attractron.wires import hubbard_chain

    return float(hubbard_chain(source["U"], source["filling"], source["t"])["u_s"])


def _bandwidth_of_interactions(source: Mapping[str, Any]) -> float:
    from attractron.wires import from_interactions

    found = from_interactions(**_electrons(source))
    alpha_0 = 1 / float(found["k_F"]) if source["alpha_0"] is None else source["alpha_0"]
    return float(found["u_s"]) / alpha_0


MADE = {
    "numbers": _from_numbers,
    "chains": _from_chains,
    "interactions": _from_interactions,
    "ladder": _from_ladder,
}
BANDWIDTH = {"chains": _bandwidth_of_chains, "interactions": _bandwidth_of_interactions}
