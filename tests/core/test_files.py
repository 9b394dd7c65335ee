"""Files are written whole or not at all, those that belong together all or none, and unreadable ones are named."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from attractron.core import files
from attractron.core.errors import InputError, OutputError


def fail_halfway(target: Path) -> None:
    with files.atomic(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError


def fill_the_disk(target: Path) -> None:
    """The temporary file becomes a device on which every write fails for lack of space."""
    with files.atomic(target) as temporary:
        temporary.unlink()
        temporary.symlink_to("/dev/full")
        temporary.write_text("x" * 100_000)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = files.write_text(tmp_path / "a.txt", "old")
    with pytest.raises(RuntimeError):
        fail_halfway(target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full, which Linux has")
def test_a_full_disk_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*a.txt: No space left on device"):
        fill_the_disk(tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


def test_folders_that_cannot_be_written(tmp_path: Path) -> None:
    blocked = files.write_text(tmp_path / "file", "")
    with pytest.raises(OutputError, match="cannot write to the folder"):
        files.folder(blocked / "inner")
    with pytest.raises(OutputError, match="cannot write"):
        files.write_text(tmp_path / "missing" / "a.txt", "")
    assert files.folder(tmp_path / "new" / "deep").is_dir()
    assert list((tmp_path / "new" / "deep").iterdir()) == []


def test_unreadable_results(tmp_path: Path) -> None:
    good = files.write_dataset(xr.Dataset({"a": ("x", np.arange(1000.0))}), tmp_path / "good.nc")
    assert files.read_dataset(good)["a"].sum() == 499500
    broken = tmp_path / "broken.nc"
    broken.write_bytes(good.read_bytes()[: good.stat().st_size // 2])
    with pytest.raises(InputError, match="must be a NetCDF-4 file: got one that cannot be read"):
        files.read_dataset(broken)
    with pytest.raises(InputError, match="no such file"):
        files.read_dataset(tmp_path / "none.nc")
    with pytest.raises(InputError, match="a folder"):
        files.read_dataset(tmp_path)
    text = files.write_text(tmp_path / "text.nc", "not a result")
    with pytest.raises(InputError, match="NetCDF-4"):
        files.read_dataset(text)


def test_large_results_reserve_their_space_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file comes out, and a full disk shows before anything is written through the library."""
    monkeypatch.setattr(files, "IN_MEMORY", 0)
    result = xr.Dataset({"a": ("x", np.arange(1000.0))})
    xr.testing.assert_identical(files.read_dataset(files.write_dataset(result, tmp_path / "a.nc")), result)

    def full(path: Path, size: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "_reserve", full)
    with pytest.raises(OutputError, match=r"cannot write .*b.nc: No space left"):
        files.write_dataset(result, tmp_path / "b.nc")
    assert [path.name for path in tmp_path.iterdir()] == ["a.nc"]


def test_all_files_appear_at_the_end(tmp_path) -> None:
    target = tmp_path / "deep" / "out"
    with files.together(target) as hidden:
        files.write_text(hidden / "a.txt", "new")
        files.write_text(hidden / "b.txt", "new")
        assert [entry.name for entry in target.iterdir()] == [hidden.name]
    assert sorted(entry.name for entry in target.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_stops_half_way_leaves_what_was_there(tmp_path, error) -> None:
    (tmp_path / "a.txt").write_text("old")

    def half() -> None:
        with files.together(tmp_path) as hidden:
            files.write_text(hidden / "a.txt", "new")
            raise error

    with pytest.raises(error):
        half()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_errors_name_the_folder_that_the_user_knows(tmp_path) -> None:
    with pytest.raises(OutputError) as caught, files.together(tmp_path) as hidden:
        files.write_text(hidden / "none" / "a.txt", "new")
    assert str(caught.value).startswith(f"cannot write {tmp_path / 'none' / 'a.txt'}: ")
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError, match="cannot write to the folder"), files.together(tmp_path) as hidden:
        files.write_text(hidden / "a.txt", "new")


def test_large_arrays_are_compressed(tmp_path: Path) -> None:
    result = xr.Dataset({"a": ("x", np.repeat([1.0, 2.0], 50_000)), "b": ("x", np.zeros(100_000, bool)), "c": 3.0})
    path = files.write_dataset(result, tmp_path / "a.nc")
    assert path.stat().st_size < result.nbytes / 10
    assert files.read_dataset(path).identical(result)


def test_a_store_that_is_made_larger_is_read_a_moment_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.zarr").mkdir()
    (tmp_path / "a.zarr" / "zarr.json").write_text("{}")
    monkeypatch.setattr(files, "MOMENT", 0.0)
    answers = [ValueError("conflicting sizes for dimension 'point'"), xr.Dataset({"a": 1.0})]

    def opened(_store: Path) -> xr.Dataset:
        answer = answers.pop(0)
        if isinstance(answer, ValueError):
            raise answer
        return answer

    monkeypatch.setattr(files, "open_store", opened)
    assert float(files.read_dataset(tmp_path)["a"]) == 1.0
    answers[:] = [ValueError("something else")]
    with pytest.raises(InputError, match="one that cannot be read"):
        files.read_dataset(tmp_path)


def test_a_file_at_an_address_is_fetched_and_read(tmp_path):
    fsspec = pytest.importorskip("fsspec", reason="fsspec, of the extra remote, reads addresses")
    result = xr.Dataset({"gap": ("V", np.arange(3.0))})
    files.write_dataset(result, tmp_path / "device.nc")
    fsspec.filesystem("memory").put(str(tmp_path / "device.nc"), "/bucket/device.nc")
    xr.testing.assert_identical(files.read_dataset("memory://bucket/device.nc")["gap"], result["gap"])
    with pytest.raises(InputError, match="or a NetCDF-4 file: got nothing there"):
        files.read_dataset("memory://bucket/other.nc")
