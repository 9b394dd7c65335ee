"""Text tables of other kinds, compressed ones too; and files that hold no data."""

import gzip

import pytest

from attractron.core.errors import InputError
from attractron.readout.files.load import load
from tests.readout.files.small_image import HEADER, check, write


def test_text_of_other_kinds(tmp_path):
    check(load(write(tmp_path / "a.tsv", delimiter="\t", header=HEADER.replace(",", "\t"))))
    check(load(write(tmp_path / "b.csv", delimiter=";", header=HEADER.replace(",", ";"), comma=True)))
    check(load(write(tmp_path / "c.dat", delimiter=" ", header="P4 (mV) P3 (mV) I (pA)", comma=True)))
    check(load(write(tmp_path / "e.txt", delimiter="; ", header="P4 (mV); P3 (mV); I (pA)", comma=True)))
    plain = write(tmp_path / "d.csv").read_bytes()
    for name in ("x.csv.gz", "x.DAT.GZ"):
        (tmp_path / name).write_bytes(gzip.compress(plain))
        check(load(tmp_path / name))


COMPRESSED = gzip.compress(b"1,2\n" * 999, mtime=0)  # without the time of day in its header
NO_DATA = {
    "no archive": ("x.npz", b"rubbish" * 99, "be a readable NumPy archive file: got .not a readable npz"),
    "no array": ("x.npy", b"rubbish" * 99, "be a readable NumPy array file: got .not a readable npy"),
    "not compressed": ("x.csv.gz", b"rubbish" * 99, "be a readable compressed file"),
    "cut off": ("x.csv.gz", COMPRESSED[:-9], "be a readable compressed file"),
    "damaged": ("x.csv.gz", COMPRESSED[:20] + b"\xff" * 40, "be a readable compressed file"),
    "unknown ending": ("x.gz", b"1", "be a readable compressed file"),
}


@pytest.mark.parametrize("case", NO_DATA)
def test_files_that_are_no_data(tmp_path, case):
    name, content, message = NO_DATA[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        load(tmp_path / name)
    assert "\n" not in str(caught.value)
