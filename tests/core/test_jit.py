"""Kernels: plain until compiling pays, then compiled, with the same bits, and kept under a name that knows the code."""

import importlib.util
import logging
import math
import os
import sys
import time

import numpy as np
import pytest

from attractron.core import jit

MODULE = """
import numpy as np
from attractron.core.jit import cached_jit, jit

OFFSET = {offset}

@jit
def leaf(x):
    return x + OFFSET {extra}

@cached_jit(compilation=2.0, item=1.0)
def entry(x):
    for index in range(x.size):
        x[index] = leaf(1 / x[index])
"""


@pytest.fixture
def load(tmp_path, monkeypatch):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.setattr(jit, "KERNELS", [])
    # Bytecode of a file that is written anew within the second, as long as before, would be that of the old one.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def made(offset=1.0, extra=""):
        path = tmp_path / "kernels.py"
        text = MODULE.format(offset=offset, extra=extra)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("kernels", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.entry

    return made


def called(function, value=2.0):
    x = np.array([value])
    function(x)
    return x[0]


def test_plain_serves_until_compiling_pays(load):
    entry = load()
    assert entry.for_items(1.0) == entry.plain
    entry.spent = 1.5
    assert entry.for_items(0.4) == entry.plain
    assert entry.for_items(0.6) is entry.compiled
    assert entry.for_items(0.0) is entry.compiled  # once there, it serves
    assert called(entry.plain) == called(entry.compiled) == 1.5


def test_work_that_takes_longer_than_expected_is_compiled_after_all(load):
    """An entry that says that its items are short: what the first pieces take decides on the rest."""
    entry = load()
    entry.item, entry.compilation = jit.PIECE / 100, 100 * jit.PIECE
    pieces = []
    for function, some in entry.pieces(100):
        pieces.append((function == entry.plain, some))
        time.sleep(30 * jit.PIECE)
    assert pieces == [(True, slice(0, 1)), (False, slice(1, 100))]  # one item took as long as 3000 were to take
    assert not list(entry.pieces(0))


def test_time_in_plain_python_is_counted(load):
    entry = load()
    called(entry.plain)
    assert 0.0 < entry.spent < 1.0


def test_both_divide_by_zero_alike(load):
    entry = load()
    assert called(entry.plain, 0.0) == called(entry.compiled, 0.0) == np.inf


def test_a_kernel_on_disk_is_loaded_for_less_work(load):
    entry = load()
    assert not entry.kept_on_disk()
    called(entry.compiled)
    assert entry.kept_on_disk()
    fresh = load()
    assert fresh.for_items(jit.LOADING * 0.9) == fresh.plain
    assert fresh.for_items(jit.LOADING * 1.1) is fresh.compiled


def test_a_source_that_is_newer_than_the_kernel_on_disk_is_compiled_again(load, tmp_path):
    """Numba looks at the time of the source: after an upgrade that left the code as it was, too."""
    entry = load()
    called(entry.compiled)
    later = time.time() + 10
    os.utime(tmp_path / "kernels.py", (later, later))
    assert not entry.kept_on_disk()


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
def test_a_broken_kernel_on_disk_is_compiled_anew(load, tmp_path, ending, monkeypatch, caplog):
    monkeypatch.setattr(jit, "_SAID", set())
    called(load().compiled)
    (file,) = tmp_path.rglob(f"*.{ending}")
    file.write_bytes(b"broken")
    assert called(load().compiled) == 1.5
    assert "broken" in caplog.text
    assert file.read_bytes() != b"broken"


def test_a_folder_for_kernels_that_is_none_does_no_harm(load, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(pytest.importorskip("numba").config, "CACHE_DIR", str(tmp_path / "file"))
    assert called(load().compiled) == 1.5


def test_a_full_disk_keeps_no_kernel_and_does_no_harm(load, tmp_path, monkeypatch):
    caching = pytest.importorskip("numba.core.caching")

    def full(self, name, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.IndexDataCacheFile, "_save_data", full)
    assert called(load().compiled) == 1.5


def test_numba_that_is_switched_off_compiles_nothing(load, monkeypatch):
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    entry = load()
    assert entry.for_items(1e6) == entry.plain


@pytest.mark.parametrize("change", [{"offset": 2.0}, {"extra": "+ 1.0"}])
def test_what_is_kept_on_disk_follows_all_code_and_constants(load, change):
    """Numba's own key would bring the old numbers back when only `leaf` or a constant changes."""
    first = load()
    assert called(first.compiled) == 1.5
    second = load(**change)
    assert second.name_on_disk != first.name_on_disk
    assert not second.kept_on_disk()
    assert called(second.compiled) == 2.5
    assert load().name_on_disk == first.name_on_disk


def test_a_function_may_be_called_as_the_attribute_that_it_uses():
    """`exp` below names itself only as an attribute of `math`: it does not call itself."""
    namespace = {"math": math}
    exec("def exp(x):\n    return math.exp(x)\n\ndef entry(x):\n    return exp(x)", namespace)
    jit.jit(namespace["exp"])
    assert jit.Kernel(namespace["entry"], 1.0, 1.0).compiled(0.0) == 1.0


def test_without_numba_everything_works_and_it_is_said_once(load, monkeypatch, caplog):
    monkeypatch.setattr(jit, "available", lambda: False)
    monkeypatch.setattr(jit, "_SAID", set())
    entry = load()
    with caplog.at_level(logging.WARNING, logger="attractron"):
        assert entry.for_items(1.0) == entry.for_items(1e6) == entry.for_items(1e6) == entry.plain
    assert len(caplog.records) == 1


def test_compiling_is_announced_before_it_starts(load, caplog):
    with caplog.at_level(logging.INFO, logger="attractron"):
        load().for_items(10.0)
    assert ["compiling entry" in record.getMessage() for record in caplog.records] == [True]


def test_a_kernel_that_cannot_be_kept_is_compiled():
    """Functions of no file have no place for a cache, as have those of folders that cannot be written."""
    namespace = {}
    exec("def double(x):\n    return 2 * x", namespace)
    assert jit.Kernel(namespace["double"], 1.0, 1.0).compiled(1.5) == 3.0
