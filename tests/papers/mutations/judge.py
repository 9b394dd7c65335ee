"""The claims of a figure in its quick form, by the package as it is or by a copy in which a formula is broken."""


def judged(name: str) -> list[dict[str, object]]:
    """Reading, status, published and computed value, and tolerance of every claim."""
    from attractron.papers.catalogue import all_figures  # of the copy, where there is one

    figure = all_figures()[name]
    keys = ("reading", "status", "published", "computed", "tolerance")
    return [{key: getattr(claim, key) for key in keys} for claim in figure.claims(figure.compute(True))]
