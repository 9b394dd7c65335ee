"""Several files that belong together: all of them are written, or none."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attractron.core.errors import OutputError
from attractron.core.files import folder


@contextmanager
def together(path: str | Path) -> Iterator[Path]:
    """A hidden folder whose files move to the folder `path` when the block ends well and vanish when it does not.

    Args:
        path: the folder; it is made when there is none. Files of the same names in it are replaced.

    Raises:
        OutputError: the folder cannot be written, or the disk is full; what was there before stays.
    """
    target = folder(path)
    with tempfile.TemporaryDirectory(dir=target, prefix=".attractron.") as name:
        hidden = Path(name)
        try:
            yield hidden
            for file in sorted(hidden.iterdir()):
                file.replace(target / file.name)
        except OutputError as error:
            raise OutputError(str(error).replace(str(hidden), str(target))) from error
        except OSError as error:
            raise OutputError(f"cannot write to the folder {target}: {error.strerror or error}") from error
