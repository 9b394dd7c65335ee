"""The claims of a figure in its quick form, printed for whoever broke a formula: `python -m … FIGURE`."""

import json
import sys

from attractron.papers.catalogue import all_figures


def judged(name: str) -> list[dict[str, object]]:
    """Reading, status, published and computed value, and tolerance of every claim."""
    figure = all_figures()[name]
    keys = ("reading", "status", "published", "computed", "tolerance")
    return [{key: getattr(claim, key) for key in keys} for claim in figure.claims(figure.compute(True))]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(judged(sys.argv[1])))
