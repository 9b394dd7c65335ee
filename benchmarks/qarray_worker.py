"""Runs qarray on request, in qarray's own environment: this file imports nothing of Attractron.

python qarray_worker.py FOLDER: the folder holds NAME.npz for each model, with `inverse_capacitance` (dots, dots) and
`charges` (pixels along V, pixels along delta_V, dots), the continuous charges that minimise the energy. Each line of
standard input is a request in JSON, {"model": NAME, "options": keywords of DotArray}; each is answered by a line
{"seconds": processor time of ground_state_open}, with the occupations in FOLDER/occupation.npy.
"""

import contextlib
import json
import sys
import time
from pathlib import Path

import numpy as np
from qarray import DotArray


def main(folder: Path) -> None:
    """Answer requests until standard input ends."""
    models = {path.stem: dict(np.load(path)) for path in folder.glob("*.npz")}
    for line in sys.stdin:
        request = json.loads(line)
        with contextlib.redirect_stdout(sys.stderr):  # qarray prints its warnings
            seconds, occupation = ground_state(models[request["model"]], request["options"])
        np.save(folder / "occupation.npy", np.rint(occupation).astype(np.int8))
        print(json.dumps({"seconds": seconds}), flush=True)


def ground_state(model: dict[str, np.ndarray], options: dict[str, object]) -> tuple[float, np.ndarray]:
    """Processor time and occupations (V, delta_V, dot); only ground_state_open is timed.

    With one gate a dot and c_gd = 1 the gate voltages are the continuous charges themselves.
    """
    capacitance = np.linalg.inv(model["inverse_capacitance"])
    array = DotArray(
        cdd=(capacitance + capacitance.T) / 2, cgd=np.eye(len(capacitance)), charge_carrier="electrons", **options
    )
    start = time.process_time()
    occupation = np.asarray(array.ground_state_open(model["charges"]))
    return time.process_time() - start, occupation


if __name__ == "__main__":
    main(Path(sys.argv[1]))
