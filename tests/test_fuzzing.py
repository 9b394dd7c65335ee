"""Files gone wrong come to a result or to one line: no traceback, no warning, nothing left but a finished run."""

import gzip
import io
from pathlib import Path

import h5py
import numpy as np
import pytest

from attractron import cli, studies
from attractron.core.errors import InputError
from attractron.readout import load
from tests import gone_wrong

KINDS = list(studies.KINDS)

THOROUGH, VALIDATION = 250, 10_000


def draw(*seed):
    return np.random.default_rng([13, *seed])


def read_one(folder, seed):
    """A study that is read, or refused in one line."""
    template = gone_wrong.small(studies.template(KINDS[seed % len(KINDS)]))
    path = folder / "s.toml"
    path.write_bytes(gone_wrong.study(template, draw(seed)))
    try:
        return studies.read(path)
    except InputError:
        return None


def test_studies_gone_wrong_are_read_or_refused(tmp_path):
    read = [read_one(tmp_path, seed) for seed in range(30)]
    assert 2 < sum(study is not None for study in read) < 28, "they are neither all right nor all wrong"


@pytest.mark.thorough
def test_more_studies_gone_wrong_are_read_or_refused(tmp_path):
    for seed in range(100, 100 + THOROUGH):
        read_one(tmp_path, seed)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run a command line and look at what it says and leaves."""
    monkeypatch.chdir(tmp_path)

    def called(words, *kept):
        monkeypatch.setattr("sys.argv", ["attractron", *words])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = [line for line in capsys.readouterr().err.splitlines() if "compiling" not in line]
        assert stop.value.code in (0, 1, 2), words
        assert len(said) == (stop.value.code == 2), said
        assert not any("unexpected" in line for line in said), said
        left = {path.name for path in tmp_path.rglob("*") if path.is_file()} - set(kept)
        if stop.value.code != 2:
            assert "summary.json" in left
            for path in sorted(tmp_path.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
        else:
            assert not left, "nothing but a finished run"

    return called


@pytest.mark.parametrize("seed", range(3))
def test_a_study_gone_wrong_runs_or_is_one_line(run, tmp_path, seed):
    study_once(run, tmp_path, 1000 + 10 * seed)


@pytest.mark.validation
@pytest.mark.parametrize("part", range(20))
def test_ten_thousand_studies_gone_wrong(run, tmp_path, part):
    for seed in range(part * VALIDATION // 20, (part + 1) * VALIDATION // 20):
        study_once(run, tmp_path, seed)


def study_once(run, folder, seed):
    template = gone_wrong.small(studies.template(KINDS[seed % len(KINDS)]))
    (folder / "s.toml").write_bytes(gone_wrong.study(template, draw(seed)))
    run(["run", "s.toml", *(["--yes"] if seed % 2 else [])], "s.toml")


def data_files():
    """Small files of data of the formats that are read."""
    x, y = np.linspace(0, 10, 21), np.linspace(-5, 5, 15)
    image = np.tanh(x[:, None] - 4) + np.tanh(y[None, :] + 0.1 * x[:, None])
    table = "\n".join(
        ["x (mV),y (mV),I (nA)", *(f"{a},{b},{v:.5f}" for (a, b), v in zip(grid(x, y), image.ravel(), strict=True))]
    )
    npz, npy, h5 = io.BytesIO(), io.BytesIO(), io.BytesIO()
    np.savez_compressed(npz, **{"signal": image, "x (mV)": x, "y (mV)": y})
    np.save(npy, image)
    with h5py.File(h5, "w") as file:
        for name, values in (("x", x), ("y", y)):
            file[name] = values
            file[name].attrs["units"] = "mV"
            file[name].make_scale(name)
        file["signal"] = image
        for at, name in enumerate(("x", "y")):
            file["signal"].dims[at].attach_scale(file[name])
    texts = {"a.csv": table, "trace.dat": "\n".join(f"{a}\t{np.tanh(a - 5):.5f}" for a in x)}
    packed = {"a.csv.gz": gzip.compress(table.encode(), mtime=0)}
    binary = {"a.npz": npz.getvalue(), "a.npy": npy.getvalue(), "a.h5": h5.getvalue()}
    return {name: text.encode() for name, text in texts.items()} | packed | binary


def grid(x, y):
    return [(a, b) for a in x for b in y]


FILES = data_files()


def load_one(folder, seed):
    """A file that is read, or refused in one line; now and then under the name of another format."""
    own = draw(2, seed)
    names = list(FILES)
    name = names[seed % len(names)]
    path = folder / (name if own.random() < 0.8 else names[own.integers(len(names))])
    path.write_bytes(gone_wrong.data(FILES[name], own))
    try:
        return load(path)
    except InputError:
        return None
    finally:
        path.unlink()


def test_data_gone_wrong_are_read_or_refused(tmp_path):
    read = [load_one(tmp_path, seed) for seed in range(60)]
    assert 0 < sum(data is not None for data in read) < 55


@pytest.mark.thorough
def test_more_data_gone_wrong_are_read_or_refused(tmp_path):
    for seed in range(100, 100 + THOROUGH):
        load_one(tmp_path, seed)


@pytest.mark.validation
def test_ten_thousand_data_files_gone_wrong(tmp_path):
    for seed in range(VALIDATION):
        load_one(tmp_path, seed)


@pytest.mark.parametrize("seed", range(2))
def test_data_gone_wrong_are_a_reading_or_one_line(run, tmp_path, seed):
    own = draw(3, seed)
    Path(tmp_path / "trace.dat").write_bytes(gone_wrong.data(FILES["trace.dat"], own))
    run(["read", "trace.dat", "--axis-unit", "mV", "--lever-arms", "0.1"], "trace.dat")
