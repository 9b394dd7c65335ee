"""A wire beside a ladder as study files describe it (`ladder`); it is asked what coupled wires are asked.

Keys of [model]: the arguments of `attractron.wires.ladder` and Lambda; of [question]: see
`attractron.studies.kinds.wires_questions`.
"""

from typing import Any

from attractron.core.units import Energy
from attractron.studies.kinds.origins import StudiedWires
from attractron.studies.kinds.wires_questions import questions
from attractron.studies.schemas import signature_of, table_of
from attractron.studies.study import Kind
from attractron.wires import ladder


def ladder_of(*, Lambda: Energy | None = None, **source: Any) -> StudiedWires:
    """A primary wire beside a half-filled Hubbard ladder; its parameters are those of `attractron.wires.ladder`."""
    defaults = {name: default for name, (_, default) in signature_of(ladder).items()}
    return StudiedWires(origin="ladder", source={**defaults, **source}, numbers={}, Lambda=Lambda)


LADDER = Kind(
    name="ladder",
    about="a wire beside a half-filled Hubbard ladder with its back gate (Shavit and Oreg 2020, (22))",
    table=table_of(ladder_of, **signature_of(ladder)),
    parameters=lambda model: model.parameters,
    controls=lambda _model: {},
    vary=lambda model, values: model.vary(values),
    describe=lambda model: model.describe(),
    questions=questions(()),
)
