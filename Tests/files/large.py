"""Holds the server to what a large file may cost: none of it lies in memory, however it comes or goes.

    large.py [--bytes N]

Without arguments: 5 GB. It goes up at once, and again by tus, cut off once on its way; and it comes down, compared byte by
byte with what was sent.
"""

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
from server import Server  # noqa: E402

PIECE = 1 << 20
RESIDENT_MORE_MAX = 48 << 20
BLOCK = os.urandom(PIECE)


def pieces(start, end):
    """The file from one byte to another: a block of chance, each time another of its bytes first."""
    while start < end:
        turn, skip = start // PIECE, start % PIECE
        first = turn * 7919 % PIECE
        piece = (BLOCK[first:] + BLOCK[:first])[skip:skip + end - start]
        yield piece
        start += len(piece)


class Watch(threading.Thread):
    """The most memory that the server had."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.ending, self.most = pid, threading.Event(), 0

    def run(self):
        while not self.ending.wait(0.05):
            self.most = max(self.most, resident(self.pid))


def resident(pid):
    return int(pathlib.Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]) * 1024


class Caller:
    def __init__(self, server):
        self.server = server
        body = json.dumps({"username": "ann", "password": "correct horse battery 7"}).encode()
        request = urllib.request.Request(
            server.url + "/api/v1/auth/register", body, {"Content-Type": "application/json"})
        self.token = json.load(urllib.request.urlopen(request))["access_token"]

    def __call__(self, method, path, fields=None, body=None):
        """The status, the fields and the content of an answer, which is read by who asked."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=600)
        fields = {"Authorization": f"Bearer {self.token}", "Tus-Resumable": "1.0.0"} | (fields or {})
        connection.request(method, path, body, fields)
        return connection.getresponse()


def at_once(call, size):
    answer = call("POST", "/api/v1/files?name=large", {"Content-Length": str(size)}, pieces(0, size))
    assert answer.status == 201, answer.read()
    return json.load(answer)


def by_tus(call, size):
    """In two pieces; the first is cut off after a third."""
    place = call("POST", "/api/v1/files/uploads", {"Upload-Length": str(size)}).headers["Location"]
    piece = {"Content-Type": "application/offset+octet-stream"}

    def cut():
        yield from pieces(0, size // 3)
        raise ConnectionAbortedError

    try:
        call("PATCH", place, piece | {"Upload-Offset": "0", "Content-Length": str(size)}, cut())
    except ConnectionAbortedError:
        pass
    offset = int(call("HEAD", place).headers["Upload-Offset"])
    assert 0 < offset <= size // 3, offset
    fields = piece | {"Upload-Offset": str(offset), "Content-Length": str(size - offset)}
    answer = call("PATCH", place, fields, pieces(offset, size))
    assert answer.status == 204, answer.read()
    return json.load(call("GET", place))["file"]


def down(call, file):
    digest, answer = hashlib.sha256(), call("GET", file["url"])
    while piece := answer.read(PIECE):
        digest.update(piece)
    assert digest.hexdigest() == file["sha256"]
    return file


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bytes", type=int, default=5_000_000_000)
    size = parser.parse_args().bytes
    # The reference is made beforehand, so that its cost is not the server's.
    digest = hashlib.sha256()
    for piece in pieces(0, size):
        digest.update(piece)
    passed, failed = 0, 0
    with tempfile.TemporaryDirectory(dir=os.environ.get("LARGE_IN")) as place:
        server = Server(
            pathlib.Path(place, "data"), rate_limits="off", file_bytes_max=size, file_quota_bytes=3 * size)
        server.start()
        try:
            call = Caller(server)
            at_once(call, 1)
            before = resident(server.pid)
            file = None
            for name, work in (
                ("up at once", at_once), ("up by tus, cut once", by_tus),
                ("down", lambda call, _: down(call, file)),
            ):
                watch, begun = Watch(server.pid), time.monotonic()
                watch.start()
                file = work(call, size)
                seconds = time.monotonic() - begun
                watch.ending.set()
                watch.join()
                right = file["size"] == size and file["sha256"] == digest.hexdigest()
                flat = watch.most - before <= RESIDENT_MORE_MAX
                passed, failed = passed + (right and flat), failed + (not (right and flat))
                print(
                    f"{name}: {size / 1e6:,.0f} MB, {size / 1e6 / seconds:,.0f} MB/s; memory {before >> 20} MiB before, "
                    f"{watch.most >> 20} at most, {resident(server.pid) >> 20} after"
                    + ("" if right else "; THE CONTENT IS ANOTHER") + ("" if flat else "; THAT IS NOT FLAT"), flush=True)
        finally:
            server.kill()
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
