"""Questions about coupled wires: what is asked of `attractron.wires`, and what every answer gets beside it."""

from collections.abc import Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from attractron.core.checks import positive, whole
from attractron.core.errors import InputError
from attractron.core.results import flag_names, flags
from attractron.studies.study import Options, Query, Schema, Study

if TYPE_CHECKING:
    import xarray as xr

    from attractron.studies.kinds.wires_model import StudiedWires
    from attractron.wires.flow.cutoffs import Cutoff

NAMES = ("tanh", "sharp", "frozen")


class Conventions(Schema):
    """What a flow depends on beside its parameters; feedback by default "published" where (13) holds."""

    cutoff: Literal["tanh", "sharp", "frozen"] = "tanh"
    chi: float = 1.5
    feedback: Literal["published", "complete"] | None = None
    spin: Literal["line-preserving", "published"] = "line-preserving"
    phase_factor: Literal["published", "complete"] = "published"
    y_threshold: float = 1.0
    ys_threshold: float = 1.0

    def cutoffs(self) -> "dict[str, Cutoff]":
        """All cut-offs by name.

        Raises:
            InputError: chi not positive.
        """
        from attractron.wires import Frozen, Sharp, Tanh

        return {"tanh": Tanh(self.chi), "sharp": Sharp(), "frozen": Frozen(self.chi)}


class WireOptions(Conventions, Options):
    """Of the questions about wires.

    `compare` says what else is calculated: the other cut-offs, or all conventions (cut-offs, both feedbacks, both
    normalisations of y).
    """

    compare: Literal["cutoffs", "conventions", "nothing"] = "cutoffs"


class FlowOptions(WireOptions):
    """Of a flow: the trajectory is given at `points` values of l from 0 to `l_max`, the same for all parameters."""

    l_max: float = 20.0
    points: int = 401


def conventions(model: "StudiedWires", options: Conventions, axes: Mapping[str, Any]) -> dict[str, Any]:
    """Keyword arguments of `attractron.wires.flow.flow`."""
    return {
        "cutoff": options.cutoffs()[options.cutoff],
        "feedback": options.feedback or ("published" if _on_the_line(model, axes) else "complete"),
        **options.model_dump(include={"spin", "phase_factor", "y_threshold", "ys_threshold"}),
    }


def _on_the_line(model: "StudiedWires", axes: Mapping[str, Any]) -> bool:
    return model.wires.V_theta_ratio == 1.0 and "V_theta_ratio" not in axes


def flow(query: Query) -> "xr.Dataset":
    """Trajectory, phase, gaps, and what is measured."""
    from attractron import wires

    options: FlowOptions = query.options
    points = np.linspace(0.0, positive("l_max", options.l_max), whole("points", options.points, at_least=2))
    axes = {**query.axes, "l": points}
    result = wires.flow(query.model.wires, axes=axes, Lambda=query.model.bandwidth, **_chosen(query))
    return _compared(query, _measured(result, query.model.wires.beta))


def diagram(query: Query) -> "xr.Dataset":
    """Phases over the axes."""
    from attractron import wires

    return _compared(query, wires.phase_diagram(query.model.wires, query.axes, workers=1, **_chosen(query)))


def temperatures(query: Query) -> "xr.Dataset":
    """Both scales of the flow as temperatures."""
    from attractron import wires

    found = wires.crossover_temperatures(
        query.model.wires, query.axes, Lambda=query.model.bandwidth, workers=1, **_chosen(query)
    )
    return _compared(query, found)


def attraction(query: Query) -> "xr.Dataset":
    """The attraction that would open the same gap without a second wire.

    Raises:
        InputError: an axis K_s; with it the gap without a second wire changes too. A bare y_s at strong coupling.
    """
    from attractron import wires
    from attractron.wires.flow.events import PAIRED

    if "K_s" in query.axes:
        raise InputError("axes['K_s']", "be left out for the effective attraction", "an axis", "fix K_s in [model]")
    phases = wires.phase_diagram(query.model.wires, query.axes, workers=1, **_chosen(query))
    if bool(((phases["phase"] == PAIRED) & (phases["l_spin"] == 0)).any()):
        wanted = f"be above -{query.options.ys_threshold:g} for the effective attraction"
        raise InputError("y_s", wanted, "strong attraction from the start", "there is no flow to compare with")
    marks = phases[["l_spin", "l_trion", "source_grows", "bare_strong"]]
    return _compared(query, wires.equal_gap(phases).assign(marks.data_vars))


def with_validity(study: Study, result: "xr.Dataset") -> "xr.Dataset":
    """The result with notes that count the marks of the whole: a block knows only its own."""
    from attractron.wires.flow.scheme import Scheme
    from attractron.wires.flow.temperatures import CROSSOVERS, contradictions
    from attractron.wires.flow.validity import notes, triplet_note

    scheme = Scheme(**conventions(study.model, study.options, study.axes))
    grows, strong = (result[name].to_numpy() for name in ("source_grows", "bare_strong"))
    said = [
        *notes({}, scheme, grows, strong),
        *triplet_note(result["phase"].to_numpy()),
        *OWN.get(study.question_name, []),
    ]
    if study.question_name == "finite-temperature":
        said.append(CROSSOVERS)
        said += contradictions(*(result[name].to_numpy() for name in ("phase", "spin_scale", "trion_scale")))
    return result.assign_attrs(validity=" ".join(said))


OWN = {
    "flow": [
        "Conductances are those of a long clean system with adiabatic contacts, the secondary grounded; exponents take "
        "the Luttinger parameters at the end of the flow."
    ],
    "effective-attraction": ["Not a number where the phase is neither decoupled nor paired."],
}
"""Further notes of a question."""


def _chosen(query: Query) -> dict[str, Any]:
    return conventions(query.model, query.options, query.axes)


def _measured(result: "xr.Dataset", beta: float) -> "xr.Dataset":
    """The flow with the conductance of the primary and the exponents of its susceptibilities beside it."""
    import xarray as xr

    from attractron.wires.orders import density_exponent, superconducting_margin

    names = flag_names(result["phase"])
    by_code = np.array([conductance_of(name, beta) for _, name in sorted(names.items())])
    phase = result["phase"].to_numpy()
    dims = result["phase"].dims
    ends = [result[name].to_numpy() for name in ("K_c_tilde_end", "K_tilde_end", "Q_end")]
    gapless = np.select([phase == _code(names, "decoupled"), phase == _code(names, "paired")], [1.0, 0.0], np.nan)
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


def conductance_of(phase: str, beta: float) -> float:
    """Conductance of the primary in e²/h, everything else grounded; a triplet pins φ_s as a pair does."""
    from attractron.wires import conductance

    if phase == "trion" and beta == 1.0:  # φ_s and √2φ_c + φ_ρ-, see `attractron.wires.ladder`
        found = conductance(pinned=[[1, -1, 0], [1, 1, 1]], modes=("up", "down", "relative"))
    else:
        found = conductance(phase="paired" if phase == "triplet" else phase)
    return float(found["contact_conductance"].sel(contact="primary", driven_contact="primary"))


def _code(names: Mapping[int, str], name: str) -> int:
    return next(code for code, text in names.items() if text == name)


def _compared(query: Query, result: "xr.Dataset") -> "xr.Dataset":
    """The result with the phases and scales that other conventions find, and where all find the same phase."""
    import xarray as xr

    options: WireOptions = query.options
    if options.compare == "nothing":
        return result
    found = {label: _phases(query, changes, factor) for label, changes, factor in _variants(query)}
    codes = np.stack([each["phase"].to_numpy() for each in found.values()])
    scales = np.stack([_gap_opens(each) for each in found.values()])
    dims = result["phase"].dims
    attrs = {"units": "1", "long_name": "phase under the convention", **flags(flag_names(result["phase"]))}
    every = (codes == codes[0]).all(axis=0)
    return result.assign(
        phase_by_scheme=xr.Variable(("scheme", *dims), codes, attrs),
        l_gap_by_scheme=xr.Variable(("scheme", *dims), scales, {"units": "1", "long_name": L_GAP}),
        unanimous=xr.Variable(dims, every, {"units": "1", "long_name": "all conventions find the same phase"}),
    ).assign_coords(scheme=xr.Variable("scheme", list(found), {"units": "1", "long_name": "convention"}))


L_GAP = "l where the gap of the phase opens under the convention, infinite without a gap"


def _gap_opens(phases: "xr.Dataset") -> Any:
    """l_trion of trions, l_spin of pairs and triplets; in single precision, for there are up to twelve of it."""
    names = flag_names(phases["phase"])
    code, l_spin, l_trion = (phases[name].to_numpy() for name in ("phase", "l_spin", "l_trion"))
    gapped = [code == _code(names, "trion"), code != _code(names, "decoupled")]
    return np.select(gapped, [l_trion, l_spin], np.inf).astype(np.float32)


def _variants(query: Query) -> list[tuple[str, dict[str, Any], float]]:
    """Conventions to compare: label, arguments that change, factor on y and y_2."""
    from attractron.wires.flow.phase_diagram import NORMALISATIONS

    options: WireOptions = query.options
    cutoffs = options.cutoffs()
    if options.compare == "cutoffs":
        return [(name, {"cutoff": cutoffs[name]}, 1.0) for name in NAMES]
    feedbacks = ("published", "complete") if _on_the_line(query.model, query.axes) else ("complete",)
    return [
        (f"{name}, {feedback} feedback, {norm} y", {"cutoff": cutoffs[name], "feedback": feedback}, factor)
        for name, feedback, (norm, factor) in product(NAMES, feedbacks, NORMALISATIONS.items())
    ]


def _phases(query: Query, changes: dict[str, Any], factor: float) -> "xr.Dataset":
    from attractron.wires import phase_diagram

    wires = query.model.wires
    scaled = {name: factor * values if name in ("y", "y_2") else values for name, values in query.axes.items()}
    less = wires.with_parameters(y=factor * wires.y, y_2=factor * wires.y_2)
    return phase_diagram(less, scaled, workers=1, **{**_chosen(query), **changes})
