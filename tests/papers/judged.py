"""What the claims of a figure say of a dataset: of its own, or of one that contradicts them."""

import xarray as xr

from attractron.papers.catalogue import all_figures
from attractron.papers.claims import Claim


def claims(name: str, result: xr.Dataset) -> list[Claim]:
    """The claims of a figure on this dataset."""
    return all_figures()[name].claims(result)


def statuses(name: str, result: xr.Dataset) -> list[str]:
    """Their statuses."""
    return [claim.status for claim in claims(name, result)]


def by_reading(name: str, result: xr.Dataset) -> dict[str, str]:
    """Their statuses by the reading that each compares."""
    return {claim.reading: claim.status for claim in claims(name, result)}
