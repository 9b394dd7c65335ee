"""(19) to (22), (B1), (C1) to (C3) of Shavit and Oreg, and what follows from them."""

from tests.papers.mutations import Broken


def trion(piece: str, broken: str, reading: str) -> Broken:
    return Broken(folder="wires", piece=piece, broken=broken, figure="shavit-trion", reading=reading)


def mass(piece: str, broken: str, reading: str) -> Broken:
    return Broken(folder="wires", piece=piece, broken=broken, figure="shavit-mass", reading=reading)


def side_chains(piece: str, broken: str, reading: str) -> Broken:
    return Broken(folder="wires", piece=piece, broken=broken, figure="shavit-side-chains", reading=reading)


def fig6(piece: str, broken: str, reading: str) -> Broken:
    return Broken(folder="wires", piece=piece, broken=broken, figure="shavit-6", reading=reading)


BROKEN = {
    "(20): K_f, u_c/K_c once": trion("a_ff=2 * u_c / K_c + u / K", "a_ff=u_c / K_c + u / K", "K_f"),
    "(20): K_f, u/K twice": trion("a_ff=2 * u_c / K_c + u / K", "a_ff=2 * u_c / K_c + 2 * u / K", "K_f"),
    "(20): K_f, V_φ repels trions": trion("u / K - root * v,", "u / K + root * v,", "K_f"),
    "(20): K_f, u_cK_c once": trion("b_ff=2 * u_c * K_c", "b_ff=u_c * K_c", "K_f"),
    "(20): K_f, V_θ with the other sign": trion("u * K - root * w,", "u * K + root * w,", "K_f"),
    "(20): √8 is √2": trion(
        "root, v, w = math.sqrt(8.0), V_phi / np.pi", "root, v, w = math.sqrt(2.0), V_phi / np.pi", "K_f"
    ),
    "(C2b): u_f three times": trion(
        "np.sqrt(parts.a_ff * _kinetic_stiffness(parts, kinetic)) / 3",
        "np.sqrt(parts.a_ff * _kinetic_stiffness(parts, kinetic))",
        "u_f",
    ),
    "(C2a): K_g, u/K once": trion("a_gg=u_c / K_c + 2 * u / K", "a_gg=u_c / K_c + u / K", "K_g"),
    "(C2a): K_g, uK once": trion("b_gg=u_c * K_c + 2 * u * K", "b_gg=u_c * K_c + u * K", "K_g"),
    "(C2a): K_g upside down": trion("np.sqrt(parts.b_gg / parts.a_gg)", "np.sqrt(parts.a_gg / parts.b_gg)", "K_g"),
    "(C2a): K_g, V_φ with the other sign": trion("2 * u / K + root * v", "2 * u / K - root * v", "K_g"),
    "(C2a): K_g, V_θ with the other sign": trion("2 * u * K + root * w", "2 * u * K - root * w", "K_g"),
    "(C2c): u_g three times": trion("np.sqrt(parts.a_gg * parts.b_gg) / 3", "np.sqrt(parts.a_gg * parts.b_gg)", "u_g"),
    "(C2d): V_×, no V_φ": trion("(u_c / K_c - u / K) + v,", "(u_c / K_c - u / K),", "V_cross"),
    "(C2d): V_×, √2 is 1": trion("a_gf=math.sqrt(2) * (", "a_gf=1 * (", "V_cross"),
    "(C2d): V_× three times": trion("np.pi * parts.a_gf / 3", "np.pi * parts.a_gf", "V_cross"),
    "(C2e): V'_×, no V_θ": trion("(u_c * K_c - u * K) + w,", "(u_c * K_c - u * K),", "V_theta_cross"),
    "(C2e): V'_×, √2 is 1": trion("b_gf=math.sqrt(2) * (", "b_gf=1 * (", "V_theta_cross"),
    "(C2e): V'_× halved": trion("np.pi * parts.b_gf / 3", "np.pi * parts.b_gf / 6", "V_theta_cross"),
    "(C1): V'_× adds to the stiffness": trion(
        "parts.b_ff - parts.b_gf**2 / parts.b_gg", "parts.b_ff + parts.b_gf**2 / parts.b_gg", "complete_K_f"
    ),
    "(13): V_θ with the other sign": trion(
        'V_theta = -wires["V_theta_ratio"] * V_phi', 'V_theta = wires["V_theta_ratio"] * V_phi', "slow_mode"
    ),
    "(14): half of υ": trion("* np.sqrt(u / (K_c * K))", "* np.sqrt(u / (K_c * K)) / 2", "coupling_mode"),
    "(19): φ_f is √2φ_c + φ": trion(
        "N_F = np.array([1.0, 1.0, -1.0])", "N_F = np.array([1.0, 1.0, 1.0])", "free_dimension"
    ),
    "(19): φ_g is φ_c + φ/√2": trion(
        "N_G = np.array([1.0, 1.0, 2.0])", "N_G = np.array([1.0, 1.0, 0.5])", "trion_gapped"
    ),
    "(21): √3θ_f counts K_f": trion(
        "(phase @ N_F) ** 2 * K / 4 + (charge @ N_F) ** 2 / (4 * K)",
        "(phase @ N_F) ** 2 * K / 4 + (charge @ N_F) ** 2 * K / 4",
        "free_dimension",
    ),
    "(21): dimension of φ_f doubled": trion(
        "(phase @ N_F) ** 2 * K / 4 + (", "(phase @ N_F) ** 2 * K / 2 + (", "marginal"
    ),
    "(C3): the trion's hole moves the other way": trion(
        '"trion": ((1, 1, -1), (-1, -1, -1))', '"trion": ((1, 1, -1), (-1, -1, 1))', "trion_momentum"
    ),
    "(C3): first and second term exchanged": trion(
        '"trion, same movers": ((1, 1, -1), (-1, -1, 1))',
        '"trion, same movers": ((1, 1, -1), (-1, -1, -1))',
        "least_lead",
    ),
    "(C3): the third term at -k": trion(
        '"trion, opposite spins\' movers": ((1, 1, -1), (-1, 1, 1))',
        '"trion, opposite spins\' movers": ((1, 1, -1), (-1, -1, 1))',
        "singlet_momentum",
    ),
    "O_SC: one trion": trion(
        '"trion pair": ((2, 2, -2), (0, 0, 0))', '"trion pair": ((1, 1, -1), (0, 0, 0))', "equal_orders"
    ),
    "O_CDW: 4k_F": trion(
        '"trion density wave": ((0, 0, 0), (-2, 0, 0))', '"trion density wave": ((0, 0, 0), (-4, 0, 0))', "equal_orders"
    ),
    "impurity of the secondary at 4k": trion(
        '"impurity in the secondary": ((0, 0, 0), (0, 0, 2))',
        '"impurity in the secondary": ((0, 0, 0), (0, 0, 4))',
        "impurities_apart",
    ),
    "impurity in the paired phase as in the gapless": trion(
        "primary = ((density + 1) / 2, density / 2, K_f / 3)",
        "primary = ((density + 1) / 2, (density + 1) / 2, K_f / 3)",
        "paired_from",
    ),
    "(B1): m + µ": mass("cut = np.abs(own - level) *", "cut = np.abs(own + level) *", "l_mass"),
    "(B1): |m - µ| in twice the bandwidth": mass(
        "np.abs(own - level) * alpha_0 / velocity", "np.abs(own - level) * alpha_0 / velocity / 2", "l_mass"
    ),
    "(B1): cuts a secondary without a mass": mass(
        "cut = np.where(level < own, cut, 0.0)", "cut = 1 * cut", "trions_until"
    ),
    "(B1): the longer length cuts": mass(
        "np.where(np.real(mismatch) >= np.real(mass)", "np.where(np.real(mismatch) < np.real(mass)", "sequence"
    ),
    "(B1): no mass": mass('mass = 0.0 if fields["mass"] is None else fields["mass"]', "mass = 0.0", "pairs_over_mass"),
    "the bands without their mass": mass(
        "np.sqrt(np.maximum(level**2 - own**2, 0.0)) / velocity",
        "np.sqrt(level**2 + 0 * own) / velocity",
        "trions_until",
    ),
    "V_φ²/m: a response that does not vanish": mass(
        "_series(x), closed) / (np.pi * velocity)", "_series(x) + 0.1, closed) / (np.pi * velocity)", "coefficient"
    ),
    "V_φ²/m: half of the response": mass(
        "_series(x), closed) / (np.pi * velocity)", "_series(x), closed) / (2 * np.pi * velocity)", "coefficient"
    ),
    "V_φ²/m: (2n)!! over (2n - 1)!!": mass(
        "term = -term * x**2 * (2 * n) / (2 * n + 1)", "term = -term * x**2 * (2 * n) / (2 * n - 1)", "coefficient"
    ),
    "V_φ²/m: K_c without the root": mass("1 / np.sqrt(1 - strength * chi)", "1 / (1 - strength * chi)", "far"),
    "V²/Ẽ: E(2) - E(1) + E(0)": side_chains(
        "np.asarray(two - 2 * one + none)", "np.asarray(two - one + none)", "power_of_V"
    ),
    "V²/Ẽ: half the tunnelling": side_chains(
        "[self.delta / 2, -self.t], [-self.t, -self.delta / 2]",
        "[self.delta / 2, -self.t / 2], [-self.t / 2, -self.delta / 2]",
        "coefficient",
    ),
    "V²/Ẽ: half the bias": side_chains(
        "[self.delta / 2, -self.t], [-self.t, -self.delta / 2]",
        "[self.delta / 4, -self.t], [-self.t, -self.delta / 4]",
        "overcome_biased",
    ),
    "pairs on a ring: one electron as two": side_chains(
        "return float(two - 2 * one + none)", "return float(two - one + none)", "static_pair"
    ),
    "pairs on a ring: hopping to one side": side_chains(
        "step = -hopping * (neighbour + neighbour.T)",
        "step = -hopping * (neighbour + neighbour.T) / 2",
        "static_pair",
    ),
    "pairs on a ring: no own repulsion": side_chains(
        "diags_array(repulsion * np", "diags_array(0 * repulsion * np", "unbinds_at"
    ),
    "pairs on a ring: polarizers see one electron": side_chains(
        "np.add.outer(each, each).ravel()",
        "np.maximum.outer(each, each).ravel()",
        "static_pair",
    ),
    "the Hubbard ring: 2τ": side_chains("bands = 4 * hopping", "bands = 2 * hopping", "static_pair"),
    "exchange: a pair moves as it repels": side_chains(
        '"vx,vy,vxy->v", left * came, left * came, inverse',
        '"vx,vy,vxy->v", left**2, came**2, inverse',
        "anisotropy_equal",
    ),
    "exchange: half the motion": side_chains("across / motion", "2 * across / motion", "anisotropy_static"),
    "(22): g̃ of one spin": fig6("y = 2 * math.sqrt(2) * finite", "y = math.sqrt(2) * finite", "y_factor"),
    "(22): V_φ of φ_ρ,1": fig6("* math.sqrt(2) * V * a / math.pi", "* 2 * V * a / math.pi", "V_phi"),
    "(22): β of the wire": fig6("(4 * (p * q - r * r))", "(p * q - r * r)", "ladder_dimension"),
    "(22): a mixed term of the other sign": fig6(
        "2 * q - 2 * math.sqrt(2.0) * b * r", "2 * q + 2 * math.sqrt(2.0) * b * r", "ladder_dimension"
    ),
    "(22): β counts once": fig6("* b * r + b * b * p)", "* b * r + b * p * 2)", "ladder_dimension"),
    "back gate: the gap does not close": fig6(
        "max(cost - abs(lifted), 0.0)", "max(cost + abs(lifted), 0.0)", "gap_per_gate"
    ),
    "back gate: solitons without their gap": fig6("lifted**2 - cost**2", "lifted**2 - 16 * cost**2", "fits_at"),
    "back gate: all of κ on each momentum": fig6("abs(away - kappa / 2)", "abs(away - kappa)", "fits_at"),
    "(B1) of a soliton: half": fig6(
        "max(cost - abs(lifted), 0.0) * cutoff / u", "max(cost - abs(lifted), 0.0) * cutoff / u / 2", "mass_at_zero"
    ),
    "the ladder fits at π/a": fig6("- math.pi / (2 * a)", "- math.pi / (2.5 * a)", "fits_at"),
    "a rung: hopping of one electron": fig6("hop = -np.sqrt(2) * self.t", "hop = -self.t", "soliton"),
    "a rung: U on one electron each": fig6(
        "levels = [self.U + self.delta, self.V_rung", "levels = [self.U + self.delta, -self.V_rung", "slope"
    ),
    "K_ρ-: V_r counts as U": fig6(
        "(own - 2 * between) / (2 * math.pi * hop)", "(own - between) / (2 * math.pi * hop)", "K_free"
    ),
    "K_ρ-: half the velocity": fig6(
        "(own - 2 * between) / (2 * math.pi * hop)", "(own - 2 * between) / (math.pi * hop)", "below_one"
    ),
    "K_ρ+: V_r relieves it": fig6("(own + 2 * between)", "(own - 2 * between) * 1", "K_ratio"),
}
