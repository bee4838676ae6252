"""Fixtures: a server to be hurt, and one that a test starts with settings of its own."""

import os
import pathlib
import tempfile

import pytest

from chat import Chat, Member
from server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One server for all rows of a file; each row leaves it alive."""
    server = Server(tmp_path_factory.mktemp("hostile") / "data", rate_limits="off")
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="module")
def chat(server):
    """Two users of the server, ann and bob, who have a channel."""
    return Chat(server.url)


@pytest.fixture(scope="module")
def bystander(chat):
    """Someone who is connected all the time."""
    with Member(chat, "bob") as bob:
        yield bob


@pytest.fixture
def folder():
    """In memory: what is tested is what peers can do, not how long this machine's disk takes."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as path:
        yield pathlib.Path(path)


@pytest.fixture
def start(folder):
    """Starts a server with flags and settings of the test's own."""
    servers = []

    def start(*flags, **settings):
        server = Server(folder / f"data{len(servers)}", *flags, **settings)
        servers.append(server)
        server.start()
        return server

    yield start
    for server in servers:
        server.kill()
