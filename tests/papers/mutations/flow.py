"""What decides the phases of Figs. 3 to 5 of Shavit and Oreg: events, thresholds, cut-offs, the end, temperatures."""

from collections.abc import Iterator

from tests.papers.mutations import Broken


def rows(figure: str, *broken: tuple[str, str, str, str]) -> Iterator[tuple[str, Broken]]:
    """Name, piece, what takes its place, and the reading that must notice."""
    for name, piece, instead, reading in broken:
        yield name, Broken(folder="wires", piece=piece, broken=instead, figure=figure, reading=reading)


SCALES = rows(
    "shavit-5",
    (
        "(15): half the slope of the cut-off",
        "u = 2 * (ell - l_star) / par[8].real\n    if",
        "u = (ell - l_star) / par[8].real\n    if",
        "trion_3",
    ),
    (
        "(15): c in the source falls half as fast",
        "u = 2 * (ell - l_star) / par[8].real\n    return",
        "u = (ell - l_star) / par[8].real\n    return",
        "spin_3",
    ),
    (
        "(15): no cut-off of the source",
        "return 0.0 * u if u.real > 600.0 else 1 / (1 + _exponential(u))",
        "return 1.0 + 0.0 * u",
        "spin_3",
    ),
    ("(15): l* = 1/mismatch", "np.asarray(-np.log(larger) + 0.0)", "np.asarray(1 / larger)", "spin_3"),
    ("(15): the sign of l*", "np.asarray(-np.log(larger) + 0.0)", "np.asarray(np.log(larger) + 0.0)", "spin_3"),
    ("strong y: c for √c", "(0.5 * log_cut(ell, par[i], par) if", "(log_cut(ell, par[i], par) if", "trion_3"),
    ("strong y: no c", "(0.5 * log_cut(ell, par[i], par) if", "(0.0 if", "trion_3"),
    ("strong y: at 2", "np.log(scheme.y_threshold), measure", "np.log(2 * scheme.y_threshold), measure", "trion_4"),
    ("strong y_s: at 2", "np.array([scheme.ys_threshold,", "np.array([2 * scheme.ys_threshold,", "spin_4"),
    ("trions beyond l* too", "if ell + at < par[i]:", "if ell + at < 2 * par[i]:", "phases"),
    ("Fig. 5: no c(l_trion)", '"trion": np.exp(-l_trion) * weight', '"trion": np.exp(-l_trion)', "trion_3"),
    (
        "Fig. 5: half the slope in c(l_trion)",
        "1 / (1 + np.exp(2 * away / chi))",
        "1 / (1 + np.exp(away / chi))",
        "trion_3",
    ),
)

ENDS = rows(
    "shavit-5",
    ("the end in closed form: strong y_s at 2", "end = -math.sqrt(max(", "end = -2 * math.sqrt(max(", "l_spin_sharp"),
    (
        "the end in closed form: half the way",
        "(X * end - A2))\n    tangent",
        "(X * end - A2) / 2)\n    tangent",
        "l_spin_sharp",
    ),
    (
        "the end: the source left alone too early",
        "if moved < 1e-12 * (1 + span) else",
        "if moved < 10 * (1 + span) else",
        "l_spin_frozen",
    ),
    ("the end: decoupled too early", "if moved < 0.01 * w else", "if moved < 100 * w else", "l_spin_frozen"),
    (
        "l_max left out where the end is in closed form",
        "if ell + span <= levels[3] else",
        "if ell + span <= math.inf else",
        "sharp_at_3",
    ),
    ("a sharp cut-off that does not cut", "            flags[i] = OFF", "            flags[i] = UNCUT", "l_spin_sharp"),
    (
        "a frozen coupling that is not frozen",
        "out[2 + i] = c * rate if flags[2] else rate",
        "out[2 + i] = rate",
        "l_spin_frozen",
    ),
)

BROKEN = dict([*SCALES, *ENDS])
