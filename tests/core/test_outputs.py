"""Files that belong together: all of them, or none."""

import pytest

from attractron.core.errors import OutputError
from attractron.core.files import together, write_text


def test_all_files_appear_at_the_end(tmp_path) -> None:
    target = tmp_path / "deep" / "out"
    with together(target) as hidden:
        write_text(hidden / "a.txt", "new")
        write_text(hidden / "b.txt", "new")
        assert [entry.name for entry in target.iterdir()] == [hidden.name]
    assert sorted(entry.name for entry in target.iterdir()) == ["a.txt", "b.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_stops_half_way_leaves_what_was_there(tmp_path, error) -> None:
    (tmp_path / "a.txt").write_text("old")

    def half() -> None:
        with together(tmp_path) as hidden:
            write_text(hidden / "a.txt", "new")
            raise error

    with pytest.raises(error):
        half()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_errors_name_the_folder_that_the_user_knows(tmp_path) -> None:
    with pytest.raises(OutputError) as caught, together(tmp_path) as hidden:
        write_text(hidden / "none" / "a.txt", "new")
    assert str(caught.value).startswith(f"cannot write {tmp_path / 'none' / 'a.txt'}: ")
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(OutputError, match="cannot write to the folder"), together(tmp_path) as hidden:
        write_text(hidden / "a.txt", "new")
