"""A drawing of one's own in a study file: the layout that it makes, places as axes, what is refused."""

import re

import numpy as np
import pytest

from attractron import geometry
from attractron.core.errors import InputError
from attractron.studies import compute_study

PLANES = """
kind = "layout"
[model]
[model.planes]
V_G = { z = "-0.13 µm" }
P_G = { z = 255 }
[model.dots]
L = { centre = [-200, 0, 0], along = "x", length = 400 }
R = { centre = ["200 nm", 0, 0], along = "x", length = 400 }
T = { centre = [0, 400, 125], along = "y", length = 400 }
B = { centre = [0, 0, 125], along = "y", length = 400 }
[question]
name = "pairing"
"""


def test_it_is_the_preset_drawn_by_hand(study):
    one = study(PLANES)
    assert one.model.layout.dots == ("L", "R", "T", "B")
    assert set(one.model.layout.metals) == set(geometry.crossed_nanotubes(solid_planes=True).metals)
    wanted = geometry.electrostatics(geometry.crossed_nanotubes(solid_planes=True), method="images")
    np.testing.assert_allclose(compute_study(one)["repulsion"], wanted["repulsion"], rtol=1e-12)


def test_any_number_of_the_drawing_is_an_axis(study):
    result = compute_study(study(PLANES + '[axes]\n"dots.B.centre.2" = [100, 125]\n"planes.P_G.z" = [255, 300]\n'))
    assert dict(result["two_delta"].sizes) == {"dots.B.centre.2": 2, "planes.P_G.z": 2}
    assert float(result["two_delta"][1, 0]) == pytest.approx(1.1202, abs=1e-3)
    assert float(result["U_near"][0, 0]) > float(result["U_near"][1, 0])


BELOW_GATES = """
kind = "layout"
[model]
permittivity = 12.9
[model.gates]
V_L = { x = [-170, -90], y = [-600, -60], z = 0 }
side = { x = [900, 950], y = [0, 100], z = [-50, -10], grounded = true }
[model.dots]
L = { centre = [-130, 0, -90], rms = 25 }
R = { centre = [130, 0, -90], along = "y", rms = 25 }
[question]
name = "effective-interaction"
"""


def test_sheets_boxes_and_round_dots_in_a_dielectric(study):
    drawn = study(BELOW_GATES).model.layout
    assert drawn.medium == geometry.HalfSpace(permittivity=12.9)
    assert drawn.clouds[0] == geometry.PlaneDot(name="L", centre=(-130.0, 0.0, -90.0), rms=25.0)
    assert drawn.clouds[1].shape == geometry.Gaussian(rms=25.0)
    assert drawn.metals == (
        geometry.rectangle("V_L", x=(-170, -90), y=(-600, -60), z=0),
        geometry.box("side", x=(900, 950), y=(0, 100), z=(-50, -10), grounded=True),
    )


CURVED = BELOW_GATES.replace(
    "[model.dots]",
    """
P = { centre = [300, 100], radius = "0.05 µm", z = 0, grounded = true }
U = { corners = [[0, 200], [200, 200], [0, 400]], z = 0 }
ball = { centre = [0, 0, -600], radius = 40 }
[model.dots]""",
)


def test_discs_outlines_and_balls(study):
    drawn = study(CURVED).model.layout
    assert drawn.metals[2:] == (
        geometry.disc("P", centre=(300, 100), radius=50, z=0, grounded=True),
        geometry.polygon("U", [(0, 200), (200, 200), (0, 400)], z=0),
        geometry.sphere("ball", centre=(0, 0, -600), radius=40),
    )


def test_an_oxide_carries_the_gates(study):
    gates = PLANES.replace("[model.planes]", "oxide = 20\noxide_permittivity = 4\n[model.planes]")
    text = gates.replace("125]", "-125]").replace(", 0]", ", -1]").replace('z = "-0.13 µm"', "z = 20")
    drawn = study(text.replace("P_G = { z = 255 }\n", "")).model.layout
    assert drawn.medium == geometry.OxideStack(substrate=1.0, oxide=4.0, thickness=20.0)


def test_lengths_of_the_drawing_are_uncertain(study):
    """The error of 2Δ is what the drawing gives one deviation to both sides."""
    plain = study(PLANES + "[uncertainty]\ndots.B.centre.2 = 4\n")
    assert dict(plain.uncertainty) == {"dots.B.centre.2": 4.0}
    text = plain.question.verdict(plain, compute_study(plain)).text
    sides = [compute_study(study(PLANES.replace("[0, 0, 125]", f"[0, 0, {125 + side}]"))) for side in (-4, 4)]
    half = abs(float(sides[1]["two_delta"] - sides[0]["two_delta"])) / 2
    assert half > 0.01
    assert f"dots.B.centre.2 {half:.2g} meV" in text


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("radius = 40", "z = 1", "gates.ball` must have x, y and z; or centre, radius and z; or"),
        ("radius = 40", "radius = 0", "line 11: model.gates.ball.radius"),
        ("[0, 400]]", "[0, 400], [200, 300]]", "U"),
        ("[[0, 200], [200, 200], [0, 400]]", "[[0, 200], [200], [0, 400]]", "two numbers"),
    ],
)
def test_shapes_that_are_none_are_said(study, old, new, says):
    assert CURVED.count(old) == 1
    with pytest.raises(InputError, match=re.escape(says)) as raised:
        study(CURVED.replace(old, new))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("length = 400 }\nR", "length = -400 }\nR", "line 8: model.dots.L.length"),
        ("length = 400 }\nR", "length = 400, rms = 30 }\nR", "have a length or an rms"),
        ('along = "x", length = 400 }\nR', 'along = "w", length = 400 }\nR', "model.dots.L.along"),
        ("[-200, 0, 0]", "[-200, 0]", "three numbers"),
        ("{ z = 255 }", "255", "line 6: model.planes.P_G` must be a table, { key = value, … }: got 255"),
        ("z = 255", "z = 255, q = 1", "unknown key"),
        ("z = 255", "z = 125", "clear of the planes"),
        ("T = {", "X = {", "nothing mediates an attraction"),
    ],
)
def test_what_cannot_be_drawn_is_said(study, old, new, says):
    assert PLANES.count(old) == 1
    with pytest.raises(InputError, match=re.escape(says)):
        compute_study(study(PLANES.replace(old, new)))
