"""The charge stability diagram of a junction without bias, to be laid under its current."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from attractron.core.errors import InputError
from attractron.core.results import to_json
from attractron.dots import stability_diagram
from attractron.transport.junction import Junction

if TYPE_CHECKING:
    import xarray as xr


def charge_stability(junction: Junction, axes: Mapping[str, ArrayLike], *, origin: str = "absolute") -> "xr.Dataset":
    """Charge states of a junction without bias, over the same axes and from the same origin as its current.

    Without bias the populations are those of equilibrium, p_s ∝ exp(-E_s/k_BT), whatever the couplings; the ground
    state at every point gives the boundaries. `result.assign(charge_state=charge_stability(...)["charge_state"])` with
    the result of `attractron.transport.current` over the same axes is what `plotting.stability.plot` draws the
    boundaries over.

    Args:
        junction: the junction; its leads have one temperature and µ = 0.
        axes: knob → values, as for `attractron.transport.current` but without the bias.
        origin: "absolute" or "centre", as for `attractron.transport.current`.

    Returns:
        Dataset over the axes: `charge_state` of the ground state, with CF flags such as "(1,1,0)"; `occupation`
        (dot, …) at the leads' temperature; `energy` of the ground state and `gap` to the next one, meV.

    Raises:
        InputError: leads that are not in equilibrium without bias; unknown knobs, the bias among them; axes that are
            empty, unsorted or not one-dimensional.

    Source: van der Wiel et al., Rev. Mod. Phys. 75, 1 (2002), for stability diagrams.
    """
    kelvin = junction.temperature
    if kelvin is None or any(lead.mu for lead in junction.leads):
        raise InputError(
            "leads",
            "be in equilibrium without bias",
            "different temperatures" if kelvin is None else "leads with `mu` other than 0",
            "use one temperature, shift the levels instead of `mu`, or take `occupation` from transport.current",
        )
    diagram = stability_diagram(junction.device, axes, temperature=kelvin, origin=origin)
    return diagram.drop_vars("detector_current").assign_attrs(
        question="transport.charge_stability", parameters=to_json(junction.describe())
    )
