"""Schemas of tables from annotations: units, tables within, names from keys, and who is called with what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pytest
from pydantic import ValidationError

from attractron.core.errors import InputError
from attractron.core.units import Energy, LeverArm, Temperature, Unit
from attractron.studies.schemas import Arguments, options_of, table_of, units_of


@dataclass(frozen=True, kw_only=True)
class Wheel:
    name: str
    size: Energy
    arms: Mapping[str, LeverArm] = field(default_factory=dict)

    def __post_init__(self):
        if self.size < 0:
            raise InputError("size", "be positive", self.size)


def cart(
    *,
    wheels: Mapping[str, Wheel],
    spare: Wheel | None = None,
    load: Annotated[float | tuple[float, ...], Unit("meV")] = 1.0,
    warmth: Temperature | None = None,
    route: tuple[str, ...] = (),
    fast: bool = False,
    colour: Literal["red", "blue"] = "red",
):
    return wheels, spare, load, warmth, route, fast, colour


CART = table_of(cart)


def test_what_is_given_is_converted_and_made():
    table = CART.model_validate(
        {
            "wheels": {"left": {"size": "500 µeV"}, "right": {"size": 2, "arms": {"a": "2 µeV/µV"}}},
            "load": [1, "200 µeV"],
            "warmth": "50 mK",
            "route": ["here", "there"],
        }
    )
    wheels, spare, load, warmth, route, fast, colour = table.made()
    assert wheels == {"left": Wheel(name="left", size=0.5), "right": Wheel(name="right", size=2.0, arms={"a": 2.0})}
    assert (spare, load, warmth, route, fast, colour) == (None, (1.0, 0.2), 0.05, ("here", "there"), False, "red")


def test_what_is_left_out_is_not_passed_on_but_known():
    table = CART.model_validate({"wheels": {}})
    assert table.given() == {"wheels": {}}
    assert table.complete()["load"] == 1.0
    assert table_of(cart, Arguments).model_validate({"wheels": {}}).made() == table.complete()


def test_what_a_table_within_refuses_is_found_through_it():
    table = CART.model_validate({"wheels": {"left": {"size": -1}}})
    with pytest.raises(InputError) as caught:
        table.made()
    assert caught.value.argument == "wheels['left'].size"


@pytest.mark.parametrize(
    "bad",
    [
        {"wheels": {}, "fast": 1},
        {"wheels": {}, "load": True},
        {"wheels": {}, "warmth": -1},
        {"wheels": {}, "colour": "green"},
        {"wheels": {"left": {"size": 1, "name": "right"}}},
        {"wheels": {}, "horse": 1},
        {},
    ],
)
def test_what_does_not_fit_is_refused(bad):
    with pytest.raises(ValidationError):
        CART.model_validate(bad)


def test_units_and_options():
    assert units_of(cart) == {"load": "meV", "warmth": "K"}
    asked = options_of(cart, leave_out=("wheels",), sizes=(list[int], [1]))
    assert asked.model_validate({"name": "cart", "fast": True, "sizes": [2]}).given() == {"fast": True, "sizes": (2,)}
