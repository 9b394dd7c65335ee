"""(1) to (3) of Hamo et al., and what follows from them."""

from tests.papers.mutations import Broken


def _equations(piece: str, broken: str, reading: str, folder: str = "dots") -> Broken:
    return Broken(folder=folder, piece=piece, broken=broken, figure="hamo-equations", reading=reading)


BROKEN = {
    "a qubit that tunnels twice as fast": Broken(
        folder="dots",
        piece='"t": Parameter(value=0.0, tunnelling={("T", "B"): 1.0}),',
        broken='"t": Parameter(value=0.0, tunnelling={("T", "B"): 2.0}),',
        figure="qubit-sign",
        reading="apart",
    ),
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
    "chain: polarizers beside one site only": Broken(
        folder="dots",
        piece="for bond in (site - 1, site)]",
        broken="for bond in (site,)]",
        figure="hamo-3d-e",
        reading="polarized_far",
    ),
    "chain: the detuning with the wrong sign": Broken(
        folder="dots",
        piece="for dot, sign in ((top, 0.5), (bottom, -0.5))",
        broken="for dot, sign in ((top, -0.5), (bottom, 0.5))",
        figure="hamo-3d-e",
        reading="polarized_near",
    ),
    "chain: twice the detuning": Broken(
        folder="dots",
        piece="for dot, sign in ((top, 0.5), (bottom, -0.5))",
        broken="for dot, sign in ((top, 1.0), (bottom, -1.0))",
        figure="hamo-3d-e",
        reading="gain",
    ),
    "chain: twice the detuning, at finite t": Broken(
        folder="dots",
        piece="for dot, sign in ((top, 0.5), (bottom, -0.5))",
        broken="for dot, sign in ((top, 1.0), (bottom, -1.0))",
        figure="hamo-3d-e",
        reading="gain_with_t",
    ),
    "chain: neighbours repel twice": Broken(
        folder="dots",
        piece="repulsion=dict.fromkeys(pairwise(system), 1.0)",
        broken="repulsion=dict.fromkeys(pairwise(system), 2.0)",
        figure="hamo-3d-e",
        reading="long",
    ),
    "chain: half of the coupling": Broken(
        folder="dots",
        piece="repulsion=dict.fromkeys(neighbours, 1.0)",
        broken="repulsion=dict.fromkeys(neighbours, 0.3)",
        figure="hamo-3d-e",
        reading="gain_off",
    ),
    # Screening by continuous and by discrete charge.
    "continuous charge: without e²": Broken(
        folder="dots",
        piece="return E_SQUARED * inverse(joined.T @ model.C @ joined)",
        broken="return 2 * E_SQUARED * inverse(joined.T @ model.C @ joined)",
        figure="hamo-2c-f",
        reading="metal_lower",
    ),
    "whole electrons: the sites' energy twice": Broken(
        folder="dots",
        piece="own = n @ M[np.ix_(s, s)] @ n / 2",
        broken="own = n @ M[np.ix_(s, s)] @ n",
        figure="hamo-2c-f",
        reading="limit_neighbour",
    ),
    "whole electrons: half of the coupling": Broken(
        folder="dots",
        piece="v[m] + M[np.ix_(m, s)] @ n,",
        broken="v[m] + M[np.ix_(m, s)] @ n / 2,",
        figure="hamo-2c-f",
        reading="limit_neighbour",
    ),
    "a dipole's own field: without the factor ½": Broken(
        folder="dots",
        piece="U_d = float(M[T, T] + M[B, B] - 2 * M[T, B]) / 2",
        broken="U_d = float(M[T, T] + M[B, B] - 2 * M[T, B])",
        figure="hamo-2c-f",
        reading="over_screening_weakest",
    ),
    "a dipole's field: half of the tunnelling": Broken(
        folder="dots",
        piece="gap = np.hypot(phi, 2 * t)",
        broken="gap = np.hypot(phi, t)",
        figure="hamo-2c-f",
        reading="polarisation",
    ),
    "a dipole's field: polarized along the field": Broken(
        folder="dots",
        piece="return -phi * thermal",
        broken="return phi * thermal",
        figure="hamo-2c-f",
        reading="over_screening_small",
    ),
    # Size.
    "dots of 40 nm instead of 400, at room temperature": Broken(
        folder="papers/hamo2016",
        piece="SIZE, ROOM = 400.0, 300.0",
        broken="SIZE, ROOM = 40.0, 300.0",
        figure="hamo-scaling",
        reading="room",
    ),
    "dots of 40 nm instead of 400, at the nanometre scale": Broken(
        folder="papers/hamo2016",
        piece="SIZE, ROOM = 400.0, 300.0",
        broken="SIZE, ROOM = 40.0, 300.0",
        figure="hamo-scaling",
        reading="over_room",
    ),
    "lengths that grow with the square of the size": Broken(
        folder="geometry",
        piece="given = {name: float(factor) * value for",
        broken="given = {name: float(factor) ** 2 * value for",
        figure="hamo-scaling",
        reading="power",
    ),
    "half of e²/4πε₀, in the pairing energy": Broken(
        folder="core",
        piece="COULOMB = 1e12 * _E /",
        broken="COULOMB = 0.5e12 * _E /",
        figure="hamo-scaling",
        reading="room",
    ),
    "half of e²/4πε₀, in kelvin": Broken(
        folder="core",
        piece="COULOMB = 1e12 * _E /",
        broken="COULOMB = 0.5e12 * _E /",
        figure="hamo-scaling",
        reading="measured",
    ),
    "half of e²/4πε₀, the size of the measured dots": Broken(
        folder="core",
        piece="COULOMB = 1e12 * _E /",
        broken="COULOMB = 0.5e12 * _E /",
        figure="hamo-scaling",
        reading="size_of_measured",
    ),
    "a gate's potential of the wrong sign, in the wells": Broken(
        folder="geometry",
        piece='("point", -volts @ arms, "meV",',
        broken='("point", volts @ arms, "meV",',
        figure="hamo-1c-d",
        reading="wells",
    ),
    "potentials a tenth too small, in the lever arm of a gate": Broken(
        folder="geometry",
        piece="(potentials(points, mesh, images) @ charges(layout, mesh, images).charged).T",
        broken="0.9 * (potentials(points, mesh, images) @ charges(layout, mesh, images).charged).T",
        figure="hamo-1c-d",
        reading="own_gate",
    ),
    "no image below the plane, in the repulsions of a drawing": Broken(
        folder="geometry",
        piece="rows += [(weight, 1.0, 2 * k * (high - low)), (-weight,",
        broken="rows += [(weight, 1.0, 2 * k * (high - low)), (weight,",
        figure="hamo-s6-distance",
        reading="W_screened",
    ),
    "one image of the wrong sign, in W of the system alone": Broken(
        folder="geometry",
        piece="rows += [(-1.0, -1.0, 2 * planes[0])]",
        broken="rows += [(1.0, -1.0, 2 * planes[0])]",
        figure="hamo-s6-distance",
        reading="W_alone",
    ),
    "U without the far site, against 2Δ": Broken(
        folder="geometry",
        piece="near, far = np.take_along_axis(near, site, 0)[0], np.take_along_axis(far, site, 0)[0]\n    W = ",
        broken="near, far = np.take_along_axis(near, site, 0)[0], 0 * near[0]\n    W = ",
        figure="hamo-s6-distance",
        reading="U",
    ),
    "a tenth less charge on metal, in W between gates": Broken(
        folder="geometry",
        piece="COULOMB * (direct - p.T @ q)",
        broken="COULOMB * (direct - 0.9 * p.T @ q)",
        figure="hamo-drawn",
        reading="W_screened",
    ),
    "a tenth less charge on metal, in 2Δ between gates": Broken(
        folder="geometry",
        piece="COULOMB * (direct - p.T @ q)",
        broken="COULOMB * (direct - 0.9 * p.T @ q)",
        figure="hamo-drawn",
        reading="two_delta_again",
    ),
    "the far site added, in the best height": Broken(
        folder="geometry",
        piece="(M[..., k, bottom] - M[..., k, top] - W) / 2",
        broken="(M[..., k, bottom] + M[..., k, top] - W) / 2",
        figure="drawn-map",
        reading="best_height",
    ),
    "no far site, in the best 2Δ": Broken(
        folder="geometry",
        piece="near, far = np.take_along_axis(near, site, 0)[0], np.take_along_axis(far, site, 0)[0]\n    W = ",
        broken="near, far = np.take_along_axis(near, site, 0)[0], 0 * near[0]\n    W = ",
        figure="drawn-map",
        reading="best_two_delta",
    ),
    "no far site, on the map": Broken(
        folder="geometry",
        piece="near, far = np.take_along_axis(near, site, 0)[0], np.take_along_axis(far, site, 0)[0]\n    W = ",
        broken="near, far = np.take_along_axis(near, site, 0)[0], 0 * near[0]\n    W = ",
        figure="drawn-map",
        reading="on_map",
    ),
    "W halved, in what far tubes do": Broken(
        folder="geometry",
        piece="near, far = np.take_along_axis(near, site, 0)[0], np.take_along_axis(far, site, 0)[0]\n    W = ",
        broken="near, far = np.take_along_axis(near, site, 0)[0], 0 * near[0]\n    W = 0 * ",
        figure="drawn-map",
        reading="far",
    ),
    "one image of the wrong sign, in the best drawing": Broken(
        folder="geometry",
        piece="rows += [(weight, 1.0, 2 * k * (high - low)), (-weight,",
        broken="rows += [(weight, 1.0, 2 * k * (high - low)), (weight,",
        figure="drawn-best",
        reading="best",
    ),
    "the far site added, in the best drawing's height": Broken(
        folder="geometry",
        piece="(M[..., k, bottom] - M[..., k, top] - W) / 2",
        broken="(M[..., k, bottom] + M[..., k, top] - W) / 2",
        figure="drawn-best",
        reading="height",
    ),
    "the far site added, in what bounds act": Broken(
        folder="geometry",
        piece="(M[..., k, bottom] - M[..., k, top] - W) / 2",
        broken="(M[..., k, bottom] + M[..., k, top] - W) / 2",
        figure="drawn-best",
        reading="bounds",
    ),
    "no far site, in the mean over copies": Broken(
        folder="geometry",
        piece="near, far = np.take_along_axis(near, site, 0)[0], np.take_along_axis(far, site, 0)[0]\n    W = ",
        broken="near, far = np.take_along_axis(near, site, 0)[0], 0 * near[0]\n    W = ",
        figure="drawn-best",
        reading="mean_A",
    ),
    "no far site, in the mean over copies of the best drawing": Broken(
        folder="geometry",
        piece="near, far = np.take_along_axis(near, site, 0)[0], np.take_along_axis(far, site, 0)[0]\n    W = ",
        broken="near, far = np.take_along_axis(near, site, 0)[0], 0 * near[0]\n    W = ",
        figure="drawn-best",
        reading="mean_best",
    ),
    # What is read from pictures.
    "(2): half of the coupling, in Fig. 3c": Broken(
        folder="dots",
        piece='repulsion={("L", "B"): 1.0, ("R", "B"): 1.0}',
        broken='repulsion={("L", "B"): 0.5, ("R", "B"): 0.5}',
        figure="hamo-3c",
        reading="W_eff",
    ),
    "(2): half of the coupling, in the slope over δ": Broken(
        folder="dots",
        piece='repulsion={("L", "B"): 1.0, ("R", "B"): 1.0}',
        broken='repulsion={("L", "B"): 0.5, ("R", "B"): 0.5}',
        figure="hamo-3-slope",
        reading="bend",
    ),
    "(3): a third more repulsion, in the slope over U": Broken(
        folder="dots",
        piece='"W": Parameter(value=0.0, repulsion={("L", "R"): 1.0}),',
        broken='"W": Parameter(value=0.0, repulsion={("L", "R"): 1.3}),',
        figure="hamo-s6",
        reading="flat_level",
    ),
    "(1): twice the detuning, in Fig. 3b": Broken(
        folder="dots",
        piece='"delta": Parameter(value=0.0, levels={"T": 0.5, "B": -0.5}),',
        broken='"delta": Parameter(value=0.0, levels={"T": 1.0, "B": -1.0}),',
        figure="hamo-3b",
        reading="W_eff",
    ),
    "(3): an electron's wrong sign, in the unit block": Broken(
        folder="dots",
        piece="energy[..., 3] + energy[..., 0] - energy[..., 1]",
        broken="energy[..., 3] + energy[..., 0] + energy[..., 1]",
        figure="hamo-1",
        reading="without_polarizer",
    ),
}
