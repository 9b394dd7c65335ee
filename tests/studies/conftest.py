"""What tests of study files share."""

import pytest

from attractron import studies


@pytest.fixture
def study(tmp_path):
    """Reads a study from its text."""

    def read(text):
        path = tmp_path / "s.toml"
        path.write_text(text, encoding="utf-8")
        return studies.read(path)

    return read
