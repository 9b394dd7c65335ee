"""A result over knobs of any sizes."""

import numpy as np

from attractron.core.results import dataset


def result(question="tests.any", **sizes):
    """Two quantities over knobs of the given sizes; the second is the first less 1."""
    coords = {name: (name, np.linspace(0.0, 1.0, size), "meV", name) for name, size in sizes.items()}
    values = np.arange(np.prod(list(sizes.values()))).reshape(tuple(sizes.values())).astype(float)
    return dataset(
        {
            "number": ((), 3.0, "1", "a number"),
            "first": (tuple(sizes), values, "meV", "first quantity"),
            "two_delta": (tuple(sizes), values - 1.0, "meV", "binding"),
        },
        coords,
        question=question,
        parameters={},
        method="",
        validity=(),
        references=(),
    )
