"""Fig. 2a and 2b in noise, read by `readout.read_vertex`: W and Δ from the picture alone, with their uncertainties."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from attractron.core.constants import K_B
from attractron.core.results import flag_names, to_json
from attractron.dots import Detector, Device, pairing_energy, stability_diagram
from attractron.papers.claims import Claim
from attractron.papers.figures import PaperFigure
from attractron.papers.hamo2016 import fig3ac as detuned
from attractron.papers.hamo2016.diagrams import PAPER, TEMPERATURE, W, window
from attractron.papers.hamo2016.fig2ab import BARE, HALF, PAIRED, U
from attractron.readout import read_vertex

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NOISE = 15.0
"""R.m.s. of the white noise, and of the 1/f noise, in pA: together a fifth of the left dot's step."""

PIXELS = (200, 188)
"""Along V and δV, about as many as are measured."""

PICTURES = {False: 12, True: 3}
"""Pictures of each device that differ in their noise only, in full and when quick."""

STEPS = {"2a": {"L": -100.0, "R": -60.0}, "2b": {"L": -100.0, "R": -10.0}}
"""The detector's steps in pA, those of Fig. 2a and 2b."""

DECIDED = PAIRED.with_parameters(U=detuned.U)
"""Fig. 2b away from δ = U, with the U of Fig. 3a-c. At δ = U an electron beside the polarizer costs as much as moving
the polarizer's: either state has it, and their entropy k_B ln 2 raises W_eff by 2 k_B T ln 2. Here nothing is
degenerate, and at t → 0 W_eff = W - δ all the same."""

DEVICES: dict[str, tuple[Device, ...]] = {"2a": (BARE,), "2b": (DECIDED, PAIRED)}
"""Of each figure; the picture of the first is shown."""

DELTA = {"2a": W / 2, "2b": (U + W) / 2}
"""Middle of the window along V, mV."""


def compute(panel: str, quick: bool) -> "xr.Dataset":
    """The reading of the first picture, and the interaction read from all pictures of all devices."""
    devices = DEVICES[panel]
    readings = [[_read(panel, device, seed) for seed in range(PICTURES[quick])] for device in devices]
    first = readings[0][0]
    return (
        first.assign(
            {
                f"reading{suffix}": (
                    ("U", "seed"),
                    [[float(reading[f"effective_interaction{suffix}"]) for reading in row] for row in readings],
                    {"units": "meV", "long_name": label},
                )
                for suffix, label in (("", "W_eff read"), ("_uncertainty", "standard deviation of the W_eff read"))
            }
        )
        .assign_coords(
            U=("U", [device.named()["U"].value for device in devices], {"units": "meV", "long_name": "repulsion U"}),
            seed=("seed", np.arange(PICTURES[quick]), {"units": "1", "long_name": "seed of the noise"}),
        )
        .assign_attrs(
            question="papers.hamo2016.read_back",
            parameters=to_json(devices[0].describe() | {"detector": _detector(panel, 0).describe(devices[0])}),
        )
    )


def _read(panel: str, device: Device, seed: int) -> "xr.Dataset":
    diagram = stability_diagram(
        device, window(DELTA[panel], HALF, PIXELS), temperature=TEMPERATURE, detector=_detector(panel, seed)
    )
    arms = {
        dot: {axis: float(device.lever_arms(axis)[device.index(dot)]) for axis in ("V", "delta_V")}
        for dot in device.open_dots
    }
    return read_vertex(diagram["detector_current"], lever_arms=arms)


def _detector(panel: str, seed: int) -> Detector:
    return Detector(background=500.0, weights=STEPS[panel], white_noise=NOISE, pink_noise=NOISE, seed=seed)


def bare_claims(reading: "xr.Dataset") -> list[Claim]:
    """W, repulsion, and that the uncertainties are what they say."""
    figure, error = "hamo-2a-read", 3e3 * float(reading["effective_interaction_uncertainty"])
    return [
        Claim(
            figure=figure,
            claim="its magnitude normalized to energy units yields the strength of this repulsion, W = 830 µeV",
            source=f"{PAPER}, p. 396, and Fig. 2a",
            published=830.0,
            computed=1e3 * float(reading["effective_interaction"]),
            tolerance=float(np.nan_to_num(error)),
            unit="µeV",
            note="W_eff as read from the picture shown, with its noise. Tolerance: three standard deviations, as the "
            "reading itself states them.",
        ),
        _sign_claim(
            reading, figure, "a direct measure of the Coulomb repulsion between the neighbouring electrons", "repulsive"
        ),
        _pull_claim(reading, figure, 830.0),
    ]


def paired_claims(reading: "xr.Dataset") -> list[Claim]:
    """Δ, attraction, that the uncertainties are what they say, and what temperature does to Δ at δ = U."""
    claim, error = partial(Claim, figure="hamo-2b-read"), 1.5e3 * float(reading["effective_interaction_uncertainty"])
    claim = partial(claim, claim="reaching Δ = 790 µeV", published=790.0, unit="µeV")
    undecided = reading.sel(U=U)
    warm, lost = 1e3 * pairing_energy(PAIRED, temperature=TEMPERATURE), 1e3 * K_B * TEMPERATURE * np.log(2.0)
    return [
        claim(
            source=f"{PAPER}, p. 396, and Fig. 2b",
            computed=-1e3 * float(reading["effective_interaction"]) / 2,
            tolerance=float(np.nan_to_num(error)),
            note="−W_eff/2 as read from the picture shown, with its noise. Tolerance: three standard deviations, as "
            "the reading itself states them.",
        ),
        _sign_claim(
            reading,
            "hamo-2b-read",
            "The interaction vertex is now horizontal, reflecting an attraction between the electrons.",
            "attractive",
        ),
        _pull_claim(reading, "hamo-2b-read", -1580.0),
        claim(
            source=f"{PAPER}, p. 396, and Fig. 2b, at {TEMPERATURE} K with δ = U",
            computed=-1e3 * float(undecided["reading"].mean()) / 2,
            tolerance=float(np.nan_to_num(1.5e3 * undecided["reading_uncertainty"].mean())),
            instead=warm,
            note=f"Mean over {undecided['seed'].size} pictures of the device of hamo-2b, U = δ = {U} meV and t → 0. "
            "There a single electron leaves the polarizer undecided; that entropy favours the odd states, and at "
            f"{TEMPERATURE} K the picture's Δ is k_BT ln 2 = {lost:.1f} µeV less than 790 µeV, {warm:.1f} µeV by exact "
            "diagonalisation. Tolerance: three standard deviations of a reading.",
        ),
    ]


def _sign_claim(reading: "xr.Dataset", figure: str, sentence: str, sign: str) -> Claim:
    return Claim(
        figure=figure,
        claim=sentence,
        source=f"{PAPER}, Fig. {figure[5:7]}, caption",
        published=sign,
        computed=flag_names(reading["status"])[int(reading["status"])],
        note="What the reading says of the picture shown. The lever arms tell it in which direction each dot fills.",
    )


def _pull_claim(reading: "xr.Dataset", figure: str, published: float) -> Claim:
    first = reading.isel(U=0)
    pulls = (1e3 * first["reading"] - published) / (1e3 * first["reading_uncertainty"])
    return Claim(
        figure=figure,
        claim="Uncertainties are one standard deviation",
        source=f"attractron, validity of a reading; {first['seed'].size} pictures of {PAPER}, Fig. {figure[5:7]}",
        published="< 3",
        computed=float(abs(pulls).max(skipna=False)),
        tolerance=0.0,
        unit="1",
        note=f"Largest distance of a reading from the published {published:g} µeV, in units of the uncertainty that it "
        f"states; the pictures differ in their noise only. Root mean square: {float((pulls**2).mean() ** 0.5):.2f}.",
    )


def draw(panel: str, reading: "xr.Dataset") -> "Figure":
    """The picture with the lines found on it, and the readings of all pictures."""
    from matplotlib.figure import Figure

    from attractron.plotting import readings

    figure = Figure(figsize=(11.0, 4.8), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[1.25, 1.0])
    readings.plot_vertex(reading, left)
    left.set_title(f"{NOISE * np.sqrt(2.0):.0f} pA of noise, and the lines found")
    _draw_readings(panel, reading, right)
    return figure


def _draw_readings(panel: str, reading: "xr.Dataset", ax: "Axes") -> None:
    from attractron.plotting.style import OKABE_ITO

    sign, published, name = (1e3, 830.0, "W") if panel == "2a" else (-1e3, 1580.0, "2Δ")
    ax.axhline(published, color="black", linewidth=1.0, label=f"{name} = {published:.0f} µeV, published")
    if panel == "2b":
        warm = 2e3 * pairing_energy(PAIRED, temperature=TEMPERATURE)
        label = f"{warm:.0f} µeV: 2Δ at {TEMPERATURE} K with δ = U"
        ax.axhline(warm, color="black", linestyle="--", linewidth=1.0, label=label)
    for row, (colour, marker) in enumerate(zip(OKABE_ITO[: reading["U"].size], "os", strict=False)):
        read = reading.isel(U=row)
        ax.errorbar(
            read["seed"] + 1 + 0.15 * row,
            sign * read["reading"],
            abs(sign) * read["reading_uncertainty"],
            fmt=marker,
            color=colour,
            markersize=4,
            label=f"read, U = {float(read['U']):g} meV",
        )
    ax.set_xticks(reading["seed"].values + 1)
    ax.margins(y=0.35)
    ax.set_xlabel("picture, each with noise of its own")
    ax.set_ylabel(f"{name} as read (µeV)")
    ax.set_title("Readings with one standard deviation")
    ax.legend(frameon=False, fontsize="small")


_NOISY = (
    f"white and 1/f noise, {NOISE:.0f} pA r.m.s. each, together a fifth of the left dot's step of 100 pA"
    f" ({{faint}}), seeds 0 to {PICTURES[False] - 1}, and {PIXELS[0]} × {PIXELS[1]} pixels at {TEMPERATURE} K"
)

FIGURES = (
    PaperFigure(
        name="hamo-2a-read",
        title="Repulsion read back from noisy pictures",
        source=f"{PAPER}, Fig. 2a",
        caption="The device of hamo-2a with "
        + _NOISY.format(faint="a third of the right one's")
        + ", all our choice. Left: the first picture, with the charging lines and triple points that the reading finds "
        "in it, given the picture and the lever arms. Right: W as read from pictures that differ in their noise only. "
        f"W = {W} meV is the paper's.",
        compute=partial(compute, "2a"),
        draw=partial(draw, "2a"),
        claims=bare_claims,
    ),
    PaperFigure(
        name="hamo-2b-read",
        title="Attraction read back from noisy pictures",
        source=f"{PAPER}, Fig. 2b",
        caption="As hamo-2a-read, beside the polarizer: "
        + _NOISY.format(faint="twice the right one's")
        + f", all our choice. The picture on the left and the blue readings have U = {detuned.U} meV, chosen "
        f"as for Fig. 3, with δ = {U} meV, so that 2Δ = δ − W is the measured 2 × 790 µeV at this temperature too. "
        f"With U = δ = {U} meV as in hamo-2b (orange), an electron and the polarizer have two states of equal energy, "
        f"whose entropy takes 2k_BT ln 2 = {2e3 * K_B * TEMPERATURE * np.log(2.0):.0f} µeV from 2Δ. W = {W} meV is the "
        "paper's; it gives neither U nor a temperature for this figure.",
        compute=partial(compute, "2b"),
        draw=partial(draw, "2b"),
        claims=paired_claims,
    ),
)
