"""The page on this machine alone: no other address, no other origin, nobody without the token in the address."""

import socket
import webbrowser
from collections.abc import Callable
from pathlib import Path
from secrets import token_urlsafe

from bokeh.application import Application
from bokeh.application.handlers import FunctionHandler
from bokeh.document import Document as Page
from bokeh.models import Div
from bokeh.server.server import BaseServer
from bokeh.server.tornado import BokehTornado
from bokeh.settings import settings
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop

from attractron.core.errors import AttractronError
from attractron.explorer.opening import document
from attractron.explorer.worker import LIMIT, Worker

ADDRESS = "127.0.0.1"

MOST_SESSIONS = 8
"""Windows that may be open at once."""

FULL = f"{MOST_SESSIONS} windows are open already: close one and load this page again."

LARGEST_MESSAGE = 1_000_000
"""Bytes of a message from the browser."""

TOKEN_BYTES = 24


class Server(BaseServer):  # type: ignore[misc]
    """A server for one page under an address that nobody can guess.

    Args:
        what: as for `document`.
        port: 0 for any that is free.
        worker: who calculates.

    Raises:
        AttractronError: the port is in use.
    """

    def __init__(self, what: str | Path | None, *, port: int, worker: Worker) -> None:
        token = token_urlsafe(TOKEN_BYTES)
        fill = document(what, worker=worker)
        try:
            listener = socket.create_server((ADDRESS, port))
        except OSError as error:
            raise AttractronError(f"port {port} cannot be used ({error.strerror}): choose another, or none") from error
        listener.setblocking(False)
        origin = f"{ADDRESS}:{listener.getsockname()[1]}"
        # Environment variables may neither let other origins in nor have scripts fetched from elsewhere.
        settings.allowed_ws_origin, settings.resources = [origin], "server"

        def limited(page: Page) -> None:
            if len(self.get_sessions()) >= MOST_SESSIONS:
                page.add_root(Div(text=FULL))
                return
            fill(page)

        pages = BokehTornado(
            {f"/{token}": Application(FunctionHandler(limited))},
            extra_websocket_origins=[origin],
            use_index=False,  # which would tell the token
            redirect_root=False,
            websocket_max_message_size_bytes=LARGEST_MESSAGE,
        )
        http = HTTPServer(pages)
        http.add_sockets([listener])
        self.url = f"http://{origin}/{token}"
        super().__init__(IOLoop.current(), pages, http)


def serve(
    what: str | Path | None = None,
    *,
    port: int = 0,
    browser: bool = True,
    limit: float = LIMIT,
    ready: Callable[[str], None] = print,
) -> None:
    """Serve the page on this machine until Ctrl-C.

    Args:
        what: a kind of model, a study file or a result, as for `document`.
        port: of 127.0.0.1; 0 for any that is free.
        browser: whether to open one.
        limit: seconds that the pictures may take.
        ready: told the address, with its token, when everything is compiled.

    Raises:
        InputError: as `document`.
        AttractronError: the port is in use.

    Example:
        >>> callable(at.explorer.serve)  # at.explorer.serve("wires") opens a browser and returns at Ctrl-C
        True
    """
    worker = Worker(limit=limit)
    server = Server(what, port=port, worker=worker)
    server.start()
    ready(server.url)
    if browser:
        server.io_loop.add_callback(webbrowser.open, server.url)
    try:
        server.io_loop.start()
    except KeyboardInterrupt:
        server.stop()
    finally:
        worker.end()
