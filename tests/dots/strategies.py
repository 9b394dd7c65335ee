"""Random devices for property tests."""

import numpy as np
from hypothesis import strategies as st

from attractron.dots import Device, Gate, Island

meV = st.floats(-2.0, 2.0).map(lambda value: round(value, 3))


@st.composite
def devices(draw: st.DrawFn, *, spin: bool | None = None, opened: int | None = None) -> Device:
    """One or two open dots and one island of two or three dots (three dots in all with spin), random couplings."""
    with_spin = draw(st.booleans()) if spin is None else spin
    size = 3 if with_spin else draw(st.integers(3 if opened is None else 2 + opened, 4))
    closed = draw(st.integers(2, size - 1)) if opened is None else size - opened
    names = tuple("abcdef"[:size])
    island = Island(dots=names[size - closed :], electrons=draw(st.integers(0, closed * (2 if with_spin else 1))))
    upper = np.array(draw(st.lists(meV, min_size=size * size, max_size=size * size))).reshape(size, size)
    repulsion = np.abs(np.triu(upper) + np.triu(upper, 1).T)
    hop = np.array(draw(st.lists(meV, min_size=size * size, max_size=size * size))).reshape(size, size)
    tunnelling = np.triu(hop, 1) + np.triu(hop, 1).T
    tunnelling[: size - closed] = tunnelling[:, : size - closed] = 0.0
    return Device(
        dots=names,
        repulsion=repulsion,
        levels=np.array(draw(st.lists(meV, min_size=size, max_size=size))),
        tunnelling=tunnelling,
        islands=(island,),
        gates={
            "V_1": Gate(lever_arms={names[0]: 1.0, names[-1]: 0.3}, offset=0.2),
            "V_2": Gate(lever_arms={names[1]: 0.7, names[0]: 0.1}),
        },
        virtual_gates={"V": {"V_1": 1.0, "V_2": 1.0}},
        max_electrons=2 if with_spin else 1,
        spin=with_spin,
    )
