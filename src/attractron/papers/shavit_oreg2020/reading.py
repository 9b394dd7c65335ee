"""The reading of the paper that gives its Figs. 3, 4 and 5 together, and the readings beside it.

What the text leaves open is when a coupling is strong, and how far a flow goes. Three things must come out with the
paper's parameters:

- Fig. 3: the red dot is gapless at l* = 2 and paired at l* = 3; its gap opens at l = 20.45, so that an infrared cut-off
  l_max, which the caption names without its value, is larger;
- Fig. 4: all three phases in every panel; at strong repulsion in the secondary wire (K⁰ = 0.4, our choice) the tanh
  does not stop the source, and only a finite l_max, up to about 50, leaves a decoupled phase;
- Fig. 5: decoupled, paired, trion on cooling for a range of l*; this needs y counted as it stands in (16), √c|y| = 1,
  as the caption counts its scale, e^{-l_trion} c(l_trion). With |y| = 1 trions are bound first at every l*.

Hence `READING`: √c|y|, and l_max = 30. Figs. 3 to 5 are drawn with it, and the others are their panels and choices.
"""

import math

from attractron.wires import Scheme

LARGEST = 30.0
"""l_max: our choice between 20.45 and about 50."""

READING = Scheme(strong_coupling="with_cutoff", l_max=LARGEST)

MEASURES = {"with_cutoff": "√c|y|", "bare": "|y|"}
"""What may count as the strength of y, and how it is written."""

LENGTHS = (10.0, 15.0, 20.0, 21.0, 30.0, 40.0, 60.0, 100.0, 200.0, math.inf)
"""l_max over which it is asked whether a claim holds."""


def length_name(l_max: float) -> str:
    """How a choice of l_max is called."""
    return "no l_max" if math.isinf(l_max) else f"l_max = {l_max:g}"
