"""Compiled kernels: kept on disk under a key that knows the sources, or compiled anew where nothing can be kept."""

import importlib.util
from importlib.resources import files

from attractron.transport.compiled import kept, sources

MODULE = """
from attractron.transport.compiled import compiled, kept

def leaf(x):
    return x + OFFSET

def make(version, offset):
    global OFFSET, called
    OFFSET = offset
    called = compiled(leaf)

    @kept
    def kernel(x):
        version
        return called(x)

    return kernel
"""


def test_a_kernel_that_cannot_be_kept_is_compiled():
    """Functions of no file have no place for a cache, as have those of folders that cannot be written."""
    namespace = {}
    exec("def double(x):\n    return 2 * x", namespace)
    assert kept(namespace["double"])(1.5) == 3.0


def test_kept_kernels_follow_their_sources(tmp_path):
    path = tmp_path / "kernels.py"
    path.write_text(MODULE, encoding="utf-8")

    def load():
        spec = importlib.util.spec_from_file_location("kernels", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    assert load().make("first", 1.0)(1.0) == 2.0
    assert list((tmp_path / "__pycache__").glob("*.nbi"))
    assert load().make("first", 2.0)(1.0) == 2.0  # what Numba alone does: `called` changed, the old numbers come back
    assert load().make("second", 2.0)(1.0) == 3.0


def test_the_sources_count_every_file_with_kernels():
    for path in files("attractron.transport").iterdir():
        if path.name.endswith(".py") and path.name != "compiled.py":
            text = path.read_text(encoding="utf-8")
            assert ("@compiled" in text or "@kept" in text) <= ("import compiled" in text), path.name
    assert len(sources()) == 64
