"""HTTP down to the bytes: what is sent is what the test says, and what comes back is read without mercy."""

import json
import re
import socket

FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\x20-\x7e]*)")
STATUS = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) ([\x20-\x7e]*)")
SECURITY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}


class Answer:
    def __init__(self, head):
        """`head` is everything up to the empty line. A control character in it fits neither pattern."""
        status, *lines = head.split(b"\r\n")
        match = STATUS.fullmatch(status)
        assert match, f"no status line: {status!r}"
        self.status = int(match[1])
        self.headers = {}
        self.body = b""
        for line in lines:
            match = FIELD.fullmatch(line)
            assert match, f"no header field: {line!r}"
            name = match[1].decode().lower()
            assert name not in self.headers, f"{name} came twice"
            self.headers[name] = match[2].decode()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:200]!r}>"


def connect(server, seconds=10):
    line = socket.create_connection(("127.0.0.1", server.port), seconds)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def exchange(server, data, every=None, seconds=10):
    """Sends the bytes on a fresh connection, in pieces of `every` where that is given, and reads until the server ends
    it; a server that does not is a failed test. Gives the answers."""
    with connect(server, seconds) as line:
        try:
            for start in range(0, len(data), every or len(data)):
                line.sendall(data[start : start + (every or len(data))])
        except (BrokenPipeError, ConnectionResetError):
            pass  # The server has heard enough.
        received = b""
        try:
            while piece := line.recv(1 << 16):
                received += piece
        except ConnectionResetError:
            pass
        except TimeoutError:
            raise AssertionError(f"the connection stayed open after {received[:500]!r}") from None
    return answers(received)


def answers(received):
    """What the bytes say, to the last of them."""
    found = []
    while received:
        head, end, received = received.partition(b"\r\n\r\n")
        assert end, f"half a head: {head!r}"
        answer = Answer(head)
        length = int(answer.headers.get("content-length", 0))
        assert len(received) >= length, f"half a body: {received!r}"
        answer.body, received = received[:length], received[length:]
        found.append(answer)
    return found


def request(server, method, path, body=None, token=None, headers=(), seconds=10):
    """One sound request; `body` is what is to be JSON, or bytes as they are."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    fields = {"Host": "localhost", "Connection": "close", "Content-Length": len(data)}
    fields |= {"Content-Type": "application/json"} if data else {}
    fields |= {"Authorization": f"Bearer {token}"} if token else {}
    fields |= dict(headers)
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    (answer,) = exchange(server, "\r\n".join(lines).encode() + data, seconds=seconds)
    return answer


def expect_health(server):
    answer = request(server, "GET", "/health")
    assert (answer.status, answer.json["status"]) == (200, "healthy")


def expect_problem(answer, path=None):
    """An error as RFC 9457 has it, with what every answer carries."""
    assert answer.status >= 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.items() >= SECURITY.items()
    problem = answer.json
    assert problem["status"] == answer.status
    assert problem["code"] and problem["code"] != "internal"
    assert problem["request_id"] and problem["request_id"] == answer.headers["x-request-id"]
    if path is not None:
        assert problem["instance"] == path
