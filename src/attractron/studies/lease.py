"""The lock of a run in an object store: an object that its owner renews, and that others may take over when it is old.

Leases are numbered. One that has run out is taken over by making the next number, which only one run can (a PUT with
`If-None-Match`, where the store has it); an owner that finds a later number than its own has lost the lease and stops.
How old a lease is is told by the store's own clock, as the time between its last change and that of a probe that is
written for it: the clocks of the machines do not matter. A lease of a process of this machine that is gone is old at
once.

Where a store ignores `If-None-Match`, two runs that begin in the same second may both believe that they hold the lease.
Both write the same bytes then, since blocks depend on the study alone, so that nothing but time is lost.
"""

import json
import os
import socket
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from attractron.core.errors import OutputError
from attractron.core.log import LOG

LASTS = 60.0
"""Seconds without renewal after which a lease has run out."""

RENEWED = 15.0
"""Seconds between two renewals."""


@dataclass
class Lease:
    """A lease, held within `with`.

    Attributes:
        files: the file system, of fsspec.
        address: of the lease; a dot and its number follow.
        busy: what is said where another run holds it.
    """

    files: Any
    address: str
    busy: str
    number: int = 0
    lost: str = ""
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Lease":
        """Take it.

        Raises:
            OutputError: another run holds it.
        """
        last = self._last()
        if last:
            self._must_be_old(last)
        self.number = last + 1
        try:
            self.files.pipe_file(self._at(self.number), self._content(), mode="create")
        except FileExistsError as error:
            raise OutputError(self.busy) from error
        if self._owner_of(self.number).get("owner") != self.owner or self._last() != self.number:
            raise OutputError(self.busy)
        if last:
            self.files.rm_file(self._at(last))
        self.thread = threading.Thread(target=self._renew, daemon=True, name="renews the lease of the store")
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it go."""
        self.ended.set()
        self.thread.join()
        if self._owner_of(self.number).get("owner") == self.owner:
            self.files.rm_file(self._at(self.number))

    def check(self) -> None:
        """See that it is still held.

        Raises:
            OutputError: it could not be renewed in time, or another run has taken it over.
        """
        if self.lost:
            raise OutputError(f"{self.lost}; what is finished stays")

    def _at(self, number: int) -> str:
        return f"{self.address}.{number}"

    def _content(self) -> bytes:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        said = {"owner": self.owner, "host": socket.gethostname(), "process": os.getpid(), "renewed": now}
        return json.dumps({**said, "lasts": LASTS}).encode()

    def _last(self) -> int:
        """The highest number that there is; 0 for none."""
        folder, _, name = self.address.rpartition("/")
        try:
            found = self.files.ls(folder, detail=False, refresh=True)
        except FileNotFoundError:
            return 0
        names = [str(each).rpartition("/")[2] for each in found]
        return max((int(tail) for each in names if (tail := each.removeprefix(f"{name}.")).isdecimal()), default=0)

    def _owner_of(self, number: int) -> dict[str, Any]:
        try:
            found = json.loads(self.files.cat_file(self._at(number)))
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _must_be_old(self, number: int) -> None:
        """Nobody has renewed a lease for as long as it lasts.

        Raises:
            OutputError: somebody has.
        """
        owner = self._owner_of(number)
        who = f"process {owner.get('process')} on {owner.get('host')}"
        if owner.get("host") == socket.gethostname() and not _alive(owner.get("process")):
            LOG.info(f"the lock of {who}, which has ended, is taken over")
            return
        age, lasts = self._age(number), float(owner.get("lasts", LASTS))
        if age <= lasts:
            raise OutputError(f"{self.busy} ({who}; should it be dead, its lock runs out in {lasts - age:.0f} s)")
        LOG.info(f"the lock of {who} was not renewed for {age:.0f} s and is taken over")

    def _age(self, number: int) -> float:
        """Seconds since a lease was written, by the clock of the store."""
        probe = f"{self.address}.{self.owner}"
        try:
            self.files.pipe_file(probe, b"")
            now, then = (self.files.modified(path) for path in (probe, self._at(number)))
        except FileNotFoundError:  # it was let go just now
            return float("inf")
        finally:
            self.files.rm_file(probe)
        return float((now - then).total_seconds())

    def _renew(self) -> None:
        good = datetime.now(UTC)
        while not self.ended.wait(RENEWED):
            try:
                if self._last() > self.number or self._owner_of(self.number).get("owner") != self.owner:
                    self.lost = "another run has taken over the store, for this one did not renew its lock in time"
                    return
                self.files.pipe_file(self._at(self.number), self._content())
                good = datetime.now(UTC)
            except Exception as error:  # noqa: BLE001 (whatever its library raises; it is tried again)
                LOG.debug("the lease was not renewed: %r", error)
                if (datetime.now(UTC) - good).total_seconds() > LASTS - RENEWED:
                    self.lost = f"the store does not answer ({type(error).__name__}), so that its lock has run out"
                    return


def _alive(process: Any) -> bool:
    """Whether a process of this machine lives, as far as can be told."""
    if not isinstance(process, int) or os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
