"""A user can make out every text of every picture: of each question's result, and of each kind's study file."""

import numpy as np
import pytest
import xarray as xr

from attractron import compare, dots, geometry, lattice, papers, plotting, readout, studies, transport, wires
from attractron.papers.measured import DATA
from tests.papers.overlaps import faults
from tests.readout.honeycomb_images import honeycomb_image
from tests.readout.maps.detuning_maps import detuning_map_of
from tests.readout.maps.photon_maps import photon_map
from tests.readout.trace.test_coulomb_peaks import row, trace, white
from tests.readout.trace.test_peak_series import series as warmed_peak
from tests.readout.transport_images import diamonds_image, triangles_image

DETUNINGS = [1.0, 1.5, 2.0, 2.41]


def device(delta):
    return dots.building_block(W=0.83, U=2.41, delta=delta, t=0.05)


def one_peak():
    return warmed_peak().isel(T=2, drop=True)


def row_of_peaks():
    return trace(row() + 0.02 * white(1))


def read_lines():
    image, truth = detuning_map_of(3, rows=4, columns=71)
    return readout.detuning_map(image, lever_arm=truth.lever_arm, temperature=truth.temperature, along="eps")


def read_pair(seed):
    image, truth = triangles_image(seed)
    return readout.read_triangles(image, bias=truth.bias)


DEVICE = device(2.41)
CHAIN = dots.PolarizerChain(sites=20, W=0.83, U=2.41, delta=1.2, t=0.05)
PAIR = wires.CoupledWires(K_c=0.85, K=0.4, y_s=0.1, y=0.1, upsilon=0.1, mismatch=0.05)
WITHOUT_MASS = wires.CoupledWires(K_c=0.9, K=0.4, y_s=0.1, y=0.2, upsilon=0.12)
BESIDE_A_TUBE = wires.WireAndTube(
    tube=wires.Nanotube(Delta_0=60.0, Delta_so=1.0, radius=1.0, field=2.5),
    **{"k_F": 0.02, "v_F": 400.0, "distance": 15.0, "lever_arm": 0.1},
)
ARRAY = wires.ArrayOfWires(K_c=0.8, l_spin=4.0, U_perp=0.1, t_perp=0.05, Lambda=10.0)
TUBE = wires.Nanotube(Delta_0=4.0, Delta_so=1.0, Delta_Phi=0.5)
PLANES = {"fixed": {"solid_planes": True}, "method": "images"}
PLANE = {"mismatch": np.linspace(0.01, 0.9, 12), "y": np.linspace(0.01, 0.6, 12)}
GATES = {"V": np.linspace(0.0, 3.5, 36), "delta_V": np.linspace(-2.0, 2.0, 41)}


def junction():
    energies = {"W": 0.435, "U": 0.925, "mu_P": 0.925, "temperature": 0.2, "alpha": 1.0, "beta": 0.0}
    return transport.pair_junction(**energies, Gamma_S=0.0925, Gamma_D=0.0925, Gamma_L=0.21275, Gamma_R=0.41625)


def fitted():
    image = dots.stability_diagram(DEVICE, GATES, temperature=2.0)["detector_current"]
    model = image + 0.1
    return xr.Dataset(
        {"data": image, "model": model, "residual": (image.dims, (image - model).values, image.attrs)},
        attrs={"question": "fitting.fit_diagram", "summary": "W = 0.830 ± 0.012 meV, W_eff = -1.482 ± 0.020 meV. " * 4},
    )


def pair_current():
    """A map as `fitting.fit_pair_current` gives it, with the lines of its thresholds."""
    image = transport.current(
        junction(),
        {"V": np.linspace(-0.3, 1.0, 14), "delta_V": 0.0, "V_SD": np.linspace(0.05, 1.2, 12)},
        origin="centre",
    )["current"].squeeze()
    lines = transport.threshold_lines(0.435, 0.925, 0.925)
    turn_on = (lines["intercept"] + lines["slope"] * image["V"]).assign_attrs(units="mV")
    reading = {
        "data": image,
        "model": image,
        "residual": (image.dims, 0.01 * image.values, image.attrs),
        "turn_on": turn_on,
    }
    attrs = {"question": "fitting.fit_pair_current", "summary": "W = 0.435 ± 0.012 meV and U = 0.925 ± 0.009 meV. " * 4}
    return xr.Dataset(reading, attrs=attrs)


def pair_gates():
    """A map as `fitting.fit_pair_gates` gives it, with the line on which pairs move and the charging lines."""
    gates = {"V": np.linspace(-0.6, 0.6, 14), "delta_V": np.linspace(-0.6, 0.6, 12), "V_SD": 0.2}
    image = transport.current(junction(), gates, origin="centre")["current"].squeeze()
    reading = {
        "data": image,
        "model": image,
        "residual": (image.dims, 0.01 * image.values, image.attrs),
        "line_end": (("end", "axis"), [[-0.02, -0.25], [0.02, 0.25]], {"units": "mV"}),
        "charging_line_angle": ("dot", [45.0, -45.0], {"units": "deg"}),
    }
    attrs = {"question": "fitting.fit_pair_gates", "summary": "2Δ = 0.490 ± 0.012 meV, the lever arms are 0.61. " * 4}
    return xr.Dataset(reading, attrs=attrs)


def theories():
    """Of a level between two leads, over the bias."""
    leads = [
        transport.Lead(name=name, dot="P", Gamma=0.01, temperature=0.1, bias=bias)
        for name, bias in (("S", 1), ("D", 0))
    ]
    level = transport.Junction(device=dots.Device(dots=("P",), repulsion=[[0.0]]), leads=leads)
    return compare.transport(level, {"V_SD": np.linspace(0.01, 0.1, 5)})


def verdicts():
    each = [dots.verdict(device(delta)) for delta in DETUNINGS]
    knob = xr.DataArray(DETUNINGS, dims="delta", name="delta", attrs={"units": "meV"})
    return xr.concat(each, knob, data_vars="all", coords="minimal", compat="override", combine_attrs="override")


def of_chains(question):
    """A question about chains over their repulsion, as a study lays points beside each other."""
    values = [0.0, 4.0, 8.0]
    chains = [lattice.PrimarySecondary(length=4, t=1, U=1, V1=0, t_sec=3, V_sec=0, V_sec2=0, V=V) for V in values]
    along = xr.DataArray(values, dims="V", name="V", attrs={"units": "1", "long_name": "V"})
    return xr.concat(
        [question(chain, n_up=2, n_down=2, n_sec=2) for chain in chains], dim=along, combine_attrs="override"
    )


RESULTS = {
    "dots.stability_diagram": lambda: dots.stability_diagram(DEVICE, GATES),
    "dots.effective_interaction": lambda: dots.effective_interaction(
        DEVICE, {"delta": np.linspace(0, 5, 11), "U": [1, 2, 3]}
    ),
    "dots.verdict": verdicts,
    "dots.filling": lambda: dots.filling(CHAIN, {"mu": np.linspace(0.5, 3, 11)}, temperature=[0.0, 0.5]),
    "dots.cluster_energies": lambda: dots.cluster_energies(CHAIN, range(1, 5)),
    "geometry.electrostatics": lambda: geometry.electrostatics(
        geometry.crossed_nanotubes(solid_planes=True), method="images"
    ),
    "geometry.distance_scan": lambda: geometry.distance_scan(geometry.crossed_nanotubes, [80, 125, 280], **PLANES),
    "geometry.scaling": lambda: geometry.scaling(geometry.crossed_nanotubes, [1.0, 0.5], size="dot", **PLANES),
    "geometry.disorder": lambda: geometry.disorder(geometry.crossed_nanotubes, {"distance": 10}, samples=8, **PLANES),
    "geometry.relaxed": lambda: geometry.relaxed(
        geometry.crossed_nanotubes(solid_planes=True), mass=0.02, method="images"
    ),
    "geometry.sensitivities": lambda: geometry.sensitivities(geometry.crossed_nanotubes, **PLANES),
    "geometry.pairing_map": lambda: geometry.pairing_map(
        geometry.crossed_nanotubes, {"distance": np.linspace(80, 280, 8), "height": np.linspace(80, 280, 7)}, **PLANES
    ),
    "geometry.potential_along": lambda: geometry.potential_along(
        geometry.crossed_nanotubes(solid_planes=True), {"V_G": 80.0, "P_G": [-50.0, 0.0, 50.0]}, points=21
    ),
    "geometry.potential_energy": lambda: geometry.potential_energy(
        geometry.Layout(metals=(geometry.rectangle("G", x=(-75, 75), y=(-500, 500), z=-100),)),
        {"G": 10.0},
        [[x, 0, 0] for x in range(-200, 201, 50)],
        resolution="coarse",
    ),
    "compare.transport": theories,
    "transport.current": lambda: transport.current(
        junction(), {"V": np.linspace(-0.5, 0.5, 5), "delta_V": 0.0, "V_SD": [0.1, 0.2]}, origin="centre"
    ),
    "wires.flow": lambda: wires.flow(PAIR),
    "wires.phase_diagram": lambda: wires.phase_diagram(PAIR, PLANE),
    "wires.crossover_temperatures": lambda: wires.crossover_temperatures(
        PAIR, {"mismatch": np.linspace(0.01, 0.5, 9)}, Lambda=10.0
    ),
    "wires.equal_gap": lambda: wires.equal_gap(wires.phase_diagram(PAIR, {"y": np.linspace(0.0, 0.1, 6)})),
    "wires.array_flow": lambda: wires.array_flow(ARRAY),
    "wires.array_phases": lambda: wires.array_phases(
        ARRAY, {"U_perp": np.linspace(0.02, 0.2, 9), "t_perp": np.geomspace(0.01, 0.1, 9)}
    ),
    "wires.protocol": lambda: wires.protocol(["decoupled", "paired", "trion"], [0.0, 1.0, 2.0]),
    "wires.bands": lambda: wires.bands(TUBE, np.linspace(-0.02, 0.02, 11), mu=-3.0),
    "wires.trion_phase": lambda: wires.trion_phase(
        wires.TrionLiquid(K_c=1.0, K=1.0), {"K": np.linspace(0.9, 1.1, 5), "V_phi": np.linspace(2.7, 2.99, 7)}
    ),
    "wires.secondary_channel": lambda: wires.secondary_channel(
        TUBE, {"gate": np.linspace(-2, -1, 5)}, k_F=0.01, alpha_0=5.0
    ),
    "wires.little": lambda: wires.little(wires.Rung(t=1.0, U=4.0, V_rung=2.0, electrons=2), [1.0, 2.0, 4.0]),
    "wires.localisation_length": lambda: wires.localisation_length(
        np.geomspace(1e3, 1e5, 9), K_c=0.8, alpha_0=1.0, phase="paired"
    ),
    "wires.spectral_function": lambda: wires.spectral_function(
        np.linspace(-0.02, 0.02, 9), np.linspace(0.5, 8.0, 30), K_c=0.5, u_c=400.0, u_s=200.0, Lambda=50.0
    ),
    "lattice.gaps": lambda: of_chains(lattice.gaps),
    "lattice.ground_state": lambda: of_chains(lattice.ground_state),
    "lattice.phase_of_chain": lambda: of_chains(
        lambda chain, **numbers: lattice.phase_of_chain(chain, [2, 4], **numbers)
    ),
    "wires.massive_secondary": lambda: wires.massive_secondary(
        WITHOUT_MASS, {"mass": [0.0, 9.0, 11.0, 30.0], "mu": 10.0}, k_F=0.01, velocity=500.0, alpha_0=10.0
    ),
    "wires.flowing_impurity": lambda: wires.flowing_impurity(np.geomspace(1e-3, 5.0, 9), PAIR, g=0.5, Lambda=10.0),
    "wires.experiment": lambda: wires.experiment(
        BESIDE_A_TUBE, {"gate": np.linspace(-602, -577, 9), "distance": np.linspace(8, 60, 9)}
    ),
    "wires.tendencies": lambda: wires.tendencies(PAIR, length=100.0),
    "wires.fractional_conductance": lambda: wires.fractional_conductance(
        {"temperature": np.geomspace(0.05, 20.0, 9), "length": 1000.0}, gap=0.5, velocity=100.0
    ),
    "wires.tunnelling": lambda: wires.tunnelling(
        np.linspace(-1.0, 1.0, 21), temperature=0.5, K_c=1.0, Lambda=10.0, phase="paired", spin_gap=0.5
    ),
    "readout.read_vertex": lambda: papers.catalogue.all_figures()["measured-vertex"].compute(True),
    "readout.charging_line": lambda: readout.charging_line(readout.load(DATA / "addition_line.nc"), lever_arm=0.1),
    "readout.read_honeycomb": lambda: readout.read_honeycomb(honeycomb_image(3, pixels=(80, 80))[0]),
    "readout.coulomb_peak": lambda: readout.coulomb_peak(one_peak(), lever_arm=0.1),
    "readout.coulomb_peaks": lambda: readout.coulomb_peaks(row_of_peaks(), lever_arm=0.05),
    "readout.coulomb_peak_series": lambda: readout.coulomb_peak_series(warmed_peak()),
    "readout.read_diamonds": lambda: readout.read_diamonds(diamonds_image(1)[0]),
    "readout.read_triangles": lambda: read_pair(2),
    "readout.detuning_map": read_lines,
    "readout.photon_assisted": lambda: readout.photon_assisted(photon_map(1, rows=16, columns=81)[0]),
    "fitting.fit_pair_current": pair_current,
    "fitting.fit_pair_gates": pair_gates,
    "fitting.fit_diagram": fitted,
}
ALIKE = {"readout.interdot_line"}
"""Drawn by the same function as a question above."""
CORNER = {"readout.posterior"}
"""A corner of panels has the names of its parameters, one a row and a column, and no letters."""


def test_every_question_with_a_picture_of_its_own_is_here():
    assert set(plotting.CATALOGUE) <= set(RESULTS) | ALIKE | CORNER


@pytest.mark.parametrize("question", RESULTS)
def test_the_picture_of_a_question_can_be_read(question):
    result = RESULTS[question]()
    assert result.attrs["question"] == question
    found = faults(plotting.picture(result))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", list(studies.KINDS))
def test_the_picture_of_a_kind_s_study_file_can_be_read(kind, tmp_path):
    path = tmp_path / f"{kind}.toml"
    path.write_text(studies.template(kind), encoding="utf-8")
    result = studies.compute_study(studies.read(path))
    if plotting.main_variable(result) is not None:
        found = faults(plotting.picture(result))
        assert not found, "\n".join(found)
