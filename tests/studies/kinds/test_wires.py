"""Kinds of coupled wires: a study gives what the same calls give in Python, says it, and refuses at the right line."""

import json
import math
import re

import numpy as np
import pytest

from attractron import plotting, studies, wires
from attractron.core.errors import InputError
from attractron.studies import compute_study, template
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh

BARE = {"K_c": 0.85, "K": 0.4, "y_s": 0.1, "y": 0.1, "upsilon": 0.1, "mismatch": 0.05}
MODEL = 'kind = "wires"\n[model]\n' + "".join(f"{name} = {value}\n" for name, value in BARE.items())
PAIR = CoupledWires(**BARE)
AXES = "[axes]\nmismatch = { start = 0.01, stop = 0.9, points = 5 }\ny = { start = 0.05, stop = 0.5, points = 40 }\n"
GRID = {"mismatch": np.linspace(0.01, 0.9, 5), "y": np.linspace(0.05, 0.5, 40)}


@pytest.fixture
def study(tmp_path):
    def read(text):
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return studies.read(path)

    return read


def asked(name, **options):
    lines = [f'name = "{name}"', *(f"{key} = {json.dumps(value)}" for key, value in options.items())]
    return "[question]\n" + "\n".join(lines) + "\n"


def verdict_of(study):
    return study.question.verdict(study, compute_study(study))


def contains(found, direct):
    """All variables of the call in Python are in the study's result, to the last bit."""
    for name in direct.data_vars:
        assert found[name].identical(direct[name]), name


def test_a_flow_is_that_of_one_call(study):
    found = compute_study(study(MODEL + "Lambda = 10.0\n" + asked("flow", cutoff="frozen", chi=1.0)))
    direct = wires.flow(PAIR, cutoff=Frozen(1.0), Lambda=10.0, axes={"l": np.linspace(0, 20, 401)})
    contains(found, direct)
    assert json.loads(found.attrs["parameters"])["K_c"] == 0.85


def test_a_flow_says_what_happens(study):
    text = MODEL + 'Lambda = "10 meV"\n' + asked("flow")
    said = verdict_of(study(text))
    direct = wires.flow(PAIR, Lambda=10.0)
    assert said.numbers["l_spin"] == (float(direct["l_spin"]), "1")
    assert said.numbers["gap"][0] == pytest.approx(float(direct["spin_gap"]))
    assert said.numbers["gap_temperature"][0] == pytest.approx(float(direct["spin_temperature"]))
    assert said.numbers["conductance"] == (pytest.approx(2.0), "e²/h")
    assert said.numbers["effective_attraction"][0] == pytest.approx(-1 / (float(direct["l_spin"]) + 1))
    ends = [float(direct[name]) for name in ("K_c_tilde_end", "K_tilde_end", "Q_end")]
    orders = wires.susceptibilities(K_c=ends[0], K=ends[1], Q=ends[2], phase="paired")["exponent"]
    assert said.numbers["exponent_CDW"][0] == pytest.approx(float(orders.sel(order="CDW")))
    assert said.numbers["exponent_SC"][0] == pytest.approx(float(orders.sel(order="singlet")))
    for words in ("Electrons of the primary pair:", "k_B times 0.545 K", "density waves dominate", "2 e²/h"):
        assert words in said.text


@pytest.mark.parametrize(
    ("change", "says", "G"),
    [
        (("y = 0.1", "y = 0.6"), "a trion: the gap opens at l_trion", 4 / 3),
        (("y = 0.1", "y = 0.0"), "do not pair: the wires are decoupled", 2.0),
    ],
)
def test_the_other_phases(study, change, says, G):
    said = verdict_of(study(MODEL.replace(*change) + asked("flow")))
    assert says in said.text
    assert said.numbers["conductance"] == (pytest.approx(G), "e²/h")
    assert "gap" not in said.numbers, "without Lambda gaps are parts of it"


def test_the_trion_liquid_is_named(study):
    said = verdict_of(study(MODEL.replace("y = 0.1", "y = 0.6") + asked("flow")))
    direct = float(wires.trion_phase(wires.TrionLiquid.from_wires(PAIR))["K_f_complete"])
    assert said.numbers["K_f"] == (direct, "1")
    assert "trion density wave (< 3)" in said.text


def test_cut_offs_that_differ_are_told(study):
    text = MODEL.replace("mismatch = 0.05", "mismatch = 0.3") + asked("flow")
    phases = [
        wires.phase_name(wires.flow(PAIR.with_parameters(mismatch=0.3), cutoff=c)) for c in (Tanh(), Sharp(), Frozen())
    ]
    assert len(set(phases)) == 2
    said = verdict_of(study(text))
    tanh, sharp, frozen = phases
    assert f"Cut-offs differ (tanh: {tanh}; sharp: {sharp}; frozen: {frozen})" in said.text
    assert said.numbers["share_unanimous"] == (0.0, "1")
    assert "agree" not in verdict_of(study(text.replace("[question]\n", '[question]\ncompare = "nothing"\n'))).text


def test_conventions_that_differ_are_counted(study):
    """At this point the literal normalisation alone leaves wires decoupled or paired."""
    point = MODEL.replace("y = 0.1", "y = 0.2")
    said = verdict_of(study(point + asked("flow", compare="conventions")))
    spread = wires.scheme_spread(PAIR, {"y": [0.2]})["schemes_in"].isel(y=0)
    counts = [round(12 * float(spread.sel(in_phase=name))) for name in ("trion", "decoupled", "paired")]
    assert counts == [6, 4, 2]
    assert "Of the conventions 6 of 12 say trion, 4 of 12 say decoupled, 2 of 12 say paired. Gaps, where" in said.text


def test_a_phase_diagram_is_that_of_one_call(study):
    one = study(MODEL + asked("phase-diagram", cutoff="sharp") + AXES)
    found = compute_study(one, workers=2)
    direct = wires.phase_diagram(PAIR, GRID, cutoff=Sharp())
    contains(found, direct)
    assert found.attrs["validity"] == direct.attrs["validity"]
    codes = [wires.phase_diagram(PAIR, GRID, cutoff=cutoff)["phase"] for cutoff in (Tanh(), Sharp(), Frozen())]
    np.testing.assert_array_equal(found["phase_by_scheme"], codes)
    np.testing.assert_array_equal(found["unanimous"], (codes[0] == codes[1]) & (codes[1] == codes[2]))
    said = one.question.verdict(one, found)
    assert said.numbers["share_paired"] == (float((direct["phase"] == 1).mean()), "1")
    paired = direct["l_spin"].where(direct["phase"] == 1)
    assert said.numbers["l_spin"][0] == float(paired.min())


def test_the_strongest_pairs_are_told_with_and_without_what_conventions_dispute(study):
    axes = AXES.replace("points = 5", "points = 20").replace("points = 40", "points = 20")
    one = study(MODEL.replace("K = 0.4", "K = 0.2") + asked("phase-diagram") + axes.replace("stop = 0.5", "stop = 0.6"))
    found = compute_study(one)
    paired = found["l_spin"].where(found["phase"] == 1)
    grid = {"mismatch": np.linspace(0.01, 0.9, 20), "y": np.linspace(0.05, 0.6, 20)}
    pair = PAIR.with_parameters(K=0.2)
    each = [wires.phase_diagram(pair, grid, cutoff=cutoff) for cutoff in (Tanh(), Sharp(), Frozen())]
    ells = np.stack([other["l_spin"] for other in each])
    agreed = np.where(np.all([other["phase"] == 1 for other in each], axis=0), ells.max(axis=0), np.inf)
    at = np.unravel_index(agreed.argmin(), agreed.shape)
    said = one.question.verdict(one, found)
    assert agreed.min() > float(paired.min())
    assert said.numbers["l_spin"][0] == float(paired.min())
    assert said.numbers["l_spin_agreed"][0] == pytest.approx(agreed.min())
    assert said.numbers["gap_over_Lambda_agreed"][0] == pytest.approx(np.exp(-agreed.min()), rel=1e-5)
    weakest, strongest = np.exp(-ells[(slice(None), *at)].max()), np.exp(-ells[(slice(None), *at)].min())
    assert f": {weakest:.3g} Λ to {strongest:.3g} Λ by them" in said.text


def test_notes_count_the_whole_diagram(study):
    """Blocks are rows of the diagram; the tanh cut-off marks points in several of them."""
    found = compute_study(study(MODEL + asked("phase-diagram") + AXES))
    direct = wires.phase_diagram(PAIR, GRID)
    assert int(direct["source_grows"].any("y").sum()) > 1
    assert found.attrs["validity"] == direct.attrs["validity"]


def test_all_conventions_are_those_of_the_spread(study):
    one = study(MODEL + asked("phase-diagram", compare="conventions") + AXES)
    found = compute_study(one)
    spread = wires.scheme_spread(PAIR, GRID)
    np.testing.assert_array_equal(found["unanimous"], spread["unanimous"])
    shares = [(found["phase_by_scheme"] == code).mean("scheme") for code in range(4)]
    np.testing.assert_allclose(shares, spread["schemes_in"])
    paired = (found["phase_by_scheme"] == 1).mean(["mismatch", "y"])
    said = one.question.verdict(one, found).text
    assert f"{100 * float(paired.min()):.3g} to {100 * float(paired.max()):.3g} % are paired" in said


def test_temperatures(study):
    text = MODEL + "Lambda = 10\n" + asked("finite-temperature", y_threshold=4.0)
    said = verdict_of(study(text.replace("mismatch = 0.05", "mismatch = 0.01")))
    direct = wires.crossover_temperatures(PAIR.with_parameters(mismatch=0.01), {}, Lambda=10.0, y_threshold=4.0)
    spin, trion = (float(direct[f"{name}_temperature"]) for name in ("spin", "trion"))
    assert spin > trion > 0, "y strong at 4: pairs first"
    assert f"electrons pair below {spin:.3g} K, trions form below {trion:.3g} K" in said.text
    near = study(text.replace("y_threshold = 4.0", "y_threshold = 1.0").replace("mismatch = 0.05", "mismatch = 0.01"))
    assert "trions form at once" in verdict_of(near).text
    swept = study(text + "[axes]\nmismatch = [0.01, 0.05, 0.3]\n")
    contains(
        compute_study(swept),
        wires.crossover_temperatures(PAIR, {"mismatch": [0.01, 0.05, 0.3]}, Lambda=10.0, y_threshold=4.0),
    )
    assert "of the 3 points are paired first" in verdict_of(swept).text


def test_with_its_cut_off_the_coupling_is_strong_later(study):
    """The paper's sequence on cooling with the paper's parameters: 4.72e-3 and 1.99e-3 Λ at l* = 3."""
    text = MODEL.replace("mismatch = 0.05", f"mismatch = {math.exp(-3.0)}")
    one = study(text + asked("finite-temperature", strong_coupling="with_cutoff"))
    found = compute_study(one)
    assert (float(found["spin_scale"]), float(found["trion_scale"])) == pytest.approx((4.721e-3, 1.991e-3), rel=3e-4)
    assert (
        "electrons pair below 0.00472 Λ/k_B, trions form below 0.00199 Λ/k_B" in one.question.verdict(one, found).text
    )
    assert "counts as strong with its cut-off" in found.attrs["validity"]


def test_an_infrared_length_hides_small_gaps(study):
    """y_s = -1 at l = 5.44 at the numbers of the template."""
    for l_max, word in (
        (5.0, "do not pair on scales up to l_max = 5: the wires are decoupled"),
        (6.0, "primary pair:"),
    ):
        one = study(MODEL + asked("flow", l_max=l_max))
        found = compute_study(one)
        assert word in one.question.verdict(one, found).text
        assert f"ends at l_max = {l_max:g}" in found.attrs["validity"]
        assert float(found["l"][-1]) == 20.0


def test_strong_couplings_beyond_the_mismatch_are_no_ground_state_of_trions(study):
    """l_trion = 3.23 lies beyond l* = 3.00: warm scales order as for trions, but the flow ends in pairs."""
    text = MODEL + "Lambda = 10\n" + asked("finite-temperature")
    direct = wires.crossover_temperatures(PAIR, {}, Lambda=10.0)
    spin, trion = (float(direct[f"{name}_temperature"]) for name in ("spin", "trion"))
    assert trion > spin
    assert wires.phase_name(direct) == "paired"
    one = study(text)
    found = compute_study(one)
    said = one.question.verdict(one, found)
    assert f"y is strong below {trion:.3g} K, but beyond l* only" in said.text
    assert f"the ground state is paired, with spins gapped below {spin:.3g} K" in said.text
    assert "At 1 of 1 points y is strong beyond l* only" in found.attrs["validity"]
    swept = verdict_of(study(text + "[axes]\nmismatch = [0.01, 0.05]\n"))
    assert "50 % go to trions at once" in swept.text
    assert "At 50 % y is strong before the spins are gapped, but beyond l* only" in swept.text
    alone = verdict_of(study(text.replace("mismatch = 0.05", "mismatch = 0.01") + "[axes]\ny = [0.1, 0.2]\n"))
    assert "beyond l* only" not in alone.text


def test_cut_offs_that_agree_on_the_phase_may_differ_in_the_gap(study):
    said = verdict_of(study(MODEL + "Lambda = 10\n" + asked("flow")))
    gaps = [float(wires.flow(PAIR, cutoff=c, Lambda=10.0)["spin_temperature"]) for c in (Tanh(), Sharp(), Frozen())]
    assert gaps[0] > 1e10 * max(gaps[1:]), "the scale is that of the tanh's tail"
    words = "; by each of them the gap is " + ", ".join(f"{gap:.3g} K" for gap in gaps) + "."
    assert f"The tanh, sharp and frozen cut-offs agree on the phase{words}" in said.text
    commensurate = verdict_of(study(MODEL.replace("mismatch = 0.05", "mismatch = 0.0") + asked("flow")))
    assert "agree on the phase and on the gap." in commensurate.text
    apart = verdict_of(study(MODEL.replace("y = 0.1", "y = 0.0") + asked("flow")))
    assert "agree on the phase." in apart.text


def test_effective_attraction_without_pairs(study):
    """Trions have no gap of their spins alone that an attraction could match."""
    said = verdict_of(study(MODEL.replace("y = 0.1", "y = 0.6") + asked("effective-attraction")))
    assert "a trion: the gap opens at l_trion" in said.text
    assert "effective_attraction" not in said.numbers


def test_effective_attraction(study):
    one = study(MODEL + asked("effective-attraction") + AXES)
    direct = wires.equal_gap(wires.phase_diagram(PAIR, GRID))
    found = compute_study(one)
    np.testing.assert_array_equal(found["effective_attraction"], direct["effective_attraction"])
    said = one.question.verdict(one, found)
    assert said.numbers["effective_attraction"] == (float(direct["effective_attraction"].min()), "1")


def test_gaps_at_several_bandwidths(study):
    one = study(MODEL + asked("phase-diagram", compare="nothing") + "[axes]\nLambda = [1.0, 10.0]\ny = [0.05, 0.1]\n")
    said = verdict_of(one)
    l_spin, _ = said.numbers["l_spin"]
    assert "bound most in units of Λ at Lambda = 1 meV, y = 0.1: the gap is" in said.text
    assert said.numbers["gap"][0] == pytest.approx(np.exp(-l_spin))


CHAINS = """\
kind = "wires"
[model.chains]
U = "1 meV"
filling = 0.8
V_sec = 1.0
filling_sec = 0.59
V = 1.2
"""
INTERACTIONS = """\
kind = "wires"
[model]
carriers = "particles"
[model.interactions]
density = "0.2 nm^-1"
v_F = 65.8
U = [60.0, 15.0]
density_sec = 0.09
v_F_sec = "40 meV*nm"
U_sec = [150.0, 15.0]
V = 25.0
alpha_0 = "4 nm"
"""
LADDER = template("ladder").split("[axes]")[0]


def test_chains(study):
    one = study(CHAINS + asked("flow"))
    numbers = {"U": 1.0, "filling": 0.8, "V_sec": 1.0, "filling_sec": 0.59, "V": 1.2}
    assert one.model.wires == wires.coupled_wires_from_chains(**numbers)
    assert one.model.bandwidth == float(wires.hubbard_chain(1.0, 0.8)["u_s"])
    found = compute_study(one)
    contains(
        found,
        wires.flow(
            one.model.wires, feedback="complete", Lambda=one.model.bandwidth, axes={"l": np.linspace(0, 20, 401)}
        ),
    )
    swept = study(
        CHAINS + asked("phase-diagram", compare="nothing") + "[axes]\nV = [0.4, 1.2]\nmismatch = [0.0, 0.5]\n"
    )
    grid = compute_study(swept)
    for V in (0.4, 1.2):
        model = wires.coupled_wires_from_chains(**{**numbers, "V": V})
        direct = wires.phase_diagram(model, {"mismatch": [0.0, 0.5]}, feedback="complete")
        np.testing.assert_array_equal(grid["l_spin"].sel(V=V), direct["l_spin"])


def test_a_y_s_beside_chains_that_repel_too_strongly_for_first_order(study):
    strong = CHAINS.replace('"1 meV"', "6.0")
    with pytest.raises(InputError, match=r"model\.chains\.U` must be weak enough"):
        study(strong + asked("flow"))
    given = study(strong.replace("[model.chains]", "[model]\ny_s = 0.3\n[model.chains]") + asked("flow"))
    assert given.model.wires.y_s == 0.3


def test_numbers_replace_what_follows_from_chains_also_while_chains_vary(study):
    held = study(
        CHAINS.replace(".chains]\nU", ".chains]\nU") + asked("flow") + "[axes]\nmismatch = 0.01\nV = [0.4, 1.2]\n"
    )
    assert held.model.wires.mismatch == 0.01
    varied = held.kind.vary(held.model, {"V": 0.4})
    assert varied.wires.mismatch == 0.01
    assert varied.wires.upsilon == pytest.approx(held.model.wires.upsilon / 3)


def test_interactions(study):
    one = study(INTERACTIONS + asked("flow"))
    primary = wires.Electrons(density=0.2, v_F=65.8, U=(60.0, 15.0))
    secondary = wires.Electrons(density=0.09, v_F=40.0, U=(150.0, 15.0))
    made = wires.coupled_wires_from_interactions(primary, secondary, 25.0, alpha_0=4.0, carriers="particles")
    assert one.model.wires == made
    first = wires.from_interactions(primary, secondary, 25.0, alpha_0=4.0)
    assert one.model.bandwidth == pytest.approx(float(first["u_s"]) / 4.0)
    default = study(INTERACTIONS.replace('alpha_0 = "4 nm"\n', "") + asked("flow"))
    assert default.model.bandwidth == pytest.approx(float(first["u_s"]) * np.pi * 0.1)
    assert "V" in one.kind.parameters(one.model)
    assert "U" not in one.kind.parameters(one.model), "a pair is no axis"


def test_ladder(study):
    one = study(LADDER + "[axes]\nback_gate = [-0.6, 0.0]\nV = [2.0, 5.0]\n")
    found = compute_study(one)
    source = dict(one.model.source)
    for gate in (-0.6, 0.0):
        for V in (2.0, 5.0):
            model = CoupledWires(**wires.ladder(**{**source, "back_gate": gate, "V": V}))
            direct = wires.phase_diagram(model, {}, feedback="complete")
            assert float(found["l_spin"].sel(back_gate=gate, V=V)) == pytest.approx(
                float(direct["l_spin"]), nan_ok=True
            )
    said = one.question.verdict(one, found)
    assert said.numbers["conductance_trion"][0] == pytest.approx(2 / 3), "(1,1,0)T(1,1,0) without (1,1,1)/√3"


@pytest.mark.parametrize("axes", ["", "[axes]\nmismatch = [0.01, 0.1, 0.3]\n", AXES, AXES + "K = [0.3, 0.5]\n"])
@pytest.mark.parametrize("name", ["flow", "phase-diagram", "finite-temperature", "effective-attraction"])
def test_results_are_drawn_and_written(study, tmp_path, name, axes):
    if not axes and name == "phase-diagram":
        with pytest.raises(InputError, match="at least one axis with several points"):
            study(MODEL + asked(name))
        return
    text = MODEL + asked(name) + axes.replace("points = 40", "points = 4")
    outcome = studies.run(study(text), tmp_path / "out")
    drawn = bool(axes) or name == "flow"
    assert [path.suffix for path in outcome.files] == [
        ".zarr" if axes else ".nc",
        *([".png"] if drawn else []),
        ".json",
    ]


CASES = [
    # the study, the key that is named, what its line begins with, what is said
    (MODEL.replace("K = 0.4", "K = -1"), "model.K", "K = -1", "be positive: got -1.0"),
    (MODEL.replace("K = 0.4\n", ""), "model: K", "[model]", "be given: got nothing; add K = ..., or the table"),
    (MODEL.replace("upsilon = 0.1", "upsilon = 1.2"), "model.upsilon", "upsilon", "lie in (-1, 1): got 1.2"),
    (MODEL.replace("mismatch = 0.05", "mismatch = 2"), "model.mismatch", "mismatch", "lie in [0, 1]: got 2.0"),
    (MODEL + "Lambda = -1\n", "model.Lambda", "Lambda", "be positive: got -1.0"),
    (MODEL + "theta = 0.5\n", "model.theta", "theta", "be 0 on the SU(2) line"),
    (
        MODEL + "[model.chains]\nU = 1\nfilling = 0.8\nV_sec = 1\nfilling_sec = 0.6\nV = 1\n[model.interactions]\n"
        "density = 1\nv_F = 1\ndensity_sec = 1\nv_F_sec = 1\nV = 1\n",
        "model.interactions",
        "[model.interactions]",
        "be left out beside chains",
    ),
    (CHAINS.replace("filling = 0.8", "filling = 1"), "model.chains.filling", "filling = 1", "differ from 1"),
    (CHAINS.replace("V = 1.2", "V = 120"), "model: upsilon", "[model.chains]", "lie in (-1, 1)"),
    (CHAINS.replace("V = 1.2", 'V = "1.2 nm"'), "model.chains.V", "V = ", "be given in units of meV"),
    (
        CHAINS.replace("[model.c", '[model]\ncarriers = "holes"\n[model.c'),
        "model.carriers",
        "carriers",
        "be left out for chains",
    ),
    (INTERACTIONS.replace('"40 meV*nm"', "-40"), "model.interactions.v_F_sec", "v_F_sec", "be positive: got -40.0"),
    (
        INTERACTIONS.replace("density_sec = 0.09", "density_sec = 0"),
        "model.interactions.density_sec",
        "density_sec",
        "be positive: got 0.0",
    ),
    (MODEL + asked("flow", chi=-1.0), "question.chi", "chi", "be positive: got -1.0"),
    (MODEL + asked("flow", l_max=0.0), "question.l_max", "l_max", "be positive: got 0.0"),
    (MODEL + asked("flow", length=0.0), "question.length", "length", "be positive: got 0.0"),
    (MODEL + asked("flow", points=1), "question.points", "points", "be at least 2: got 1"),
    (MODEL + asked("flow", cutoff="tahn"), "question.cutoff", "cutoff", "be 'tanh', 'sharp' or 'frozen': got 'tahn'"),
    (MODEL + asked("flow", spin="published"), "question.spin", "spin", 'be "line-preserving" where K_s is None'),
    (CHAINS + asked("flow", feedback="published"), "question.feedback", "feedback", 'be "complete" off the line (13)'),
    (
        MODEL + asked("flow") + "[axes]\nupsilon = [0.1, 1.0]\n",
        "axes.upsilon[1]",
        "upsilon = [",
        "lie in (-1, 1): got upsilon = 1",
    ),
    (MODEL + asked("flow") + "[axes]\nV = [0.1, 1.0]\n", "axes.V", "V = [", "name a knob of the model (K_c, K,"),
    (
        MODEL + asked("effective-attraction") + "[axes]\nK_s = [1.0, 1.1]\n",
        "axes.K_s",
        "K_s",
        "be left out for the eff",
    ),
    (
        MODEL + asked("effective-attraction") + "[axes]\ny_s = [-1.5, 0.1]\n",
        "axes.y_s",
        "y_s = [",
        "be above -1 for the effective attraction",
    ),
    (
        LADDER.replace('spacing = "5 nm"', "spacing = 0") + "[axes]\nV = [1, 2]\n",
        "model.spacing",
        "spacing",
        "be positive",
    ),
]


@pytest.mark.parametrize(("text", "place", "line", "says"), CASES)
def test_refusals_have_their_place(study, text, place, line, says):
    with pytest.raises(InputError) as caught:
        compute_study(study(text))
    message = str(caught.value)
    found = re.match(r"`s\.toml, line (\d+): (.*?)` must ", message)
    assert found, message
    assert found[2] == place
    assert says in message
    assert text.splitlines()[int(found[1]) - 1].startswith(line)


@pytest.mark.parametrize("kind", ["wires", "ladder", "array"])
def test_templates_say_something(study, kind, tmp_path):
    text = re.sub(r"points = \d+", "points = 3", template(kind))
    outcome = studies.run(study(text), tmp_path / "out")
    assert len(outcome.files) == 3
    assert outcome.verdict.text.endswith(".")
    assert plotting.main_variable(outcome.result) is not None


def test_the_commented_tables_of_the_template_work(study):
    """What a user uncomments instead of the bare numbers."""
    text = template("wires")
    bare = text[text.index("K_c = ") : text.index("# ... or from exactly")]
    for name, end in (("chains", "# ... or from densities"), ("interactions", "[question]")):
        table = text[text.index(f"# [model.{name}]") : text.rindex(end)]
        found = study(text.replace(bare, "").replace(table, re.sub(r"^# ", "", table, flags=re.MULTILINE)))
        assert found.model.origin == name
        assert wires.phase_name(compute_study(found)) == "paired"
