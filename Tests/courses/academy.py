"""Who teaches and who learns, over plain HTTP: `Host` is where, `Person` is who."""

import http.client
import json
import subprocess
import time
import urllib.parse

from peer import TEXT, Peer


# What does not lie under /api/v1.
ROOTS = ("/api/", "/health", "/livez", "/readyz", "/metrics")


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode()

    @property
    def json(self):
        return json.loads(self.body)

    def __getitem__(self, member):
        return self.json[member]


class Host:
    """A running server."""

    def __init__(self, server):
        self.server = server

    def call(self, method, path, token=None, body=None, **headers):
        """`body` is JSON unless it is bytes. Header names have `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            fields["Authorization"] = f"Bearer {token}"
        if body is not None and not isinstance(body, bytes):
            fields.setdefault("Content-Type", "application/json")
            body = json.dumps(body).encode()
        try:
            connection.request(method, path if path.startswith(ROOTS) else "/api/v1" + path, body, fields)
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def verb(self, *words):
        done = subprocess.run([self.server.binary, *words, "--data", str(self.server.data)], check=True,
                              capture_output=True, text=True, timeout=60)
        return done.stdout

    def people(self, *names, role="member", **more):
        """New users, with tokens that last."""
        path = self.server.data.parent / f"{names[0]}.jsonl"
        path.write_text("".join(json.dumps({"username": name, "role": role, **more}) + "\n" for name in names))
        self.verb("user", "import", str(path), "--dev")
        tokens = self.verb("token", *names).split("\n")
        return [Person(self, name, line.split()[-1]) for name, line in zip(names, tokens)]


class Person:
    # What a connection that was cut comes to, besides OSError.
    broken = http.client.HTTPException

    def __init__(self, host, name, token):
        self.host, self.name, self.token = host, name, token
        self.id = self("GET", "/users/me")["id"]

    def __call__(self, method, path, body=None, **headers):
        return self.host.call(method, path, self.token, body, **headers)

    def done(self, method, path, body=None, **headers):
        """What has to be answered with a status of success."""
        answer = self(method, path, body, **headers)
        assert answer.status < 300, f"{method} {path}: {answer.status} {answer.text}"
        return answer

    def pages(self, path):
        """All items of all pages, by following the links."""
        items = []
        while path:
            answer = self.done("GET", path)
            items += answer["items"]
            link = answer.headers.get("link", "")
            path = link.split(">")[0][1:] if 'rel="next"' in link else None
            assert bool(path) == bool(answer["next_cursor"])
        return items

    def course(self, *lessons, title="Bees and honey", **rules):
        """A published course of one's own, and its lessons."""
        made = self.done("POST", "/courses", {"title": title, **rules})
        ids = [
            self.done("POST", f"/courses/{made['id']}/lessons", {"title": name, "state": "published"})["id"]
            for name in lessons or ["Hives"]
        ]
        self.done("PATCH", f"/courses/{made['id']}", {"state": "published"})
        return made["id"], ids

    def quiz(self, course, *questions, **rules):
        return self.done("POST", f"/courses/{course}/quizzes", {"title": "q", "questions": list(questions), **rules})["id"]

    def roster(self, course, states="active"):
        return [(row["username"], row["state"]) for row in self.pages(f"/courses/{course}/roster?state={states}&limit=100")]

    def socket(self):
        return Socket(self)


class Socket(Peer):
    """One's own events."""

    def __init__(self, person):
        super().__init__(person.host.server.url + "/api/v1/ws")
        self.read()
        self.send(TEXT, json.dumps({"id": 1, "type": "identify", "data": {"token": person.token}}).encode())
        while self.read().get("id") != 1:
            pass

    def read(self):
        return json.loads(self.receive()[2])

    def pending(self):
        """Everything that has been told until now."""
        self.send(TEXT, json.dumps({"id": 2, "type": "ping", "data": {}}).encode())
        messages = []
        while not messages or messages[-1].get("id") != 2:
            messages.append(self.read())
        return messages

    def next(self, kind):
        while True:
            message = self.read()
            if message.get("type") == kind:
                return message["data"]


def query(**words):
    return urllib.parse.urlencode(words)


def eventually(ask, seconds=20):
    """The first answer that is not false."""
    end = time.monotonic() + seconds
    while True:
        found = ask()
        if found:
            return found
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)
