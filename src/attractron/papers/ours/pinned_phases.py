"""What a wire conducts whose modes are pinned: fractions from integers, beside exact rational arithmetic.

A cosine of Σ_i n_i φ_i with integers n_i that flows to strong coupling stops the current along n
(`attractron.wires.conductance`). All N modes on one contact carry together

    G = (e²/h) [N - sᵀ M⁻¹ s],      M_kl = n_k·n_l,      s_k = Σ_i n_k,i,

s being the charge that each pinned combination has: one with s = 0 costs nothing, and N modes with N - 1 such pins
still conduct N e²/h, as one mode of bound N-tuples (Briggeman et al. 2020). One pin costs s²/n² (Shavit and Oreg 2019):
(1, 3) leaves 2 - 16/10 = 2/5. Time reversal adds nothing to that: G knows the integers alone.
"""

from fractions import Fraction

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from attractron.core.results import dataset
from attractron.papers.figures import Readings, Recipe, panels
from attractron.plotting.style import OKABE_ITO
from attractron.wires import conductance

Pins = tuple[tuple[int, ...], ...]

CASES: dict[str, tuple[int, Pins]] = {
    "two modes, free": (2, ()),
    "(1,−1)": (2, ((1, -1),)),
    "(1,−2)": (2, ((1, -2),)),
    "(1,−3)": (2, ((1, -3),)),
    "(1,3)": (2, ((1, 3),)),
    "(1,2)": (2, ((1, 2),)),
    "(2,3)": (2, ((2, 3),)),
    "three modes, free": (3, ()),
    "(1,−1,0)": (3, ((1, -1, 0),)),
    "(1,−1,0), (1,1,−2)": (3, ((1, -1, 0), (1, 1, -2))),
    "(1,1,−1)": (3, ((1, 1, -1),)),
    "(0,1,3)": (3, ((0, 1, 3),)),
    "(1,0,0), (0,1,3)": (3, ((1, 0, 0), (0, 1, 3))),
    "(1,−1,0), (1,1,2)": (3, ((1, -1, 0), (1, 1, 2))),
}
"""Modes and what is pinned, by how it is written in the picture."""


def by_hand(modes: int, pins: Pins) -> Fraction:
    """N - sᵀ M⁻¹ s, the pins made orthogonal one after another (Gram and Schmidt) in fractions."""
    orthogonal: list[list[Fraction]] = []
    total = Fraction(modes)
    for pin in pins:
        rest = [Fraction(entry) for entry in pin]
        for done in orthogonal:
            part = _dot([Fraction(entry) for entry in pin], done) / _dot(done, done)
            rest = [a - part * b for a, b in zip(rest, done, strict=True)]
        orthogonal.append(rest)
        total -= sum(rest, Fraction(0)) ** 2 / _dot(rest, rest)
    return total


def _dot(one: list[Fraction], other: list[Fraction]) -> Fraction:
    return sum((a * b for a, b in zip(one, other, strict=True)), Fraction(0))


def compute(_quick: bool) -> xr.Dataset:
    """Conductance of each case with all modes on one contact, and by hand."""
    found, free = [], []
    for modes, pins in CASES.values():
        names = [str(number) for number in range(1, modes + 1)]
        each = conductance([list(pin) for pin in pins], modes=names, contacts={"wire": names})
        found.append(float(each["contact_conductance"][0, 0]))
        free.append(int(each["free_modes"]))
    fractions = [by_hand(*case) for case in CASES.values()]
    return dataset(
        {
            "conductance": ("pins", np.array(found), "e²/h", "conductance, all modes on one contact"),
            "by_hand": ("pins", np.array([float(each) for each in fractions]), "e²/h", "the same by hand"),
            "fraction": ("pins", [str(each) for each in fractions], "1", "the same as a fraction"),
            "free_modes": ("pins", free, "1", "number of gapless modes"),
        },
        {"pins": ("pins", list(CASES), "1", "combinations of φ that are pinned")},
        question="papers.ours.pinned_phases",
        parameters={"cases": {name: [modes, [list(pin) for pin in pins]] for name, (modes, pins) in CASES.items()}},
        method="projection on the modes that are not pinned; fractions by hand",
        validity=[
            "A clean wire far below the gaps, longer than their correlation lengths, leads without interactions."
        ],
        references=["shavit_oreg2019", "briggeman2020", "shavit_oreg2020"],
    )


def readings(result: xr.Dataset) -> Readings:
    """Fractions that are published, and the largest difference to those by hand."""
    of = result["conductance"]
    neutral = result.sel(pins="(1,−1,0), (1,1,−2)")
    return {
        "two_fifths": float(of.sel(pins="(1,3)")),
        "bound": float(of.sel(pins="(1,0,0), (0,1,3)")),
        "beside": float(of.sel(pins="(0,1,3)")),
        "neutral": float(neutral["conductance"]),
        "free": float(neutral["free_modes"]),
        "apart": float(abs(of - result["by_hand"]).max()),
    }


def draw(result: xr.Dataset) -> Figure:
    """A bar for each case, with its fraction."""
    figure, (ax,) = panels(7.6, 5.2)
    places = np.arange(result.sizes["pins"])
    colours = [OKABE_ITO[0] if modes == 2 else OKABE_ITO[1] for modes, _ in CASES.values()]
    ax.barh(places, result["conductance"], 0.7, color=colours)
    for place, value, text in zip(places, result["conductance"].values, result["fraction"].values, strict=True):
        ax.text(float(value) + 0.05, float(place), str(text), va="center")
    ax.set_yticks(places, [str(name) for name in result["pins"].values])
    ax.invert_yaxis()
    ax.set(xlabel="conductance (e²/h)", ylabel="pinned", xlim=(0, 3.5))
    return figure


FIGURES = (Recipe(name="pinned-phases", compute=compute, draw=draw, readings=readings),)
