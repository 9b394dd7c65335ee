"""What `run` does with a study: compute it, write the result, its picture and `summary.json`: all of them or none."""

import json
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

import xarray as xr

from attractron.core.files import folder, together, write_dataset, write_text
from attractron.core.results import provenance
from attractron.studies.grid import Track, compute_study
from attractron.studies.size import check_size
from attractron.studies.study import Study, Verdict


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a study came to, and the files that hold it.

    Example:
        >>> text = '''
        ... kind = "building-block"
        ... model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
        ... question = { name = "verdict" }
        ... '''
        >>> from pathlib import Path
        >>> from tempfile import mkdtemp
        >>> path = Path(mkdtemp()) / "device.toml"
        >>> _ = path.write_text(text, encoding="utf-8")
        >>> done = at.studies.run(at.studies.read(path), path.parent)
        >>> done.verdict.numbers["best_detuning"]
        (2.410000000000004, 'meV')
    """

    result: xr.Dataset
    verdict: Verdict
    files: tuple[Path, ...]


def run(study: Study, out: str | Path, *, workers: int = 1, track: Track | None = None, yes: bool = False) -> Outcome:
    """Compute a study and write `<study>.nc`, `<study>.png` and `summary.json` to a folder.

    A result without dimensions, such as the numbers of a verdict, has no picture.

    Args:
        study: from `read_study`.
        out: the folder; it is made when there is none, and probed before the work.
        workers: processes; the arrays are the same to the last bit for any number.
        track: watches the blocks as they are computed.
        yes: whether a grid of more than 10⁷ points is meant.

    Raises:
        InputError: a grid that large and not meant, with its size and time; what only the calculation can find,
            with its place in the study file.
        OutputError: the folder cannot be written, or the disk is full; nothing half-written stays.

    Example:
        >>> text = '''
        ... kind = "building-block"
        ... model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
        ... question = { name = "verdict" }
        ... '''
        >>> from pathlib import Path
        >>> from tempfile import mkdtemp
        >>> path = Path(mkdtemp()) / "device.toml"
        >>> _ = path.write_text(text, encoding="utf-8")
        >>> done = at.studies.run(at.studies.read(path), path.parent)
        >>> [file.name for file in done.files]
        ['device.nc', 'summary.json']
        >>> done.verdict.text
        'The device pairs by 2Δ = 1.482 meV (k_B times 17.2 K); it attracts ...'
    """
    from attractron.plotting import main_variable, picture, save  # not in workers, which draw nothing

    check_size(study, yes=yes)
    target = folder(out)
    result = compute_study(study, workers=workers, track=track)
    verdict = study.question.verdict(study, result)
    stem = Path(study.document.name).stem
    with together(target) as hidden:
        files = [write_dataset(result, hidden / f"{stem}.nc")]
        if main_variable(result) is not None:
            files.append(save(picture(result), hidden / f"{stem}.png"))
        files.append(write_text(hidden / "summary.json", _summary(study, result, verdict)))
    return Outcome(result=result, verdict=verdict, files=tuple(target / file.name for file in files))


def _summary(study: Study, result: xr.Dataset, verdict: Verdict) -> str:
    """The verdict and how it came about, as the text of summary.json."""
    numbers = {
        name: {"value": value if isfinite(value) else str(value), "unit": unit}  # JSON has no infinity
        for name, (value, unit) in verdict.numbers.items()
    }
    content = {
        "study": study.document.name,
        "kind": study.kind.name,
        "question": study.question_name,
        "verdict": verdict.text,
        "numbers": numbers,
        "parameters": json.loads(result.attrs["parameters"]),
        "method": result.attrs["method"],
        "validity": result.attrs["validity"],
        "references": result.attrs["references"].split(", "),
        "made": provenance(),
        "study_text": study.document.text,
    }
    return json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
