"""A server with somebody who teaches there."""

import os
import pathlib
import tempfile

import pytest

from academy import Host
from server import Server


@pytest.fixture(scope="session")
def folder():
    """In memory: it is not this machine's disk that is tested."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as path:
        yield pathlib.Path(path)


@pytest.fixture(scope="session")
def start(folder):
    servers = []

    def start(**settings):
        (folder / f"{len(servers)}").mkdir()
        server = Server(folder / f"{len(servers)}" / "data", rate_limits="off", **settings)
        servers.append(server)
        server.start()
        return Host(server)

    yield start
    for server in servers:
        server.kill()


@pytest.fixture(scope="session")
def host(start):
    return start(analytics_cache_timeout=1)


@pytest.fixture(scope="session")
def tess(host):
    return host.people("tess", role="instructor")[0]


@pytest.fixture(scope="session")
def class_of(host):
    """New students, by the first part of their names."""
    return lambda name, count: host.people(*(f"{name}{number}" for number in range(count)))
