"""(A1), (A2), (15) over experimental knobs, the repulsion of two lines, (23) to (25) and their flow, two valleys."""

from tests.papers.mutations import Broken


def of(figure: str, piece: str, broken: str, reading: str) -> Broken:
    return Broken(folder="wires", piece=piece, broken=broken, figure=figure, reading=reading)


def tube(piece: str, broken: str, reading: str) -> Broken:
    return of("shavit-8", piece, broken, reading)


def knob(piece: str, broken: str, reading: str) -> Broken:
    return of("shavit-knobs", piece, broken, reading)


def array(piece: str, broken: str, reading: str) -> Broken:
    return of("shavit-array-kt", piece, broken, reading)


def valleys(piece: str, broken: str, reading: str) -> Broken:
    return of("shavit-two-valleys", piece, broken, reading)


BROKEN = {
    "(A2): Δ_0 a tenth larger": tube(
        "SIGNS[np.newaxis, :] * Delta_0", "SIGNS[np.newaxis, :] * 1.1 * Delta_0", "half_gap_1"
    ),
    "(A2): Δ_so twice": tube("SIGNS[:, np.newaxis] * Delta_so", "SIGNS[:, np.newaxis] * 2 * Delta_so", "half_gap_1"),
    "(A2): Δ_Φ with the other sign": tube("*(1,) * flux.ndim) + flux))", "*(1,) * flux.ndim) - flux))", "spin_valley"),
    "(A2): Δ_Φ twice": tube("*(1,) * flux.ndim) + flux))", "*(1,) * flux.ndim) + 2 * flux))", "half_gap_1"),
    "(A2): v_F twice": tube("np.hypot(tube.hbar_v * momenta,", "np.hypot(2 * tube.hbar_v * momenta,", "milli_k"),
    "(A2): a sum instead of the root": tube(
        "np.hypot(tube.hbar_v * momenta, gaps[..., np.newaxis])",
        "(np.abs(tube.hbar_v * momenta) + gaps[..., np.newaxis])",
        "milli_k",
    ),
    "(A2): µ with the other sign": tube("root[:, :, np.newaxis] - level", "root[:, :, np.newaxis] + level", "kind"),
    "(A2): the window up to the third gap": tube(
        "np.sort(gaps, axis=None)[:2]", "np.sort(gaps, axis=None)[:3:2]", "width"
    ),
    "(A1): the flux twice": knob("FLUX_MEV = 0.5e-6", "FLUX_MEV = 1e-6", "window_per_field"),
    "(A1): no radius in the flux": knob(
        "FLUX_MEV * v_F * radius * field", "FLUX_MEV * v_F * field", "window_per_field"
    ),
    "(A1): the radius squared": knob(
        "FLUX_MEV * v_F * radius * field", "FLUX_MEV * v_F * radius**2 * field", "window_per_field"
    ),
    "k: µ - m instead of µ + m": knob("* (level + gaps)) / hbar_v", "* (level - gaps)) / hbar_v", "milli_k"),
    "k: twice": knob("* (level + gaps)) / hbar_v", "* (level + gaps)) * 2 / hbar_v", "milli_k"),
    "(15): k_F + k": knob("np.abs(setup.k_F - k)", "np.abs(setup.k_F + k)", "mismatch"),
    "(15): no α_0": knob("(setup.k_F - k) * setup.cutoff_length)", "(setup.k_F - k))", "mismatch"),
    "the gate with the other sign": knob("setup.lever_arm * gate", "-setup.lever_arm * gate", "mu_per_gate"),
    "the tube's velocity is v_F": knob("tube.hbar_v**2 * k[n] / level[n]", "tube.hbar_v", "K"),
    "no overlap of the movers": knob("V_2k[n] * overlap[n]", "V_2k[n]", "y"),
    "no overlap in the tube's own repulsion": knob("own_2k[n] * overlap[n] ** 2", "own_2k[n]", "K"),
    "backscattering at k_F": knob("setup.tube, 2 * setup.k_F", "setup.tube, setup.k_F", "y_ratio"),
    "the tube's backscattering at k": knob("setup._own(2 * k,", "setup._own(k,", "K"),
    "V(q): K_0(2qd)": knob("k0(wave * d) -", "k0(2 * wave * d) -", "decay"),
    "V(q): no image": knob("k0(wave * d) - k0(wave * image)", "k0(wave * d)", "y_ratio"),
    "V(q): the image at D": knob("np.hypot(d, 2 * gate_distance)", "np.hypot(d, gate_distance)", "repulsion"),
    "V(0): half of the logarithm": knob("np.log(image / d)", "0.5 * np.log(image / d)", "repulsion"),
    "V(q): the factor 2": knob("image / d)) * 2 * COULOMB", "image / d)) * COULOMB", "repulsion"),
    "U(q): no mean around the wire": knob("i0e(wave * radius) * k0e(wave * radius)", "k0(wave * radius)", "y_s"),
    "U(0): the gate a tenth further": knob(
        "np.log(2 * gate_distance / radius)", "np.log(2.2 * gate_distance / radius)", "K_c"
    ),
    "U(q): the factor 2": knob("prefactor = 2 * COULOMB / permittivity", "prefactor = COULOMB / permittivity", "K_c"),
    "K_c-: attraction instead of repulsion": array(
        "np.sqrt(1 + 2 * U_perp * K_c * adjacency)", "np.sqrt(1 - 2 * U_perp * K_c * adjacency)", "repelled_K"
    ),
    "K_c-: half": array(
        "np.sqrt(1 + 2 * U_perp * K_c * adjacency)", "np.sqrt(1 + U_perp * K_c * adjacency)", "repelled_K"
    ),
    "K_c-: no root": array(
        "K_c / np.sqrt(1 + 2 * U_perp * K_c * adjacency)", "K_c / (1 + 2 * U_perp * K_c * adjacency)", "repelled_K"
    ),
    "(23): the dimension K": array("weights @ (1 / K) + K_s", "weights @ K + K_s + 0.2", "free_largest"),
    "(23): no spins": array("weights @ (1 / K) + K_s", "weights @ (1 / K)", "free_least"),
    "(25): no spins": array("weights @ K + K_s,", "weights @ K,", "free_least"),
    "(24): the spins that are pinned": array("(1 / K_s if K_s > 0", "(K_s if K_s > 0", "hole_below"),
    "(24): half of the spins": array("(1 / K_s if K_s > 0", "(0.5 / K_s if K_s > 0", "free_least"),
    "flow of J: the dimension K": array(
        "np.mean(s * np.exp(-ln_K), axis=1), np", "np.mean(s * np.exp(ln_K), axis=1), np", "power"
    ),
    "flow of J: relevant below 1.9": array("(grows_J * (2 - d_J))", "(grows_J * (1.9 - d_J))", "power"),
    "flow of U: relevant below 1": array("(grows_U * (2 - d_U))", "(grows_U * (1 - d_U))", "wave_l"),
    "flow of K: twice": array("feedback = s / 4 *", "feedback = s / 2 *", "closing"),
    "flow of K: J instead of J²": array("(np.exp(2 * ln_J - ln_K)", "(np.exp(ln_J - ln_K)", "closing"),
    "flow of K: a tenth more of J²": array("(np.exp(2 * ln_J - ln_K)", "(1.1 * np.exp(2 * ln_J - ln_K)", "closing"),
    "flow of K: U without K": array("np.exp(2 * ln_U + ln_K))", "np.exp(2 * ln_U - ln_K))", "duality"),
    "flow of K: no U": array("uncut[:, None] * np.exp(2 * ln_U", "0 * np.exp(2 * ln_U", "duality"),
    "J: t⊥ instead of t⊥²": array(
        "2 * np.log(array.t_perp / array.spin_gap)", "np.log(array.t_perp / array.spin_gap)", "power"
    ),
    "J: a larger gap": array(
        "np.log(array.t_perp / array.spin_gap)", "np.log(array.t_perp / (1.1 * array.spin_gap))", "josephson"
    ),
    "J_c: another power": array("line.critical**0.25", "line.critical**0.24", "critical"),
    "U: half": array("bare = 4 * abs(array.U_perp)", "bare = 2 * abs(array.U_perp)", "wave_start"),
    "U: no spin factor": array("array.backscattering * array.spin_factor", "array.backscattering", "wave_start"),
    "U: no flow to the spin gap": array("(1 - array.dimensions[1]) * array.l_spin", "0.0", "wave_start"),
    "U: spins do not count": array("(1 - array.dimensions[1])", "(2 - array.dimensions[1])", "wave_start"),
    "separatrix: half": array("critical = 8 * (", "critical = 4 * (", "closing"),
    "separatrix: without κ": array("kappa / K))) - 2 * kappa)", "kappa / K))))", "closing"),
    "closed form: half": array("return float(2 / (line", "return float(1 / (line", "closed"),
    "universal jump: half": array("np.sqrt(array.K_c) / 4 * T", "np.sqrt(array.K_c) / 8 * T", "plane"),
    "universal jump: no root": array("np.sqrt(array.K_c) / 4 * T", "array.K_c / 4 * T", "plane"),
    "valleys: the dual is free": valleys(
        '(0.0, np.inf) if pinned[sector] == "phi"', '(np.inf, 0.0) if pinned[sector] == "phi"', "pairs_within_gapped"
    ),
    "valleys: dimensions twice": valleys("for part in parts) / 4)", "for part in parts) / 2)", "pair_dimension"),
    "valleys: movers do not matter": valleys("phi -= sign * r * sector", "phi -= sign * sector", "from_between"),
    "valleys: no duality of the charge": valleys(
        "(1 / tube.K_c_minus, 1 /", "(tube.K_c_minus, 1 /", "secondary_between"
    ),
    "valleys: the secondary's dimension": valleys(
        "+ charge + spin) / 4 + K ", "+ charge + spin) / 4 + K / 2 ", "secondary_within"
    ),
    "valleys: Coulomb force of two channels": valleys(
        "np.sqrt(1 + 4 * strength)", "np.sqrt(1 + 2 * strength)", "secondary_within"
    ),
}
