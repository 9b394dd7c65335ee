"""Nobody but a page of this server under its own address gets anything: real requests, with and without token and
origin."""

import http.client
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from bokeh.document import Document
from bokeh.models import Div

import attractron as at
from attractron.core.errors import AttractronError
from attractron.explorer.server import FULL, MOST_SESSIONS, Server
from attractron.explorer.worker import Worker
from tests.explorer.served import serving


@pytest.fixture(scope="module")
def server():
    with serving("building-block") as running:
        yield running


def asked(server, path, **headers):
    """Status and text of a request."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=10)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    text = "" if answer.status == 101 else answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, text


def token(server):
    return urlsplit(server.url).path


def test_with_its_token_there_is_the_page_and_all_it_needs_is_here(server):
    status, text = asked(server, token(server))
    assert status == 200
    assert "Attractron explorer" in text
    assert "/static/js/bokeh.min.js" in text
    assert "https://" not in text.replace("https://bokeh.org", "")
    assert len(token(server)) > 24


@pytest.mark.parametrize("path", ["/", "/index.html", "/explorer", "/A" * 16, "/ws", "/static/../", "/autoload.js"])
def test_without_it_there_is_nothing_and_nothing_tells_it(server, path):
    status, text = asked(server, path)
    assert status in (403, 404)
    assert token(server).strip("/") not in text


UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec_WebSocket_Version": "13",
    "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:{port}", "http://127.0.0.1:1", "null"])
def test_pages_of_another_origin_get_nothing(server, origin, monkeypatch):
    monkeypatch.setenv("BOKEH_ALLOW_WS_ORIGIN", "evil.example")
    here = origin.format(port=urlsplit(server.url).port)
    assert asked(server, f"{token(server)}/ws", Origin=here, **UPGRADE)[0] == 403


def test_the_page_itself_gets_its_connection(server):
    from bokeh.util.token import generate_jwt_token, generate_session_id

    place = urlsplit(server.url)
    session = generate_jwt_token(generate_session_id())
    words = {"Sec_WebSocket_Protocol": f"bokeh, {session}", "Origin": f"http://{place.netloc}"}
    assert asked(server, f"{token(server)}/ws", **words, **UPGRADE)[0] == 101


def test_it_listens_on_this_machine_alone(server):
    addresses = {each.getsockname()[0] for each in server._http._sockets.values()}
    assert addresses == {"127.0.0.1"}


def test_only_so_many_windows(server, monkeypatch):
    monkeypatch.setattr(server, "get_sessions", lambda *_: [None] * MOST_SESSIONS)
    page = Document()
    server._tornado.applications[token(server)].application.handlers[0].modify_document(page)
    assert [root.text for root in page.roots if isinstance(root, Div)] == [FULL]


def test_a_port_that_is_taken_is_one_line():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(AttractronError, match="choose another"):
            Server("building-block", port=taken.getsockname()[1], worker=Worker(apart=False))


def test_without_bokeh_the_command_says_how_to_get_it():
    code = "import sys; sys.modules['bokeh'] = None; sys.argv[1:] = ['explore']; import attractron.cli as c; c.main()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == 'attractron: error: the explorer needs Bokeh: pip install "attractron[explorer]"\n'
    assert callable(at.explorer.serve)
