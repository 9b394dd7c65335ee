"""Cut-offs of one's own: the tanh as one gives the tanh's flows, others those of SciPy, and what is none is refused."""

import numpy as np
import pytest

import attractron as at
from attractron.core.errors import InputError
from attractron.wires import CustomCutoff, Frozen, Tanh, flow
from attractron.wires.flow.cutoff_table import table_of
from tests.wires.oracle import Problem, ending
from tests.wires.random_wires import random_flow


def log_tanh(chi):
    return lambda u: -np.logaddexp(0.0, 2 * u / chi)


def log_late(u):
    return -(np.where(u > 0, u, 0.0) ** 4)


LATE = CustomCutoff(log_late, name="e^-u⁴")


@pytest.mark.parametrize("frozen", [False, True])
def test_the_tanh_as_a_table_is_the_tanh(frozen):
    own, published = CustomCutoff(log_tanh(0.9), name="own", frozen=frozen), (Frozen if frozen else Tanh)(0.9)
    assert own.chi == pytest.approx(0.9, rel=1e-7)
    rng = np.random.default_rng(5)
    for number in range(12):
        wires, _, _, options = random_flow(rng)
        more = {"stop": ("first", "both")[number % 2], "strong_coupling": ("bare", "with_cutoff")[number // 2 % 2]}
        one, other = (flow(wires, cutoff=cutoff, **options, **more) for cutoff in (published, own))
        assert at.wires.phase_name(one) == at.wires.phase_name(other)
        for name in ("l_spin", "l_trion"):
            np.testing.assert_allclose(other[name], one[name], rtol=1e-9)


class Late(Problem):
    """The oracle with the other cut-off."""

    def sources(self, ell, logarithms):
        ln_c = log_late(ell - self.l_star)
        return np.exp(ln_c), self.present * np.exp(2 * logarithms + ln_c)


def test_another_one_is_as_scipy_integrates_it():
    rng, compared = np.random.default_rng(7), 0
    for _ in range(6):
        wires, _, _, options = random_flow(rng)
        phase, end = ending(Late(wires, **options))
        found = flow(wires, cutoff=LATE, **options)
        assert at.wires.phase_name(found) == phase
        if phase in ("paired", "trion"):
            where = float(found.l_spin if phase == "paired" else found.l_trion)
            assert where == pytest.approx(end, rel=1e-7)
            compared += 1
    assert compared >= 3


def test_derivatives_are_those_of_the_flow():
    wires = {"K_c": 0.9, "K": 0.4, "y_s": 0.1, "y": 0.1, "upsilon": 0.12, "mismatch": 0.05}
    found = at.wires.sensitivity(at.wires.CoupledWires(**wires), ["K", "mismatch"], cutoff=LATE)
    for name, derivative in zip(("K", "mismatch"), found.dl_spin.values, strict=True):
        step = 1e-5 * wires[name]
        high, low = (
            float(flow(at.wires.CoupledWires(**wires | {name: wires[name] + sign * step}), cutoff=LATE).l_spin)
            for sign in (1, -1)
        )
        assert derivative == pytest.approx((high - low) / (2 * step), rel=1e-5)


def test_a_table_holds_the_function_and_its_line_beyond():
    chi, table = table_of(lambda u: -(np.where(u > 0, u, 0.0) ** 4))
    assert table[1] == pytest.approx(300**0.25, rel=0.02)
    assert chi == pytest.approx(2 / (4 * table[1] ** 3), rel=1e-6)


@pytest.mark.parametrize(
    ("log_factor", "why"),
    [
        (lambda u: 0 * u, "fall below -300"),
        (lambda u: -np.log1p(np.where(u > 0, u, 0.0) ** 2), "fall below -300"),
        (lambda u: -10 * np.where(u > 0, u, 0.0) ** 0.9, "fall ever faster|smooth"),
        (lambda u: -np.abs(u), "be 0 far before"),
        (lambda u: u, "be ln c, zero or negative|be 0 far before"),
        (lambda u: np.where(u > 0, -1e9, 0.0), "Sharp"),
        (lambda u: np.log(0.5 * (1 - np.tanh(u))), "smooth"),
        (lambda u: -1.0, "one number for each"),
        (lambda u: -float(u), "NumPy"),
        (3, "be a function"),
    ],
    ids=[
        "never",
        "power",
        "not concave",
        "cuts at once",
        "rising",
        "sharp",
        "rounding",
        "one number",
        "scalars",
        "none",
    ],
)
def test_what_is_none_is_refused_with_the_reason(log_factor, why):
    with pytest.raises(InputError, match=why):
        CustomCutoff(log_factor, name="mine")
