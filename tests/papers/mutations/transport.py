"""The rates of every order and what follows from them: Fig. 4 of Hamo et al., and its junction counted."""

from tests.papers.mutations import Broken


def rates(piece: str, broken: str, reading: str, folder: str = "transport") -> Broken:
    """Noticed by the rates that are known in closed form."""
    return Broken(folder=folder, piece=piece, broken=broken, figure="hamo-rates", reading=reading)


def counting(piece: str, broken: str, reading: str) -> Broken:
    """Noticed by the closed forms of one level that is counted."""
    return Broken(folder="transport", piece=piece, broken=broken, figure="counting-one-level", reading=reading)


def pairs(piece: str, broken: str, reading: str) -> Broken:
    """Noticed by the conductance of a dot whose electrons attract."""
    return Broken(folder="transport", piece=piece, broken=broken, figure="pair-tunnelling", reading=reading)


def heated(piece: str, broken: str, reading: str) -> Broken:
    """Noticed by the thermopower of a dot whose electrons attract or repel each other."""
    return Broken(folder="transport", piece=piece, broken=broken, figure="thermopower", reading=reading)


SEQUENTIAL = "return Rates(couplings * table.ways * expit(-x), couplings * table.ways_back * expit(x))"
SECOND = "return np.asarray(finite_part(a[:, 0], b[:, 0], Delta, kT))"
THIRD = "found[~off] = third_order_integral(a[~off], b[~off], Delta[~off], kT)"
CLOSED = "closed = UNIT_SQUARED * (slope_a + slope_b).real - 2 * UNIT * (value_a.imag - value_b.imag) / apart"

THRESHOLDS = "intercept = np.array([2 * U - mu_P, (3 * U - W) / 2 - mu_P, U - mu_P]) / (1 - beta)"

BROKEN = {
    # ---- rates
    "first order: twice the rates": rates(SEQUENTIAL, SEQUENTIAL.replace("(couplings", "(2 * couplings"), "plateau"),
    "first order: the other sign in f": rates(SEQUENTIAL, SEQUENTIAL.replace("expit(-x)", "expit(x)"), "edge"),
    "first order: detailed balance": rates(
        SEQUENTIAL, SEQUENTIAL.replace("expit(x))", "expit(2 * x))"), "balance_first"
    ),
    "second order: three times the rates": rates(SECOND, SECOND.replace("finite", "3 * finite"), "second"),
    "second order: 0.3 of the rates": rates(SECOND, SECOND.replace("finite", "0.3 * finite"), "even_second"),
    "third order: ten times the rates": rates(THIRD, THIRD.replace("= third", "= 10 * third"), "third"),
    "third order: three times the rates": rates(THIRD, THIRD.replace("= third", "= 3 * third"), "pair_linear"),
    "third order: half the rates": rates(THIRD, THIRD.replace("= third", "= 0.5 * third"), "pair_far"),
    "the factor 1/(2π)^(k-1) once more": rates(
        "/ (2 * np.pi) ** (table.order - 1)", "/ (2 * np.pi) ** table.order", "plateau"
    ),
    "1/π^(k-1) instead of 1/(2π)^(k-1)": rates(
        "/ (2 * np.pi) ** (table.order - 1)", "/ np.pi ** (table.order - 1)", "even_third"
    ),
    "couplings that add up": rates("Gamma[table.leads].prod(axis=1)", "Gamma[table.leads].sum(axis=1)", "even_second"),
    "second and third order: detailed balance": rates(
        "upward = downward * np.exp(Delta / kT[0])", "upward = downward * np.exp(Delta / kT[0] / 2)", "balance_third"
    ),
    "the release: what leads pay with the other sign": rates(
        "return Forms(final - initial - paid.sum(axis=-1), a, b)",
        "return Forms(final - initial + paid.sum(axis=-1), a, b)",
        "plateau",
    ),
    "the first denominator: without the lead": rates(
        "a = energy[:, table.after] - initial[..., None] - paid",
        "a = energy[:, table.after] - initial[..., None]",
        "second",
    ),
    "the last denominator: with the other sign": rates(
        "b = final[..., None] - energy[:, table.before] - paid",
        "b = energy[:, table.before] - final[..., None] - paid",
        "third",
    ),
    "pairs: 1.01 times the rates": pairs(SECOND, SECOND.replace("finite", "1.01 * finite"), "pairs"),
    "pairs: detailed balance": pairs(
        "upward = downward * np.exp(Delta / kT[0])", "upward = downward * np.exp(Delta / kT[0] / 2)", "shape"
    ),
    "Zeeman energy: all of it on one spin": Broken(
        folder="transport",
        piece='levels={"up": 0.5, "down": -0.5}',
        broken='levels={"up": 1.0, "down": 0.0}',
        figure="pairs-in-field",
        reading="stays",
    ),
    "Zeeman energy: twice": Broken(
        folder="transport",
        piece='levels={"up": 0.5, "down": -0.5}',
        broken='levels={"up": 1.0, "down": -1.0}',
        figure="pairs-in-field",
        reading="onset",
    ),
    "generalised factorial cumulants: s = 1 in the way there": Broken(
        folder="transport",
        piece="constant = block.matrix(s**seen)",
        broken="constant = block.matrix()",
        figure="factorial-cumulants",
        reading="at_any_time",
    ),
    "generalised factorial cumulants: the series of ln": Broken(
        folder="transport",
        piece="found[:, k] = series[:, k] - known / k",
        broken="found[:, k] = series[:, k] - known",
        figure="factorial-cumulants",
        reading="beginning",
    ),
    "thermopower: half of it": heated(
        "-1e3 * carrier_sign(junction) * opposing / kelvin",
        "-5e2 * carrier_sign(junction) * opposing / kelvin",
        "slope",
    ),
    "thermopower: what a carrier brings without the populations": heated(
        "driven = (populations[:, start] * found.forward / model.kT[0])[..., None] * moved",
        "driven = (found.forward / model.kT[0])[..., None] * moved",
        "valley",
    ),
    "thermopower: the heat that a carrier brings counts from no level": heated(
        "shares[lead] * release], axis=-1)", "shares[lead] * np.abs(release)], axis=-1)", "odd"
    ),
    # ---- integrals
    "second order: the Bose function": rates(
        "return 1.0 if Delta == 0.0 else Delta / guarded_expm1(Delta)",
        "return 1.0 if Delta == 0.0 else -Delta / guarded_expm1(-Delta)",
        "second",
    ),
    "second order: the crossed term with the other sign": rates(CLOSED, CLOSED.replace("- 2 *", "+ 2 *"), "second"),
    "second order: half of the crossed term": rates(CLOSED, CLOSED.replace("- 2 *", "- 1 *"), "resonant_second"),
    "third order: what is on shell": rates(
        "shell = -2 * PI_SQUARED / 3 * f_a * f_b * f_c", "shell = -PI_SQUARED / 3 * f_a * f_b * f_c", "resonant_third"
    ),
    "third order: what is on shell leaves a decoupled dot alone": rates(
        "shell = -2 * PI_SQUARED / 3 * f_a * f_b * f_c", "shell = 0.0 * f_a * f_b * f_c", "decoupled"
    ),
    "third order: the squares": rates(
        "_add(weights, j, own, k, 1 - own, 1, 1, 1.0)", "_add(weights, j, own, k, 1 - own, 1, 1, 2.0)", "even_third"
    ),
    "third order: two events in two orders": rates(
        "both = 0.5 * value * _splitting(poles, k, other)", "both = value * _splitting(poles, k, other)", "third"
    ),
    # ---- elastic passage
    "elastic: ΓΓ without 1/Γ": rates(
        "strength = junction.leads[first].Gamma * junction.leads[second].Gamma / width",
        "strength = junction.leads[first].Gamma * junction.leads[second].Gamma",
        "elastic",
    ),
    "elastic: half of the width": rates(
        "half = 0.5 + UNIT * width / 2\n", "half = 0.5 + UNIT * width / 4\n", "blockade_warm"
    ),
    "elastic: in one charge of the dot alone": rates(
        "weight = populations[:, table.filled] + populations[:, table.empty]",
        "weight = populations[:, table.filled]",
        "blockade",
    ),
    "elastic: the sequential current counted twice": rates(
        "return np.asarray(landauer(first, second, width, kT) - sequential(first, second, kT))",
        "return np.asarray(landauer(first, second, width, kT))",
        "elastic",
    ),
    # ---- the master equation, and units
    "populations: a state that feeds itself": rates(
        "p[state] += p[source] * q[source, state]", "p[state] += 2 * p[source] * q[source, state]", "plateau"
    ),
    "flow: carriers that go back": rates(
        "flow = found.forward * populations[:, table.initial] - found.backward * populations[:, table.final]",
        "flow = found.forward * populations[:, table.initial]",
        "pair_linear",
    ),
    "e/ħ: h for ħ": rates("PA_PER_MEV = 1e9 * _E**2 / _HBAR", "PA_PER_MEV = 1e9 * _E**2 / _H", "plateau", "core"),
    "k_B twice": rates("K_B = round(1e3 * _K / _E, 11)", "K_B = round(2e3 * _K / _E, 11)", "edge", "core"),
    "the differential conductance: e²/ħ for e²/h": rates(
        "scale = carrier_sign(junction) * 2 * np.pi / step", "scale = carrier_sign(junction) / step", "blockade"
    ),
    # ---- energies and thresholds
    "W counted twice": rates(
        '"W": Parameter(value=0.0, repulsion={("L", "R"): 1.0})',
        '"W": Parameter(value=0.0, repulsion={("L", "R"): 2.0})',
        "third",
    ),
    "U of one side alone": rates(
        'repulsion={("L", "P"): 1.0, ("R", "P"): 1.0}', 'repulsion={("L", "P"): 1.0, ("R", "P"): 0.0}', "second"
    ),
    "the threshold of 0e: U for 2U": rates(THRESHOLDS, THRESHOLDS.replace("[2 * U -", "[U -"), "threshold_0e"),
    "the threshold of 1e: the other sign of W": rates(
        THRESHOLDS, THRESHOLDS.replace("3 * U - W", "3 * U + W"), "threshold_1e"
    ),
    "the threshold of 2e: without µ_P": rates(THRESHOLDS, THRESHOLDS.replace(", U - mu_P]", ", U]"), "threshold_2e"),
    "slopes of the thresholds: halved": rates(
        "slope = electrons / (1 - beta)", "slope = electrons / 2 / (1 - beta)", "threshold_2e"
    ),
    "turn-on: the thermal slope itself for half of it": rates(
        "half = (1 - lever_arm_of_bias(beta)) / (2 * K_B",
        "half = (1 - lever_arm_of_bias(beta)) / (1.2 * K_B",
        "pair_bias_found",
    ),
    # ---- counting
    "noise: e for 2e": counting(
        "scale = 2 * ELEMENTARY_CHARGE * PA_PER_MEV", "scale = ELEMENTARY_CHARGE * PA_PER_MEV", "noise"
    ),
    "noise: jumps alone": counting(
        "total[:, number] = both + (flow_a", "total[:, number] = both + 0 * (flow_a", "noise"
    ),
    "noise: the frequency without 2π": counting("omega=2 * np.pi * values / PER_NS", "omega=values / PER_NS", "noise"),
    "noise without bias: e for 2e": counting(
        "noise = 2 * ELEMENTARY_CHARGE * PA_PER_MEV * cumulant[1]",
        "noise = ELEMENTARY_CHARGE * PA_PER_MEV * cumulant[1]",
        "nyquist",
    ),
    "Fano factor: twice": counting(
        "cumulant[1] / np.where(flowing, size, 1.0)", "2 * cumulant[1] / np.where(flowing, size, 1.0)", "fano"
    ),
    "cumulants: without binomials": counting(
        "pushed = comb(order, k) * (tilts[k - 1]", "pushed = (tilts[k - 1]", "third"
    ),
    "elastic jumps: detailed balance": counting(
        "back = slope * kT * _emitted(bias / kT), slope * kT * _emitted(-bias / kT)",
        "back = slope * kT * _emitted(bias / kT), slope * kT * _emitted(bias / kT)",
        "nyquist",
    ),
    "waiting times: jumps that are seen do not end the wait": counting(
        "diagonal = silent.sum(axis=1) + leaving.sum(axis=1)", "diagonal = silent.sum(axis=1)", "waiting"
    ),
    "factorial cumulants: powers for binomials": counting(
        "np.array([comb(int(n), k) * s ** max(int(n) - k, 0)",
        "np.array([int(n) ** k * s ** max(int(n) - k, 0)",
        "factorial",
    ),
}
