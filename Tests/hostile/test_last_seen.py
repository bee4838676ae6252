"""When a login was last seen moves with its sockets, and is written coarsely."""

import contextlib
import sqlite3
import time

from raw import request
from seal import seal
from test_ways_out import connect


def sessions(server, token):
    return request(server, "GET", "/api/v1/auth/sessions", None, token).json["items"]


def grow_old(server, seconds):
    """All that is known of logins was so much earlier; the server is not running."""
    with contextlib.closing(sqlite3.connect(server.data / "confab.db")) as database, database:
        database.execute("UPDATE logins SET last_seen_at = last_seen_at - ?", (seconds * 1000,))
    seal(server.data / "confab.db")


def await_seen(server, token, before, seconds=20):
    end = time.monotonic() + seconds
    while (seen := sessions(server, token)[0]["last_seen_at"]) == before:
        assert time.monotonic() < end, f"still {before}"
        time.sleep(0.05)
    return seen


def test_a_login_is_seen_when_its_socket_opens_and_when_the_server_stops(start):
    server = start(rate_limits="off", last_seen_milliseconds=50)
    token = request(server, "POST", "/api/v1/auth/register",
                    {"username": "ann", "password": "correct horse battery"}).json["access_token"]
    server.terminate()
    grow_old(server, 3600)
    server.start()
    [old] = sessions(server, token)
    assert old["last_seen_at"] < old["created_at"]
    with contextlib.closing(connect(server, token, 1)[0]):
        seen = await_seen(server, token, old["last_seen_at"])
        assert seen >= old["created_at"]
    # Within five minutes it is not written again, however often sockets come and go.
    for one in connect(server, token, 20):
        one.close()
    time.sleep(0.3)
    assert sessions(server, token)[0]["last_seen_at"] == seen
    with contextlib.closing(connect(server, token, 1)[0]):
        server.terminate()
    grow_old(server, 200)
    server.start()
    with contextlib.closing(connect(server, token, 1)[0]):
        time.sleep(0.3)
        young = sessions(server, token)[0]["last_seen_at"]
        assert young < seen, "three minutes are not enough"
        server.terminate()
    grow_old(server, 200)
    server.start()
    assert sessions(server, token)[0]["last_seen_at"] < young, "nobody was there since"
