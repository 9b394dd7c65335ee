"""A device as it is drawn: a preset and its lengths, with the layout, its electrostatics and the device that follow."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import xarray as xr

from attractron.core.checks import positive
from attractron.core.errors import InputError
from attractron.core.results import Variable, dataset
from attractron.core.units import Temperature
from attractron.dots import Device, effective_interaction
from attractron.geometry import Layout, device, electrostatics
from attractron.geometry.device import VIRTUAL
from attractron.geometry.pairing import labelled, roles_of
from attractron.transport import Junction, Lead

ISLANDS = (("T", "B"),)
"""The dots that share an electron, the far site first."""

ENERGY = {"t": "meV", "delta": "meV"}
"""Parameters of the device that are no lengths."""

NEGLIGIBLE = 1e-4
"""Lever arm of a virtual gate on the detuning of the island, meV/mV, that is not compensated."""

OF_CHARGES = "charge states of the open dots, the island diagonalised for each"

KEPT = ("repulsion", "repulsion_error", "lever_arm", "lever_arm_error")
"""Variables of the electrostatics that every result of a drawing has, too."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A device of a preset.

    Attributes:
        draw: the preset, lengths → layout.
        lengths: its arguments as given, name → value.
        defaults: lengths that are not given.
        t: tunnelling between the sites of the island, meV.
        delta: their detuning, meV; None for the best one.
        carriers: "electrons" or "holes".
        resolution: of `electrostatics`.
        mass: of the carriers in electron masses, for what is said of frozen clouds.
        leads: on dots; the current is that of the first. One called as a contact shifts dots as that contact does.
        levels: dot → energy in meV, of a junction.
        layout: as it is drawn.

    Raises:
        InputError: lengths that cannot be drawn.
    """

    draw: Callable[..., Layout]
    lengths: Mapping[str, Any]
    defaults: Mapping[str, float]
    t: float = 0.0
    delta: float | None = None
    carriers: str = "electrons"
    resolution: str = "normal"
    mass: float | None = None
    leads: Mapping[str, Lead] = field(default_factory=dict)
    levels: Mapping[str, float] = field(default_factory=dict)
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        if self.mass is not None:
            positive("mass", self.mass)
        object.__setattr__(self, "layout", _drawn(self.draw, tuple(self.lengths.items())))

    @property
    def gates(self) -> tuple[str, ...]:
        """Names of gates, as those of the device."""
        return self.layout.gates

    @property
    def virtual_gates(self) -> tuple[str, ...]:
        """Names of virtual gates, as those of the device."""
        return tuple(VIRTUAL) if {"V_L", "V_R"} <= set(self.gates) else ()

    @cached_property
    def found(self) -> xr.Dataset:
        """Its electrostatics."""
        return _electrostatics(self.layout, self.resolution, self.mass)

    @cached_property
    def device(self) -> Device:
        """What `geometry.device` makes of it, with virtual gates that leave the detuning of the island where it is.

        Without a polarizer there is no island.
        """
        islands = tuple(each for each in ISLANDS if set(each) <= set(self.layout.dots))
        delta = self.delta if islands else None
        made = device(self.found, islands=islands, t=self.t, delta=delta, carriers=self.carriers)
        return compensated(made, *islands[0]) if islands else made

    @cached_property
    def junction(self) -> Junction:
        """The dots that have leads, each with its own charge, and these leads.

        Raises:
            InputError: no leads, or one on a dot that is not drawn.
        """
        dots = self.layout.dots
        for name, lead in self.leads.items():
            if lead.dot not in dots:
                raise InputError(f"leads.{name}.dot", f"name a dot ({', '.join(dots)})", repr(lead.dot))
        kept = [dot for dot in dots if dot in {lead.dot for lead in self.leads.values()}]
        if not kept:
            raise InputError("leads", "be given for the question of the current", "none", "in [model.leads]")
        part = self.found.sel(dot=kept, dot_2=kept)
        made = device(part, islands=(), levels=self.levels, carriers=self.carriers)
        return Junction(device=made, leads=tuple(map(self._lead, self.leads.values())))

    def _lead(self, lead: Lead) -> Lead:
        """A lead with the lever arms of the contact that it is, unless it has its own."""
        if lead.lever_arms or lead.name not in self.gates:
            return lead
        arms = self.found["lever_arm"].sel(gate=lead.name)
        reached = {each.dot for each in self.leads.values()}
        return replace(lead, lever_arms={dot: float(arms.sel(dot=dot)) for dot in reached})

    def vary(self, values: Mapping[str, float]) -> "Drawn":
        """The same with other lengths or energies."""
        lengths = {name: value for name, value in values.items() if name not in ENERGY}
        t, delta = values.get("t", self.t), values.get("delta", self.delta)
        return replace(self, lengths={**self.lengths, **lengths}, t=t, delta=delta)

    def value(self, name: str) -> float:
        """A length as given or by default, or an energy of the device."""
        if name in ENERGY:
            return float(self.device.named()[name].value)
        return float(self.lengths[name] if name in self.lengths else self.defaults[name])

    def describe(self) -> dict[str, Any]:
        """The layout, which pictures are drawn from, and what it was drawn with."""
        own: dict[str, Any] = {name: getattr(self, name) for name in ("t", "delta", "carriers", "resolution", "mass")}
        if self.leads:
            leads = {name: {**asdict(lead), "lever_arms": dict(lead.lever_arms)} for name, lead in self.leads.items()}
            own |= {"leads": leads, "levels": dict(self.levels)}
        return {**self.layout.describe(), "lengths": {**self.defaults, **self.lengths}, **own}


@lru_cache(maxsize=16)
def _drawn(draw: Callable[..., Layout], lengths: tuple[tuple[str, Any], ...]) -> Layout:
    """Drawings of which only energies vary are drawn once."""
    return draw(**dict(lengths))


@lru_cache(maxsize=4)
def _electrostatics(layout: Layout, resolution: str, mass: float | None) -> xr.Dataset:
    """Without the time that it took: a study gives the same numbers whenever it is run."""
    method = "panels" if layout.finite_metals else "images"
    return electrostatics(layout, resolution=resolution, method=method, mass=mass).drop_vars("seconds")


def compensated(made: Device, top: str, bottom: str) -> Device:
    """The device whose virtual gates V and δV do not detune the island: another gate moves along with them.

    That is the gate which detunes most for what it does to the open dots; none where it would take from them what the
    virtual gate gives.
    """
    detunes = {
        name: gate.lever_arms.get(top, 0.0) - gate.lever_arms.get(bottom, 0.0) for name, gate in made.gates.items()
    }
    others = [name for name in made.gates if not any(name in weights for weights in made.virtual_gates.values())]
    if not others or not made.virtual_gates:
        return made

    def worth(name: str) -> float:
        arms = made.gates[name].lever_arms
        return abs(detunes[name]) / (NEGLIGIBLE + sum(abs(arms.get(dot, 0.0)) for dot in made.open_dots))

    helper = max(others, key=worth)
    sites = [made.index(dot) for dot in made.open_dots]
    reach = float(np.abs(made.lever_arms(helper)[sites]).max(initial=0.0))
    found = {}
    for virtual, weights in made.virtual_gates.items():
        step = sum(weight * detunes[name] for name, weight in weights.items())
        weight = -step / detunes[helper] if detunes[helper] else 0.0
        own = float(np.abs(made.lever_arms(virtual)[sites]).max(initial=0.0))
        helps = abs(step) > NEGLIGIBLE and abs(weight) * reach < own / 2
        found[virtual] = {**weights, helper: weight} if helps else dict(weights)
    return replace(made, virtual_gates=found)


def pairing(drawn: Drawn, temperature: Temperature = 0.0) -> xr.Dataset:
    """2Δ with the repulsions that it is made of, and all else that electrostatics finds.

    Raises:
        InputError: a drawing without polarizer.
    """
    found, made = drawn.found, drawn.device
    if not made.islands:
        raise InputError("polarizer", "be true for the question of pairing", "false", "nothing mediates an attraction")
    attractive = -float(effective_interaction(made, temperature=temperature))
    M, errors = found["repulsion"].values, found["repulsion_error"].values
    energies = labelled(M, errors, roles_of([str(dot) for dot in found["dot"].values], ISLANDS), ())
    own: dict[str, Variable] = {
        "two_delta": ((), attractive, "meV", "2Δ, binding of the pair"),
        "two_delta_error": ((), 2 * energies["pairing_energy_error"][1], "meV", "error of 2Δ from two meshes"),
    }
    own |= {name: entry for name, entry in energies.items() if not name.startswith("pairing_energy")}
    result = dataset(
        own,
        {},
        question="geometry.pairing",
        parameters={},
        method=f"{found.attrs['method']}; {OF_CHARGES}",
        validity=(str(found.attrs["validity"]),),
        references=("hamo2016",),
        options={"temperature": temperature},
    )
    return result.assign({name: found[name] for name in (*KEPT, "missing_charge", "panels")})
