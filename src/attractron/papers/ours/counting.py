"""Attraction seen by counting: the same junction with either sign of W_eff, told apart by how electrons come and go."""

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from attractron.core.checks import FloatArray
from attractron.core.constants import ELEMENTARY_CHARGE
from attractron.core.results import Variable, dataset
from attractron.papers.figures import Readings, Recipe, lettered, panels
from attractron.plotting import lines
from attractron.plotting.style import OKABE_ITO, quantity_label
from attractron.transport import Junction, current, factorial_cumulants, noise_spectrum, pair_junction, waiting_times

W = 0.435
"""Repulsion of the two sites in Fig. 4 of Hamo et al. (2016), meV."""

REPULSIONS = (W + 0.335, W - 0.335)
"""Site-polarizer repulsions U in meV for which W_eff = W - U is attractive and repulsive by the same amount."""

TEMPERATURE = 0.1
"""K."""

CENTRE: dict[str, float] = {"V": 0.0, "delta_V": 0.0, "V_SD": 0.1}

PAIRS = (("L", "R"), ("L", "L"), ("R", "R"))

Numbers = dict[str, FloatArray | float]

VARIABLES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "correlation": (("frequency",), "1", r"$S_\mathrm{LR}/(S_\mathrm{LL}S_\mathrm{RR})^{1/2}$"),
    "zero_frequency": (("leads",), "1", "|noise| at zero frequency over that of as many uncorrelated jumps"),
    "cumulant_ratio": (("window",), "1", r"factorial cumulants $C_\mathrm{F,2}/C_\mathrm{F,1}$"),
    "followed": (("time",), "1", "probability that R has followed L"),
    "pair_share": ((), "1", "part of the electrons that come in pairs"),
    "mean_time": ((), "ns", "mean time between arrivals, single or in pairs"),
    "arrival_current": ((), "pA", "e times the rate of electrons that come to L and R"),
    "lead_current": ((), "pA", "largest |mean current| of L and R"),
    "clamped": ((), "pA", "e times the rate of what negative rates would have undone"),
    "both_filled": ((), "1", "probability that L and R are filled"),
    "one_filled": ((), "1", "probability that one of L and R is filled"),
}
"""Name → dimensions beside W_eff, unit, long name."""


def junction(U: float) -> Junction:
    """The pair junction at its particle-hole symmetric point, µ_P = U.

    With the polarizer dot in its ground state, E_P(N) = min(0, UN - µ_P) for N electrons beside it, two electrons
    interact by W_eff = W + E_P(2) + E_P(0) - 2E_P(1) = W - U. Couplings are a fiftieth of those of the experiment, so
    that the widest level has Γ < k_BT, where amplitudes are to be trusted.
    """
    return pair_junction(
        W=W,
        U=U,
        mu_P=U,
        Gamma_S=0.00185,
        Gamma_D=0.00185,
        Gamma_L=0.004255,
        Gamma_R=0.008325,
        temperature=TEMPERATURE,
        alpha=0.61,
    )


def compute(quick: bool) -> xr.Dataset:
    """Noise of the leads of L and R, counts in windows and waiting times of electrons that come to L and R."""
    frequency = np.geomspace(1e-5, 2.0, 23 if quick else 67)
    window = np.geomspace(1.0, 1e7, 22 if quick else 64)
    time = np.geomspace(1e-2, 1e8, 101 if quick else 401)
    found = [
        {**_noise(device, frequency), **_windows(device, window), **_arrivals(device, time), **_steady(device)}
        for device in map(junction, REPULSIONS)
    ]
    coords: dict[str, Variable] = {
        "W_eff": ("W_eff", [W - U for U in REPULSIONS], "meV", "effective interaction"),
        "frequency": ("frequency", frequency, "GHz", "frequency"),
        "leads": ("leads", ["".join(pair) for pair in PAIRS], "1", "leads whose noise it is"),
        "window": ("window", window, "ns", "length of the window"),
        "time": ("time", time, "ns", "time since an electron came to L"),
    }
    lost = max(float(each["clamped"]) / float(each["arrival_current"]) for each in found)
    return dataset(
        {
            name: (("W_eff", *dims), np.array([each[name] for each in found]), unit, text)
            for name, (dims, unit, text) in VARIABLES.items()
        },
        coords,
        question="papers.ours.counting",
        parameters=junction(REPULSIONS[0]).describe(),
        options={"U": REPULSIONS, "origin": "centre", "processes": "2e", **CENTRE},
        method="jumps of T-matrix rates of first to third order: noise spectrum, factorial cumulants, waiting times",
        validity=[
            f"The widest level has Γ = {junction(W).broadening:.2g} k_BT, and h × frequency stays below k_BT.",
            f"Negative rates that were set to zero amount to at most {lost:.1g} of those at which electrons come.",
            "The detector misses nothing, and its back-action is not included.",
        ],
        references=["hamo2016", "korotkov1994", "kambly2011", "stegmann2015", "kleinherbers2018", "brandes2008"],
    )


def _noise(device: Junction, frequency: FloatArray) -> Numbers:
    """S_LR/√(S_LL S_RR) over the frequency; all three at zero frequency over √(D_LL D_RR) of `noise_spectrum`."""
    spectra = [noise_spectrum(device, CENTRE, np.append(0.0, frequency), leads=pair, origin="centre") for pair in PAIRS]
    noise, jumps = (np.array([each[name].values for each in spectra]) for name in ("spectrum", "simultaneous"))
    return {
        "correlation": noise[0, 1:] / np.sqrt(noise[1, 1:] * noise[2, 1:]),
        "zero_frequency": np.abs(noise[:, 0]) / np.sqrt(jumps[1] * jumps[2]),
    }


def _windows(device: Junction, window: FloatArray) -> Numbers:
    """C_F,2/C_F,1 of the electrons that come to L and R within a window."""
    record = factorial_cumulants(device, CENTRE, window, dots=["L", "R"], orders=2, origin="centre")
    first, second = record["factorial_cumulant"].values
    return {"cumulant_ratio": second / first}


def _arrivals(device: Junction, time: FloatArray) -> Numbers:
    """How soon R follows L, how often electrons come, and how many of them in pairs.

    After an electron has come to L, alone or with one to R, the probability that R has taken its own by the next
    arrival and before τ is {r_LR + r_L ∫_0^τ [w_L,R + w_L,LR]}/(r_L + r_LR).
    """
    found = waiting_times(device, CENTRE, time, dots=["L", "R"], origin="centre")
    rate_L, rate_R, rate_pair = found["rate"].values
    density = time * found["waiting_time"].sel(first="L", second=["R", "L+R"]).sum("second").values  # per ln τ
    steps = np.diff(np.log(time)) * (density[1:] + density[:-1]) / 2
    electrons = rate_L + rate_R + 2 * rate_pair
    return {
        "followed": (rate_pair + rate_L * np.append(0.0, np.cumsum(steps))) / (rate_L + rate_pair),
        "pair_share": 2 * rate_pair / electrons,
        "mean_time": 1 / (rate_L + rate_R + rate_pair),
        "arrival_current": 1e9 * ELEMENTARY_CHARGE * electrons,
    }


def _steady(device: Junction) -> Numbers:
    """How L and R are filled and what flows, from the steady state alone."""
    found = current(device, CENTRE, origin="centre")
    filled = np.array([str(state)[1:-1].split(",")[:2].count("1") for state in found["state"].values])
    return {
        "both_filled": float(found["populations"][filled == 2].sum()),
        "one_filled": float(found["populations"][filled == 1].sum()),
        "lead_current": float(np.abs(found["lead_current"].sel(lead=["L", "R"])).max()),
        "clamped": float(found["clamped"]),
    }


def readings(result: xr.Dataset) -> Readings:
    """What theory says of the two signs, and how far apart they lie."""
    attractive, repulsive = (result.isel(W_eff=int(place(result["W_eff"].values))) for place in (np.argmin, np.argmax))
    filled, share = float(attractive["both_filled"]), float(attractive["pair_share"])
    excited = 1 - float(repulsive["one_filled"])
    together, opposite = attractive["correlation"].values, repulsive["correlation"].values
    ratio = attractive["cumulant_ratio"].values
    return {
        "W_eff_attractive": float(attractive["W_eff"]),
        "W_eff_repulsive": float(repulsive["W_eff"]),
        "lead_current": float((result["lead_current"] / result["arrival_current"]).max()),
        "zero_frequency": float(result["zero_frequency"].max()),
        "slow_together": float(together[0]),
        "least_together": float(together.min()),
        "odd": float(attractive["one_filled"]),
        "slow_opposite": float(opposite[0]),
        "least_opposite": float(opposite.max()),
        "even": excited,
        "pair_share": share,
        "single_share": 1 - share,
        "short_window": float(ratio[0]),
        "filled": filled,
        "telegraph": 1 - 4 * filled * (1 - filled),
        "long_window": float(ratio[-1]),
        "one_by_one": float(np.abs(repulsive["cumulant_ratio"]).max()),
        "one_by_one_error": 4 * excited,
        "soon_attractive": _followed_by(attractive, 0.01),
        "soon_repulsive": _followed_by(repulsive, 0.01),
        "mean_attractive": float(attractive["mean_time"]),
        "mean_repulsive": float(repulsive["mean_time"]),
        "followed": _followed_by(repulsive, 1.0),
    }


def _followed_by(part: xr.Dataset, times: float) -> float:
    """Probability that R has followed L by so many mean times between arrivals."""
    when = np.log(times * float(part["mean_time"]))
    return float(np.interp(when, np.log(part["time"].values), part["followed"].values))


def draw(result: xr.Dataset) -> Figure:
    """Three panels, one for each way of counting; dotted, the mean times between arrivals."""
    figure, axes = panels(13.5, 4.8, columns=3)
    shown = {"frequency": "correlation", "window": "cumulant_ratio", "time": "followed"}
    for ax, (x, variable) in zip(axes, shown.items(), strict=True):
        lines.plot(result, ax, variable=variable, x=x)
        ax.set(xscale="log", xlabel=quantity_label(result[x]))
        if (legend := ax.get_legend()) is not None:  # one below does for all panels
            legend.remove()
        if x != "frequency":
            for colour, mean in zip(OKABE_ITO, result["mean_time"].values, strict=False):
                ax.axvline(mean, color=colour, linestyle=":", linewidth=1.2)
    lettered(axes)
    dotted = Line2D([], [], color="0.4", linestyle=":", linewidth=1.2, label="mean time between arrivals")
    handles = [*axes[0].get_legend_handles_labels()[0], dotted]
    figure.legend(handles=handles, loc="outside lower center", ncols=3)
    return figure


FIGURES = (
    Recipe(
        name="counting-pairs",
        compute=compute,
        draw=draw,
        readings=readings,
        parameters={"without_memory": 1 - float(np.exp(-1.0))},
    ),
)
