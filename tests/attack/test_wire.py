"""Bytes on the wire of a real server: what a proxy and the server could read in two ways."""

from __future__ import annotations

import inspect
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from fastapi import FastAPI

from service import server as program

TOKEN = b"Host: localhost\r\n"


@pytest.fixture
def port(app: FastAPI) -> Iterator[int]:
    """The application on a free port, run as ``service.server`` runs it."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(20)


def test_the_server_is_run_as_here():
    """No access log (it writes addresses), no server header, no list of trusted proxies of *."""
    source = inspect.getsource(program)
    assert "access_log=False" in source
    assert "server_header=False" in source
    assert "forwarded_allow_ips" not in source


def talk(port: int, sent: bytes) -> bytes:
    """Everything that is answered until the server is silent for a moment."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(sent)
        wire.settimeout(1.0)
        answer = b""
        try:
            while piece := wire.recv(65_536):
                answer += piece
        except (TimeoutError, ConnectionResetError):
            pass
    return answer


def test_a_request_of_two_lengths_is_one_request(port):
    """What stands behind a body of two lengths is never read as a request of its own."""
    hidden = b"GET /api/counts HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for lengths in (
        b"Content-Length: 4\r\nContent-Length: 60\r\n",
        b"Content-Length: 4, 60\r\n",
        b"Content-Length: +4\r\n",
        b"Content-Length: 0x4\r\n",
        b"Content-Length: -1\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
    ):
        head = b"POST /login HTTP/1.1\r\n" + TOKEN + lengths + b"\r\n"
        answer = talk(port, head + b"a=b\r\n" + hidden)
        assert answer.count(b"HTTP/1.1 ") <= 1, lengths
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 501")) or not answer, lengths


def test_both_lengths_and_chunks_end_the_connection_or_are_read_as_chunks(port):
    """RFC 9112 §6.3: chunks win. The hidden request then lies outside the chunks, in plain view."""
    head = (
        b"POST /login HTTP/1.1\r\n"
        + TOKEN
        + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    answer = talk(port, head + b"0\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert not answer.startswith(b"HTTP/1.1 2")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"X: 1\r\n" * 30_000 + b"\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
    ],
    ids=["header", "address", "headers", "two hosts", "NUL", "TLS"],
)
def test_what_is_out_of_order_is_refused_and_the_server_goes_on(port, sent):
    assert b"HTTP/1.1 200" not in talk(port, sent)
    fine = talk(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert fine.startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("target", ["%0d%0aX-Split:%20yes", "%E5%98%8A%E5%98%8DX-Split:%20yes"])
def test_no_answer_is_split(port, target):
    for path in (
        f"/rapporter/{target}",
        f"/login?til={target}",
        f"/indsend/{target}/",
        f"/{target}/",
    ):
        sent = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
        head = talk(port, sent).partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nx-split" not in head
