"""Random coupled wires and schemes for comparisons, the same for the same seed."""

import math

from attractron.wires import CoupledWires, Frozen, Sharp, Tanh

CUTOFFS = {"tanh": Tanh, "sharp": lambda chi: Sharp(), "frozen": Frozen}


def random_flow(rng, *, general=None):
    """A CoupledWires and the options of a flow (those of `flow` without its cut-off, and the cut-off's name and χ)."""
    general = bool(rng.integers(2)) if general is None else general
    scheme, chi = str(rng.choice(["tanh", "sharp", "frozen"])), float(rng.uniform(0.5, 1.5))
    y_s = float(rng.uniform(0.02, 0.3))
    u_ratio = float(rng.uniform(0.6, 1.5))
    wires = CoupledWires(
        K_c=float(rng.uniform(0.6, 1.0)),
        K=float(rng.uniform(0.2, 0.9)),
        y_s=y_s,
        y=float(rng.uniform(0.02, 0.6)),
        y_2=float(rng.choice([0.0, rng.uniform(0.0, 0.3)])),
        K_s=1 + y_s / 2 + float(rng.uniform(-0.05, 0.1)) if general else None,
        upsilon=float(rng.uniform(-0.3, 0.3)),
        u_ratio=u_ratio,
        mismatch=math.exp(-rng.uniform(0.1, 5.0)),
        mismatch_2=math.exp(-rng.uniform(0.1, 2.0)),
        theta=float(rng.choice([0.0, rng.uniform(0, math.pi)])) if general else 0.0,
        carriers=str(rng.choice(["holes", "particles"])),
        beta=float(rng.choice([2.0, 1.0])),
    )
    options = {
        "feedback": str(rng.choice(["published", "complete"])),
        "spin": str(rng.choice(["line-preserving", "published"])) if general else "line-preserving",
        "phase_factor": str(rng.choice(["published", "complete"])),
    }
    return wires, scheme, chi, options
