"""Input that is made to cost more than it is worth."""

import itertools
import json
import random
import time

import pytest

from memory import resident_bytes
from raw import answers, connect, expect_health
from server import Server

# All of these have one hash under the polynomial of 31 that many languages use, and so has every row of them.
ALIKE = ["Aa", "BB", "C#"]
KEYS = 40_000


def members(names):
    return json.dumps(dict.fromkeys(names, 0), separators=(",", ":")).encode()


def polynomial():
    return members("".join(parts) for parts in itertools.islice(itertools.product(ALIKE, repeat=10), KEYS))


def counting():
    return members(f"{number:020d}" for number in range(KEYS))


def one_bit_apart():
    return members(f"{1 << 79 | number << 40:020x}" for number in range(KEYS))


def at_random():
    source = random.Random(1)
    return members(f"{source.getrandbits(80):020x}" for _ in range(KEYS))


def seconds(line, body):
    """How long the server takes to refuse the body: it has no refresh token, which is looked for behind the rest."""
    head = b"POST /api/v1/auth/refresh HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
    begun = time.monotonic()
    line.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    received = line.recv(1 << 16)
    taken = time.monotonic() - begun
    (answer,) = answers(received)
    assert answer.status == 422
    return taken


@pytest.mark.parametrize("keys", [polynomial, counting, one_bit_apart], ids=lambda keys: keys.__name__)
def test_names_that_are_chosen_to_collide_cost_no_more_than_others(server, keys):
    chosen, others = keys(), at_random()
    assert len(chosen) < 1 << 20
    with connect(server) as line:
        # By turns, so that noise meets both; the best of each, because noise only adds.
        rounds = [(seconds(line, chosen), seconds(line, others)) for _ in range(10)]
    best, plain = (min(times) for times in zip(*rounds))
    assert best < 2 * plain


def fetch(line, paths):
    """Asks for all of the paths at once."""
    line.sendall("".join(f"GET {path} HTTP/1.1\r\nHost: h\r\n\r\n" for path in paths).encode())
    received = b""
    while received.count(b"\r\n\r\n") < len(paths) or not received.endswith(b"}"):
        piece = line.recv(1 << 18)
        assert piece, "the connection ended"
        received += piece
    return answers(received)


def test_paths_that_are_not_there_leave_nothing_behind(server):
    paths = [f"/nowhere/{number}/" + "x" * (number % 500) for number in range(24_000)]
    with connect(server) as line:
        for start in range(0, len(paths), 50):
            found = fetch(line, paths[start : start + 50])
            assert {answer.status for answer in found} == {404}
            if start == 4_000:
                before = resident_bytes(server)
    assert resident_bytes(server) - before < 4 << 20
    expect_health(server)


def test_connections_that_are_refused_leave_nothing_behind(server):
    def refuse(count):
        for _ in range(count):
            with connect(server) as line:
                line.sendall(b"GET / HTTP/9.9\r\n")
                assert line.recv(1 << 16).startswith(b"HTTP/1.1 505 ")

    refuse(500)
    before = resident_bytes(server)
    refuse(3_000)
    assert resident_bytes(server) - before < 4 << 20
    expect_health(server)


def test_the_server_does_not_start_when_its_hashes_can_be_foreseen(tmp_path):
    server = Server(tmp_path / "data")
    server.variables["SWIFT_DETERMINISTIC_HASHING"] = "1"
    try:
        with pytest.raises(AssertionError, match="hashes must not be foreseeable"):
            server.start()
    finally:
        server.kill()
