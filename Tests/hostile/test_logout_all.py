"""Logging out everywhere closes every socket of the user, soon: 1,000 here, more by LOGOUT_SOCKETS."""

import json
import os
import resource
import selectors
import socket
import time

import pytest

from raw import request

COUNT = int(os.environ.get("LOGOUT_SOCKETS", "1000"))
# What is promised for one socket and for 10,000; this machine may be busy with other things, so that one good try of
# a few is enough.
ONE_SECONDS, MANY_SECONDS, TRIES = 0.1, 1.0, 5


def frame(text):
    data = text.encode()
    head = bytes([0x81, 0x80 | len(data)]) if len(data) < 126 else bytes([0x81, 0xFE]) + len(data).to_bytes(2, "big")
    return head + bytes(4) + data


def connect(server, token, count):
    """Sockets that have identified, all of them waited for together."""
    hello = ("GET /api/v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n").encode()
    identify = frame(json.dumps({"id": 1, "type": "identify", "data": {"token": token}}))
    sockets = []
    for _ in range(count):
        one = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        one.sendall(hello + identify)
        sockets.append(one)
    for one in sockets:
        seen = b""
        while b'"type":"ready"' not in seen:
            part = one.recv(65536)
            assert part, seen
            seen += part
    return sockets


def close_codes(sockets):
    """The close code of each, and when the last was heard."""
    codes = {}
    with selectors.DefaultSelector() as selector:
        for one in sockets:
            one.setblocking(False)
            selector.register(one, selectors.EVENT_READ)
        while len(codes) < len(sockets):
            ready = selector.select(60)
            assert ready, f"{len(sockets) - len(codes)} sockets were not closed"
            for key, _ in ready:
                data = key.fileobj.recv(4096)
                assert data[:1] == b"\x88", data
                codes[key.fileobj] = int.from_bytes(data[2:4], "big")
                selector.unregister(key.fileobj)
    return set(codes.values()), time.monotonic()


@pytest.mark.parametrize("count, seconds_max", [(1, ONE_SECONDS), (COUNT, MANY_SECONDS)])
def test_closes_every_socket_soon(start, count, seconds_max):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count + 200)), hard))
    server = start(rate_limits="off", sockets_per_user_max=count + 1)
    account = {"username": "ann", "password": "correct horse battery"}
    assert request(server, "POST", "/api/v1/auth/register", account).status == 201
    best = None
    for _ in range(TRIES):
        token = request(server, "POST", "/api/v1/auth/login", account | {"login": "ann"}).json["access_token"]
        sockets = connect(server, token, count)
        begun = time.monotonic()
        assert request(server, "POST", "/api/v1/auth/logout-all", {}, token).status == 204
        codes, ended = close_codes(sockets)
        for one in sockets:
            one.close()
        assert codes == {4009}
        best = min(best or 60, ended - begun)
        if best <= seconds_max:
            break
    print(f"{count} sockets closed in {best * 1000:.0f} ms")
    assert best <= seconds_max, f"{count} sockets took {best:.2f} s"
