"""Coupled wires as study files describe them (`wires`): by bare numbers, by solved chains, or by interactions."""

from collections.abc import Mapping
from typing import Any

from attractron.core.errors import InputError
from attractron.core.units import Energy
from attractron.studies.kinds.origins import KNOBS, StudiedWires, of_both
from attractron.studies.kinds.wires_probes import measurements
from attractron.studies.kinds.wires_questions import questions
from attractron.studies.schemas import Arguments, signature_of, table_of
from attractron.studies.study import Kind
from attractron.wires import (
    CoupledWires,
    Electrons,
    coupled_wires_from_chains,
    coupled_wires_from_interactions,
)


def wires_of(
    *,
    carriers: str | None = None,
    Lambda: Energy | None = None,
    chains: Mapping[str, Any] | None = None,
    interactions: Mapping[str, Any] | None = None,
    **numbers: float,
) -> StudiedWires:
    """A pair of wires; beside chains or interactions, numbers of `CoupledWires` replace what follows there.

    Raises:
        InputError: two origins, a number that nothing gives, carriers beside chains.
    """
    if chains is not None and interactions is not None:
        raise InputError("interactions", "be left out beside chains", "both", "describe the wires in one way")
    if chains is not None:
        if carriers is not None:
            raise InputError("carriers", "be left out for chains", carriers, "their fillings decide it")
        return StudiedWires(origin="chains", source=chains, numbers=numbers, Lambda=Lambda)
    source = {"carriers": carriers or "holes"}
    if interactions is not None:
        return StudiedWires(origin="interactions", source={**interactions, **source}, numbers=numbers, Lambda=Lambda)
    for name in ("K_c", "K", "y_s", "y"):
        if name not in numbers:
            remedy = f"add {name} = ..., or the table [model.chains] or [model.interactions]"
            raise InputError(name, "be given", "nothing", remedy)
    return StudiedWires(origin="numbers", source=source, numbers=numbers, Lambda=Lambda)


CHAINS = table_of(coupled_wires_from_chains, Arguments, leave_out=("y_s",))
INTERACTIONS = table_of(
    coupled_wires_from_interactions,
    Arguments,
    leave_out=("primary", "secondary", "carriers"),
    **of_both(signature_of(Electrons)),
)

_NUMBERS: dict[str, Any] = {
    name: (annotation, None) for name, (annotation, _) in signature_of(CoupledWires).items() if name in KNOBS
}

WIRES = Kind(
    name="wires",
    about="two coupled wires: bare numbers, interactions, or solved chains (Shavit and Oreg 2020)",
    table=table_of(
        wires_of,
        chains=(CHAINS | None, None),
        interactions=(INTERACTIONS | None, None),
        **_NUMBERS,
    ),
    parameters=lambda model: model.parameters,
    controls=lambda _model: {},
    vary=lambda model, values: model.vary(values),
    describe=lambda model: model.describe(),
    questions=questions(tuple(KNOBS)) | measurements(),
)
