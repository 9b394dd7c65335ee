"""A server of the page in a thread of the tests, without a process of its own."""

import asyncio
import threading
from contextlib import contextmanager

from attractron.explorer.server import Server
from attractron.explorer.worker import Worker


@contextmanager
def serving(what=None):
    """The server, until the block ends."""
    ready, made = threading.Event(), []

    def run():
        asyncio.set_event_loop(asyncio.new_event_loop())
        server = Server(what, port=0, worker=Worker(apart=False))
        server.start()
        made.append(server)
        server.io_loop.add_callback(ready.set)
        server.io_loop.start()
        server.io_loop.close(all_fds=True)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(20)
    server = made[0]
    try:
        yield server
    finally:
        server.io_loop.add_callback(server.stop)
        server.io_loop.add_callback(server.io_loop.stop)
        thread.join(10)
