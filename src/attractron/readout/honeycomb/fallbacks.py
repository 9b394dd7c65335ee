"""Reading an image again: after a wide search, and where the signal jumps between two lines of the scan.

A honeycomb that the first search misses is found by one that takes three times as long. It is tried where the first
fit shows lines, of one dot at least, and leaves much of them or of the image.
"""

from dataclasses import replace

from threadpoolctl import threadpool_limits

from attractron.readout.honeycomb.fit import HoneycombFit, fit_honeycomb
from attractron.readout.honeycomb.judge import DETECTED, Verdict, judge
from attractron.readout.vertex.image import Image
from attractron.readout.vertex.scan_lines import without_jumps


def best_fit(image: Image) -> tuple[HoneycombFit, Verdict, tuple[str, ...]]:
    """The plain fit if it describes the image, else that of a wide search, else the one without jumps if there are any.

    The third is how it was read if not plainly.
    """
    with threadpool_limits(limits=1):
        plain = fit_honeycomb(image)
        verdict = judge(plain)
        if not verdict.found and verdict.seen.max() > DETECTED:
            wide = fit_honeycomb(image, wide=True)
            again = judge(wide)
            if again.found:
                return wide, again, ()
        if verdict.found or image.levelled is not None or image.derivative is not None:
            return plain, verdict, ()
        for axis in (plain.noise.fast, 1 - plain.noise.fast):
            values, count = without_jumps(image.values, axis)
            if count:
                fitted = fit_honeycomb(replace(image, values=values - values.mean()))
                again = judge(fitted)
                if again.found:
                    note = f"{count} jumps of the signal between lines along {image.names[axis]} are taken out."
                    return fitted, again, (note,)
    return plain, verdict, ()
