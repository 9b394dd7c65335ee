"""`python -m benchmarks [NAME…]`: measure all or some, print a table, write results/NAME.json.

Ends with status 1 when a bound is missed or a benchmark could not run.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks.diagrams import BENCHMARKS
from benchmarks.measure import Figure, alone, machine

RESULTS = Path(__file__).resolve().parent / "results"
COMMANDS = {name: ("benchmarks.diagrams", name) for name in BENCHMARKS} | {
    "qarray": ("benchmarks.against_qarray",),
    "fit": ("benchmarks.diagram_fit",),
    "coverage": ("benchmarks.coverage", "--report"),
    "traces": ("benchmarks.traces", "--report"),
    "vertices": ("benchmarks.vertices", "--report"),
    "diamonds": ("benchmarks.diamonds", "--report"),
    "other-images": ("benchmarks.other_images", "--report"),
    "honeycombs": ("benchmarks.honeycombs", "--report"),
    "maps": ("benchmarks.maps", "--report"),
    "transport": ("benchmarks.transport",),
    "integrals": ("benchmarks.transport_integrals", "--report"),
    "flows": ("benchmarks.flows",),
    "studies": ("benchmarks.studies", "--report"),
    "geometry": ("benchmarks.geometry",),
    "explorer": ("benchmarks.explorer",),
}


def row(name: str, figure: Figure) -> str:
    """A line of the table, which is Markdown."""
    bound = "" if figure.bound is None else f"{'≥' if figure.at_least else '≤'} {figure.bound:g} {figure.unit}"
    cells = (
        figure.what,
        f"{figure.best:.3g} {figure.unit}",
        f"{figure.median:.3g} {figure.unit}",
        bound,
        figure.verdict,
        f"`python -m benchmarks {name}`",
    )
    return f"| {' | '.join(cells)} |"


def write(name: str, figures: list[Figure]) -> None:
    """Keep the figures with the machine that they were measured on."""
    RESULTS.mkdir(exist_ok=True)
    content = {
        "command": f"python -m benchmarks {name}",
        "machine": machine(),
        "figures": [asdict(figure) | {"verdict": figure.verdict} for figure in figures],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Time and memory, and qarray beside us.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(COMMANDS)}; all by default")
    names = parser.parse_args().names or list(COMMANDS)
    if unknown := set(names) - set(COMMANDS):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}: choose from {', '.join(COMMANDS)}")
    print("| figure | best | median | bound | | command |\n|---|---|---|---|---|---|")
    broken = False
    for name in names:
        try:
            figures = alone(*COMMANDS[name])
        except RuntimeError as error:
            print(f"`{name}` could not run: {error}", file=sys.stderr)
            broken = True
            continue
        write(name, figures)
        for figure in figures:
            print(row(name, figure), flush=True)
            broken |= figure.verdict == "MISSED"
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
