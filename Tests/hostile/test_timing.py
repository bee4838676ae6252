"""How long an answer takes does not tell whether there is such a user: half a hundred questions about one who is there
and one who is not, in turn, and their medians."""

import json
import statistics
import time

import pytest

from raw import request

COUNT, TRIES = 50, 5
# Of the longer median; this machine may be busy with other things, so that one good try of a few is enough.
DIFFERENCE_MAX = 0.05


@pytest.fixture(scope="module")
def asked(server):
    body = {"username": "timed", "email": "timed@example.org", "password": "a good password 1"}
    assert request(server, "POST", "/api/v1/auth/register", json.dumps(body).encode()).status == 201
    return server


def seconds(server, path, body):
    data = json.dumps(body).encode()
    begun = time.perf_counter()
    status = request(server, "POST", f"/api/v1/auth{path}", data).status
    return time.perf_counter() - begun, status


@pytest.mark.parametrize("path, known, unknown", [
    ("/login", {"login": "timed", "password": "wrong"}, {"login": "nobody", "password": "wrong"}),
    ("/login", {"login": "timed@example.org", "password": "wrong"}, {"login": "no@example.org", "password": "wrong"}),
])
def test_who_is_not_there_takes_as_long_as_who_is(asked, path, known, unknown):
    differences = []
    for _ in range(TRIES):
        taken = {True: [], False: []}
        for _ in range(COUNT):
            for is_known in (True, False):
                took, status = seconds(asked, path, known if is_known else unknown)
                assert status == 401
                taken[is_known].append(took)
        there, not_there = (statistics.median(taken[is_known]) for is_known in (True, False))
        differences.append(abs(there - not_there) / max(there, not_there))
        if differences[-1] < DIFFERENCE_MAX:
            return
    pytest.fail(f"the medians differ by {differences}")
