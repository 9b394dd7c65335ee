"""What one measures on coupled wires: sec. II C of Shavit and Oreg, and what the formulas there rest on."""

from tests.papers.mutations import Broken


def broken(figure: str):
    def row(piece: str, other: str, reading: str) -> Broken:
        return Broken(folder="wires", piece=piece, broken=other, figure=f"shavit-{figure}", reading=reading)

    return row


tunnels, conducts = broken("spectra"), broken("conductance")
cut, localised, tends = broken("impurity-flow"), broken("disorder"), broken("decoupled")

BROKEN = {
    "electron: (M_cc + 1/K_c + 2)/4 over 2": tunnels(
        "float(density_exponent(K_c, K, Q)) + pair + 2) / 4",
        "float(density_exponent(K_c, K, Q)) + pair + 2) / 2",
        "bias_power",
    ),
    "electron: no pair part": tunnels(
        "float(density_exponent(K_c, K, Q)) + pair + 2) / 4",
        "float(density_exponent(K_c, K, Q)) + 2) / 4",
        "bias_power",
    ),
    "electron: spin left out": tunnels(
        "float(density_exponent(K_c, K, Q)) + pair + 2) / 4",
        "float(density_exponent(K_c, K, Q)) + pair + 1) / 4",
        "temperature_power",
    ),
    "electron of the secondary: K twice": tunnels(
        'return phase if place == "end" else (K + phase) / 2',
        'return phase if place == "end" else (2 * K + phase) / 2',
        "secondary_power",
    ),
    "electron of the secondary: no Q": tunnels("phase = 1 / K + Q * Q / K_c", "phase = 1 / K", "secondary_power"),
    "paired: the soliton keeps all of the spin": tunnels(
        "Channel(eta - 0.5, eta - 1, Delta_s", "Channel(eta - 0.0, eta - 1, Delta_s", "paired_power"
    ),
    "paired: no gap": tunnels(
        "Channel(eta - 0.5, eta - 1, Delta_s, ONE_SOLITON)", "Channel(eta, eta - 1)", "primary_paired"
    ),
    "paired: half of the gap": tunnels(
        "Channel(eta - 0.5, eta - 1, Delta_s, ONE", "Channel(eta - 0.5, eta - 1, Delta_s / 2, ONE", "activation"
    ),
    "trion: the secondary stays gapless": tunnels(
        'if phase == "decoupled" or (phase == "paired" and wire == "secondary")',
        'if phase == "decoupled" or wire == "secondary"',
        "secondary_trion",
    ),
    "trion: K_f + 1/K_f over 3": tunnels(
        "Channel((free + 1 / free) / 6, eta - 1, cost)", "Channel((free + 1 / free) / 3, eta - 1, cost)", "trion_power"
    ),
    "trion: no 1/K_f": tunnels(
        "Channel((free + 1 / free) / 6, eta - 1, cost)", "Channel((free + free) / 6, eta - 1, cost)", "trion_power"
    ),
    "a soliton at a point: t^-1": tunnels(
        "self.eta - (1.0 if self.soliton is None else 0.5)",
        "self.eta - (1.0 if self.soliton is None else 0.0)",
        "paired_power",
    ),
    "temperature: Γ(η) for Γ(η/2)": tunnels(
        "np.pi * x + 2 * loggamma(eta / 2 + 1j * x).real",
        "np.pi * x + 2 * loggamma(eta + 1j * x).real",
        "sum_of_momenta",
    ),
    "amplitude: Λ to no power": tunnels("return float(Lambda**-self.a)", "return 1.0", "zero_bias_amplitude"),
    "amplitude: Γ(η) left out": tunnels("- gammaln(eta) + (eta - 1)", "+ (eta - 1)", "zero_bias_amplitude"),
    "amplitude: Λ to no power above a gap": tunnels(
        "self.weight * (self.soliton / Lambda) ** self.a", "self.weight", "one_soliton"
    ),
    "temperature: power η": tunnels(
        "(eta - 1) * np.log(2 * np.pi * kT)", "eta * np.log(2 * np.pi * kT)", "temperature_power"
    ),
    "A: γ of a whole electron": tunnels(
        "return (K_c + 1 / K_c - 2) / 8", "return (K_c + 1 / K_c - 2) / 4", "gapless_edge_power"
    ),
    "A: the charge to the right has no 1/2": tunnels(
        "power_weight(a, 0.5 + g, kT) * power_weight(b, g, kT)",
        "power_weight(a, g, kT) * power_weight(b, g, kT)",
        "sum_of_momenta",
    ),
    "A: the spin has 1": tunnels("power_weight(c, 0.5, kT)", "power_weight(c, 1.0, kT)", "sum_of_momenta"),
    "A: no hole of a warm electron": tunnels("filled = 1 + np.exp(", "filled = 1 + 0 * np.exp(", "sum_of_momenta"),
    "A: its unit without √(u_c/u_s)": tunnels("added *= np.sqrt(r) / 2", "added *= 1 / 2", "sum_of_momenta"),
    "A: power at the charge": tunnels("minus ** (g - 1)", "minus ** g", "charge_edge_power"),
    "A: power at the spin": tunnels("rest ** (2 * g - 0.5)", "rest ** (2 * g + 0.5)", "gapless_edge_power"),
    "A paired: power at the threshold": tunnels(
        "(width / 2) ** (2 * g - 0.5)", "(width / 2) ** (2 * g)", "paired_edge_power"
    ),
    "A paired: the velocity of the charge": tunnels(
        "root, other = np.sqrt(w * w + r * r - 1), np.sqrt(v * v + r * r - 1)",
        "root, other = np.sqrt(w * w + r * r), np.sqrt(v * v + r * r)",
        "edge",
    ),
    "(D1-D6): φ_g takes a third of the primary": conducts(
        "CLEAN, SHARE = 2.0, 2.0 / 3.0", "CLEAN, SHARE = 2.0, 1.0 / 3.0", "plateau_G"
    ),
    "(D1-D6): one channel": conducts("CLEAN, SHARE = 2.0, 2.0 / 3.0", "CLEAN, SHARE = 1.0, 2.0 / 3.0", "hot_G"),
    "(D1-D6): the drag with the other sign": conducts(
        '"drag": (dims, -lost, "e²/h"', '"drag": (dims, lost, "e²/h"', "plateau_drag"
    ),
    "region: Δ for Δ²": conducts(
        "edge = (gap * length / velocity) ** 2", "edge = (gap * length / velocity)", "decay_length"
    ),
    "region: κ from E + Δ": conducts("below = gap**2 - energy**2", "below = gap**2 + energy**2", "hot_G"),
    "region: half of its length": conducts(
        "phase = np.sqrt(np.abs(below)) * length / velocity",
        "phase = np.sqrt(np.abs(below)) * length / velocity / 2",
        "decay_length",
    ),
    "region: temperature twice": conducts(
        "kT = K_B * temperature\n    if kT == 0:", "kT = 2 * K_B * temperature\n    if kT == 0:", "activation"
    ),
    "region: detuned twice": conducts(
        "np.exp(-np.abs(E - detuning) / kT)", "np.exp(-np.abs(E - 2 * detuning) / kT)", "half_width"
    ),
    "leads: a soliton of dimension 1/3": conducts(
        "SOLITON_CHARGE = 2.0 / 3.0", "SOLITON_CHARGE = 1.0 / 3.0", "recovery"
    ),
    "impurity: the spin's part stays in the gap": cut(
        "cosine=np.where(past, 0.0,", "cosine=np.where(past, 0.5,", "paired_growth"
    ),
    "impurity: all of M_cc": cut(
        "free = self.density / 2 + self.cosine", "free = self.density + self.cosine", "paired_growth"
    ),
    "impurity: K_f/2 for K_f/3": cut(
        "np.where(self.bound, self.K_f / 3, free)", "np.where(self.bound, self.K_f / 2, free)", "trion_growth"
    ),
    "impurity: y_s/2 left out": cut("np.maximum((K_s + y_s) / 2, 0.0)", "np.maximum(K_s / 2, 0.0)", "logarithm"),
    "impurity: it never grows": cut("path.integral(1 - path.impurity)", "path.integral(0 * path.impurity)", "ratio"),
    "impurity: conductance of a wire that is not cut": cut(
        "np.exp(-np.logaddexp(0.0, 2 * strength) / power)", "np.exp(0 * strength / power)", "largest_drop"
    ),
    "disorder: d for 2d": localised(
        "return 3 - 2 * np.asarray(K_f, dtype=float) / 3",
        "return 3 - np.asarray(K_f, dtype=float) / 3",
        "disorder_trion",
    ),
    "disorder: 2 for 3 in pairs": localised(
        '(2.0 if phase == "decoupled" else 3.0)', '(2.0 if phase == "decoupled" else 2.0)', "disorder_paired"
    ),
    "disorder: 3 for 2 in electrons": localised(
        '(2.0 if phase == "decoupled" else 3.0)', '(3.0 if phase == "decoupled" else 3.0)', "disorder_decoupled"
    ),
    "disorder: one impurity by 3 - 2d": localised(
        '"one_impurity_passes": ((), rate <= 1', '"one_impurity_passes": ((), rate <= 0', "impurity_trion"
    ),
    "localisation: power 2/(3 - 2d)": localised(
        "start * strength ** (-1 / rate)", "start * strength ** (-2 / rate)", "power_decoupled"
    ),
    "localisation: pairs as electrons": localised(
        "(alpha_0 / paths) * (xi / alpha_0) ** gapless_rate", "0 * paths + 1", "power_paired"
    ),
    "tendency: sin √2φ_s with +y_s/2": tends(
        "sine=np.where(past, np.inf, (K_s - y_s) / 2)", "sine=np.where(past, np.inf, (K_s + y_s) / 2)", "logarithm_SDW"
    ),
    "tendency: cos √2φ_s with -y_s/2": tends(
        "np.maximum((K_s + y_s) / 2, 0.0)", "np.maximum((K_s - y_s) / 2, 0.0)", "logarithm_CDW"
    ),
    "tendency: R = e^(-∫d)": tends("-2 * _integral(path, each)", "-1 * _integral(path, each)", "logarithm_SDW"),
    "tendency: density waves see M⁻¹": tends(
        "wave, pair = path.density / 2, path.pair / 2", "wave, pair = path.pair / 2, path.density / 2", "logarithm_SDW"
    ),
    "(14): Q²K̃ left out": tends(
        "np.asarray(K_c + np.square(Q) * np.asarray(K, dtype=float))",
        "np.asarray(K_c + 0 * np.square(Q) * np.asarray(K, dtype=float))",
        "mixed_wave",
    ),
}
