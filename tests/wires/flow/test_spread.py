"""The band between conventions."""

import numpy as np
import pytest

from attractron.core.errors import InputError
from attractron.wires import CoupledWires, Frozen, Sharp, Tanh, phase_diagram, scheme_spread

WIRES = CoupledWires(K_c=0.9, K=0.6, y_s=0.1, y=0.2, upsilon=0.12)
AXES = {"mismatch": np.linspace(0.005, 0.9, 9), "y": np.linspace(0.05, 0.6, 8)}


def test_every_scheme_is_a_diagram():
    found = scheme_spread(WIRES, AXES)
    assert found.phase.dims == ("scheme", "mismatch", "y")
    assert found.sizes["scheme"] == 12
    label = "Sharp(), complete feedback, operator-product y"
    diagram = phase_diagram(WIRES, AXES, cutoff=Sharp(), feedback="complete")
    np.testing.assert_array_equal(found.phase.sel(scheme=label), diagram.phase)


def test_the_literal_coupling_is_eight_times_weaker_in_its_square():
    found = scheme_spread(WIRES, AXES, cutoffs=[Tanh()], feedbacks=["published"], normalisations=["literal"])
    weaker = phase_diagram(WIRES, AXES | {"y": AXES["y"] / 8**0.5})
    np.testing.assert_array_equal(found.phase[0], weaker.phase)


def test_counts_add_up():
    found = scheme_spread(WIRES, AXES, cutoffs=[Tanh(), Frozen(1.0)])
    np.testing.assert_allclose(found.schemes_in.sum("in_phase"), 1)
    np.testing.assert_allclose(found.share.sum("in_phase"), 1)
    np.testing.assert_array_equal(found.unanimous, found.schemes_in.max("in_phase") == 1)
    assert 0 < float(found.unanimous.mean()) < 1
    np.testing.assert_allclose(found.share.mean("scheme"), found.schemes_in.mean(["mismatch", "y"]))


def test_bad_input():
    with pytest.raises(InputError, match="`cutoffs, feedbacks, normalisations` must hold one choice each at least"):
        scheme_spread(WIRES, AXES, cutoffs=[])
    with pytest.raises(InputError, match="`normalisations` must be one of operator-product, literal: got 'other'"):
        scheme_spread(WIRES, AXES, normalisations=["other"])
    with pytest.raises(InputError, match="`feedback` must be one of"):
        scheme_spread(WIRES, AXES, feedbacks=["other"])
