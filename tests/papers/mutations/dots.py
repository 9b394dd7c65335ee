"""(1) to (3) of Hamo et al., and what follows from them."""

from tests.papers.mutations import Broken


def _equations(piece: str, broken: str, reading: str, folder: str = "dots") -> Broken:
    return Broken(folder=folder, piece=piece, broken=broken, figure="hamo-equations", reading=reading)


BROKEN = {
    # The Hamiltonian.
    "(1): twice the detuning": _equations(
        '"delta": Parameter(value=0.0, levels={"T": 0.5, "B": -0.5}),',
        '"delta": Parameter(value=0.0, levels={"T": 1.0, "B": -1.0}),',
        "W_eff",
    ),
    "(1): the detuning with the wrong sign": _equations(
        '"delta": Parameter(value=0.0, levels={"T": 0.5, "B": -0.5}),',
        '"delta": Parameter(value=0.0, levels={"T": -0.5, "B": 0.5}),',
        "off_in_delta",
    ),
    "(1): twice the tunnelling": _equations(
        '"t": Parameter(value=0.0, tunnelling={("T", "B"): 1.0}),',
        '"t": Parameter(value=0.0, tunnelling={("T", "B"): 2.0}),',
        "most_t",
    ),
    "(2): half of the coupling": _equations(
        'repulsion={("L", "B"): 1.0, ("R", "B"): 1.0}', 'repulsion={("L", "B"): 0.5, ("R", "B"): 0.5}', "W_eff"
    ),
    "(2): the left site alone": _equations(
        'repulsion={("L", "B"): 1.0, ("R", "B"): 1.0}', 'repulsion={("L", "B"): 1.0}', "W_eff"
    ),
    "(2): the top end instead of the bottom": _equations(
        'repulsion={("L", "B"): 1.0, ("R", "B"): 1.0}', 'repulsion={("L", "T"): 1.0, ("R", "T"): 1.0}', "off_in_delta"
    ),
    "(3): twice the repulsion": _equations(
        '"W": Parameter(value=0.0, repulsion={("L", "R"): 1.0}),',
        '"W": Parameter(value=0.0, repulsion={("L", "R"): 2.0}),',
        "W_eff",
    ),
    "(3): twice the repulsion, in the threshold U > W": _equations(
        '"W": Parameter(value=0.0, repulsion={("L", "R"): 1.0}),',
        '"W": Parameter(value=0.0, repulsion={("L", "R"): 2.0}),',
        "least_U",
    ),
    "(3): the energy of an electron with the wrong sign": Broken(
        folder="dots",
        piece="energy[..., 3] + energy[..., 0] - energy[..., 1]",
        broken="energy[..., 3] + energy[..., 0] + energy[..., 1]",
        figure="hamo-2c-f",
        reading="dressed_neighbour",
    ),
    # What is solved.
    "W_eff: without the empty state": _equations(
        "energy[..., 3] + energy[..., 0] - energy[..., 1]", "energy[..., 3] - energy[..., 1]", "W_eff_past_U"
    ),
    "W_eff: every pair of electrons twice": _equations("- once / 2) + pairs / 2", "- once / 2) + pairs", "W_eff"),
    "W_eff: an electron repels itself": _equations("- once / 2) + pairs / 2", ") + pairs / 2", "filled"),
    "the polarizer: √(δ²/4 + 4t²)": _equations(
        "gap = np.hypot(half, amplitude)", "gap = np.hypot(half, 2 * amplitude)", "at_no_detuning"
    ),
    "the polarizer: √(δ² + t²)": _equations(
        "(diagonal[..., 0] - diagonal[..., 1]) / 2", "(diagonal[..., 0] - diagonal[..., 1])", "off_in_delta"
    ),
    "the polarizer: ends exchanged": _equations(
        "first = np.stack([(1 - tilt) / 2, (1 + tilt) / 2], axis=-1)",
        "first = np.stack([(1 + tilt) / 2, (1 - tilt) / 2], axis=-1)",
        "top_at_2t",
    ),
    "the polarizer: polarized half as much": _equations(
        "tilt = np.divide(half, gap,", "tilt = np.divide(half, 2 * gap,", "off_on_top"
    ),
    "slopes: the excited state": _equations(
        "return max(rates), min(rates)", "return -max(rates), -min(rates)", "slope_in_t"
    ),
    "slopes: the empty state left out": _equations(
        "signs = np.array([1.0, -1.0, -1.0, 1.0])", "signs = np.array([0.0, -1.0, -1.0, 1.0])", "slope_in_t"
    ),
    "slopes: one electron left out": _equations(
        "signs = np.array([1.0, -1.0, -1.0, 1.0])", "signs = np.array([1.0, -1.0, 0.0, 1.0])", "slope_in_U_past_U"
    ),
    # Temperature and spin.
    "entropy: k_BT ln 2 twice": _equations(
        "ground - K_B * temperature * np.log(np.exp(-above)",
        "ground - 2 * K_B * temperature * np.log(np.exp(-above)",
        "entropy",
    ),
    "entropy: with the wrong sign": _equations(
        "ground - K_B * temperature * np.log(np.exp(-above)",
        "ground + K_B * temperature * np.log(np.exp(-above)",
        "W_eff_warm",
    ),
    "entropy: twice the temperature in the exponent": _equations(
        "above = (energies - ground[..., None]) / (K_B * temperature)",
        "above = (energies - ground[..., None]) / (2 * K_B * temperature)",
        "off_in_T",
    ),
    "entropy: the temperature up to which electrons attract": _equations(
        "above = (energies - ground[..., None]) / (K_B * temperature)",
        "above = (energies - ground[..., None]) / (2 * K_B * temperature)",
        "most_T",
    ),
    "Boltzmann's constant": _equations(
        "K_B = round(1e3 * _K / _E, 11)", "K_B = round(2e3 * _K / _E, 11)", "entropy", "core"
    ),
    "spin: counted four times": _equations(
        "(charges % 2).sum(axis=-1) * np.log(2.0)", "(charges % 2).sum(axis=-1) * np.log(4.0)", "filled_with_spin"
    ),
    "spin: the probing electrons' own counts as screening": _equations(
        "sectors(replace(plan, spin=False), arrays", "sectors(plan, arrays", "unscreened"
    ),
    # Capacitances.
    "capacitances: e² twice": _equations("E_SQUARED = 1e21 * _E", "E_SQUARED = 2e21 * _E", "double_dot", "core"),
    "capacitances: without e²": _equations(
        "return E_SQUARED * inverse(self.C)", "return inverse(self.C)", "double_dot"
    ),
    "capacitances: the matrix itself": _equations(
        "return E_SQUARED * inverse(self.C)", "return E_SQUARED * np.abs(self.C) / 2000", "off_in_C"
    ),
    "a dipole of conductors: the sum of the couplings": _equations(
        "U_L, U_R = M[L, B] - M[L, T], M[R, B] - M[R, T]",
        "U_L, U_R = M[L, B] + M[L, T], M[R, B] + M[R, T]",
        "dipole_U",
    ),
    "a dipole of conductors: whole self-energies": _equations(
        "delta = (M[T, T] - M[B, B]) / 2 + v[T] - v[B]", "delta = (M[T, T] - M[B, B]) + v[T] - v[B]", "dipole_delta"
    ),
    "a dipole of conductors: the sum of the potentials": _equations(
        "delta = (M[T, T] - M[B, B]) / 2 + v[T] - v[B]", "delta = (M[T, T] - M[B, B]) / 2 + v[T] + v[B]", "dipole_delta"
    ),
    # Gates.
    "lever arms: doubled": _equations(
        "arms[self.index(dot)] += sign * weight * arm", "arms[self.index(dot)] += 2 * sign * weight * arm", "left_1"
    ),
    "lever arms: holes move as electrons": _equations(
        "arms[self.index(dot)] += sign * weight * arm", "arms[self.index(dot)] += weight * arm", "holes"
    ),
    "triple points: crossings of the other lines": _equations(
        'attractive = _touching(masks["00"], masks["11"]) > _touching(masks["10"], masks["01"])',
        'attractive = _touching(masks["00"], masks["11"]) < _touching(masks["10"], masks["01"])',
        "left_2",
    ),
    "triple points: half of the length": Broken(
        folder="dots",
        piece="interaction = np.abs(arms @ span).mean()",
        broken="interaction = 0.5 * np.abs(arms @ span).mean()",
        figure="hamo-2a",
        reading="W",
    ),
    # The chain.
    "chain: twice the electrons beside a polarizer": _equations(
        "np.multiply(U, electrons) / 2 - half_gap", "np.multiply(U, electrons) - half_gap", "chain_filling"
    ),
    "chain: half of the tunnelling": _equations(
        "np.hypot((np.asarray(delta) - np.multiply(U, electrons)) / 2, t)",
        "np.hypot((np.asarray(delta) - np.multiply(U, electrons)) / 2, t / 2)",
        "chain_filling",
    ),
    "chain: the polarizers' entropy twice": _equations(
        "- half_gap - entropic)", "- half_gap - 2 * entropic)", "chain_filling"
    ),
    "chain: one polarizer for each electron": _equations(
        "LatticeGas(none, 2 * (one - none),", "LatticeGas(none, (one - none),", "chain_filling"
    ),
    "chain: neighbours share two polarizers": _equations(
        "* (none + two - 2 * one)[:, None]", "* 2 * (none + two - 2 * one)[:, None]", "cluster"
    ),
    "chain: k_BT in the weights": _equations(
        "make_step(-site / kT, -gas.pairs / kT[:, None])",
        "make_step(-site / kT, -2 * gas.pairs / kT[:, None])",
        "off_in_mu",
    ),
    "chain: the correlation length": _equations(
        "return float(-1 / np.log(second))", "return float(-2 / np.log(second))", "chain_length"
    ),
    "chain: pairs of a cluster": _equations(
        "binding = np.maximum(size[:, None] - distance, 0)",
        "binding = np.maximum(size[:, None] - distance + 1, 0)",
        "cluster",
    ),
    "chain: pairs of a pattern": _equations(
        "(site * sum(pattern) + float(np.dot(pairs, met)))",
        "(site * sum(pattern) + 2 * float(np.dot(pairs, met)))",
        "pairs_enter",
    ),
}
