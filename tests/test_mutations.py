"""Formulas broken on purpose: for each of them some test must fail.

A mutation exchanges one piece of a formula in a copy of the package and runs the tests that answer for it, until the
first that fails. A mutation that no test notices is a hole in the tests, not a matter of taste.
"""

import os
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.broken_copies import PACKAGE, asked_of, copied

ROOT = Path(__file__).parents[1]
SAID = "said.txt"


class Mutation(NamedTuple):
    """A piece of a formula, which stands once in its folder; what takes its place; the file or test that notices."""

    folder: str
    piece: str
    broken: str
    tests: str


MUTATIONS = {
    "packed values": Mutation("readout", "values += offset[0]", "pass", "readout/files/test_netcdf.py"),
    "a declared fill value": Mutation(
        "readout",
        'for name in ("_FillValue", "missing_value")',
        'for name in ("_FillValue",)',
        "readout/files/test_netcdf.py",
    ),
    "values that were gathered": Mutation(
        "readout", "grid[index] = values", "grid[: index.size] = values", "readout/files/test_netcdf.py"
    ),
    "the slow axis of columns": Mutation(
        "readout",
        "sorted(moving, key=lambda other: _changes(columns[other]))",
        "moving",
        "readout/files/test_hdf5.py",
    ),
    "MATLAB's columns": Mutation(
        "readout",
        "return np.transpose(raw if values is None else values)",
        "return values",
        "readout/files/test_matlab.py",
    ),
    "a stop of Labber's last sweep": Mutation(
        "readout", "blank[int(last) :, -1] = True", "blank[:, -1] = True", "readout/files/test_containers.py"
    ),
    "zeros behind a stop": Mutation("readout", "values[zero] = np.nan", "pass", "readout/files/test_stopped.py"),
    "the effective interaction": Mutation(
        "dots",
        "energy[..., 3] + energy[..., 0] - energy[..., 1]",
        "energy[..., 3] - energy[..., 1]",
        "dots/test_interaction.py",
    ),
    "pairs counted once": Mutation(
        "dots", "- once / 2) + pairs / 2", "- once / 2) + pairs", "dots/test_interaction.py"
    ),
    "the induced dipole": Mutation(
        "dots",
        "gap = np.hypot(phi, 2 * t)",
        "gap = np.hypot(phi, t)",
        "dots/test_screening.py::test_single_electron_against_its_two_levels",
    ),
    "energies from capacitances": Mutation(
        "dots", "return E_SQUARED * inverse(self.C)", "return inverse(self.C)", "dots/test_capacitance.py"
    ),
    "the polarizer's dipole": Mutation("dots", "(U_L + U_R) / 2), ", "(U_L - U_R) / 2), ", "dots/test_capacitance.py"),
    "1/f noise": Mutation("dots", "/ np.sqrt(frequencies)", "/ frequencies", "dots/test_detector.py"),
    "the transfer matrix's variance": Mutation(
        "dots",
        "candidates[VARIANCE] + spread * spread)",
        "candidates[VARIANCE] + spread)",
        "dots/chain/test_transfer_matrix.py",
    ),
    "thermal and lifetime broadening": Mutation(
        "dots",
        "width / (4 * np.pi * K_B * temperature)",
        "width / (2 * np.pi * K_B * temperature)",
        "dots/test_broadening.py",
    ),
    "rates of higher order": Mutation(
        "transport", "/ (2 * np.pi) ** (table.order - 1)", "/ (2 * np.pi) ** table.order", "transport/test_published.py"
    ),
    "elastic passage": Mutation(
        "transport",
        "junction.leads[first].Gamma * junction.leads[second].Gamma / width",
        "junction.leads[first].Gamma * junction.leads[second].Gamma",
        "transport/test_published.py",
    ),
    "the Bose function of second order": Mutation(
        "transport",
        "return 1.0 if Delta == 0.0 else Delta / ",
        "return 1.0 if Delta == 0.0 else 1.0 / ",
        "transport/integrals/test_second_order.py",
    ),
    "charge noise": Mutation(
        "transport",
        "scale = 2 * ELEMENTARY_CHARGE * PA_PER_MEV",
        "scale = ELEMENTARY_CHARGE * PA_PER_MEV",
        "transport/counting/test_noise.py",
    ),
    "what populations give way to a difference of temperatures": Mutation(
        "transport",
        "np.add.at(gathered, stop, -np.moveaxis(driven, 1, 0))",
        "np.add.at(gathered, stop, -0.5 * np.moveaxis(driven, 1, 0))",
        "transport/test_thermopower.py",
    ),
    "carriers beyond those that a cumulant takes": Mutation(
        "transport",
        "s ** max(int(n) - k, 0)",
        "1.0 ** max(int(n) - k, 0)",
        "transport/counting/test_factorial_cumulants.py",
    ),
    "heat at zero current": Mutation(
        "transport",
        "(heat - both * opposing) / kelvin",
        "(heat + both * opposing) / kelvin",
        "transport/test_thermopower.py",
    ),
    "the slope of a pair's threshold": Mutation(
        "transport", "slope = electrons / (1 - beta)", "slope = electrons / (1 + beta)", "transport/test_thresholds.py"
    ),
    "an operator where the new site is empty": Mutation(
        "transport",
        "part = empty.T @ (upper @ right_empty)",
        "part = 0.9 * empty.T @ (upper @ right_empty)",
        "transport/nrg/test_iteration.py",
    ),
    "the shell's conductance": Mutation(
        "transport", "np.pi * Gamma / (2 * kT) * total", "np.pi * Gamma / kT * total", "transport/nrg/test_iteration.py"
    ),
    "the band's edge in Wilson's chain": Mutation(
        "transport", "[(1 - z) + (1 - first) / log]", "[(1 - first) / log]", "transport/nrg/test_chain.py"
    ),
    "the dot's hopping to its chain": Mutation(
        "transport",
        "np.sqrt(Gamma * band / np.pi)",
        "np.sqrt(Gamma * band / (2 * np.pi))",
        "transport/test_linear_conductance.py",
    ),
    "leads that share a level": Mutation(
        "transport", "4 * share * (1 - share) * spins", "4 * share * spins", "transport/test_linear_conductance.py"
    ),
    "signs of fermions in the hierarchy": Mutation(
        "transport",
        "weight = (-1) ** (n - position) * root[mode]",
        "weight = root[mode]",
        "transport/hierarchy/test_current.py",
    ),
    "the order of an operator and what is at work": Mutation(
        "transport",
        "((others, ket, bra + sigma[mode]), -parity, parity)",
        "((others, ket, bra + sigma[mode]), -parity, -parity)",
        "transport/hierarchy/test_current.py",
    ),
    "the residues of the Fermi function": Mutation(
        "transport", "first**2 / values**2", "first**2 / values", "transport/hierarchy/test_current.py"
    ),
    "the hierarchy's answer to a potential": Mutation(
        "transport",
        "state.response(1j * np.asarray(charge))",
        "state.response(2j * np.asarray(charge))",
        "transport/hierarchy/test_current.py",
    ),
    "(16a), the source of y_s": Mutation(
        "wires", "total += source / 4", "total += source / 2", "wires/flow/test_flow.py"
    ),
    "(16b), the feedback into K_c": Mutation(
        "wires", "out[4] += source / 8", "out[4] += source / 4", "wires/flow/test_flow.py"
    ),
    "(16c), y_s in the exponent of y": Mutation("wires", "- X / 4 - pull / 2", "- X / 4", "wires/flow/test_flow.py"),
    "the dimension of a coupling": Mutation(
        "wires", "w @ modes.M_inverse @ w) / 4", "w @ modes.M_inverse @ w) / 2", "wires/test_dimensions.py"
    ),
    "the spin velocity": Mutation(
        "wires",
        "np.sqrt(1 - U.backward / (np.pi * v_F))",
        "np.sqrt(1 + U.backward / (np.pi * v_F))",
        "wires/test_luttinger.py",
    ),
    "conductances, (D1-D6)": Mutation(
        "wires", "np.eye(modes) - basis.T @ basis", "np.eye(modes) - 0.5 * basis.T @ basis", "wires/test_conductance.py"
    ),
    "the impurity of gapped spin": Mutation(
        "wires",
        "_strong_below(gap, at_gap, (2 - M) / 2)",
        "_strong_below(gap, at_gap, (1 - M) / 2)",
        "wires/test_impurity.py",
    ),
    "a rung of the ladder": Mutation(
        "wires", "hop = -np.sqrt(2) * self.t", "hop = -self.t", "wires/test_polarizers.py"
    ),
    "the dressed charge of the Hubbard chain": Mutation(
        "wires",
        "rho = (1 + c * r) / (2 * np.pi)",
        "rho = (1 + r) / (2 * np.pi)",
        "wires/bethe/test_hubbard.py::test_weak_repulsion_to_second_order",
    ),
    "the array's Josephson coupling": Mutation(
        "wires",
        "[(grows_J * (2 - d_J))[:, None],",
        "[(grows_J * (2 + d_J))[:, None],",
        "wires/arrays/test_phases.py",
    ),
    "the line shape of a charging line": Mutation(
        "readout",
        "return 0.5 + psi(0.5 + reach).imag / np.pi,",
        "return 0.5 + psi(0.5 + reach).imag / 3,",
        "readout/trace/test_lineshapes.py",
    ),
    "the thermal occupation of two dots": Mutation(
        "fitting", "np.zeros_like(a), a, b, a + b + w]", "np.zeros_like(a), a, b, a + b - w]", "fitting/test_model.py"
    ),
    "how a claim is judged": Mutation(
        "papers",
        "abs(float(computed) - float(target)) <= tolerance",
        "float(computed) <= tolerance",
        "papers/test_claims.py",
    ),
    "the flux through a nanotube": Mutation(
        "wires", "FLUX_MEV * v_F * radius * field", "2 * FLUX_MEV * v_F * radius * field", "wires/test_nanotube.py"
    ),
    "a metal's screening": Mutation("geometry", "direct - p.T @ q", "direct + p.T @ q", "geometry/test_laws.py"),
    "which charge a lever arm is": Mutation(
        "geometry",
        "np.concatenate([members.T @ q,",
        "np.concatenate([-members.T @ q,",
        "geometry/test_electrostatics.py::test_lever_arms_of_crossed_nanotubes",
    ),
    "what planes take of panels' charges": Mutation(
        "geometry",
        "share - of_panels @ q",
        "share",
        "geometry/test_electrostatics.py::test_a_plane_behind_a_gate_takes_the_rest",
    ),
    "the unit of capacitances": Mutation(
        "geometry",
        "q), E_SQUARED / COULOMB",
        "q), COULOMB / E_SQUARED",
        "geometry/test_electrostatics.py::test_two_near_plates",
    ),
    "quadrupoles of far panels": Mutation(
        "geometry", "stretch * inverse / 6", "stretch * inverse / 3", "geometry/test_panels.py"
    ),
    "the fourth difference of parallel sheets": Mutation(
        "geometry", "(xx + yy - 2 * ww) * R / 6", "(xx + yy + 2 * ww) * R / 6", "geometry/test_panels.py"
    ),
    "the potential of a rectangle": Mutation(
        "geometry", "- z * np.arctan2(x * y, z * R)", "+ z * np.arctan2(x * y, z * R)", "geometry/test_panels.py"
    ),
    "grading towards edges": Mutation("geometry", "8 * t**4, 1 - 8 * (1 - t) ** 4", "t, t", "geometry/test_panels.py"),
    "images of two planes to infinity": Mutation(
        "geometry", "other / (other - own)", "(1.0 if own < 0.001 else 0.0)", "geometry/test_images.py"
    ),
    "the image in a dielectric": Mutation(
        "geometry", "(medium.permittivity - 1) /", "(1 - medium.permittivity) /", "geometry/test_images.py"
    ),
    "which plane is nearer": Mutation(
        "geometry", "np.stack([1 - upper, upper])", "np.stack([upper, 1 - upper])", "geometry/test_images.py"
    ),
    "the radius of a wire": Mutation(
        "geometry",
        "np.sqrt(square + np.maximum",
        "np.sqrt(1e-9 * square + np.maximum",
        "geometry/test_cloud_energies.py",
    ),
    "round dots at a height": Mutation(
        "geometry",
        "np.exp(-height[..., None] * k)",
        "np.exp(-2 * height[..., None] * k)",
        "geometry/test_cloud_energies.py",
    ),
    "what a floating metal passes on": Mutation(
        "geometry",
        "repulsion + arms[floating].T @ across",
        "repulsion - arms[floating].T @ across",
        "geometry/test_segments.py",
    ),
    "segments on parallel wires": Mutation(
        "geometry", "t * np.arcsinh(t / s) - np.sqrt", "t * np.arcsinh(t / s) + np.sqrt", "geometry/test_segments.py"
    ),
    "what an outside capacitance is in": Mutation("geometry", '"fF": 1e3', '"fF": 1e2', "geometry/test_maxwell.py"),
    "how carriers yield": Mutation(
        "geometry", "each.transpose(0, 2, 1, 3)", "each.transpose(2, 0, 3, 1)", "geometry/test_relaxed.py"
    ),
    "what an oxide reflects": Mutation(
        "geometry", "alpha * later - beta", "alpha * later + beta", "geometry/test_images.py"
    ),
    "a kink of U": Mutation(
        "geometry", "np.argmin(rise, axis=0)", "np.argmax(rise, axis=0)", "geometry/test_sensitivities.py"
    ),
    "charges that move with a length": Mutation(
        "geometry", "- p.T @ q - q.T @ p", "- p.T @ q", "geometry/test_sensitivities.py"
    ),
    "blocks between a plane and what moves": Mutation(
        "geometry", "0.0 if heights and k == 2 else own[0]", "own[0]", "geometry/test_scans.py"
    ),
    "lengths that scale": Mutation("geometry", "float(factor) * value for", "value for", "geometry/test_scale.py"),
    "the largest device at a temperature": Mutation(
        "geometry", "(x[k - 1] - x[k]) * y[k] / (y[k] - y[k - 1])", "0", "geometry/test_scale.py"
    ),
    "a quantile over disorder": Mutation(
        "geometry", "(samples + 1) * (1 - level)", "(samples + 1) * level", "geometry/test_optimise.py"
    ),
    "both sites of an optimum": Mutation(
        "geometry",
        "M[..., k, top] - W) / 2 for k in (left, right)",
        "M[..., k, top] - W) / 2 for k in (left, left)",
        "geometry/test_optimise.py",
    ),
    "the site that pairs less": Mutation("geometry", "float(min(bare", "float(max(bare", "geometry/test_device.py"),
}


def place(mutation):
    """The file, and its text, in which the piece stands."""
    files = sorted((PACKAGE / mutation.folder).rglob("*.py"))
    found = [path for path in files if mutation.piece in path.read_text(encoding="utf-8")]
    assert len(found) == 1, f"{mutation.piece!r} stands in {[str(path) for path in found]}"
    text = found[0].read_text(encoding="utf-8")
    assert text.count(mutation.piece) == 1
    return found[0], text


@pytest.mark.parametrize("name", MUTATIONS)
def test_every_formula_stands_where_it_is_looked_for(name):
    place(MUTATIONS[name])


@pytest.mark.thorough
@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_formula_is_noticed(name, tmp_path):
    mutation = MUTATIONS[name]
    path, text = place(mutation)
    copied(tmp_path, path, text.replace(mutation.piece, mutation.broken))
    status = asked_of(tmp_path, status_of, str(tmp_path), mutation.tests)
    said = (tmp_path / SAID).read_text(encoding="utf-8")
    assert status == 1, f"no test notices: {said[-1000:]}"
    assert "failed" in said


def status_of(folder, tests):
    """Pytest's exit status, where the package lies in a folder, which takes what it says."""
    os.chdir(ROOT)
    os.environ.update(PYTHONPATH=folder, CI="true")
    with (Path(folder) / SAID).open("wb") as said:
        for stream in (1, 2):
            os.dup2(said.fileno(), stream)
    options = ["-x", "--assert=plain", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=broken"]
    return int(pytest.main([*options, str(ROOT / "tests" / tests)]))
