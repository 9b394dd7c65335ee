"""The command line as a user meets it: what it prints, what it writes, its exit codes; one line for every error."""

import gzip
import json
import logging
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import attractron
from attractron import papers, studies
from attractron.cli import main
from attractron.core.files import read_dataset, write_dataset
from attractron.core.references import REFERENCES
from attractron.core.results import dataset
from attractron.papers import Claim, Interrupted
from attractron.papers.measured import DATA

COMMAND = [sys.executable, "-c", "from attractron.cli import main; main()"]

COMPILING = re.compile(
    r"attractron: compiling \w+ \([\w.]+\), once \(about \d+ s\) …\n|attractron: [\w.-]+: \d+ of \d+ points, .*\n"
)
"""Whether this is said depends on what earlier processes left on the disk, and on how busy the machine is."""


@pytest.fixture
def command(monkeypatch, capsys, tmp_path):
    """Run a command in a folder of its own: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["attractron", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            main()
        said = capsys.readouterr()
        return stop.value.code, said.out, COMPILING.sub("", said.err)

    return run


@pytest.fixture
def fails(command):
    """Run a command that must end with one line on standard error and exit code 2."""

    def run(*words):
        code, _, err = command(*words)
        assert code == 2
        assert err.startswith("attractron: error: ")
        assert err.count("\n") == 1
        return err

    return run


SMALL = """\
kind = "building-block"
model = { W = "830 µeV", U = 2.41, delta = 2.41, t = 0.05 }
question = { temperature = "50 mK" }
[axes]
V = { start = 0.0, stop = 3.5, points = 21 }
delta_V = { start = -2.0, stop = 2.0, points = 31 }
[uncertainty]
W = "20 µeV"
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", [[], ["run"], ["new"], ["show"], ["read"], ["cite"], ["reproduce"]])
def test_help(command, name):
    code, out, err = command(*name, "--help")
    assert (code, err) == (0, "")
    assert "Usage: attractron" in out


def test_version(command):
    assert command("--version") == (0, f"attractron {attractron.__version__}\n", "")


@pytest.mark.parametrize("kind", studies.KINDS)
def test_a_template_runs_as_it_is(command, kind):
    code, text, _ = command("new", kind)
    assert code == 0
    assert text == studies.template(kind)
    code, out, _ = command("new", kind, "--out", f"{kind}.toml")
    assert (code, out) == (0, f"Wrote {kind}.toml. Run it: attractron run {kind}.toml\n")
    code, out, err = command("run", f"{kind}.toml")
    assert (code, err) == (0, "")
    verdict = json.loads(Path(kind, "summary.json").read_text(encoding="utf-8"))["verdict"]
    (result,) = [*Path(kind).glob("*.nc"), *Path(kind).glob("*.zarr")]
    assert out == f"{verdict}\nWrote {result}, {kind}/{kind}.png, {kind}/summary.json\n"


def test_new_lists_kinds(command):
    assert command("new", "--list") == command("new")
    code, out, _ = command("new", "--list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["kind", *studies.KINDS]


def test_new_does_not_overwrite(command, fails, tmp_path):
    target = tmp_path / "mine.toml"
    target.write_text("precious")
    assert "mine.toml exists already" in fails("new", "chain", "--out", target)
    assert target.read_text() == "precious"
    assert command("new", "chain", "--out", target, "--force")[0] == 0
    assert target.read_text(encoding="utf-8") == studies.template("chain")


def test_an_unknown_kind_names_the_nearest(fails):
    assert "did you mean 'building-block'?" in fails("new", "bulding-block")


def test_run_writes_what_it_says(command, small, tmp_path):
    code, out, err = command("run", small, "--out", "results", "--workers", 2)
    assert (code, err) == (0, "")
    assert out.startswith("The device pairs at 0.05 K by 2Δ = 1.482 ± 0.02 meV")
    result = read_dataset(tmp_path / "results/small.zarr")
    direct = attractron.dots.stability_diagram(
        attractron.dots.building_block(W=0.83, U=2.41, delta=2.41, t=0.05),
        {"V": np.linspace(0, 3.5, 21), "delta_V": np.linspace(-2, 2, 31)},
        temperature=0.05,
    )
    for name in direct.variables:
        np.testing.assert_array_equal(result[name], direct[name], err_msg=str(name))
        assert {key: np.array(value).tolist() for key, value in result[name].attrs.items()} == {
            key: np.array(value).tolist() for key, value in direct[name].attrs.items()
        }
    summary = json.loads((tmp_path / "results/summary.json").read_text(encoding="utf-8"))
    assert summary["numbers"]["two_delta"] == {"value": pytest.approx(1.4820737965, abs=1e-9), "unit": "meV"}
    assert summary["study_text"] == SMALL


BAD_RUNS = [
    ("830 µeV", "830 apples", "`small.toml, line 2: model.W` must be a number in meV"),
    ("delta =", "detla =", "`small.toml, line 2: model.detla` must be one of W, U, delta"),
    ("50 mK", "-50 mK", "`small.toml, line 3: question.temperature` must be zero or positive: got -0.05"),
    ("V = {", "V_M = {", "`small.toml, line 5: axes.V_M` must name a knob of the model"),
    ("2.41, t", "2.41 t", "`small.toml, line 2` must be TOML"),
    ('W = "20', 'w = "20', "`small.toml, line 8: uncertainty.w` must name a parameter"),
]


@pytest.mark.parametrize(("old", "new", "says"), BAD_RUNS)
def test_a_bad_study_is_one_line(fails, small, tmp_path, old, new, says):
    small.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
    assert says in fails("run", small)
    assert not (tmp_path / "small").exists(), "nothing is made before the study is checked"


def test_places_that_cannot_be_written(fails, small, tmp_path):
    (tmp_path / "file").write_text("x")
    assert "cannot write to the folder file" in fails("run", small, "--out", "file")
    assert "cannot write to the folder /dev/null/x" in fails("run", small, "--out", "/dev/null/x")
    assert "cannot write missing/x.toml" in fails("new", "chain", "--out", "missing/x.toml")
    assert "`workers` must be at least 1" in fails("run", small, "--workers", 0)
    assert "`nothing.toml` must be a TOML file: got no such file" in fails("run", "nothing.toml")


def test_too_many_points_are_one_line(fails, small):
    small.write_text(SMALL.replace("points = 21", "points = 10_000_000_000_000"), encoding="utf-8")
    assert "points` must be less than or equal to 30000000" in fails("run", small)


@pytest.fixture
def result(tmp_path):
    found = dataset(
        {
            "height": ("x", [1.0, 2.0, 4.0], "meV", "how high"),
            "label": ("x", ["a", "b", "c"], "1", "a name"),
            "mean": ((), 7 / 3, "meV", "how high on average"),
        },
        {"x": ("x", [0.0, 0.5, 1.0], "mV", "knob")},
        question="tests.height",
        parameters={"W": 0.83, "matrix": np.eye(3), "gates": {}},
        method="by hand",
        validity=("Everywhere.",),
        references=("hamo2016", "little1964"),
    )
    return write_dataset(found, tmp_path / "result.nc")


def test_show_tells_what_is_in_a_result(command, result, tmp_path):
    code, out, err = command("show", result, "--png", "picture.png")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert "question: tests.height" in lines
    assert "parameters: W = 0.83, matrix = (3 × 3 matrix)" in lines
    assert "validity: Everywhere." in lines
    assert f"attractron version: {attractron.__version__}" in lines
    assert not any(line.startswith("options") for line in lines), "what is empty is left out"
    table = [line.split() for line in lines]
    assert ["x", "3", "0", "…", "1", "mV", "knob"] in table
    assert ["height", "x", "1", "…", "4", "meV", "how", "high"] in table
    assert ["label", "x", "a,", "b,", "c", "1", "a", "name"] in table
    assert ["mean", "-", "2.33333", "meV", "how", "high", "on", "average"] in table
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    assert command("show", "result.nc")[1].endswith("Its picture: attractron show result.nc --png result.png\n")


def test_show_draws_what_the_name_says_or_nothing(command, fails, result, tmp_path):
    assert command("show", result, "--png", "picture.pdf")[0] == 0
    assert (tmp_path / "picture.pdf").read_bytes().startswith(b"%PDF")
    assert "`picture.gif` must end in one of .png, .pdf, .svg: got gif" in fails(
        "show", "none.nc", "--png", "picture.gif"
    )


def test_show_answers_questions_about_a_part(command, small, tmp_path):
    """A store: a value of an axis, a line, as text, table, picture and result of its own."""
    assert command("run", small)[0] == 0
    code, out, _ = command("show", "small", "--sel", "V=1.2 mV,dot=L", "--csv", "a.csv", "--out", "part.nc")
    assert code == 0
    assert "V = 1.225 mV (the nearest to 1.2 mV)" in out
    assert (
        (tmp_path / "a.csv").read_text(encoding="utf-8").startswith("delta_V (mV),V (mV),dot (1),detector_current (pA)")
    )
    assert read_dataset(tmp_path / "part.nc")["occupation"].dims == ("delta_V",)
    line = "V=0,delta_V=-1 : V=3500 µV,delta_V=1"
    code, out, _ = command(
        "show", "small/small.zarr", "--cut", line, "--points", "11", "--plot", "gap", "--out", "cut.nc"
    )
    assert code == 0
    assert "Wrote small-gap.png" in out
    cut = read_dataset(tmp_path / "cut.nc")
    assert cut["gap"].sizes == {"distance": 11}
    assert command("show", "cut.nc", "--sel", "distance=0:2", "--over", "distance", "--png", "p.svg")[0] == 0
    assert (tmp_path / "p.svg").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sel", "x"], "`--sel` must be of the form AXIS=VALUE,…: got 'x'"),
        (["--sel", "x=1", "--sel", "x=2"], "`--sel` must give one value or one range for each axis"),
        (["--sel", "z=1"], "must be one of the result (x): got z"),
        (["--cut", "x=0"], "`--cut` must be of the form START : STOP"),
        (["--points", "3"], "`--points` must go with --cut"),
        (["--table"], "`--table` must go with --csv"),
        (["--out", "a.zarr"], "`--out` must end in .nc"),
        (["--out", "result.nc"], "must be another file than the result"),
        (["--plot", "heights"], "did you mean 'height'"),
    ],
)
def test_show_says_what_is_wrong_with_a_question(fails, result, tmp_path, words, said):
    before = sorted(path.name for path in tmp_path.iterdir())
    assert said in fails("show", result, *words)
    assert sorted(path.name for path in tmp_path.iterdir()) == before


HOSTILE = [
    ("U = 2.41", "U = 1e200", "line 2: model.U` must be zero or of a size between 1e-60 and 1e+60: got 1e+200"),
    ("U = 2.41", "U = 1e-300", "line 2: model.U` must be zero or of a size between"),
    ("stop = 3.5", "stop = 1e308", "line 5: axes.V.stop` must be zero or of a size between"),
    ("points = 21", "points = 10000000000000000000", "line 5: axes.V.points` must be less than or equal to 30000000"),
    ("points = 21", "points = 1e19", "line 5: axes.V.points` must be a whole number: got 1e+19"),
    ("830 µeV", "1 meV**9**9**9", "the unit 'meV**9**9**9' is unknown"),
    ("2.41", "1" * 5000, "line 2` must hold numbers that can be calculated with"),
]


@pytest.mark.parametrize(("old", "new", "message"), HOSTILE)
def test_numbers_with_which_nobody_can_calculate(fails, small, old, new, message):
    small.write_text(SMALL.replace(old, new, 1), encoding="utf-8")
    assert message in fails("run", small)
    assert not Path("small").exists()


def test_numbers_that_no_device_has_are_asked_about(command, fails, small):
    small.write_text(SMALL.replace("U = 2.41", "U = 150"), encoding="utf-8")
    asked = fails("run", small, "--set", "U=2410")
    assert "line 2: model.U` must be at most 200 meV" in asked
    assert "got 2410 meV; check the unit; if it is meant, go on with --yes" in asked
    assert not Path("small").exists()
    assert "pairs at 0.05 K by 2Δ" in command("run", small, "--set", "U=2410", "--yes")[1]
    assert "`--temperature` must be at most 400 K" in fails("read", "x.csv", "--temperature", "1e9")
    assert "must be a file: got no such file" in fails("read", "x.csv", "--temperature", "1e9", "--yes")


def test_several_studies_with_other_numbers_and_their_results_again(command, fails, small, tmp_path):
    (tmp_path / "other.toml").write_text(SMALL, encoding="utf-8")
    set_ = ["--set", "U=2.0", "--set", "axes.V.points=3", "--set", "axes.delta_V.points=4"]
    code, out, err = command("run", small, "other.toml", *set_, "--out", "both")
    assert (code, err) == (0, "")
    assert [line.partition(":")[0] for line in out.splitlines()[::2]] == ["small.toml", "other.toml"]
    result = read_dataset(tmp_path / "both/other/other.zarr")
    assert (result.sizes["V"], result.sizes["delta_V"]) == (3, 4)
    assert "U = 2.0" in result.attrs["study"]
    assert command("run", "both/other/other.zarr", "--out", "again")[0] == 0
    again = read_dataset(tmp_path / "again/other.zarr")
    assert again.equals(result)
    assert again.attrs["study"] == result.attrs["study"]
    assert "must be files of different names" in fails("run", small, "both/small/small.zarr")
    assert "must be of the form KEY=VALUE" in fails("run", small, "--set", "U")


def test_more_axes_than_a_picture_has_are_told(command, small):
    axes = "".join(f"{name} = [1.0, 2.0]\n" for name in ("V", "delta_V", "U", "delta"))
    small.write_text(SMALL.partition("[axes]")[0] + "[axes]\n" + axes, encoding="utf-8")
    out = command("run", small)[1]
    assert out.endswith(
        "Wrote small/small.zarr, small/summary.json\nNo picture is drawn over 4 axes: hold all but 3 of them.\n"
    )


def test_an_error_that_nobody_expected_is_one_line(fails, small, monkeypatch):
    monkeypatch.setattr(studies, "read", lambda *_: 1 // 0)
    said = fails("run", small)
    assert "unexpected: ZeroDivisionError: integer division or modulo by zero" in said
    assert "report this with the file; ATTRACTRON_TRACEBACK=1 shows more" in said


def test_no_output_is_no_reason_to_lose_a_result(small, tmp_path):
    """Output that is closed, a backend and a style of Matplotlib that do not exist, a folder of kernels that is none"""
    (tmp_path / "matplotlibrc").write_text("text.usetex: True\nno.such.key: 1\n")
    own = {"MPLBACKEND": "no such", "MATPLOTLIBRC": str(tmp_path), "NUMBA_CACHE_DIR": "/dev/null/x"}
    script = "import os, sys; os.close(1); sys.stdout = None; sys.argv[1:] = ['run', 'small.toml']; "
    done = subprocess.run(
        [sys.executable, "-c", script + COMMAND[-1]],
        cwd=tmp_path,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {"small.zarr", "small.png", "summary.json"} <= {path.name for path in (tmp_path / "small").iterdir()}


def test_a_table_on_a_terminal_is_drawn(command, result, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "│ mean " in command("show", result)[1]


def test_results_that_cannot_be_read(fails, result, tmp_path):
    (tmp_path / "half.nc").write_bytes(result.read_bytes()[:2000])
    assert "must be a NetCDF-4 file: got one that cannot be read" in fails("show", "half.nc")
    assert "must be a NetCDF-4 file" in fails("cite", "half.nc")
    assert "must be a result file: got no such file" in fails("show", "missing.nc")
    assert "must be a result file or the folder of one run: got a folder" in fails("show", tmp_path)


def test_foreign_files_are_shown_and_not_cited(command, fails, result, tmp_path):
    foreign = read_dataset(result).drop_attrs()
    foreign.attrs["parameters"] = "{not JSON"
    write_dataset(foreign, tmp_path / "foreign.nc")
    code, out, _ = command("show", "foreign.nc")
    assert code == 0
    assert "parameters: {not JSON" in out
    assert "must be a result of attractron (with the attribute `references`)" in fails("cite", "foreign.nc")


def test_a_result_of_numbers_has_no_picture(command, fails, small, tmp_path):
    text = SMALL.replace("{ temperature", '{ name = "verdict", temperature').split("[axes]")[0]
    small.write_text(text, encoding="utf-8")
    assert command("run", small)[1].endswith("Wrote small/small.nc, small/summary.json\n")
    assert "must have a quantity over one to three dimensions" in fails("show", "small/small.nc", "--png", "x.png")
    assert not (tmp_path / "x.png").exists()


def test_cite(command, fails, result):
    assert command("cite")[1].count("\n") == len(REFERENCES)
    code, out, _ = command("cite", result)
    assert code == 0
    assert [line.split(":")[0] for line in out.splitlines()] == ["hamo2016", "little1964"]
    assert "Nature 535, 395 (2016). doi:10.1038/nature18639" in out
    assert command("cite", "hamo2016", "hamo2016")[1].count("\n") == 1
    assert "did you mean 'hamo2016'?" in fails("cite", "hamo")


def test_a_result_without_publications_cites_the_package(command, result, tmp_path):
    """A trace that is read rests on no publication."""
    bare = read_dataset(result)
    bare.attrs["references"] = ""
    code, out, _ = command("cite", str(write_dataset(bare, tmp_path / "bare.nc")))
    assert code == 0
    assert out.startswith("attractron: ")
    assert out.count("\n") == 1


def test_cite_bibtex(command):
    assert command("cite", "--bibtex", "little1964", "attractron")[1] == (
        "@article{little1964,\n"
        "  author = {W. A. Little},\n"
        "  title = {{Possibility of synthesizing an organic superconductor}},\n"
        "  journal = {Physical Review},\n"
        "  volume = {134},\n"
        "  pages = {A1416},\n"
        "  year = {1964},\n"
        "  doi = {10.1103/PhysRev.134.A1416}\n"
        "}\n"
        "@misc{attractron,\n"
        "  author = {{The Attractron developers}},\n"
        "  title = {{Attractron: electrons that attract by repulsion, made calculable}},\n"
        "  howpublished = {software},\n"
        f"  year = {{{REFERENCES['attractron'].year}}}\n"
        "}\n"
    )


def claim(computed):
    return Claim(
        figure="test-1",
        claim="“W = 830 µeV”.",
        source="page 1",
        published=0.83,
        computed=computed,
        tolerance=0.01,
        unit="meV",
        note="Half a pixel.",
    )


@pytest.mark.parametrize(("computed", "code", "status"), [(0.8301, 0, "holds"), (0.9, 1, "fails")])
def test_reproduce_prints_claims_and_fails_with_them(command, monkeypatch, computed, code, status):
    asked = {}

    def reproduce(figures, out, *, quick, progress):
        asked.update(figures=figures, out=str(out), quick=quick)
        progress(0, 1, "test-1")
        return [claim(computed)]

    monkeypatch.setattr(papers, "reproduce", reproduce)
    got, out, err = command("reproduce", "test", "--out", "there", "--quick")
    assert (got, err) == (code, "")
    assert asked == {"figures": ["test"], "out": "there", "quick": True}
    assert out.splitlines()[1].split()[:4] == ["test-1", status, "0.83", "meV"]
    assert f"{status}: 1" in out
    assert ("Half a pixel." in out) == (status == "fails")
    assert out.endswith("Wrote there/report.html\n")


def test_reproduce_lists_figures(command):
    code, out, _ = command("reproduce", "--list")
    assert code == 0
    named = [line.split()[0] for line in out.splitlines() if line.startswith("  ") and not line.startswith("  figure")]
    assert named == [name for name, _ in papers.list_figures()]
    headings = [line for line in out.splitlines() if not line.startswith("  ")]
    assert headings == list(papers.figures_by_paper())
    assert headings[0] == "Hamo et al., Nature 535, 395 (2016)"


def test_a_stopped_reproduction_says_how_to_go_on(command, monkeypatch):
    def reproduce(*_args, **_options):
        raise Interrupted([], ["test-1"], "attractron reproduce test-1")

    monkeypatch.setattr(papers, "reproduce", reproduce)
    code, _, err = command("reproduce")
    assert code == 130
    assert err == "attractron: stopped; not finished: test-1. Go on with: attractron reproduce test-1\n"


def test_ctrl_c_says_how_to_go_on(command, monkeypatch, small):
    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(studies, "run", stop)
    code, out, err = command("run", small, "--workers", 2)
    assert (code, out) == (130, "")
    assert err.endswith(f"Go on with: attractron run {small} --workers 2\n")
    assert err.count("\n") == 1


def test_what_is_told_meanwhile_is_one_line_on_standard_error(command, monkeypatch):
    def reproduce(*_args, **_options):
        logging.getLogger("attractron").info("compiling solve (wires.flow.integrate), once (about 10 s) …")
        logging.getLogger("attractron").warning("Numba is not installed: everything works, slowly.")
        return []

    monkeypatch.setattr(papers, "reproduce", reproduce)
    monkeypatch.setattr(sys.modules[__name__], "COMPILING", re.compile("(?!)"))
    for _ in range(2):  # and not twice after the second time
        code, _, err = command("reproduce")
        assert code == 0
        assert err == (
            "attractron: compiling solve (wires.flow.integrate), once (about 10 s) …\n"
            "attractron: Numba is not installed: everything works, slowly.\n"
        )


def hear_ctrl_c():
    """In the child: whoever runs these tests in the background of a shell ignores SIGINT, and children inherit that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def started(*words, cwd, stdout=subprocess.PIPE):
    """The command as a process group of its own, as a terminal starts it."""
    process = subprocess.Popen(
        [sys.executable, "-c", f"open({str(cwd / 'begun')!r}, 'w').close(); {COMMAND[-1]}", *words],
        preexec_fn=hear_ctrl_c,
        cwd=cwd,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"},
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_for(condition):
    limit = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < limit
        time.sleep(0.01)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_real_ctrl_c_ends_everything_quietly(small, tmp_path, workers):
    """Sent to the whole group, as a terminal does: workers must neither print tracebacks nor stay."""
    long = SMALL.replace("points = 21", "points = 2001").replace("points = 31", "points = 4001")
    small.write_text(long, encoding="utf-8")
    with started("run", str(small), "--workers", workers, cwd=tmp_path) as process:
        wait_for((tmp_path / "small").exists)
        time.sleep(1.5)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.startswith("attractron: stopped before the study was finished. Go on with: ")
    assert err.count("\n") == 1
    assert not {"small.png", "summary.json"} & {path.name for path in (tmp_path / "small").iterdir()}
    assert not list((tmp_path / "small").rglob("*.partial"))


@pytest.mark.thorough
@pytest.mark.parametrize("workers", ["1", "2"])
def test_sigterm_says_how_to_go_on(small, tmp_path, workers):
    """Sent to the process alone, as a batch system does; what it had finished is there the next time."""
    long = SMALL.replace("points = 21", "points = 2001").replace("points = 31", "points = 2001")
    small.write_text(long, encoding="utf-8")
    with started("run", str(small), "--workers", workers, cwd=tmp_path) as process:
        log = tmp_path / "small/small.log.jsonl"
        wait_for(lambda: log.exists() and log.read_text().count('"block"') > 2)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (143, "")
    assert err.endswith(f" Go on with: attractron run {small} --workers {workers}\n")
    assert err.count("\n") == 1
    done = subprocess.run([*COMMAND, "show", "small"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.search(r"not complete: \d{5,} of 4004001 points have a value", done.stdout)


def test_a_full_standard_output_is_one_line(tmp_path):
    with Path("/dev/full").open("w") as full, started("new", "chain", cwd=tmp_path, stdout=full) as process:
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (
        2,
        "attractron: error: cannot write the output: No space left on device\n",
    )


def test_a_broken_pipe_is_quiet(tmp_path):
    with started("new", "chain", cwd=tmp_path) as process:
        process.stdout.close()
        assert process.stderr.read() == ""
        process.stdout = None


def test_redirected_text_is_utf8_whatever_the_locale(tmp_path):
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([*COMMAND, "new", "building-block"], cwd=tmp_path, capture_output=True, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8") == studies.template("building-block")


@pytest.mark.parametrize(
    ("most", "place", "after"),
    [(50_000, "small/small.png", ""), (1_500, "small/small.zarr", "; what is finished stays, run again to go on")],
)
def test_a_full_disk_is_one_line_and_no_half_file(small, tmp_path, most, place, after):
    """A limit on the size of files stands for a full disk; Python must also end well."""
    code = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))\n"
        "from attractron.cli import main\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code, "run", str(small)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == f"attractron: error: cannot write {place}: File too large{after}\n"
    assert not {"small.png", "summary.json"} & {path.name for path in (tmp_path / "small").iterdir()}
    assert not list((tmp_path / "small").rglob("*.partial"))


@pytest.fixture
def line(tmp_path):
    """A charging line of 300 mK at a lever arm of 0.1 meV/mV."""
    gate = np.linspace(-5.0, 5.0, 200)
    signal = 1 / (1 + np.exp(-0.1 * gate / (0.08617333262 * 0.3)))
    signal += 0.02 * np.random.default_rng(1).standard_normal(gate.size)
    path = tmp_path / "line.csv"
    np.savetxt(path, np.stack([gate, signal], axis=1), delimiter=",", header="P3 (mV),I (nA)", comments="")
    return path


def test_read_says_what_it_read_and_where_it_is(command, line):
    code, out, err = command("read", line, "--lever-arms", "100 µeV/mV")
    assert (code, err) == (0, "")
    assert "electron temperature of" in out
    assert "Wrote line/line-read.nc, line/line-read.png, line/summary.json".replace("/", os.sep) in out
    code, shown, _ = command("show", "line/line-read.nc", "--png", "again.png")
    assert code == 0
    assert "electron temperature" in shown
    assert Path("again.png").stat().st_size > 10_000


def test_read_ends_with_one_where_the_trace_is_no_step(command, line, tmp_path):
    code, out, err = command("read", DATA / "addition_line.nc", "--lever-arms", "0.1", "--quantity", "derivative")
    assert (code, err) == (1, "")
    assert out.startswith("No charging line can be read: ")
    assert sorted(path.name for path in (tmp_path / "addition_line").iterdir()) == [
        "addition_line-read.nc",
        "addition_line-read.png",
        "summary.json",
    ]


def test_read_asks_for_what_a_matrix_lacks_in_words_of_the_command_line(command, fails, line, tmp_path):
    gate, signal = np.loadtxt(line, delimiter=",", skiprows=1).T
    np.save(tmp_path / "bare.npy", np.tile(signal, (3, 1)))
    err = fails("read", "bare.npy")
    assert '3 x 200 numbers only; give their first and last values in mV, rows first, with --axes "P4=-20:0,P3' in err
    assert "Python" not in err
    assert "`--axes, P4` must be of the form" in fails("read", "bare.npy", "--axes", "P4=1,P3=0:1")
    assert "`--axes` must be of the form" in fails("read", "bare.npy", "--axes", "P4=0:1,P3")
    given = ["--axes", f"P4=0:2,P3={gate[0]}:{gate[-1]}", "--crop", "P4=1", "--lever-arms", "0.1"]
    code, out, err = command("read", "bare.npy", *given)
    assert (code, err) == (0, "")
    assert "electron temperature of" in out
    err = fails("read", line, "--as", "interdot-line", "--lever-arms", "0.1", "--temperature", "hot")
    assert err.startswith("attractron: error: `--temperature` must be a number in K")


def test_read_names_its_folder_after_packed_data(command, line):
    packed = Path("packed.csv.gz")
    packed.write_bytes(gzip.compress(line.read_bytes()))
    _, out, _ = command("read", packed, "--lever-arms", "0.1")
    assert "Wrote packed/packed-read.nc, packed/packed-read.png, packed/summary.json".replace("/", os.sep) in out


def test_a_real_ctrl_c_ends_read_with_one_line_and_no_file(tmp_path):
    """At any time after the start, also while libraries are imported; an image of noise keeps the search busy."""
    noise = np.random.default_rng(1).standard_normal((500, 500))
    axis = np.arange(500.0)
    np.savez(tmp_path / "noise.npz", **{"a (mV)": axis, "b (mV)": -axis, "I (pA)": noise + np.add.outer(axis, axis)})
    for wait in (0.5, 1.0, 1.5):
        with started("read", "noise.npz", "--axes", "a,b", cwd=tmp_path) as process:
            wait_for((tmp_path / "begun").exists)
            time.sleep(wait)
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out) == (130, "")
        assert err.startswith("attractron: stopped")
        assert err.count("\n") == 1
        assert not (tmp_path / "noise").exists()
        (tmp_path / "begun").unlink()


def test_read_ends_with_one_where_nothing_can_be_read(command, tmp_path):
    rows, columns = np.meshgrid(np.linspace(0, 1, 40), np.linspace(0, 1, 40), indexing="ij")
    noise = np.random.default_rng(2).standard_normal(rows.size)
    table = np.stack([rows.ravel(), columns.ravel(), noise], axis=1)
    np.savetxt(tmp_path / "noise.csv", table, delimiter=",", header="a (mV),b (mV),I", comments="")
    code, out, _ = command("read", "noise.csv")
    assert code == 1
    assert out.startswith("No vertex can be read")


@pytest.mark.parametrize(
    ("content", "words", "message"),
    [
        ("", [], "empty"),
        ("1,2,3\n2,3,4\n3,4,5\n", [], "--axes column1,column2"),
        ("P3,I\n" + "".join(f"{x},{x % 3}\n" for x in range(30)), [], "--axis-unit mV"),
        ("P3 (mV),I\n" + "".join(f"{x},{x % 3}\n" for x in range(30)), [], "lever-arms"),
        ("P3 (mV),I\n" + "".join(f"{x},{x % 3}\n" for x in range(30)), ["--as", "map"], "`--as` must be one of"),
        (
            "P3 (mV),I\n" + "".join(f"{x},{x % 3}\n" for x in range(30)),
            ["--lever-arms", "1e-30"],
            "`--lever-arms` must",
        ),
        (
            "P3 (mV),I\n1,2\n2,3\n3,5\n",
            ["--axis-unit", "K"],
            "`--axis-unit` must agree with the file, where P3 is in mV: got 'K'",
        ),
        ("P3 (mV),I\n1,2\n2,3\n3,5\n", ["--variable", "J"], "`--variable` must name an array"),
    ],
)
def test_read_refuses_in_one_line(fails, tmp_path, content, words, message):
    (tmp_path / "data.csv").write_text(content, encoding="utf-8")
    assert message in fails("read", "data.csv", *words)
