"""Several theories side by side: which holds where, by what is exact there."""

import numpy as np
import pytest

from attractron import compare, plotting
from attractron.core.constants import K_B
from attractron.core.errors import InputError

from .transport.junctions import published
from .transport.nrg.oracles import free_level
from .transport.test_linear_conductance import dots


def biased(junction):
    """The junction with a source that follows the bias."""
    source, *others = junction.leads
    return type(junction)(device=junction.device, leads=[type(source)(**{**vars(source), "bias": 1.0}), *others])


def test_a_free_level_by_all_methods():
    """Landauer's formula, elastic passage and both exact methods agree; golden-rule rates are off at Γ = 1.2 k_BT."""
    found = compare.transport(biased(dots([0.05], [[0.0]], [0.1])), {"temperature": [0.02, 1.0]}, accuracy=0.05)
    holds = found["holds"].sel(temperature=1.0)
    assert {str(each): int(holds.sel(theory=each)) for each in holds["theory"].values} == {
        "sequential": 0,
        "0e": 1,
        "1e": 1,
        "2e": 1,
        "landauer": 1,
        "nrg": 1,
        "hierarchy": 1,
    }
    assert int(found["holds"].sel(temperature=0.02, theory="hierarchy")) == 3, "58 k_BT wide: refused"
    expected = 8 / 9 * free_level(0.05, 0.1, K_B)[0]
    assert float(found["value"].sel(temperature=1.0, theory="landauer")) == pytest.approx(expected, rel=1e-4)
    np.testing.assert_allclose(found["Gamma_over_kT"], 0.1 / K_B / np.array([0.02, 1.0]))
    assert plotting.picture(found).axes[0].get_xlabel() == "temperature (K)"


def test_without_an_exact_value_nothing_is_said():
    """The pair junction under bias at 0.2 K: Γ = 24 k_BT."""
    found = compare.transport(published(), {"V": 0.0, "V_SD": 0.1}, origin="centre")
    rates = found.sel(theory=["sequential", "0e", "1e", "2e", "landauer"])
    assert (rates["holds"] == 2).all()
    assert int(found["holds"].sel(theory="hierarchy")) == 3
    assert float(found["value"].sel(theory="2e")) == pytest.approx(126.35, rel=1e-3)
    with pytest.raises(InputError, match="tolerance"):
        compare.transport(published(), {}, tolerance=2)
