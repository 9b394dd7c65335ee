"""(1) to (16), (18), Table I, (D1) to (D6) and the impurity of Shavit and Oreg, a factor at a time."""

from collections.abc import Iterator

from tests.papers.mutations import Broken

WIRES = "wires"


def rows(figure: str, *broken: tuple[str, str, str, str]) -> Iterator[tuple[str, Broken]]:
    """Name, piece, what takes its place, and the reading that must notice."""
    for name, piece, instead, reading in broken:
        yield name, Broken(folder=WIRES, piece=piece, broken=instead, figure=figure, reading=reading)


FLOW = rows(
    "shavit-equations",
    ("(16a): twice the source", "- cosine * total\n", "- 2 * cosine * total\n", "a_source"),
    ("(16a): no source", "- cosine * total\n", "\n", "a_source"),
    ("(16a): the source linear in y", "source = c * _exponential(2 * x", "source = c * _exponential(x", "a_source"),
    ("(16a): twice 2 - 2K_s", "out[0] = -X * y", "out[0] = -2 * X * y", "a_K_s"),
    ("(17): no cos θ", "out[0] = -X * y - cosine * total", "out[0] = -X * y - total", "turned_source"),
    ("(16a, b): twice both sources", "total += source / 4", "total += source / 2", "b_source"),
    ("(16b): y_s² by half", "(y * y + imaginary * imaginary + total) -", "(y * y / 2 + total) -", "b_y_s"),
    ("(16b): twice the source", "imaginary * imaginary + total) -", "imaginary * imaginary + 2 * total) -", "b_source"),
    ("(16b): K_s for its inverse", "-K_s * K_s * (y", "-(y", "b_y_s"),
    ("(16b) on the line: twice the drift", "out[1] = x[1] * y", "out[1] = 2 * x[1] * y", "kept_y_s"),
    (
        "the SU(2) line: K_s = 1 + y_s",
        "(paths[..., 0] + paths[..., 1]) / 2,",
        "paths[..., 0] + paths[..., 1],",
        "line_drift",
    ),
    ("(16c): 3/2 for 2", "return 1.5 - coupling_dimension", "return 1.0 - coupling_dimension", "c_one"),
    ("(16d): 5/2 for 2", "return 1.5 - coupling_dimension", "return 2.0 - coupling_dimension", "d_one"),
    ("(16c): no y_s/2", "- X / 4 - pull / 2", "- X / 4", "c_y_s"),
    ("(16d): y_s for y_s/2", "- X / 4 - pull / 2", "- X / 4 - pull", "d_y_s"),
    ("(16c): K_s for K_s/2", "- X / 4 - pull / 2", "- X / 2 - pull / 2", "c_K_s"),
    ("(16d): no K_s/2", "- X / 4 - pull / 2", "- pull / 2", "d_K_s"),
    ("(16c): K̃_c for K̃_c/2", "return (2 * q - 2 *", "return (4 * q - 2 *", "c_K_c"),
    ("(16d): half of K̃", "+ b * b * p) / (4", "+ b * b * p / 2) / (4", "d_K"),
    ("(16c): the other sign of Q", "= beta - shift, -beta", "= beta + shift, -beta", "c_K"),
    ("(16d): the other sign of Q", ", -beta - shift, beta**2", ", -beta + shift, beta**2", "d_K"),
    ("(14c): Q for Q/√2", "shift = np.sqrt(2) * r / p", "shift = 2 * r / p", "c_K"),
    ("particles as holes", 'r = r if fields["carriers"] == "holes" else -r', "r = r + 0", "particles_K"),
    ("(16e): twice the feedback into K", "par[6 + i] * source / 16", "par[6 + i] * source / 8", "e_y_1"),
    ("(16e): twice the feedback of y_2", "par[6 + i] * source / 16", "par[6 + i] * source / 16 * (1 + i)", "e_y_2"),
    ("(16f): twice the feedback into K_c", "out[4] += source / 8", "out[4] += source / 4", "f_y_1"),
    ("(16f): twice the feedback of y_2", "out[4] += source / 8", "out[4] += source / 8 * (1 + i)", "f_y_2"),
    (
        "complete (16e, f): half the cross term",
        "math.sqrt(2.0) / 16 * par",
        "math.sqrt(2.0) / 32 * par",
        "complete_r_y_1",
    ),
    (
        "complete (16e, f): half the cross term of y_2",
        "math.sqrt(2.0) / 16 * par",
        "math.sqrt(2.0) / 16 * (1 - i / 2) * par",
        "complete_r_y_2",
    ),
    (
        "c: 2χ for χ",
        "u = 2 * (ell - l_star) / par[8].real\n    return",
        "u = 1 * (ell - l_star) / par[8].real\n    return",
        "c_slope_1",
    ),
    ("c: it rises", "1 / (1 + _exponential(u))", "1 / (1 + _exponential(-u))", "c_slope_2"),
    ("c: not in the source", "source = c * _exponential(2 * x", "source = _exponential(2 * x", "c_at"),
    ("c: in dy/dl too", "out[2 + i] = c * rate if flags[2] else rate", "out[2 + i] = c * rate", "beyond_one"),
    ("c: squared", "source = c * _exponential(2 * x", "source = c * c * _exponential(2 * x", "c_after"),
)

MODEL = rows(
    "shavit-equations",
    ("(9): K_c inverted", "[[u_c / K_c, off], [off, u / K]]", "[[u_c * K_c, off], [off, u / K]]", "apart_cdw"),
    ("(9): no K_c in the currents", "[[u_c * K_c, dual], [dual, u * K]]", "[[u_c, dual], [dual, u * K]]", "apart_cdw"),
    ("(11): K inverted", "[[u_c / K_c, off], [off, u / K]]", "[[u_c / K_c, off], [off, u * K]]", "apart_1"),
    (
        "(12): half of V_φ",
        'finite("V_phi", V_phi) / np.pi,',
        'finite("V_phi", V_phi) / (2 * np.pi),',
        "mode_dimension_1",
    ),
    (
        "(12): V_θ with the other sign",
        ', finite("V_theta", V_theta) / np.pi',
        ', -finite("V_theta", V_theta) / np.pi',
        "velocity_charge",
    ),
    ("dimensions: of θ twice", "w @ modes.M_inverse @ w) / 4", "2 * w @ modes.M_inverse @ w) / 4", "mode_sc"),
    ("dimensions: of φ twice", "float(v @ modes.M @ v +", "float(2 * v @ modes.M @ v +", "mode_cdw"),
    ("(13): no u/u_c", "line = -V_phi * (u / u_c) * K_c * K", "line = -V_phi * K_c * K", "V_theta_ratio"),
    ("(13): no K_c", "line = -V_phi * (u / u_c) * K_c * K", "line = -V_phi * (u / u_c) * K", "V_theta_ratio"),
    (
        "(13): the other sign",
        "line = -V_phi * (u / u_c) * K_c * K",
        "line = V_phi * (u / u_c) * K_c * K",
        "V_theta_ratio",
    ),
    ("υ: no square root", "math.sqrt(K_c * K / (u_c * u)) * V_phi", "K_c * K / math.sqrt(u_c * u) * V_phi", "upsilon"),
    ("υ: half of it", "(u_c * u)) * V_phi / math.pi", "(u_c * u)) * V_phi / (2 * math.pi)", "upsilon"),
    (
        "(14a): no square of u/u_c",
        "(V_theta_ratio * upsilon * u) ** 2)",
        "V_theta_ratio * upsilon**2 * u)",
        "K_c_tilde",
    ),
    ("(14b): + υ²", "u * (1 - upsilon**2), u", "u * (1 + upsilon**2), u", "K_tilde"),
    ("Q: the other sign", "return float(start.r / start.p)", "return float(-start.r / start.p)", "Q"),
    ("Q: as if it were υ", "off, dual = upsilon * root,", "off, dual = upsilon,", "Q"),
    ("off the line (13)", "dual = upsilon * root, -V_theta_ratio *", "dual = upsilon * root, -", "off_line"),
    ("(15): twice l*", "np.asarray(-np.log(larger) + 0.0)", "np.asarray(-2 * np.log(larger))", "starting_l_1"),
    ("(15): as the flow has it", "np.asarray(-np.log(larger) + 0.0)", "np.asarray(-np.log(larger) + 0.1)", "l_star_1"),
    (
        "(15): k_F + |k| for the resonant one",
        "min(1.0, abs(k_F - k) * alpha_0)",
        "min(1.0, (k_F + k) * alpha_0)",
        "mismatch_1",
    ),
    ("(15): no α_0", "min(1.0, (k_F + k) * alpha_0)", "min(1.0, k_F + k)", "mismatch_2"),
    ("(1) to (3): U(0) once", "2 * U.forward - U.backward,", "U.forward - U.backward,", "U_K_c"),
    ("(10): K_s = 1 + y_s", "1 + y_s / 2, u_s, y_s)", "1 + y_s, u_s, y_s)", "U_K_s"),
    ("(10): twice y_s", "y_s = U.backward / (np.pi * u_s)", "y_s = 2 * U.backward / (np.pi * u_s)", "U_y_s"),
    ("below (12): V_φ = V", '"V_phi": float(np.sqrt(2)) *', '"V_phi":', "upsilon_of_V"),
    (
        "below (12): υ of V_φ = V",
        "np.sqrt(2 * charge.K * secondary.K",
        "np.sqrt(charge.K * secondary.K",
        "listed_upsilon",
    ),
    (
        "before (18): Q for Q²",
        "return np.asarray(K_c + np.square(Q) *",
        "return np.asarray(K_c + np.abs(Q) *",
        "exponent_CDW",
    ),
    ("before (18): K̃_c for its inverse", "else 1 / K_c for order", "else K_c for order", "exponent_SC"),
    ("before (18): ω^(… - 1)", "charge[order] + spin - 2 for", "charge[order] + spin - 1 for", "exponent_CDW"),
    ("before (18): K_s = 1 in the paired phase", "spin = 1.0 if gapless else 0.0", "spin = 1.0", "exponent_SC"),
    ("before (18): K_s = 0 in the gapless phase", "spin = 1.0 if gapless else 0.0", "spin = 0.0", "exponent_SDW"),
    (
        "(18): twice 1/K_c",
        "Q) - 1 / np.asarray(K_c, dtype=float)",
        "Q) - 2 / np.asarray(K_c, dtype=float)",
        "condition_K_c",
    ),
    (
        "(18): the other side",
        "return np.asarray(superconducting_margin(K_c, K, Q) > 0)",
        "return np.asarray(superconducting_margin(K_c, K, Q) < 0)",
        "condition_above",
    ),
    ("y = V/(πū)", '"operator-product": np.sqrt(2) / np.pi', '"operator-product": 1 / np.pi', "loop_ratio"),
    ("g = V as the text", '"literal": 1 / (2 * np.pi)', '"literal": 1 / np.pi', "literal_ratio"),
)

TABLE = rows(
    "shavit-table1",
    (
        "(D4): half of the projection",
        "np.eye(modes) - basis.T @ basis",
        "np.eye(modes) - 0.5 * basis.T @ basis",
        "T_projector",
    ),
    ("(D4): n_g with a 1 for the 2", '"trion": ((1, -1, 0), (1, 1, 2))', '"trion": ((1, -1, 0), (1, 1, 1))', "G_trion"),
    ("(D4): n_g of particles", '"trion": ((1, -1, 0), (1, 1, 2))', '"trion": ((1, -1, 0), (1, 1, -2))', "counterflow"),
    ("(D4): n_s left out", '"trion": ((1, -1, 0), (1, 1, 2))', '"trion": ((1, 1, 2),)', "T_same"),
    ("(D5): what is free instead", "np.eye(modes) - basis.T @ basis", "basis.T @ basis", "G_paired"),
    (
        "(D1): a sign of what leaves",
        "[[between, -between], [-between, between]]",
        "[[between, between], [between, between]]",
        "conservation",
    ),
    (
        "(D6): floating, the other sign",
        "- between[driven, others] @ inverse",
        "+ between[driven, others] @ inverse",
        "floating_trion",
    ),
    ("tunnelling: one more", "+ pair - 2) / 4", "+ pair + 2) / 4", "bulk_half"),
    ("tunnelling: twice", "+ pair - 2) / 4", "+ pair - 2) / 2", "bulk_quarter"),
    ("tunnelling at the end: twice", "(pair - 1) / 2 + 0", "(pair - 1) + 0", "end_half"),
    ("tunnelling: Q for Q²", "return np.asarray(K_c + np.square(Q) *", "return np.asarray(K_c + np.abs(Q) *", "power"),
    (
        "energy of an electron: no spin gap",
        "choices * (Delta_s + HALF_KINK",
        "choices * (HALF_KINK",
        "tunnelling_paired",
    ),
    ("energy of an electron: a whole soliton", "HALF_KINK = 1 - 1 / np.sqrt(2)", "HALF_KINK = 1.0", "half_soliton"),
    (
        "energy of a secondary particle: half a soliton",
        "added @ [1, 1, 2])",
        "added @ [1, 1, 1])",
        "secondary_in_trion",
    ),
)

IMPURITY = rows(
    "shavit-impurity",
    (
        "E_LL: 2 - K_c for 1 - K_c",
        "_strong_below(Lambda, g / Lambda, (1 - M) / 2)",
        "_strong_below(Lambda, g / Lambda, (2 - M) / 2)",
        "gapless_power_half",
    ),
    (
        "E_LL: half of its power",
        "_strong_below(Lambda, g / Lambda, (1 - M) / 2)",
        "_strong_below(Lambda, g / Lambda, 1 - M)",
        "gapless_power_strong",
    ),
    (
        "E_sG: 1 - K_c for 2 - K_c",
        "_strong_below(gap, at_gap, (2 - M) / 2)",
        "_strong_below(gap, at_gap, (1 - M) / 2)",
        "paired_power_half",
    ),
    (
        "E_sG: the power + 1",
        "cutoff * strength ** (1 / w) if",
        "cutoff * strength ** (1 / w + 1) if",
        "paired_power_weak",
    ),
    (
        "E_sG: growth above the gap left out",
        "(g / Lambda) * (Lambda / gap) ** ((1 - M) / 2)",
        "(g / Lambda)",
        "later_ratio",
    ),
    ("conductance: w for 2w", "(E / omega) ** (2 * w)) ** (-1 / D)", "(E / omega) ** w) ** (-1 / D)", "weak_paired"),
    ("conductance: no 1/D", "(E / omega) ** (2 * w)) ** (-1 / D)", "(E / omega) ** (2 * w)) ** (-1)", "cut_paired"),
    (
        "conductance: both wires alike",
        "interpolated(energies, E_sG, (2 - M) / 2, M / 2)",
        "interpolated(energies, E_LL, (1 - M) / 2, M)",
        "drop_between",
    ),
)

PINNED = {
    "pinned modes that are no basis": Broken(
        folder="wires",
        piece="np.eye(modes) - basis.T @ basis",
        broken="np.eye(modes) - np.array(vectors).T @ np.array(vectors)",
        figure="pinned-phases",
        reading="apart",
    ),
    "pinned modes: half of each": Broken(
        folder="wires",
        piece="np.eye(modes) - basis.T @ basis",
        broken="np.eye(modes) - basis.T @ basis / 2",
        figure="pinned-phases",
        reading="two_fifths",
    ),
}

BROKEN = dict((*FLOW, *MODEL, *TABLE, *IMPURITY, *PINNED.items()))
