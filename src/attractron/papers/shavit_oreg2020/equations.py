"""(1) to (16) as printed, beside what the package does: trajectories and properties of the model, taken from outside.

Nothing here knows how the flow is calculated. Trajectories of `attractron.wires.flow` are differentiated by finite
differences (`attractron.papers.shavit_oreg2020.equations_readings`), and what each term of (16) contributes is fitted;
(13) and (14) are compared with the normal modes of the Hamiltonian, and the normalisation of y with one loop of
fermions, a Lindhard function at 2k_F.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import FloatArray
from attractron.core.results import Variable, dataset
from attractron.papers.figures import Recipe
from attractron.papers.shavit_oreg2020.equations_drawing import draw
from attractron.papers.shavit_oreg2020.equations_readings import readings
from attractron.wires import (
    CoupledWires,
    Electrons,
    Scheme,
    Tanh,
    coupled_wires_from_interactions,
    exact_dimensions,
    flow,
    from_interactions,
    superconducting,
    susceptibilities,
)

Q, U_RATIO = 0.3, 0.7
"""Shift Q of all flows below, and u/u_c: with one Q the factor (1 ∓ Q/√2)² is a number, and every velocity shows."""

STEP, LAST = 0.025, 2.0
"""Of the trajectories' l."""

CHI, CHI_DRAWN = 1.5, 1.0
"""The paper's, of Figs. 4 and 5, and of Fig. 3 for the picture."""

K_F, K_SEC, ALPHA_0 = 0.3, -0.05, 1.4
"""Momenta in nm⁻¹, k < 0 for holes, and the cut-off in nm, of (15)."""

ANGLE = math.pi / 3
"""θ↑↓ of one flow (17)."""

V_PHI = 1.6
"""Forward scattering in units of ħu_c, where (13) and (14) are tried."""
K_C, K = 0.85, 0.6
"""The paper's, of Fig. 3."""

LONG = np.linspace(0.0, 114.5, 230)
"""l of the primary wire alone, to just before y_s = 1 for the weaker start."""

ORDERS = ("CDW", "SDW", "singlet")
TRIED = np.linspace(0.5, 1.5, 1001)
"""K_c at which (18) is tried."""

FAR = Scheme(y_threshold=1e3, ys_threshold=1e3)
"""So that no event ends a trajectory before `LAST`."""


def _wires(K_c: float, K_bare: float, **others: Any) -> CoupledWires:
    """Wires whose υ makes Q (after (13)) the same for all."""
    return CoupledWires(K_c=K_c, K=K_bare, u_ratio=U_RATIO, upsilon=Q * math.sqrt(K_bare / (U_RATIO * K_c)), **others)


FREE: dict[str, CoupledWires] = {
    "first": _wires(0.85, 0.6, y_s=0.15, y=0.12, y_2=0.10, K_s=1.20),
    "second": _wires(0.60, 0.9, y_s=0.30, y=0.20, y_2=0.05, K_s=1.05),
    "third": _wires(1.00, 0.3, y_s=-0.20, y=0.05, y_2=0.20, K_s=1.10),
    "fourth": _wires(0.70, 0.4, y_s=0.05, y=0.15, y_2=0.15, K_s=0.90),
    "fifth": _wires(0.50, 0.5, y_s=0.40, y=0.05, y_2=0.30, K_s=1.30),
}
"""Commensurate wires (c = 1) with K_s free."""

LINE = {
    "first": _wires(0.85, 0.6, y_s=0.15, y=0.12),
    "second": _wires(0.60, 0.9, y_s=0.30, y=0.20),
}
"""On the SU(2) line."""

ALONE = {f"{y_s}": CoupledWires(K_c=0.85, K=0.6, y_s=y_s, y=0.0, K_s=1 + y_s / 2) for y_s in (0.1, 0.2)}
"""The primary wire without the secondary, where the flow starts on the SU(2) line."""

MISMATCHES = {"mismatch": (K_F + K_SEC) * ALPHA_0, "mismatch_2": (K_F - K_SEC) * ALPHA_0}
DRAWN = _wires(0.85, 0.5, y_s=0.2, y=0.25, y_2=0.2, K_s=1.05, mismatch=math.exp(-1.5), mismatch_2=math.exp(-0.6))
"""Of the picture: all terms are seen, and both cut-offs."""


def compute(quick: bool) -> xr.Dataset:
    """Trajectories of every kind, the numbers of the model beside the normal modes, and one loop. Quick is the same."""
    as_published = replace(FAR, spin="published")
    points = np.arange(0.0, LAST + STEP / 2, STEP)
    kinds = {
        "published": (FREE, as_published),
        "preserving": (FREE, FAR),
        "complete": (FREE, replace(FAR, feedback="complete")),
        "turned": ({"first": FREE["first"].with_parameters(theta=ANGLE)}, as_published),
        "particles": ({"first": FREE["first"].with_parameters(carriers="particles")}, as_published),
        "line": (LINE, FAR),
        "cut": (
            {
                "first": FREE["first"].with_parameters(**MISMATCHES, y_2=0.0),
                "second": FREE["first"].with_parameters(**MISMATCHES, y=0.0),
            },
            replace(as_published, cutoff=Tanh(chi=CHI)),
        ),
        "drawn": ({"first": DRAWN}, replace(as_published, cutoff=Tanh(chi=CHI_DRAWN))),
    }
    variables: dict[str, Variable] = {
        "drawn_l_star": ("coupling", list(DRAWN.l_star), "1", "l* of both couplings, picture"),
        "drawn_chi": ((), CHI_DRAWN, "1", "χ of the picture"),
        "cut_l_star": ("coupling", [-math.log(value) for value in MISMATCHES.values()], "1", "l* of both couplings"),
        "cut_chi": ((), CHI, "1", "χ of Figs. 4 and 5"),
    }
    for kind, (wires, scheme) in kinds.items():
        variables |= _trajectories(kind, list(wires.values()), scheme, points)
    return dataset(
        variables | _alone() | _model() | _normalisation(),
        {
            "l": ("l", points, "1", "logarithm l of the length scale"),
            "order": ("order", list(ORDERS), "1", "order of the primary wire"),
            "tried_K_c": ("tried_K_c", TRIED, "1", "Luttinger parameter of the primary's charge"),
        },
        question="papers.shavit_oreg2020.equations",
        parameters=DRAWN.describe(),
        options={kind: [own.describe() for own in wires.values()] for kind, (wires, _) in kinds.items()},
        method="trajectories of the flow, normal modes of the Hamiltonian, Lindhard function at 2k_F",
        validity=["Couplings of order one are beyond a second order; here the equations are read, not their validity."],
        references=["shavit_oreg2020", "attractron"],
    )


def _trajectories(kind: str, wires: list[CoupledWires], scheme: Scheme, points: FloatArray) -> dict[str, Variable]:
    """All running numbers of some flows (flow, l), by the name of their kind."""
    found = [flow(own, scheme=scheme, axes={"l": points}) for own in wires]
    names = [str(name) for name in found[0].data_vars if str(name).startswith("running_")]
    return {
        f"{kind}_{name.removeprefix('running_')}": (
            (f"{kind}_flow", "l"),
            np.stack([own[name].values for own in found]),
            "1",
            f"{found[0][name].attrs['long_name']}, flows {kind}",
        )
        for name in names
    }


def _alone() -> dict[str, Variable]:
    """The primary wire alone by (16b) as published: its trajectory, and where y_s = +1."""
    found = [flow(own, spin="published", axes={"l": LONG}) for own in ALONE.values()]
    y_s, K_s = (np.stack([own[f"running_{name}"].values for own in found]) for name in ("y_s", "K_s"))
    ends = [float(flow(own, spin="published")["l_spin"]) for own in ALONE.values()]
    dims = ("bare", "long")
    return {
        "long_l": ("long", LONG, "1", "logarithm l of the length scale"),
        "alone_y_s": (dims, y_s, "1", "y_s of the primary wire alone, (16b) as published"),
        "alone_K_s": (dims, K_s, "1", "K_s of the primary wire alone, (16b) as published"),
        "alone_end": ("bare", ends, "1", "l where y_s = +1"),
    }


def _model() -> dict[str, Variable]:
    """υ, (14) and the dimensions of the model, and those of the normal modes, on the line (13) and off it."""
    u = U_RATIO
    line = -V_PHI * u * K_C * K  # (13) with u_c = 1
    velocities = {"K_c": K_C, "u_c": 1.0, "K": K, "u": u, "V_phi": V_PHI}
    on, off = (CoupledWires.from_couplings(**velocities, V_theta=V_theta, y_s=0.0, y=0.0) for V_theta in (line, 0.0))
    exact = [exact_dimensions(**velocities, V_theta=V_theta) for V_theta in (line, 0.0)]
    apart = exact_dimensions(**{**velocities, "V_phi": 0.0})
    names = ("dimension_1", "dimension_2", "dimension_cdw", "dimension_sc")
    return {
        **{name: ((), getattr(on, name), "1", name) for name in ("upsilon", "K_c_tilde", "K_tilde", "Q")},
        "V_theta_ratio": ((), on.V_theta_ratio, "1", "V_θ over that of the line (13)"),
        "dimensions": (("line", "coupling"), np.array([on.dimensions, off.dimensions]), "1", "dimensions by the model"),
        "modes": (
            ("line", "operator"),
            [[float(own[name]) for name in names] for own in exact],
            "1",
            "dimensions by the normal modes",
        ),
        "apart": ("operator", [float(apart[name]) for name in names], "1", "dimensions of wires apart"),
        "exponent": (
            ("gap_in_spin", "order"),
            np.stack([_exponents(phase) for phase in ("decoupled", "paired")]),
            "1",
            "exponents of the susceptibilities",
        ),
        "condition": ("tried_K_c", superconducting(TRIED, 0.6, 0.5), "1", "(18) at K = 0.6, Q = 0.5"),
        "velocity": ("mode", exact[0]["velocity"].values, "1", "velocities of the normal modes over u_c"),
        "l_star": ("coupling", list(FREE["first"].with_parameters(**MISMATCHES).l_star), "1", "l* of both couplings"),
    }


def _exponents(phase: str) -> FloatArray:
    """Exponents of the orders at numbers that differ from each other (order,)."""
    found = susceptibilities(K_c=0.8, K=0.6, Q=0.5, phase=phase)["exponent"]
    return np.array([float(found.sel(order=order)) for order in ORDERS])


def _normalisation() -> dict[str, Variable]:
    """y of a repulsion V between free electrons by both normalisations, and the same from one loop of fermions."""
    v, V = 1.0, 0.01
    primary, secondary = Electrons(density=0.2, v_F=v), Electrons(density=0.1, v_F=v)
    y = [
        float(from_interactions(primary, secondary, V, normalisation=name)["y"])
        for name in ("operator-product", "literal")
    ]
    strongest = math.pi / math.sqrt(2)  # (ρ↑, ρ↓, ρ) with πv on the diagonal and V beside it: singular at 2V² = (πv)²
    unstable = coupled_wires_from_interactions(primary, secondary, (0.999 * strongest * v, 0.01))
    repelling = from_interactions(Electrons(density=0.2, v_F=v, U=0.02), secondary, 0.0)
    return {
        "y_of_V": ("normalisation", np.array(y) * v / V, "1", "y ū/V"),
        "loop": ((), _loop(), "1", "2πv dχ/d ln(1/T) at 2k_F of one species of free electrons"),
        "listed_upsilon": (
            (),
            float(from_interactions(primary, secondary, (strongest * v, 0.01))["upsilon"]),
            "1",
            "the same as `from_interactions` lists it",
        ),
        "upsilon_of_V": ((), unstable.upsilon / 0.999, "1", "υ of the V at which free electrons phase-separate"),
        "mismatches": (
            "coupling",
            [float(_momenta(-K_SEC)[name]) for name in ("mismatch", "mismatch_2")],
            "1",
            "mismatches of both couplings",
        ),
        "U_y_s": ((), float(repelling["y_s"]) * math.pi * v / 0.02, "1", "y_s πv/U of a contact repulsion U = 0.02 v"),
        "U_K_c": ((), (1 - float(repelling["K_c"])) * 2 * math.pi * v / 0.02, "1", "(1 - K_c) 2πv/U of the same"),
        "U_K_s": ((), (float(repelling["K_s"]) - 1) * 2 * math.pi * v / 0.02, "1", "(K_s - 1) 2πv/U of the same"),
    }


def _momenta(k: float) -> xr.Dataset:
    """Wires with the momenta of (15): two spins share the density of the primary."""
    return from_interactions(
        Electrons(density=2 * K_F / math.pi, v_F=1.0), Electrons(density=k / math.pi, v_F=1.0), 0.1, alpha_0=ALPHA_0
    )


def _loop() -> float:
    """Slope of the Lindhard function of a tight-binding band at q = 2k_F in ln(1/T), times 2πv; 1 for T → 0."""
    k_F = 1.0
    k = (np.arange(400_000) + 0.5) * (2 * math.pi / 400_000) - math.pi
    energy, shifted = (-2 * np.cos(own) + 2 * math.cos(k_F) for own in (k, k + 2 * k_F))
    temperatures = np.array([1e-3, 2e-3])
    chi = [
        float(np.mean((np.tanh(shifted / (2 * T)) - np.tanh(energy / (2 * T))) / (2 * (shifted - energy))))
        for T in temperatures
    ]
    return float(2 * math.pi * 2 * math.sin(k_F) * (chi[0] - chi[1]) / math.log(2))


FIGURES = (
    Recipe(
        name="shavit-equations",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"flows_Q": Q, "step": STEP, "u_ratio": U_RATIO, "K_c": K_C, "K": K, "V_phi": V_PHI},
    ),
)
