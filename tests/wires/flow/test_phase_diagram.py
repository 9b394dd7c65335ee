"""Phase diagrams: the flows they are made of, whatever the threads and blocks; conventions compared; bad input."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.core.results import flag_names
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, flow, phase_diagram, scheme_comparison
from attractron.wires.flow import phase_diagram as phases

WIRES = CoupledWires(K_c=0.9, K=0.6, y_s=0.1, y=0.2, upsilon=0.12, mismatch=0.1)
AXES = {"mismatch": np.linspace(0.005, 0.9, 13), "y": np.linspace(0.01, 0.6, 11)}
ANSWERS = ("phase", "l_spin", "l_trion")


def test_a_diagram_is_made_of_flows():
    diagram = phase_diagram(WIRES, AXES, cutoff=Frozen(), end=True)
    assert diagram.phase.dims == ("mismatch", "y")
    for i, j in ((0, 0), (3, 8), (12, 10), (7, 2)):
        one = flow(
            WIRES.with_parameters(mismatch=float(AXES["mismatch"][i]), y=float(AXES["y"][j])),
            cutoff=Frozen(),
            axes={"l": [0.0]},
        )
        for name in diagram.data_vars:
            np.testing.assert_array_equal(diagram[name][i, j], one[name])


def test_neither_threads_nor_blocks_change_a_bit(monkeypatch):
    axes = {"mismatch": np.linspace(0.005, 0.9, 80), "y": np.linspace(0.01, 0.6, 70)}
    expected = phase_diagram(WIRES, axes, workers=1, stop="both")
    for workers, block in ((2, 1 << 16), (3, 777)):
        monkeypatch.setattr(phases, "BLOCK", block)
        assert phase_diagram(WIRES, axes, workers=workers, stop="both").drop_attrs().equals(expected.drop_attrs())


def test_axes_may_come_in_any_order_and_number():
    diagram = phase_diagram(WIRES, AXES | {"K": 0.4})
    turned = phase_diagram(WIRES.with_parameters(K=0.4), dict(reversed(AXES.items())))
    assert diagram.phase.T.equals(turned.phase)
    line = phase_diagram(WIRES, {"K": [0.4, 0.6]})
    assert line.phase.dims == ("K",)
    assert phase_diagram(WIRES, {}).phase.ndim == 0


def test_all_phases_occur_and_are_named():
    diagram = phase_diagram(WIRES, AXES, cutoff=Sharp())
    names = flag_names(diagram.phase)
    assert {names[int(code)] for code in np.unique(diagram.phase)} == {"decoupled", "paired", "trion"}
    assert np.isinf(diagram.l_spin.values[diagram.phase.values == 0]).all()
    assert np.isfinite(diagram.l_trion.values[diagram.phase.values == 2]).all()
    assert (diagram.l_trion < -np.log(diagram.mismatch)).values[diagram.phase.values == 2].all()


def test_the_share_of_pairs_is_a_statement_about_the_cut_off():
    """Shares of the window of Fig. 4 that are paired, on a coarse grid."""
    axes = {"mismatch": np.linspace(0.005, 0.9, 60), "y": np.linspace(0.01, 0.6, 60)}
    for K, shares in ((0.4, (0.77, 0.05, 0.22)), (0.8, (0.38, 0.09, 0.18))):
        for cutoff, share in zip((Tanh(), Sharp(), Frozen()), shares, strict=True):
            found = phase_diagram(WIRES.with_parameters(K=K), axes, cutoff=cutoff)
            assert float((found.phase == 1).mean()) == pytest.approx(share, abs=0.01)


def test_the_limit_without_forward_scattering_and_without_the_wire():
    assert (phase_diagram(WIRES, {"y_s": np.linspace(0.05, 0.5, 4), "y": 0.0}).phase == 0).all()
    attractive = phase_diagram(WIRES, {"y_s": np.linspace(-0.5, -0.05, 4), "y": 0.0})
    np.testing.assert_allclose(attractive.l_spin, -1 / attractive.y_s - 1, rtol=1e-12)


@pytest.mark.parametrize(
    ("axes", "options", "message"),
    [
        ({"gate": [1.0]}, {}, r"`axes\['gate'\]` must name a knob of the model"),
        ({"K": [0.4, 0.4]}, {}, r"`axes\['K'\]` must rise or fall strictly"),
        ({"K": [-0.1, 0.4]}, {}, "`K` must be positive: got -0.1"),
        ({"upsilon": [0.5, 1.0]}, {}, r"`upsilon` must lie in \(-1, 1\): got 1.0"),
        ({"V_theta_ratio": [0.5, 1.0]}, {}, r'`feedback` must be "complete" off the line'),
        ({"y": [0.1]}, {"workers": 0}, "`workers` must be at least 1: got 0"),
        ({"y": [0.1]}, {"cutoff": None}, "`cutoff` must be Tanh"),
    ],
)
def test_bad_input(axes, options, message):
    with pytest.raises(InputError, match=message):
        phase_diagram(WIRES, axes, **options)


PAIR = WIRES.with_parameters(mismatch=0.0)
PLANE = {"mismatch": np.linspace(0.005, 0.9, 9), "y": np.linspace(0.05, 0.6, 8)}


def test_every_scheme_is_a_diagram():
    found = scheme_comparison(PAIR, PLANE)
    assert found.phase.dims == ("scheme", "mismatch", "y")
    assert found.sizes["scheme"] == 12
    label = "Sharp(), complete feedback, operator-product y"
    diagram = phase_diagram(PAIR, PLANE, cutoff=Sharp(), feedback="complete")
    np.testing.assert_array_equal(found.phase.sel(scheme=label), diagram.phase)


def test_the_literal_coupling_is_eight_times_weaker_in_its_square():
    found = scheme_comparison(PAIR, PLANE, cutoffs=[Tanh()], feedbacks=["published"], normalisations=["literal"])
    weaker = phase_diagram(PAIR, PLANE | {"y": PLANE["y"] / 8**0.5})
    np.testing.assert_array_equal(found.phase[0], weaker.phase)


def test_counts_add_up():
    found = scheme_comparison(PAIR, PLANE, cutoffs=[Tanh(), Frozen(1.0)])
    np.testing.assert_allclose(found.schemes_in.sum("in_phase"), 1)
    np.testing.assert_allclose(found.share.sum("in_phase"), 1)
    np.testing.assert_array_equal(found.unanimous, found.schemes_in.max("in_phase") == 1)
    assert 0 < float(found.unanimous.mean()) < 1
    np.testing.assert_allclose(found.share.mean("scheme"), found.schemes_in.mean(["mismatch", "y"]))


def test_bad_comparisons():
    with pytest.raises(InputError, match="`cutoffs, feedbacks, normalisations` must hold one choice each at least"):
        scheme_comparison(PAIR, PLANE, cutoffs=[])
    with pytest.raises(InputError, match="`normalisations` must be one of operator-product, literal: got 'other'"):
        scheme_comparison(PAIR, PLANE, normalisations=["other"])
    with pytest.raises(InputError, match="`feedback` must be one of"):
        scheme_comparison(PAIR, PLANE, feedbacks=["other"])
