"""Options as they are typed, and as Python takes them."""


def bare_value(text: str | None) -> float | str | None:
    """A bare number as such; text with a unit, or a word, stays text."""
    from attractron.measurement.options import bare_number

    return None if text is None else bare_number(text)


def names(text: str | None) -> list[str] | None:
    """Names between commas."""
    return None if text is None else [name.strip() for name in text.split(",")]
