"""The liquid of trions: (19) to (21), (C1) to (C3), and which impurity matters in which phase."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from attractron.core.checks import FloatArray
from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.papers.shavit_oreg2020.common import crossing
from attractron.plotting.style import OKABE_ITO
from attractron.wires import CoupledWires, TrionLiquid, impurity_dimensions, trion_operators, trion_phase
from attractron.wires.dimensions import normal_modes, scaling_dimension, two_wires

K_C, K, U_RATIO = 0.9, 0.4, 0.7
"""Wires of (a) and (c), u in units of u_c: our choice, so that neither both speeds nor both K agree."""

UPSILON = 0.5
"""υ at which numbers are compared, u_c V_θ = -V_φ u K_c K as in (13); the paper's figures have 0.1 to 0.15."""

OF_FIG4 = CoupledWires(K_c=K_C, K=K, y_s=0.1, y=0.1, upsilon=0.12)

STIFF = 1e10
"""Stiffness of φ_g, in that of the wires, that stands for a pinned one; it leaves 1/√STIFF of K_f."""

G, F = np.array([1.0, np.sqrt(2)]) / np.sqrt(3), np.array([np.sqrt(2), -1.0]) / np.sqrt(3)
"""φ_g and φ_f of (19) over (φ_c, φ)."""

SECTORS = ("K_f", "u_f", "K_g", "u_g", "V_cross", "V_theta_cross")
TRIONS = ("trion", "trion, same movers", "trion, opposite spins' movers")
"""The three cosines of (C3), in its order of momenta 2k_F + k, 2k_F - k, k."""

ORDERS = ("trion density wave", "trion pair")


def compute(quick: bool) -> xr.Dataset:
    """(C2) over υ, beside matrices; dimensions over K_f; dimensions of impurities over K."""
    upsilon = np.linspace(0.0, 0.95, 20 if quick else 96)
    secondary = np.linspace(0.1, 1.2, 12 if quick else 111)
    liquids = [_liquid(float(value)) for value in upsilon]
    found = [trion_phase(liquid) for liquid in liquids]
    at = _liquid(UPSILON)
    operators = trion_operators(TrionLiquid(K_c=1.0, K=1.0), {"V_phi": np.linspace(0.0, 3.12, 151 if quick else 601)})
    impurities = impurity_dimensions(OF_FIG4, {"K": secondary})
    compared = trion_phase(at)
    return dataset(
        {
            **{
                name: ("upsilon", [float(each[name]) for each in found], "1", str(found[0][name].attrs["long_name"]))
                for name in (*SECTORS, "K_f_complete")
            },
            "K_f_stiff": ("upsilon", [_stiff(liquid) for liquid in liquids], "1", "K_f where φ_g costs much"),
            "number": ("sector", [float(compared[name]) for name in SECTORS], "1", "(C2), at one υ"),
            "rotated": ("sector", _rotated(at), "1", "the same from rotated matrices"),
            "mode": ("invariant", _invariants(compared), "1", "speeds and a dimension by (C2)"),
            "mode_exact": ("invariant", _closed_form(UPSILON), "1", "the same by (14)"),
            "K_f_of_operators": ("V_phi", operators["K_f"].values, "1", "K_f"),
            "dimension": (("operator", "V_phi"), operators["dimension"].values, "1", "scaling dimension"),
            "momentum": ("operator", _momenta(operators), "1", "momentum at k = -k_F, in k_F"),
            "impurity": (
                ("kind", "in_phase", "K"),
                impurities["dimension"].values,
                "1",
                "scaling dimension of the impurity",
            ),
        },
        {
            "upsilon": ("upsilon", upsilon, "1", "forward scattering υ between the wires"),
            "sector": ("sector", list(SECTORS), "1", "coefficient of (C2)"),
            "invariant": ("invariant", ["slow", "fast", "coupling"], "1", "what no change of fields alters"),
            "V_phi": ("V_phi", operators["V_phi"].values, "1", "forward scattering V_φ for equal speeds, K_c = K = 1"),
            "operator": ("operator", operators["operator"].values, "1", "operator"),
            "kind": ("kind", impurities["kind"].values, "1", "impurity"),
            "in_phase": ("in_phase", impurities["in_phase"].values, "1", "phase"),
            "K": ("K", secondary, "1", "Luttinger parameter of the secondary"),
        },
        question="papers.shavit_oreg2020.trion",
        parameters={"K_c": K_C, "K": K, "u/u_c": U_RATIO, "upsilon": UPSILON},
        method="rotation of the quadratic Hamiltonian; correlations of all modes for comparison",
        validity=[str(compared.attrs["validity"])],
        references=["shavit_oreg2020", "attractron"],
    )


def _liquid(upsilon: float) -> TrionLiquid:
    """On the line (13), where (14) is exact, with u_c = 1."""
    return TrionLiquid.from_wires(CoupledWires(K_c=K_C, K=K, y_s=0.1, y=0.1, upsilon=upsilon, u_ratio=U_RATIO))


def _matrices(liquid: TrionLiquid) -> tuple[FloatArray, FloatArray]:
    return two_wires(K_c=liquid.K_c, u_c=liquid.u_c, K=liquid.K, u=liquid.u, V_phi=liquid.V_phi, V_theta=liquid.V_theta)


def _rotated(liquid: TrionLiquid) -> list[float]:
    """The coefficients (C2) from matrices: H in (φ_g, φ_f)."""
    A, B = _matrices(liquid)
    a_f, a_g, a_gf, b_f, b_g, b_gf = F @ A @ F, G @ A @ G, G @ A @ F, F @ B @ F, G @ B @ G, G @ B @ F
    return [
        float(np.sqrt(b_f / a_f)),
        float(np.sqrt(a_f * b_f)),
        float(np.sqrt(b_g / a_g)),
        float(np.sqrt(a_g * b_g)),
        float(np.pi * a_gf),
        float(np.pi * b_gf),
    ]


def _invariants(found: xr.Dataset) -> list[float]:
    """Speeds of the two modes and dimension of cos(√6φ_g), of (C1) with (C2) before φ_g is pinned."""
    K_f, u_f, K_g, u_g, v, w = (float(found[name]) for name in SECTORS)
    A = np.array([[u_g / K_g, v / np.pi], [v / np.pi, u_f / K_f]])
    B = np.array([[u_g * K_g, w / np.pi], [w / np.pi, u_f * K_f]])
    modes = normal_modes(A, B)
    return [*map(float, modes.velocities), scaling_dimension(modes, [np.sqrt(6), 0.0])]


def _closed_form(upsilon: float) -> list[float]:
    """The same by (14): u√(1 - υ²), u_c√(1 - (uυ/u_c)²), K̃_c/2 + (1 - Q/√2)² K̃."""
    slow, fast = np.sqrt(1 - upsilon**2), np.sqrt(1 - (U_RATIO * upsilon) ** 2)
    Q = upsilon * np.sqrt(U_RATIO * K_C / K)
    return [U_RATIO * slow, fast, fast * K_C / 2 + (1 - Q / np.sqrt(2)) ** 2 * K / slow]


def _stiff(liquid: TrionLiquid) -> float:
    """K_f from the correlations of φ_f where ∂φ_g costs very much."""
    A, B = _matrices(liquid)
    return float(F @ normal_modes(A + STIFF * np.outer(G, G), B).M @ F)


def _momenta(operators: xr.Dataset) -> FloatArray:
    """|momentum| in k_F for carriers that fit, k = -k_F."""
    return np.asarray(np.abs(operators["momentum_kF"].values - operators["momentum_k"].values))


def readings(result: xr.Dataset) -> Readings:
    """(C2) by matrices and by (14), the crossings at K_f = 3, what dominates (C3), impurities."""
    K_f = result["K_f_of_operators"]
    trions = result["dimension"].sel(operator=list(TRIONS))
    wave, pair = (result["dimension"].sel(operator=name) for name in ORDERS)
    kinds = result["dimension"].sel(operator=[name for name in result["operator"].values if "impurity" in str(name)])
    pinned = result.sel(upsilon=UPSILON, method="nearest")
    gapped = result["dimension"].isel(V_phi=0) == np.inf
    drawn = result["impurity"].sel(K=K, method="nearest")
    spread = drawn.max("kind") - drawn.min("kind")
    return {
        **{name: float(result["number"].sel(sector=name)) for name in SECTORS},
        **{f"{name}_rotated": float(result["rotated"].sel(sector=name)) for name in SECTORS},
        **{f"{name}_mode": float(result["mode"].sel(invariant=name)) for name in result["invariant"].values},
        **{f"{name}_exact": float(result["mode_exact"].sel(invariant=name)) for name in result["invariant"].values},
        "published_K_f": float(result["rotated"].sel(sector="K_f")),
        "complete_K_f": float(pinned["K_f_complete"]),
        "stiff_K_f": float(pinned["K_f_stiff"]),
        "free_dimension": float(np.interp(3.0, K_f, trions.isel(operator=0))),
        "least_lead": float((trions.sel(operator=TRIONS[1]) - trions.sel(operator=TRIONS[0])).min()),
        "equal_orders": crossing(K_f.values, (wave - pair).values),
        "marginal": crossing(K_f.values, kinds.isel(operator=0).values - 1),
        "impurities_apart": float((kinds.max("operator") - kinds.min("operator")).max()),
        "trion_momentum": float(result["momentum"].sel(operator=TRIONS[0])),
        "singlet_momentum": float(result["momentum"].sel(operator=TRIONS[2])),
        "harmonic_momentum": float(result["momentum"].sel(operator=TRIONS[1])),
        "electron_gapped": bool(gapped.sel(operator="electron")),
        "secondary_gapped": bool(gapped.sel(operator="secondary particle")),
        "trion_gapped": bool(gapped.sel(operator=TRIONS[0])),
        "apart_decoupled": float(spread.sel(in_phase="decoupled")),
        "apart_paired": float(spread.sel(in_phase="paired")),
        "paired_from": crossing(result["K"].values, _lead(result, "paired").values),
        "decoupled_from": crossing(result["K"].values, _lead(result, "decoupled").values),
    }


def _lead(result: xr.Dataset, phase: str) -> xr.DataArray:
    """Dimension of the secondary's impurity above that of the primary's."""
    return result["impurity"].sel(in_phase=phase, kind="secondary") - result["impurity"].sel(
        in_phase=phase, kind="both spins"
    )


def draw(result: xr.Dataset) -> Figure:
    """Parameters of both sectors, dimensions over K_f, dimensions of impurities."""
    figure, axes = panels(13.2, 4.6, columns=3)
    _draw_sectors(result, axes[0])
    _draw_operators(result, axes[1])
    _draw_impurities(result, axes[2])
    lettered(axes, ("free and gapped sector", "trions in (C3), orders, impurities", "which impurity matters when"))
    return figure


def _draw_sectors(result: xr.Dataset, ax: Axes) -> None:
    named = {
        "K_f": (r"$K_f$, as published", "-", 0),
        "K_f_complete": (r"$K_f$ with $V'_\times$", "--", 0),
        "K_g": (r"$K_g$", "-", 1),
        "u_f": (r"$u_f/u_c$", "-", 2),
        "u_g": (r"$u_g/u_c$", "-", 3),
        "V_cross": (r"$V_\times/u_c$", "-", 4),
        "V_theta_cross": (r"$V'_\times/u_c$", "-", 5),
    }
    for name, (label, style, colour) in named.items():
        ax.plot(result["upsilon"], result[name], style, color=OKABE_ITO[colour], label=label)
    few = result.isel(upsilon=slice(None, None, 3))
    ax.plot(few["upsilon"], few["K_f_stiff"], "o", color=OKABE_ITO[0], markersize=4, label=r"$K_f$, stiff $\varphi_g$")
    ax.axhline(0.0, color="0.7", linewidth=0.8, zorder=0)
    ax.set(xlabel="forward scattering υ", ylabel="coefficient", xlim=(0, 0.95), ylim=(-1.6, 4.2))
    ax.legend(frameon=False, loc="upper left", ncols=2)


def _draw_operators(result: xr.Dataset, ax: Axes) -> None:
    K_f = result["K_f_of_operators"]
    named = {
        TRIONS[0]: ("trion, (21)", "-", 0),
        TRIONS[1]: (r"trion, $\cos(\sqrt{3}\varphi_f)$", "--", 0),
        ORDERS[0]: ("density wave of trions", "-", 1),
        ORDERS[1]: ("superconductivity of trions", "-", 2),
        "impurity for both spins": ("impurity, any kind", ":", 6),
    }
    for name, (label, style, colour) in named.items():
        ax.plot(K_f, result["dimension"].sel(operator=name), style, color=OKABE_ITO[colour], label=label)
    ax.axvline(3.0, ymax=0.6, color="0.6", linewidth=0.8)
    ax.annotate("free trions", (3.05, 3.3), rotation=90, va="bottom")
    ax.set(xlabel=r"$K_f$", ylabel="scaling dimension", xlim=(1, 4), ylim=(0, 6.6))
    ax.legend(frameon=False, loc="upper center")


def _draw_impurities(result: xr.Dataset, ax: Axes) -> None:
    named = {
        ("both spins", "decoupled"): ("primary, decoupled", "-", 0),
        ("both spins", "paired"): ("primary, paired", "--", 0),
        ("secondary", "decoupled"): ("secondary, decoupled or paired", "-", 1),
        ("secondary", "trion"): ("either, trion", "-", 2),
    }
    for (kind, phase), (label, style, colour) in named.items():
        curve = result["impurity"].sel(kind=kind, in_phase=phase)
        ax.plot(result["K"], curve, style, color=OKABE_ITO[colour], label=label)
    ax.axhline(1.0, color="0.6", linewidth=0.8)
    ax.annotate("irrelevant above", (0.12, 1.02), va="bottom")
    ax.set(xlabel="K of the secondary", ylabel="scaling dimension of the impurity", xlim=(0.1, 1.2), ylim=(0, 1.75))
    ax.legend(frameon=False, loc="upper left")


FIGURES = (
    Recipe(
        name="shavit-trion",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"K_c": K_C, "K": K, "u_ratio": U_RATIO, "upsilon": UPSILON, "half_K_c": K_C / 2},
    ),
)
