"""The same questions in a browser: a model, its parameters as sliders, and what becomes of pictures and verdict.

Needs Bokeh, which `pip install "attractron[explorer]"` brings; `attractron explore` starts it on this machine alone.
"""

from attractron.core.errors import AttractronError

try:
    import bokeh  # noqa: F401 (whatever else is wrong with it shows where it is used)
except ModuleNotFoundError as missing:
    raise AttractronError('the explorer needs Bokeh: pip install "attractron[explorer]"') from missing

from attractron.explorer.opening import document, show
from attractron.explorer.server import serve
from attractron.explorer.worker import Worker

__all__ = ["Worker", "document", "serve", "show"]
