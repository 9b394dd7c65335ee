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
        '"""c = 1/(1 + e^{2(l-l*)/χ})."""\n    u = 2',
        '"""c = 1/(1 + e^{2(l-l*)/χ})."""\n    u = 1',
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
    ("below (12): V_φ = V", "np.sqrt(2 * charge.K * secondary.K", "np.sqrt(charge.K * secondary.K", "upsilon_of_V"),
    ("y = V/(πū)", '"operator-product": np.sqrt(2) / np.pi', '"operator-product": 1 / np.pi', "loop_ratio"),
    ("g = V as the text", '"literal": 1 / (2 * np.pi)', '"literal": 1 / np.pi', "literal_ratio"),
)

BROKEN = dict((*FLOW, *MODEL))
