"""Coupled wires as kinds of studies: a pair of wires, and a wire beside a ladder."""

from attractron.studies.kinds.wires import (
    FlowOptions,
    WireOptions,
    attraction,
    diagram,
    flow,
    temperatures,
    with_validity,
)
from attractron.studies.kinds.wires_model import LadderTable, WiresTable, build_ladder, build_wires
from attractron.studies.study import Kind, Question
from attractron.wires.summary import attraction_verdict, temperature_verdict, wires_verdict

COMPILING = "the first run on a machine compiles for up to a minute"
"""Flows are integrated by compiled loops, which are kept on disk."""

BARE = (
    *("K_c", "K", "K_s", "y_s", "y", "y_2", "upsilon", "u_ratio"),
    *("mismatch", "mismatch_2", "mass", "theta", "V_theta_ratio"),
)
"""Knobs that `attractron.wires` takes as axes itself."""


def _questions(knobs: tuple[str, ...]) -> dict[str, Question]:
    return {
        "flow": Question(
            about="phase, gaps, conductance, exponents and the trajectory over l",
            answer=flow,
            verdict=wires_verdict,
            options=FlowOptions,
            knobs=knobs,
            finish=with_validity,
        ),
        "phase-diagram": Question(
            about="phases over any parameters, with what other cut-offs say",
            answer=diagram,
            verdict=wires_verdict,
            options=WireOptions,
            knobs=knobs,
            needs=("*",),
            finish=with_validity,
        ),
        "finite-temperature": Question(
            about="temperatures below which electrons pair and trions form",
            answer=temperatures,
            verdict=temperature_verdict,
            options=WireOptions,
            knobs=knobs,
            finish=with_validity,
        ),
        "effective-attraction": Question(
            about="the attraction that would open the same gap in the primary alone",
            answer=attraction,
            verdict=attraction_verdict,
            options=WireOptions,
            knobs=knobs,
            finish=with_validity,
        ),
    }


WIRE_KINDS = (
    Kind(
        name="wires",
        about="two coupled wires: bare numbers, interactions, or solved chains (Shavit and Oreg 2020)",
        schema=WiresTable,
        build=build_wires,
        parameters=lambda model: model.parameters,
        controls=lambda _model: {},
        vary=lambda model, values: model.vary(values),
        describe=lambda model: model.describe(),
        questions=_questions(BARE),
        start=COMPILING,
    ),
    Kind(
        name="ladder",
        about="a wire beside a half-filled Hubbard ladder with its back gate (Shavit and Oreg 2020, (22))",
        schema=LadderTable,
        build=build_ladder,
        parameters=lambda model: model.parameters,
        controls=lambda _model: {},
        vary=lambda model, values: model.vary(values),
        describe=lambda model: model.describe(),
        questions=_questions(()),
        start=COMPILING,
    ),
)
