"""Questions about coupled wires: what is asked of `attractron.wires`, and what every answer gets beside it."""

from collections.abc import Mapping
from functools import partial
from itertools import product
from typing import Any, Literal

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from attractron import wires
from attractron.core.axes import Axes
from attractron.core.checks import positive, whole
from attractron.core.errors import InputError
from attractron.core.results import flag_names, flags
from attractron.studies.kinds.origins import StudiedWires
from attractron.studies.schemas import Arguments, Options, signature_of, table_of
from attractron.studies.study import Query, Question, Study, Verdict
from attractron.wires import Frozen, Sharp, Tanh
from attractron.wires.flow.cutoffs import Cutoff
from attractron.wires.flow.events import DECOUPLED, PAIRED, TRION
from attractron.wires.flow.phase_diagram import NORMALISATIONS, answers_over
from attractron.wires.flow.scheme import Scheme
from attractron.wires.flow.temperatures import CROSSOVERS, contradictions
from attractron.wires.flow.validity import notes, triplet_note
from attractron.wires.orders import density_exponent, superconducting_margin
from attractron.wires.phases_in_words import code_of
from attractron.wires.summary import conductance_of, numbers, summary

NAMES = ("tanh", "sharp", "frozen")

KEPT = ("spin", "phase_factor", "y_threshold", "ys_threshold", "strong_coupling", "l_max")
"""Conventions that a study names as `attractron.wires.Scheme` does."""

CHOICES: dict[str, Any] = {
    "cutoff": (Literal["tanh", "sharp", "frozen"], "tanh"),
    "chi": signature_of(Tanh)["chi"],
    "feedback": (str | None, None),
}
"""Cut-off and feedback as a study names them."""
_COMPARE = (Literal["cutoffs", "conventions", "nothing"], "cutoffs")

CONVENTIONS = table_of(Scheme, Arguments, leave_out=("stop",), **CHOICES)
"""What a flow depends on beside its parameters; feedback by default "published" where (13) holds."""

WIRE_OPTIONS = table_of(Scheme, Options, leave_out=("stop",), **CHOICES, compare=_COMPARE)
"""Of the questions about wires; `compare` says what else is calculated: the other cut-offs, or all conventions
(cut-offs, both feedbacks, both normalisations of y)."""

FLOW_OPTIONS = table_of(
    Scheme, Options, leave_out=("stop",), **CHOICES, compare=_COMPARE, length=(float, 20.0), points=(int, 401)
)
"""Of a flow: the trajectory is given at `points` values of l from 0 to `length`, the same for all parameters."""


def cutoffs(options: Mapping[str, Any]) -> dict[str, Cutoff]:
    """All cut-offs by name.

    Raises:
        InputError: chi not positive.
    """
    return {"tanh": Tanh(options["chi"]), "sharp": Sharp(), "frozen": Frozen(options["chi"])}


def arguments_of_flow(model: StudiedWires, options: Mapping[str, Any], axes: Mapping[str, Any]) -> dict[str, Any]:
    """Conventions as arguments of `attractron.wires.flow.flow`."""
    return {
        "cutoff": cutoffs(options)[options["cutoff"]],
        "feedback": options["feedback"] or ("published" if _on_the_line(model, axes) else "complete"),
        **{name: options[name] for name in KEPT},
    }


def _on_the_line(model: StudiedWires, axes: Mapping[str, Any]) -> bool:
    return model.wires.V_theta_ratio == 1.0 and "V_theta_ratio" not in axes


def _flow(query: Query) -> xr.Dataset:
    """Trajectory, phase, gaps, and what is measured."""
    options = query.options
    points = np.linspace(0.0, positive("length", options.length), whole("points", options.points, at_least=2))
    axes = {**query.axes, "l": points}
    result = wires.flow(query.model.wires, axes=axes, Lambda=query.model.bandwidth, **_chosen(query))
    return _compared(query, _with_conductance(result, query.model.wires.beta))


def _diagram(query: Query) -> xr.Dataset:
    """Phases over the axes."""
    return _compared(query, wires.phase_diagram(query.model.wires, query.axes, workers=1, **_chosen(query)))


def _temperatures(query: Query) -> xr.Dataset:
    """Both scales of the flow as temperatures."""
    found = wires.crossover_temperatures(
        query.model.wires, query.axes, Lambda=query.model.bandwidth, workers=1, **_chosen(query)
    )
    return _compared(query, found)


def _attraction(query: Query) -> xr.Dataset:
    """The attraction that would open the same gap without a second wire.

    Raises:
        InputError: an axis K_s; with it the gap without a second wire changes too. A bare y_s at strong coupling.
    """
    if "K_s" in query.axes:
        raise InputError("axes['K_s']", "be left out for the effective attraction", "an axis", "fix K_s in [model]")
    phases = wires.phase_diagram(query.model.wires, query.axes, workers=1, **_chosen(query))
    if bool(((phases["phase"] == PAIRED) & (phases["l_spin"] == 0)).any()):
        wanted = f"be above -{query.options.ys_threshold:g} for the effective attraction"
        raise InputError("y_s", wanted, "strong attraction from the start", "there is no flow to compare with")
    return _compared(query, wires.equal_gap(phases))


def _verdict(_study: Study, result: xr.Dataset) -> Verdict:
    return Verdict(text=summary(result), numbers=numbers(result))


def _with_validity(study: Study, result: xr.Dataset) -> xr.Dataset:
    """The result with notes that count the marks of the whole: a block knows only its own."""
    scheme = Scheme(**arguments_of_flow(study.model, study.options.complete(), study.swept))
    grows, strong = (result[name].to_numpy() for name in ("source_grows", "bare_strong"))
    said = [
        *notes(scheme, grows, strong),
        *triplet_note(result["phase"].to_numpy()),
        *OWN.get(study.question_name, []),
    ]
    if study.question_name == "finite-temperature":
        said.append(CROSSOVERS)
        said += contradictions(*(result[name].to_numpy() for name in ("phase", "spin_scale", "trion_scale")))
    return result.assign_attrs(validity=" ".join(said), axes=", ".join(study.asked))


OWN = {
    "flow": [
        "Conductances are those of a long clean system with adiabatic contacts, the secondary grounded; exponents take "
        "the Luttinger parameters at the end of the flow."
    ],
    "effective-attraction": ["Not a number where the phase is neither decoupled nor paired."],
}
"""Further notes of a question."""


def _chosen(query: Query) -> dict[str, Any]:
    return arguments_of_flow(query.model, query.options.complete(), query.axes)


def _with_conductance(result: xr.Dataset, beta: float) -> xr.Dataset:
    """The flow with the conductance of the primary and the exponents of its susceptibilities beside it."""
    names = flag_names(result["phase"])
    by_code = np.array([conductance_of(name, beta) for _, name in sorted(names.items())])
    phase = result["phase"].to_numpy()
    dims = result["phase"].dims
    ends = [result[name].to_numpy() for name in ("K_c_tilde_end", "K_tilde_end", "Q_end")]
    gapless = np.select([phase == code_of(result, "decoupled"), phase == code_of(result, "paired")], [1.0, 0.0], np.nan)
    found = {
        "conductance": (by_code[phase], "e²/h", "conductance of the primary, secondary grounded"),
        "exponent_CDW": (density_exponent(*ends) + gapless - 2, "1", "exponent of the density-wave susceptibility"),
        "exponent_SC": (1 / ends[0] + gapless - 2, "1", "exponent of the singlet-pair susceptibility"),
        "pairs_dominate": (
            (superconducting_margin(*ends) > 0) & (gapless == 0),
            "1",
            "paired, pairs dominate over density waves (18)",
        ),
    }
    return result.assign(
        {
            name: xr.Variable(dims, values, {"units": unit, "long_name": text})
            for name, (values, unit, text) in found.items()
        }
    )


def _compared(query: Query, result: xr.Dataset) -> xr.Dataset:
    """The result with its bandwidth, the phases and scales that other conventions find, and where all find the same
    phase."""
    options = query.options
    if query.model.bandwidth is not None:
        attrs = {"units": "meV", "long_name": "energy Λ of l = 0"}
        result = result.assign(bandwidth=xr.Variable((), query.model.bandwidth, attrs))
    if options.compare == "nothing":
        return result
    found = {label: _phases(query, changes, factor) for label, changes, factor in _variants(query)}
    codes = np.stack([phase for phase, *_ in found.values()])
    scales = np.stack([_gap_opens(*each) for each in found.values()])
    dims = result["phase"].dims
    attrs = {"units": "1", "long_name": "phase under the convention", **flags(flag_names(result["phase"]))}
    every = (codes == codes[0]).all(axis=0)
    return result.assign(
        phase_by_scheme=xr.Variable(("scheme", *dims), codes, attrs),
        l_gap_by_scheme=xr.Variable(("scheme", *dims), scales, {"units": "1", "long_name": L_GAP}),
        unanimous=xr.Variable(dims, every, {"units": "1", "long_name": "all conventions find the same phase"}),
    ).assign_coords(scheme=xr.Variable("scheme", list(found), {"units": "1", "long_name": "convention"}))


L_GAP = "l where the gap of the phase opens under the convention, infinite without a gap"


def _gap_opens(phase: NDArray[Any], l_spin: NDArray[Any], l_trion: NDArray[Any]) -> NDArray[np.float32]:
    """l_trion of trions, l_spin of pairs and triplets; in single precision, for there are up to twelve of it."""
    return np.select([phase == TRION, phase != DECOUPLED], [l_trion, l_spin], np.inf).astype(np.float32)


def _variants(query: Query) -> list[tuple[str, dict[str, Any], float]]:
    """Conventions to compare: label, arguments that change, factor on y and y_2."""
    options = query.options
    by_name = cutoffs(options.complete())
    if options.compare == "cutoffs":
        return [(name, {"cutoff": by_name[name]}, 1.0) for name in NAMES]
    feedbacks = ("published", "complete") if _on_the_line(query.model, query.axes) else ("complete",)
    return [
        (f"{name}, {feedback} feedback, {norm} y", {"cutoff": by_name[name], "feedback": feedback}, factor)
        for name, feedback, (norm, factor) in product(NAMES, feedbacks, NORMALISATIONS.items())
    ]


def _phases(query: Query, changes: dict[str, Any], factor: float) -> list[NDArray[Any]]:
    """Phase, l_spin and l_trion over the axes; as arrays, since a study may ask at thousands of points one by one."""
    pair = query.model.wires
    scaled = Axes({name: factor * values if name in ("y", "y_2") else values for name, values in query.axes.items()})
    less = pair.with_parameters(y=factor * pair.y, y_2=factor * pair.y_2)
    names = ("phase", "l_spin", "l_trion")
    found = answers_over(less, scaled, Scheme(**{**_chosen(query), **changes}), names, workers=1)
    return [found[name][0] for name in names]


def questions(knobs: tuple[str, ...]) -> dict[str, Question]:
    """What coupled wires are asked; `knobs` are the axes that `attractron.wires` takes itself."""
    question = partial(Question, verdict=_verdict, knobs=knobs, finish=_with_validity)
    return {
        "flow": question(
            about="phase, gaps, conductance, exponents and the trajectory over l",
            answer=_flow,
            options=FLOW_OPTIONS,
            own=("length",),
        ),
        "phase-diagram": question(
            about="phases over any parameters, with what other cut-offs say",
            answer=_diagram,
            options=WIRE_OPTIONS,
            needs=("*",),
        ),
        "finite-temperature": question(
            about="temperatures below which electrons pair and trions form",
            answer=_temperatures,
            options=WIRE_OPTIONS,
        ),
        "effective-attraction": question(
            about="the attraction that would open the same gap in the primary alone",
            answer=_attraction,
            options=WIRE_OPTIONS,
        ),
    }
