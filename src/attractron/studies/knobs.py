"""Names of knobs in the tables of a study file: as they are, or dotted, `leads.S_A.Gamma = [...]`."""

from collections.abc import Iterator, Mapping
from typing import Any

from attractron.core.checks import nearest
from attractron.studies.toml import Document, Keys

MOST_LISTED = 30
"""Names in a message; of more the nearest is named still."""


def names_in(document: Document, table: Keys, units: Mapping[str, str]) -> dict[str, Keys]:
    """Knob → where the file names it, of all in a table; tables that only lead to knobs are gone through."""
    value: Any = document.data
    for key in table:
        value = value.get(key, {})
    return dict(_within(value, table, "", units))


def _within(value: Mapping[str, Any], keys: Keys, begin: str, units: Mapping[str, str]) -> Iterator[tuple[str, Keys]]:
    for key, entry in value.items():
        name = f"{begin}{key}"
        if isinstance(entry, dict) and _leads_on(name, entry, units):
            yield from _within(entry, (*keys, key), f"{name}.", units)
        else:
            yield name, (*keys, key)


def _leads_on(name: str, entry: Mapping[str, Any], units: Mapping[str, str]) -> bool:
    """A table of knobs, rather than one that describes the values of a knob."""
    if name in units:
        return any(f"{name}.{key}" in units for key in entry)
    return any(unit.startswith(f"{name}.") for unit in units)


def check_knob(document: Document, keys: Keys, units: Mapping[str, str], name: str) -> None:
    """A name is that of one of the knobs that have units.

    Raises:
        InputError: it is not; the nearest is named.
    """
    if name not in units:
        listed = [*units][:MOST_LISTED] + (["…"] if len(units) > MOST_LISTED else [])
        expected = f"name a {'parameter' if keys[0] == 'uncertainty' else 'knob'} of the model ({', '.join(listed)})"
        raise document.error(keys, expected, repr(name), nearest(name, units))
