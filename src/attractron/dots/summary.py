"""What results about devices say in words."""

import xarray as xr


def strongest(result: xr.Dataset) -> str:
    """The range of 2Δ over the axes of an effective interaction or of verdicts, and where pairs are bound most.

    >>> from attractron.dots import building_block, effective_interaction
    >>> device = building_block(W=0.83, U=2.41, delta=2.2, t=0.05)
    >>> strongest(effective_interaction(device, {"delta": [0.0, 2.0, 4.0]}))
    'Over the axes 2Δ runs from -0.828 to 1.169 meV (negative is repulsion), the most at delta = 2 meV.'
    """
    binding = result["two_delta"] if "two_delta" in result else -result["effective_interaction"]
    best = binding.isel(binding.argmax(...))
    where = ", ".join(f"{name} = {float(best[name]):.4g} {best[name].attrs['units']}" for name in binding.dims)
    return (
        f"Over the axes 2Δ runs from {float(binding.min()):.4g} to {float(binding.max()):.4g} meV (negative is "
        f"repulsion), the most at {where}."
    )
